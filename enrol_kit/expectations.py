"""What a client should do in a case, as its developer states it in a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

Check = Callable[[Any], object]
Do = Literal["raise", "return", "any"]


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a row of the page, a form in which a host may answer, a form of a success, or a fault.

    `kind`: refusal, warning, success or transport. `place` and `words`: the row of the page, or what the case is.
    `expected`: what a client should do where nothing is stated. `outcome`: the error or warning that the answer has, or
    ''.
    `customer_id`: the id that the answer has in place of that of the customer, None for that one.
    `losses`: how that looks if digits of it are lost. `keys`: what a table may call the case, the first one counts
    most.
    """

    name: str
    kind: str
    place: str
    words: str
    expected: Do
    outcome: str
    customer_id: int | None
    losses: tuple[str, ...]
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}, {self.place.replace(', row', ' row')}" if self.place else self.name


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a client should do. `retries`: how many calls meet the case before one succeeds; None if all of them meet it."""

    do: Do
    says: str
    errors: tuple[type[BaseException], ...] = ()
    check: Check | None = None
    retries: int | None = None


Table = Mapping[str, Expectation]


def raises(*errors: type[BaseException], check: Check | None = None) -> Expectation:
    """Expect one of these exceptions, or any that is no crash. `check` gets it, and asserts, or returns
    something that is false but None, if it is wrong."""
    for error in errors:
        if BaseException not in getattr(error, "__mro__", ()):
            raise TypeError(f"raises takes classes of exceptions, and {error!r} is none; a check is given as check=…")
    names = " or ".join(error.__name__ for error in errors)
    return Expectation("raise", f"raise {names or 'an error of its own'}", errors, check)


def returns(check: Check | None = None) -> Expectation:
    """Expect the call to return. `check` gets what it returns, and asserts, or returns something that is false
    but None, if that is wrong."""
    return Expectation("return", "return" if check is None else "return what passes the check", check=check)


def retries(then: Expectation | None = None, *, times: int = 1) -> Expectation:
    """Expect the client to send the request again after it met the case `times` times; then the request succeeds.

    `then`: what the call does in the end; it returns if nothing is given.
    """
    end = then or returns()
    return Expectation(end.do, f"send the request again, then {end.says}", end.errors, end.check, times)


def stated(expected: Expectation | Table | None, case: Case, cases: Sequence[Case]) -> Expectation | None:
    """Return what is stated for a case: by the key that counts most. None if nothing is.

    Raises ValueError for a table with a name that none of the cases has, and TypeError for what is no expectation.
    """
    if expected is None or isinstance(expected, Expectation):
        return expected
    if not isinstance(expected, Mapping):
        raise TypeError(
            f"{expected!r} is no expectation; write raises(…), returns(…) or retries(…), or a table of these"
        )
    known = {key for one in cases for key in one.keys}
    for key in expected:
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{key!r} is no case, outcome or kind of case{hint}. The test ids begin with the cases")
        if not isinstance(expected[key], Expectation):
            raise TypeError(f"{key!r}: {expected[key]!r} is no expectation; write raises(…), returns(…) or retries(…)")
    return next((expected[key] for key in case.keys if key in expected), None)
