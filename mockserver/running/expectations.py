"""What a command should do in the cases of the gauntlet, as its developer states it in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Protocol

import msgspec

from openapi import source
from openapi.source import SourceError, nearest


class Expectation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the command should do. `exit`: its exit code, or one of several. `failure`: any code but 0.

    `output`: what it should print. `retry`: the case is met so many times, then the request succeeds; so the client
    should send it again.
    """

    exit: int | tuple[int, ...] | None = None
    failure: bool = False
    output: str | None = None
    retry: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None

    @property
    def codes(self) -> tuple[int, ...]:
        """The exit codes that are right; none if any is, or any but 0."""
        return () if self.exit is None else (self.exit,) if isinstance(self.exit, int) else self.exit

    @property
    def says(self) -> str:
        """The same in words."""
        parts = [] if self.retry is None else ["send the request again"]
        if self.codes:
            parts.append(f"exit with {' or '.join(map(str, self.codes))}")
        elif self.failure:
            parts.append("exit with another code than 0")
        return ", ".join([*parts, *([f"print {self.output!r}"] if self.output is not None else [])])


Table = Mapping[str, Expectation]


class Listed(msgspec.Struct, frozen=True, rename="camel"):
    """A case as the control plane lists it.

    `losses`: how a large id of its answer looks if digits of it are lost. `keys`: what a table may call the case.
    """

    name: str
    kind: str
    place: str
    words: str
    losses: tuple[str, ...]
    keys: tuple[str, ...]


class Keyed(Protocol):
    """A case."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What a table may call the case."""


def read(path: Path, cases: Sequence[Keyed]) -> Table:
    """Read a YAML file whose keys are cases, outcomes, kinds of cases, or * for all others. Raises SourceError."""
    raw = source.read(path)
    known = list(dict.fromkeys(key for case in cases for key in case.keys))
    if not isinstance(raw, dict):
        raise SourceError(f"{path}: holds {type(raw).__name__}, not a mapping of case to what the command should do")
    table: dict[str, Any] = {str(key): value for key, value in raw.items()}
    for key in table:
        if key not in known:
            raise SourceError(
                f"{source.where(path, f'/{key}')}{key!r} is no case, outcome or kind of case{nearest(key, known)}; "
                "GET /_mock/cases lists the cases"
            )
    return {key: source.shape(value, Expectation, path=path, pointer=f"/{key}") for key, value in table.items()}


def stated(table: Table, case: Listed) -> Expectation | None:
    """Return what is stated for a case: by the key that counts most. None if nothing is."""
    return next((table[key] for key in case.keys if key in table), None)
