"""Apply OpenAPI Overlays (version 1.0): a file that lists changes to a document.

A target is a small subset of JSONPath: a path from `$` to one node, by `.name`, `['name']` and `[0]`.
Any other JSONPath syntax is refused, and so is a target that matches no node.
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
    """One change: merge `update` into the target object, append it to the target list, or remove the target."""

    target: str
    description: str = ""
    update: Any = msgspec.UNSET
    remove: bool = False


class Info(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Title and version of the overlay."""

    title: str
    version: str


class Overlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One overlay document; its actions are applied in order."""

    overlay: Literal["1.0.0"]
    info: Info
    actions: tuple[Action, ...]
    extends: str = ""


def load(path: Path = source.REVISION_2026) -> Overlay:
    """Read an overlay. Raises SourceError with file and JSON pointer."""
    return source.shape(source.read(path), Overlay, path=path)


def apply(raw: dict[str, Any], overlay: Overlay) -> dict[str, Any]:
    """Return a changed copy of plain data. Raises SourceError with the JSON pointer of the action that fails."""
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
        raise SourceError("the action needs an update or remove: true")
    elif isinstance(target, list):
        target.append(deepcopy(action.update))
    elif isinstance(target, dict) and isinstance(action.update, dict):
        _merge(target, action.update)
    else:
        raise SourceError(f"the target {action.target} must be a list, or target and update must both be objects")


def _steps(target: str) -> Iterator[str | int]:
    """Yield the keys and indexes of a target path. Raises SourceError for any other syntax."""
    end = 1
    while target.startswith("$") and end < len(target):
        step = _STEP.match(target, end)
        if step is None:
            break
        yield int(step["index"]) if step["index"] else step["name"] or step["quoted"]
        end = step.end()
    if end == 1 or end < len(target):
        raise SourceError(
            f"the target {target!r} is not a path of names and indexes from $, such as $.info or $.tags[0]"
        )


def _below(node: Any, step: str | int, target: str) -> Any:
    exists = step in node if isinstance(node, dict) else isinstance(node, list) and step in range(len(node))
    if not exists:
        raise SourceError(f"the target {target} matches nothing: there is no {step!r}")
    return node[step]


def _merge(target: dict[str, Any], update: dict[str, Any]) -> None:
    """Merge objects into objects and append lists to lists; any other value replaces the old one."""
    for key, value in update.items():
        if isinstance(target.get(key), dict) and isinstance(value, dict):
            _merge(target[key], value)
        elif isinstance(target.get(key), list) and isinstance(value, list):
            target[key] += deepcopy(value)
        else:
            target[key] = deepcopy(value)
