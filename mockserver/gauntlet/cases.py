"""The cases of the gauntlet: everything that the one call of a client is put through, made from the document.

A case is a row of the page's errors and warnings, a form in which a host may answer by one of the readings, a form of a
success, or a fault of the connection or of a gateway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from mockserver.faults.effects import ANSWERS, BREAKAGES, needs_sockets
from mockserver.faults.fault import Fault
from mockserver.gauntlet.large_ids import HUGE, LARGE
from openapi.document import Document
from openapi.questions import Question, Readings

Kind = Literal["refusal", "warning", "success", "transport"]
Expected = Literal["raise", "return", "any"]
Change = Literal[
    "",
    "milestones",
    "no-milestones",
    "no-request-id",
    "large-ids",
    "huge-ids",
    "two-errors",
    "enrolled-before",
]

ANY: Final = "*"  # the key for all other cases
_LATE: Final = 300.0  # seconds; longer than any client should wait


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `name` is unique; `place` is on the page, such as "Error codes, row 9", or ''. `words` say what it is.

    `expected` is what a client should do where its developer says nothing else. `shows` is the outcome that the answer
    has, or ''. The session follows `readings` meanwhile. The answer has the outcome, or it is a success, with `change`;
    or `fault` strikes it.
    """

    name: str
    kind: Kind
    place: str
    words: str
    expected: Expected
    shows: str = ""
    readings: Readings = field(default_factory=dict)
    change: Change = ""
    fault: Fault | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys under which a developer may state what the client should do, the first one counts most."""
        return tuple(key for key in (self.name, self.shows, self.kind, ANY) if key)

    @property
    def customer_id(self) -> int | None:
        """The id that the answer has in place of that of the customer."""
        return {"large-ids": LARGE, "huge-ids": HUGE}.get(self.change)


# By which outcome a reading of a question shows, and how the answer is changed so that it does. '' stands for a
# success.
_SHOWN: Final[dict[str, tuple[str, Change]]] = {
    "error-shape": ("promotion_required", ""),
    "warning-shape": ("already_enrolled", ""),
    "data-on-error": ("customer_not_found", ""),
    "validation-status": ("action_required", ""),
    "refusal-status": ("promotion_not_found", ""),
    "engine-status": ("engine_error", ""),
    "message-extent": ("program_id_required", ""),
    "request-id-absent": ("", "no-request-id"),
    "already-enrolled-body": ("already_enrolled", "enrolled-before"),
    "limit-reached-body": ("already_enrolled", ""),
    "milestones-failed-body": ("milestones_failed", ""),
    "no-response-body": ("no_response", ""),
    "no-milestones": ("", "no-milestones"),
    "enrol-gives-optin-id": ("", ""),
    "unauthenticated": ("unauthenticated", ""),
}
# Questions whose outcome has no row on the page. So their usual reading is a case as well.
_NO_ROW: Final = frozenset({"unauthenticated"})
# For LOYALTY promotions an answer looks like that of the usual reading, for others like that of after-opt-in.
_NOT_SHOWN: Final = frozenset({("enrol-gives-optin-id", "loyalty-only")})

_RESPONSE: Final = "Response parameters, row {}"
_SUCCESSES: Final[tuple[tuple[str, Change, str, str], ...]] = (
    ("enrolled", "", "Example response, row 1", "the customer is enrolled"),
    ("enrolled-milestones", "milestones", _RESPONSE.format(17), "two milestones, one with an initialBalance of 12.5"),
    ("enrolled-no-milestones", "no-milestones", _RESPONSE.format(17), "no milestones"),
    ("enrolled-no-request-id", "no-request-id", _RESPONSE.format(2), "the requestId that was not sent"),
    ("enrolled-large-ids", "large-ids", _RESPONSE.format(7), "ids above 2147483647, which need more than 32 bits"),
    ("enrolled-huge-ids", "huge-ids", _RESPONSE.format(7), "ids above 9007199254740992, which a double cannot hold"),
)

# Effects, what they are if the effect does not say it, and what a client should do. A client that tries again meets
# them again.
_FAULTS: Final[tuple[tuple[str, Fault, str, Expected], ...]] = (
    ("429", Fault("429", retry_after=1), "429 Too Many Requests, with Retry-After: 1", "raise"),
    ("498", Fault("498"), "498: the access token has expired", "raise"),
    ("502", Fault("502"), "502 of a gateway, as HTML", "raise"),
    ("503", Fault("503", retry_after=1), "503 Service Unavailable, with Retry-After: 1", "raise"),
    ("504", Fault("504"), "504 of a gateway, as HTML", "raise"),
    ("garbage", Fault("garbage"), "", "raise"),
    ("empty", Fault("empty"), "", "raise"),
    ("wrong-media-type", Fault("wrong-media-type"), "", "any"),
    ("slow", Fault("slow", delay=0.5), "the usual answer, half a second late", "any"),
    ("silence", Fault("slow", delay=_LATE), "no answer for five minutes", "raise"),
    (
        "dribble",
        Fault("slow", pieces=600, over=_LATE),
        "the body comes byte by byte over five minutes, so no single read takes long",
        "raise",
    ),
    ("reset-before", Fault("reset-before"), "", "raise"),
    ("reset-in", Fault("reset-in"), "", "raise"),
    ("reset-after", Fault("reset-after"), "", "any"),
    ("close", Fault("close"), "", "raise"),
    ("truncated", Fault("truncated"), "", "raise"),
    ("length-too-long", Fault("length-too-long"), "", "any"),
    ("length-too-short", Fault("length-too-short"), "", "raise"),
    ("endless", Fault("endless"), "", "any"),
)


def cases(document: Document, questions: Mapping[str, Question], own: Readings, *, sockets: bool) -> dict[str, Case]:
    """Return the cases by name, in the order of the page: rows, readings, forms of a success, faults.

    `own` are the readings that the mock follows. Without `sockets` those faults are left out that break connections.
    """
    listed = (*_rows(document), *_readings(document, questions, own), *_successes(), *_faults(sockets=sockets))
    return {case.name: case for case in listed}


def _rows(document: Document) -> Iterator[Case]:
    for outcome in document.outcomes.values():
        if outcome.section is None:
            continue
        place = f"{outcome.section}, row {outcome.row}"
        is_error = outcome.kind == "error"
        yield Case(
            outcome.name,
            "refusal" if is_error else "warning",
            place,
            outcome.message,
            "raise" if is_error else "return",
            outcome.name,
        )
    first = document.outcomes["action_required"]
    yield Case(
        "many-violations=all",
        "refusal",
        f"{first.section}, row {first.row}",
        "two errors in one answer",
        "raise",
        first.name,
        change="two-errors",
    )


def _readings(document: Document, questions: Mapping[str, Question], own: Readings) -> Iterator[Case]:
    for name, (shows, change) in _SHOWN.items():
        question = questions[name]
        said = question.statements[0]
        for reading, words in question.readings.items():
            is_usual = reading == own[name] and name not in _NO_ROW
            if is_usual or (name, reading) in _NOT_SHOWN:
                continue
            kind: Kind = "success"
            if shows:
                kind = "refusal" if document.outcomes[shows].kind == "error" else "warning"
            yield Case(
                f"{name}={reading}",
                kind,
                f"{said.section}, row {said.row}",
                f"{question.asks} {words}",
                _expected(kind, change),
                shows,
                {name: reading},
                change,
            )


def _successes() -> Iterator[Case]:
    for name, change, place, words in _SUCCESSES:
        yield Case(name, "success", place, f"a success: {words}", _expected("success", change), change=change)


def _faults(*, sockets: bool) -> Iterator[Case]:
    said = ANSWERS | BREAKAGES
    for name, fault, words, expected in _FAULTS:
        if sockets or not needs_sockets(fault):
            yield Case(name, "transport", "", words or said[fault.effect], expected, fault=fault)


def _expected(kind: Kind, change: Change) -> Expected:
    # A client that sends a requestId may well refuse an answer that does not repeat it.
    if change == "no-request-id":
        return "any"
    return "raise" if kind == "refusal" else "return"
