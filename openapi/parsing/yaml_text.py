"""Reads YAML text as plain data, from the events of the parser.

PyYAML's own loader would make nodes first. For a world of 100,000 customers they take 600 MB and twice the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NoReturn

import yaml

from openapi.parsing import scalars, yaml_words
from openapi.parsing.problem import DEEPEST, MOST_VALUES, TOO_DEEP, TOO_MANY, Problem, place_of

# The C parser reads ten times faster. PyYAML has it only if it was built with libyaml.
_Parser: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NOTHING: Final = object()  # stands where a key or a value has not been read
_MERGE: Final = object()  # the key `<<`
_MOST_SHARED: Final = 1000
_NO_KEY: Final = "a list or an object cannot be a key; if it is a text, quote it"
_TAG: Final = "tag:yaml.org,2002:"


def load(text: str) -> Any:
    """Return the plain data of a YAML text, None if it holds nothing. Raises Problem.

    Words that occur often are one object each. An alias is the object that its anchor stands for.
    """
    return _Builder().build(events(text))


def events(text: str) -> Iterator[Any]:
    """Yield the events of PyYAML's parser. Raises Problem in the place of its exceptions."""
    try:
        parser = _Parser(text)
        try:
            yield from iter(parser.get_event, None)
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        raise yaml_words.explained(error, text) from error
    except yaml.reader.ReaderError as error:
        offset = len(text.encode()[: error.position].decode(errors="ignore"))
        raise Problem(
            f"the character U+{error.character:04X} must not stand in YAML", *place_of(text, offset)
        ) from error


def is_plain(event: Any) -> bool:
    """Whether a value was written without quotes and without a tag."""
    return not event.style and event.tag is None


