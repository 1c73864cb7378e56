"""Read YAML and JSON files strictly and within bounds, convert their data to types, and report each problem with its place."""

from __future__ import annotations

import codecs
import difflib
import gc
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import yaml

from openapi.parsing import fitting, json_text, plain_words, positions, yaml_text
from openapi.parsing.problem import Problem, place_of

T = TypeVar("T")

HERE = Path(__file__).parent
ENROL = HERE / "enrol.yaml"
OAUTH = HERE / "oauth.yaml"
QUESTIONS = HERE / "questions.yaml"
SHAPES = HERE / "shapes.yaml"
WORLD = HERE / "world.yaml"
CONTROL = HERE / "control.yaml"
REVISION_2026 = HERE / "revision-2026.overlay.yaml"

_LARGEST: Final = 32 * 2**20  # a file may come from a stranger; parsing/problem.py has the other bounds
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class SourceError(Exception):
    """Raised when a file cannot be read, or holds something the kit does not know."""


def content(path: Path, *, most: int) -> bytes:
    """Return the content of a file. Raises SourceError if it cannot be read or is no ordinary file of `most` bytes."""
    try:
        # Not even opening may wait, as it does for a pipe. What is looked at and what is read is the same file.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise SourceError(f"{path}: is not an ordinary file")  # reading from a pipe or a device may never end
            read = (file.read(most + 1) or b"") if found.st_size <= most else b""
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if max(found.st_size, len(read)) > most:
        raise SourceError(f"{path}: is too large; at most {most // 2**20} MiB are read")
    return read


def read(path: Path) -> Any:
    """Read one YAML or JSON file as plain data, None if it holds nothing. Raises SourceError with file, line and column.

    A file is JSON if its name ends in .json, or if all of it is JSON. It is read within bounds: its size, its number of
    values (an alias counts as all that it stands for), its depth.
    """
    found = _text(path)
    try:
        with _without_garbage_collection():
            return _parsed(found, only_json=path.suffix.lower() == ".json")
    except Problem as problem:
        raise SourceError(f"{path}: {problem}") from problem


def parse_json(body: bytes) -> Any:
    """Return a JSON text in UTF-8 as plain data. Raises SourceError with line and column."""
    try:
        return json_text.load(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SourceError(f"the body is not UTF-8 (byte {error.start})") from error
    except Problem as problem:
        raise SourceError(f"the body is not JSON: {problem}") from problem


def text(raw: Any) -> str:
    """Return plain data as YAML text; keys keep their order."""
    return yaml.dump(raw, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=120)


def shape(raw: Any, kind: type[T], *, path: Path | str = "", pointer: str = "") -> T:
    """Convert plain data to `kind`, any type that msgspec knows. Raises SourceError with file, place, pointer and hint.

    An unknown key that begins with `x-` is left out. `pointer`: the JSON pointer of `raw` in its file. Without a path
    the message begins with the pointer.
    """
    if raw is None and not pointer and path:
        raise SourceError(f"{path}: /: expected an object, got null: the file holds nothing")
    try:
        return fitting.fitted(raw, kind)
    except msgspec.ValidationError as error:
        misfit = fitting.misfit(error, kind, nearest=nearest)
        place = _find(path, f"{pointer}{misfit.pointer}", key=misfit.key)
        whole = f"{pointer}{misfit.pointer}" or "/"
        hint = misfit.hint or fitting.advice(misfit.found, place, in_json=_is_json(path))
        raise SourceError(f"{_prefix(path, place)}{whole}: {plain_words.of_misfit(misfit.found)}{hint}") from error


def where(path: Path | str, pointer: str) -> str:
    """Return what a message begins with: the file, and line and column of a JSON pointer if it can be found there."""
    return _prefix(path, _find(path, pointer))


def nearest(word: object, known: Iterable[str]) -> str:
    """Return ' (did you mean …?)' with the known word closest to `word`, or '' if none is close."""
    by_lower = {each.lower(): each for each in known}
    close = difflib.get_close_matches(str(word).lower(), by_lower, n=1)
    return f" (did you mean {by_lower[close[0]]!r}?)" if close else ""


def _text(path: Path) -> str:
    """Return the text of a file, without a byte order mark."""
    raw = content(path, most=_LARGEST)
    if raw.startswith(_UTF_16) or b"\0" in raw[:2]:  # without a mark, every second byte of plain text is zero
        raise SourceError(f"{path}: is UTF-16, not UTF-8; save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = place_of(raw[: error.start].decode(), len(raw[: error.start].decode()))
        byte = raw[error.start]
        raise SourceError(
            f"{path}: line {line}, column {column}: is not UTF-8 (byte {error.start} is 0x{byte:02x}); save it as UTF-8"
        ) from error


def _parsed(found: str, *, only_json: bool) -> Any:
    if only_json and found.strip():
        return json_text.load(found)
    if found.lstrip()[:1] in ("{", "["):
        try:
            return json_text.load(found)
        except json_text.NoJSON:
            pass  # YAML has lists and objects that begin like this, too
    return yaml_text.load(found)


def _find(path: Path | str, pointer: str, *, key: str | None = None) -> positions.Place | None:
    """Read the file once more, and return the place of a JSON pointer, or of a key of the object there."""
    try:
        found = _text(Path(path)) if path else ""
    except SourceError:
        return None
    steps = pointer.split("/")[1:]
    return positions.of(found, steps if key is None else [*steps, key], key=key is not None)


def _prefix(path: Path | str, place: positions.Place | None) -> str:
    if not path:
        return ""
    return f"{path}: line {place.line}, column {place.column}: " if place else f"{path}: "


def _is_json(path: Path | str) -> bool:
    return Path(path).suffix.lower() == ".json"


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Loading makes many objects and drops few, so looking for garbage would double its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _PlainDumper(yaml.SafeDumper):
    """A safe dumper without anchors and aliases, which writes text of several lines as a block."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


_PlainDumper.add_representer(str, _PlainDumper.represent_str)
