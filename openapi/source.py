"""Read YAML files strictly and within bounds, convert their data to types, and report each problem with its place."""

from __future__ import annotations

import difflib
import gc
import re
import stat
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import msgspec
import yaml

T = TypeVar("T")

HERE = Path(__file__).parent
ENROL = HERE / "enrol.yaml"
OAUTH = HERE / "oauth.yaml"
QUESTIONS = HERE / "questions.yaml"
WORLD = HERE / "world.yaml"
REVISION_2026 = HERE / "revision-2026.overlay.yaml"

# A file may come from a stranger. A value takes about 700 bytes and 3 microseconds while YAML is read.
_LARGEST: Final = 8 * 2**20
_MOST_VALUES: Final = 400_000
_DEEPEST: Final = 64
_LONGEST_NUMBER: Final = 1000


class SourceError(Exception):
    """Raised when a YAML file cannot be read, or holds something the kit does not know."""


def content(path: Path, *, most: int) -> bytes:
    """Return the content of a file. Raises SourceError if it cannot be read or is no ordinary file of `most` bytes."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            raise SourceError(f"{path}: is not an ordinary file")  # reading from a pipe or a device may never end
        with path.open("rb") as file:
            read = file.read(most + 1) if found.st_size <= most else b""
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    if max(found.st_size, len(read)) > most:
        raise SourceError(f"{path}: is too large; at most {most // 2**20} MiB are read")
    return read


def read(path: Path) -> Any:
    """Read one YAML file as plain data. Raises SourceError with file and line, also for a duplicate key.

    It is read within bounds: its size, its number of values (an alias counts as all that it stands for), its depth.
    """
    try:
        text = content(path, most=_LARGEST).decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: is not UTF-8 (byte {error.start})") from error
    try:
        _check_bounds(text)
        with _without_garbage_collection():
            return yaml.load(text, Loader=_StrictLoader)  # derived from a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SourceError(f"{path}: {where}{error.problem or 'is not YAML'}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise SourceError(f"{path}: is not YAML: {' '.join(str(error).split())}") from error


def text(raw: Any) -> str:
    """Return plain data as YAML text; keys keep their order."""
    return yaml.dump(raw, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=120)


def shape(raw: Any, kind: type[T], *, path: Path | str = "", pointer: str = "") -> T:
    """Convert plain data to `kind`, any type that msgspec knows. Raises SourceError with file, pointer and hint.

    `pointer`: the JSON pointer of `raw` in its file. Without a path the message begins with the pointer.
    """
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        # msgspec reports the problem and its place as prose only, so both are parsed from its message, here and
        # in _hint. Its wording may change with any release: pyproject.toml bounds msgspec's version for this reason.
        found, _, place = str(error).partition(" - at `$")
        steps = re.findall(r"\[(\d+|\.\.\.)\]|\.(\w+)", place)
        inner = "".join(f"/{index or name}" for index, name in steps)
        hint = _hint(found, _reach(msgspec.inspect.type_info(kind), [index or name for index, name in steps]))
        raise SourceError(
            f"{f'{path}: ' if path else ''}{pointer}{inner or ('' if pointer else '/')}: {found}{hint}"
        ) from error


def nearest(word: object, known: Iterable[str]) -> str:
    """Return ' (did you mean …?)' with the known word closest to `word`, or '' if none is close."""
    by_lower = {each.lower(): each for each in known}
    close = difflib.get_close_matches(str(word).lower(), by_lower, n=1)
    return f" (did you mean {by_lower[close[0]]!r}?)" if close else ""


def _reach(info: msgspec.inspect.Type, steps: list[str]) -> msgspec.inspect.Type:
    """Return the type found `steps` below `info`; of a union, the first member that is not None is used."""
    inspect = msgspec.inspect
    if isinstance(info, inspect.UnionType):
        return _reach(next(part for part in info.types if not isinstance(part, inspect.NoneType)), steps)
    if not steps:
        return info
    if isinstance(info, inspect.StructType):
        below = next(field.type for field in info.fields if field.encode_name == steps[0])
    elif isinstance(info, inspect.DictType):
        below = info.value_type
    else:
        below = info.item_type  # type: ignore[attr-defined]  # the kit's file formats use no other container
    return _reach(below, steps[1:])


def _hint(found: str, info: msgspec.inspect.Type) -> str:
    """Return what to add to msgspec's message: the nearest known key, or the allowed values."""
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", found)
    if unknown and isinstance(info, msgspec.inspect.StructType):
        return nearest(unknown[1], [field.encode_name for field in info.fields])
    wrong = re.fullmatch(r"Invalid enum value '(.*)'", found)
    if wrong and isinstance(info, msgspec.inspect.LiteralType):
        return f", not one of {', '.join(map(str, info.values))}{nearest(wrong[1], map(str, info.values))}"
    return ""


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


def _check_bounds(text: str) -> None:
    """Raise ComposerError if a YAML text has too many values or levels, or an alias inside of what it stands for.

    This looks at the events of the parser, one at a time. Loading the text would recurse for each level, and copy what
    an alias stands for.
    """
    values = 0
    above: list[tuple[str | None, int]] = []  # the anchors of the collections around an event, and their first value
    anchored: dict[str | None, int] = {}  # how many values each anchor stands for
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, first = above.pop()
            anchored[anchor] = values - first
            continue
        if isinstance(event, yaml.AliasEvent):
            values += anchored.get(event.anchor, 0)
            if event.anchor in [anchor for anchor, _ in above]:
                _refuse(f"the alias {event.anchor:.100} stands inside of what it stands for", event)
        elif isinstance(event, yaml.NodeEvent):
            values += 1
            anchored[event.anchor] = 1
        if isinstance(event, yaml.CollectionStartEvent):
            above.append((event.anchor, values - 1))
        if len(above) > _DEEPEST:
            _refuse(f"values are nested more than {_DEEPEST} levels deep", event)
        if values > _MOST_VALUES:
            _refuse(f"there are more than {_MOST_VALUES:,} values, with those that aliases stand for", event)


def _refuse(problem: str, event: Any) -> NoReturn:
    raise yaml.composer.ComposerError(None, None, problem, event.start_mark)


# The C loader reads the document ten times faster. PyYAML has it only if it was built with libyaml.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _PlainDumper(yaml.SafeDumper):
    """A safe dumper without anchors and aliases, which writes text of several lines as a block."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else None)


_PlainDumper.add_representer(str, _PlainDumper.represent_str)


class _StrictLoader(_Loader):  # type: ignore[misc]  # the base class is chosen at run time
    """A safe loader that refuses duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue  # a key that `<<` merges in may be given again
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key!r:.100} is given twice", key_node.start_mark
                    )
                seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def _scalar(kind: str) -> Callable[[Any, yaml.ScalarNode], Any]:
    """Return the constructor of a kind of scalar, with the place in each of its errors."""
    construct = yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{kind}"]

    def constructed(loader: Any, node: yaml.ScalarNode) -> Any:
        problem = f"this is no valid {kind}"  # the value is not repeated: a target file may hold a secret
        if len(node.value) > _LONGEST_NUMBER:
            problem = f"this {kind} has {len(node.value)} characters; at most {_LONGEST_NUMBER} are read"
        else:
            try:
                return construct(loader, node)
            except (ValueError, OverflowError, LookupError, AttributeError):
                pass
        raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)

    return constructed


for _kind in ("bool", "int", "float", "timestamp"):
    _StrictLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", _scalar(_kind))