class _Builder:
    """Builds plain data. `_holder` is the list or object being filled, `_key` the key whose value comes next."""

    def __init__(self) -> None:
        self._values = 0
        self._shared: dict[str, Any] = {}
        self._anchors: dict[str, tuple[Any, int]] = {}  # what each stands for, and how many values that is
        self._opened: list[tuple[Any, Any, str | None, int, list[Any]]] = []  # what is around the holder
        self._anchor: str | None = None  # that of the holder
        self._first = 0  # the number of values before the holder
        self._merged: list[Any] = []  # what `<<` merges into the holder

    def build(self, found: Iterator[Any]) -> Any:
        """Return the data of all events. This loop takes half of the time in which a large file is read."""
        scalar, shared = yaml.ScalarEvent, self._shared
        starts, ends = (yaml.MappingStartEvent, yaml.SequenceStartEvent), (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        root: list[Any] = []
        holder: Any = root
        key: Any = _NOTHING
        for event in found:
            kind = type(event)
            if kind is scalar:
                self._values += 1
                if event.tag is not None or event.anchor is not None:
                    value = self._scalar(event)
                elif event.style:
                    value = event.value
                elif (value := shared.get(event.value, _NOTHING)) is _NOTHING:
                    value = self._scalar(event)
            elif kind in starts:
                self._open(event, holder, key)
                holder, key = ({} if kind is starts[0] else []), _NOTHING
                continue
            elif kind in ends:
                value, holder, key = self._close(holder)
            elif kind is yaml.AliasEvent:
                value = self._alias(event)
            elif kind is yaml.DocumentStartEvent and root:
                _refuse("a second document begins here; a file holds one", event)
            else:
                continue
            if self._values > MOST_VALUES:
                _refuse(TOO_MANY, event)
            if type(holder) is list:
                holder.append(value)
            elif key is _NOTHING:
                new = type(value) is str and value != "<<" and value not in holder
                key = value if new else _key(event, value, holder)
            elif key is _MERGE:
                self._merged.append(_merged(value, event))
                key = _NOTHING
            else:
                holder[key] = value
                key = _NOTHING
        return root[0] if root else None

    def _open(self, event: Any, holder: Any, key: Any) -> None:
        if event.tag not in (None, "!", f"{_TAG}map", f"{_TAG}seq"):
            _refuse_tag(event)
        if key is _NOTHING and isinstance(holder, dict):
            _refuse(_NO_KEY, event)
        self._opened.append((holder, key, self._anchor, self._first, self._merged))
        if len(self._opened) > DEEPEST:
            _refuse(TOO_DEEP, event)
        self._anchor, self._first, self._merged = event.anchor, self._values, []
        self._values += 1
        if event.anchor:
            self._stands_for(event, _NOTHING, 0)

    def _close(self, holder: Any) -> tuple[Any, Any, Any]:
        """Return what was filled, and what is filled on: the list or object around it, and the key there."""
        value = holder
        for one in reversed(self._merged):
            value = {**one, **value}
        if self._anchor:
            self._anchors[self._anchor] = value, self._values - self._first
        holder, key, self._anchor, self._first, self._merged = self._opened.pop()
        return value, holder, key

    def _scalar(self, event: Any) -> Any:
        written: str = event.value
        if is_plain(event):
            if event.anchor and not written:
                _refuse_unquoted(f"&{event.anchor}", event)
            value = _plain(event)
            if len(self._shared) < _MOST_SHARED:
                self._shared[written] = value
        elif event.tag in (None, "!", f"{_TAG}str"):
            value = written
        else:
            value = _tagged(event)
        if event.anchor:
            self._stands_for(event, value, 1)
        return value

    def _stands_for(self, event: Any, value: Any, values: int) -> None:
        if event.anchor in self._anchors:
            _refuse(f"the anchor {event.anchor!r:.100} is given twice", event)
        self._anchors[event.anchor] = value, values

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            _refuse_unquoted(f"*{event.anchor}", event)
        value, values = self._anchors[event.anchor]
        if value is _NOTHING:
            _refuse(f"the alias {event.anchor:.100} stands inside of what it stands for", event)
        self._values += values
        return value


def _plain(event: Any) -> Any:
    try:
        return scalars.plain(event.value)
    except Problem as problem:
        _refuse(problem.says, event)


def _tagged(event: Any) -> Any:
    """Return a value with a tag such as `!!int`, which must be what the same value without quotes is."""
    kinds: dict[str, tuple[type, ...]] = {"bool": (bool,), "int": (int,), "float": (float, int), "null": (type(None),)}
    name = event.tag.removeprefix(_TAG)
    if name not in kinds:
        _refuse_tag(event)
    value = _plain(event)
    if type(value) not in kinds[name]:
        _refuse(f"this is no valid {name}", event)
    return value


def _key(event: Any, value: Any, holder: dict[Any, Any]) -> Any:
    """Return the key of an object, _MERGE for `<<`."""
    if isinstance(value, list | dict):
        _refuse(_NO_KEY, event)
    if value == "<<" and isinstance(event, yaml.ScalarEvent) and is_plain(event):
        return _MERGE
    if value in holder:
        _refuse(
            f"the key {value!r:.100} is given twice; if a new entry of a list begins here, put a dash before it", event
        )
    return value


def _merged(value: Any, event: Any) -> dict[Any, Any]:
    """Return the object of all keys that the value of `<<` merges; of the objects in a list the first one counts."""
    whole: dict[Any, Any] = {}
    for one in reversed(value) if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            _refuse("`<<` merges objects only: the alias of an object, or a list of such aliases", event)
        whole |= one
    return whole


def _refuse_tag(event: Any) -> NoReturn:
    _refuse(f"the tag {event.tag.replace(_TAG, '!!')!r:.100} is not known; if this is a text, quote it", event)


def _refuse_unquoted(text: str, event: Any) -> NoReturn:
    _refuse(yaml_words.needs_quotes(text), event)


def _refuse(problem: str, event: Any) -> NoReturn:
    raise Problem(problem, event.start_mark.line + 1, event.start_mark.column + 1)
