"""What one answer shows of one claim, and what it says has happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from contracts.oracle.history import Event
from openapi.world import Customer, Promotion

Level = Literal["broken", "budget", "hygiene"]
# The beginning of the name of each rule of hygiene.
HYGIENE: Final = "hygiene."


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an answer differs from what the page asks for, as data.

    `place`: a JSON pointer into the body of the answer, such as "/errors/0/code"; "" for the whole body; "status" for
    the HTTP status. `expected`: the JSON values of which the page allows any; empty where it names no value. `got`: the
    JSON value that came; NOTHING where the field is absent.
    """

    place: str
    expected: tuple[Any, ...]
    got: Any


# One way in which an answer is wrong, whatever was asked: its wrong field, the error that should not be there, and so
# on.
Symptom = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """What one answer shows of one claim: it keeps it, breaks it, or the page does not decide.

    `level`: "hygiene" for a rule of a standard, "budget" for a limit that the caller sets; neither breaks a claim.
    Of a broken claim: `occasion`: what about the request, or about what went before, asks for what is expected, such as
    "the promotion is PAUSED". `symptoms`: broken claims with a common one have one cause. `guessed`: the answer names
    no claim, so this is the one that the request was meant to test. `indirect`: it may well be broken in consequence of
    another claim. `steps`: the numbers of the earlier exchanges without which the answer would be right. `difference`:
    the field that shows what is wrong; it may hold lists, so it takes no part in comparisons.
    """

    claim: str
    verdict: Literal["kept", "broken", "undetermined"]
    expected: str = ""
    got: str = ""
    level: Level = "broken"
    occasion: str = ""
    symptoms: tuple[Symptom, ...] = ()
    guessed: bool = False
    indirect: bool = False
    steps: tuple[int, ...] = ()
    difference: Difference | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Happened:
    """What an answer reports to have happened to a customer in a promotion.

    With the event "unclear" either may be None: then nobody can tell who was enrolled, or into what.
    """

    customer: Customer | None
    promotion: Promotion | None
    event: Event
    enrollment_id: str | None = None
    optin_id: str | None = None
