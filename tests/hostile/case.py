"""A hostile case: bytes for one connection, and what may come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests import page
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.raw import request

CLOSED = 0  # in place of a status: the connection ends without an answer
STUCK = -1  # in place of a status: neither came in time, which no case allows
LOGIN = f"Authorization: {AUTHORIZED['Authorization']}"


@dataclass(frozen=True, slots=True)
class Case:
    """`sent` goes over one connection; with `half_close` the client then ends its half of it.

    `allowed` has the statuses of the first answer that are right. `answers` is for how many answers the client waits.
    """

    name: str
    sent: bytes
    allowed: frozenset[int]
    half_close: bool = False
    answers: int = 1


def case(name: str, sent: bytes, *allowed: int, half_close: bool = False, answers: int = 1) -> Case:
    return Case(name, sent, frozenset(allowed), half_close, answers)


def bodies(kind: str, sent: Mapping[str, bytes | str], *allowed: int, path: str = page.PATH) -> tuple[Case, ...]:
    """Return a case for each body, in a request that is right otherwise."""
    return tuple(
        case(f"{kind}: {name}", request(path, body=body.encode() if isinstance(body, str) else body), *allowed)
        for name, body in sent.items()
    )


def heads(kind: str, lines: Mapping[str, str | Iterable[str]], *allowed: int) -> tuple[Case, ...]:
    """Return a case for each header line, or each list of them, beside those of a request that is right otherwise."""
    return tuple(
        case(f"{kind}: {name}", request(page.PATH, *([line] if isinstance(line, str) else line)), *allowed)
        for name, line in lines.items()
    )
