"""OpenAPI Overlays (version 1.0): a list of changes to a document, kept beside it.

Targets are JSONPath as far as an overlay of ours needs it: from `$` by `.name`, `['name']` and `[0]` to one
node. What else JSONPath knows is refused, and so is a target that matches nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Literal

import msgspec

from openapi import source
from openapi.source import SourceError

_STEP = re.compile(r"\.(?P<name>[A-Za-z_]\w*)|\['(?P<quoted>[^'\\]*)'\]|\[(?P<index>\d+)\]")


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One change: merge `update` into the target, append it if that is a list, or remove the target."""

    target: str
    description: str = ""
    update: Any = msgspec.UNSET
    remove: bool = False


class Info(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the overlay is called."""

    title: str
    version: str


class Overlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The changes of one overlay document, in their order."""

    overlay: Literal["1.0.0"]
    info: Info
    actions: tuple[Action, ...]
    extends: str = ""


def load(path: Path = source.REVISION_2026) -> Overlay:
    """Read an overlay. Raises SourceError with file and pointer."""
    return source.shape(source.read(path), Overlay, path=path)


def apply(raw: dict[str, Any], overlay: Overlay) -> dict[str, Any]:
    """Return a copy of plain data with the changes made. Raises SourceError with the pointer of the action."""
    changed = deepcopy(raw)
    for index, action in enumerate(overlay.actions):
        try:
            _change(changed, action)
        except SourceError as error:
            raise SourceError(f"/actions/{index}: {error}") from error
    return changed


def _change(document: Any, action: Action) -> None:
    *above, last = _steps(action.target)
    parent = document
    for step in above:
        parent = _below(parent, step, action.target)
    target = _below(parent, last, action.target)
    if action.remove:
        del parent[last]
    elif action.update is msgspec.UNSET:
        raise SourceError("there is neither an update nor remove: true")
    elif isinstance(target, list):
        target.append(deepcopy(action.update))
    elif isinstance(target, dict) and isinstance(action.update, dict):
        _merge(target, action.update)
    else:
        raise SourceError(f"the target {action.target} and the update are not both objects, and the target is no list")


def _steps(target: str) -> Iterator[str | int]:
    """Yield the keys and indexes of a path."""
    end = 1
    while target.startswith("$") and end < len(target):
        step = _STEP.match(target, end)
        if step is None:
            break
        yield int(step["index"]) if step["index"] else step["name"] or step["quoted"]
        end = step.end()
    if end == 1 or end < len(target):
        raise SourceError(f"the target {target!r} is no path of names and indexes from $")


def _below(node: Any, step: str | int, target: str) -> Any:
    there = step in node if isinstance(node, dict) else isinstance(node, list) and step in range(len(node))
    if not there:
        raise SourceError(f"the target {target} matches nothing: there is no {step!r}")
    return node[step]


def _merge(target: dict[str, Any], update: dict[str, Any]) -> None:
    """Merge objects into objects and append lists to lists; any other value takes the place of what was there."""
    for key, value in update.items():
        if isinstance(target.get(key), dict) and isinstance(value, dict):
            _merge(target[key], value)
        elif isinstance(target.get(key), list) and isinstance(value, list):
            target[key] += deepcopy(value)
        else:
            target[key] = deepcopy(value)
