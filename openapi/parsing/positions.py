"""Finds places in a text again: JSON and YAML have the same events. Used for messages only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from openapi.parsing import yaml_text
from openapi.parsing.problem import Problem

# YAML has no pairs of surrogates. What takes their place here has the same length.
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value or its key begins, from 1. `written`: a value without quotes as it stands there, otherwise None."""

    line: int
    column: int
    written: str | None = None


@dataclass(slots=True)
class _Holder:
    """A list or an object that is being read: its own steps, whether it is a list, and where in it we are."""

    steps: tuple[str, ...]
    is_list: bool
    count: int = 0
    key: str | None = None


def of(text: str, steps: Sequence[str], *, key: bool = False) -> Place | None:
    """Return the place of the value that the steps of a JSON pointer lead to, or with `key` that of its key.

    None if it does not stand in the text, as where `<<` merges it in.
    """
    wanted = tuple(steps)
    return _first(text, lambda found, event, is_key, twice: found == wanted and is_key == key)


def of_second_key(text: str) -> tuple[int, int]:
    """Return line and column of the first key that its object has already; zeros if there is none."""
    return _tuple(_first(text, lambda found, event, is_key, twice: twice))


def of_plain(text: str, written: str) -> tuple[int, int]:
    """Return line and column of the first value that is written like this without quotes; zeros if there is none."""
    return _tuple(
        _first(
            text,
            lambda found, event, is_key, twice: (
                isinstance(event, yaml.ScalarEvent) and yaml_text.is_plain(event) and event.value == written
            ),
        )
    )


def _tuple(place: Place | None) -> tuple[int, int]:
    return (place.line, place.column) if place else (0, 0)


def _first(text: str, wanted: Callable[[tuple[str, ...], Any, bool, bool], bool]) -> Place | None:
    try:
        for steps, event, is_key, twice in _walk(_SURROGATE.sub(r"\\u0020", text)):
            if wanted(steps, event, is_key, twice):
                plain = isinstance(event, yaml.ScalarEvent) and yaml_text.is_plain(event)
                mark = event.start_mark
                return Place(mark.line + 1, mark.column + 1, event.value if plain else None)
    except Problem:  # JSON that is no YAML, such as a key of more than 1024 characters
        pass
    return None


def _walk(text: str) -> Iterator[tuple[tuple[str, ...], Any, bool, bool]]:
    """Yield each key and each value: its steps, its event, whether it is a key, and whether its object has it already."""
    holders: list[_Holder] = []
    keys: list[set[str]] = []
    for event in yaml_text.events(text):
        if isinstance(event, yaml.CollectionEndEvent):
            holders.pop()
            keys.pop()
        elif isinstance(event, yaml.NodeEvent):
            steps: tuple[str, ...] = ()
            if holders:
                holder = holders[-1]
                if not holder.is_list and holder.key is None and isinstance(event, yaml.ScalarEvent):
                    holder.key = event.value
                    yield (*holder.steps, holder.key), event, True, holder.key in keys[-1]
                    keys[-1].add(holder.key)
                    continue
                steps = (*holder.steps, str(holder.count) if holder.is_list else str(holder.key))
                holder.count, holder.key = holder.count + 1, None
            yield steps, event, False, False
            if isinstance(event, yaml.CollectionStartEvent):
                holders.append(_Holder(steps, isinstance(event, yaml.SequenceStartEvent)))
                keys.append(set())
