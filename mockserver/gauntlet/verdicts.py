"""Verdicts: how a client took a case, judged by what it did and by the requests that came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec

from mockserver.conduct.page import Page, dotted
from mockserver.conduct.rules.values import integers
from mockserver.control.journal import Entry
from mockserver.exchange.request_fields import Path
from mockserver.gauntlet.cases import Case
from mockserver.receiving.parsing import parse
from proof.records import CaseResult

_TEXT: Final = 2000  # characters
_MOST_REQUESTS: Final = 10  # that a client may send before it gives up
_LOGIN: Final = ("unauthenticated", "498")  # after which a client may log in anew, and send the request again
_DO: Final = {
    "raise": "raise an error of its own",
    "return": "return",
    "any": "return, or raise an error of its own",
}


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What is told of a client's call in a case.

    `error`: what it raised, or how it ended. `crashed`: with an error that is no client's own, such as a KeyError.
    `seconds`: how long it took. `expected`: what it should do, if its developer says so; `retry` means to send the
    request again, and
    `then` what follows. `says`: the same in the developer's words. `problems`: what the developer's own checks have
    found.
    `loss`: how the call shows the large id of the answer, if it has lost digits of it. `since`: the id of the exchange
    after which the call began, '' for none.
    """

    did: Literal["returned", "raised", "hung"]
    error: Annotated[str, msgspec.Meta(max_length=_TEXT)] = ""
    crashed: bool = False
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    expected: Literal["raise", "return", "any", "retry"] | None = None
    then: Literal["raise", "return", "any"] = "return"
    says: Annotated[str, msgspec.Meta(max_length=_TEXT)] = ""
    loss: Annotated[str, msgspec.Meta(max_length=_TEXT)] = ""
    since: Annotated[str, msgspec.Meta(max_length=_TEXT)] = ""
    problems: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=_TEXT)], ...], msgspec.Meta(max_length=20)] = ()


def judge(case: Case, told: Told, entries: Sequence[Entry], page: Page) -> CaseResult:
    """Return the result of a case. `entries` are the requests to the enrol call that came meanwhile, oldest first."""
    if told.expected == "retry":
        expected = f"send the request again, then {_DO[told.then]}"
    else:
        expected = _DO[told.expected or case.expected]
    return CaseResult(
        case=case.name,
        place=case.place,
        expected=told.says or expected,
        did=_did(told, entries),
        problems=tuple(_problems(case, told, entries, page)),
    )


def _row(case: Case) -> str:
    """Return the row of the page that a case is about, with its words, in brackets."""
    return f'({case.place}: "{case.words}")' if case.place else f"({case.words})"


def _did(told: Told, entries: Sequence[Entry]) -> str:
    what = {
        "returned": "returned",
        "raised": f"raised {told.error}",
        "hung": f"gave no result within {told.seconds:g} s",
    }[told.did]
    if not entries:
        return f"{what}, and sent no request"
    times = ", ".join(f"{entry.at - entries[0].at:.2f} s" for entry in entries[:_MOST_REQUESTS])
    return f"{what}, after one request" if len(entries) == 1 else f"{what}, after {len(entries)} requests (at {times})"


def _problems(case: Case, told: Told, entries: Sequence[Entry], page: Page) -> Iterator[str]:
    if told.did == "hung":
        yield f"The client hung: it gave no result within {told.seconds:g} s {_row(case)}."
    if told.crashed:
        yield f"The client crashed with {told.error}, which is no error of its own {_row(case)}."
    if not entries:
        yield "The client sent no request to the mock, so it did not meet the case. Does it use the URL of the mock?"
    elif not entries[0].why.startswith(("Case ", "Fault ")):
        first = entries[0]
        yield (
            f"The client did not meet the case, since the mock could not take its call: {first.status}, {first.why} "
            "Use a call that the world of the mock lets through."
        )
    else:
        yield from _of_outcome(case, told)
        yield from _of_requests(case, told, entries, page)
    if told.loss:
        yield f"The client spoilt an id: the answer has {case.customer_id}, and the client shows {told.loss} {_row(case)}."
    yield from told.problems


def _of_outcome(case: Case, told: Told) -> Iterator[str]:
    """Yield what is wrong with how the call ended."""
    end = told.then if told.expected == "retry" else told.expected or case.expected
    if told.did == "returned" and end == "raise":
        if case.kind == "transport":
            yield f"The client returned as if all were well, although the answer was broken {_row(case)}."
        else:
            yield f"The client returned as if the customer were enrolled, although the answer has errors {_row(case)}."
    if told.did == "raised" and end == "return" and not told.crashed:
        what = {
            "success": "The customer is enrolled",
            "warning": "The answer has a warning and no error",
            "refusal": "The client should return here",
            "transport": "The call succeeds when it is sent again" if told.expected == "retry" else "It should return",
        }[case.kind]
        yield f"The client raised {told.error}. {what} {_row(case)}."


def _of_requests(case: Case, told: Told, entries: Sequence[Entry], page: Page) -> Iterator[str]:
    """Yield what is wrong with the requests that came: how many, when, and what was in them."""
    number, pauses = len(entries), [after.at - before.at for before, after in pairwise(entries)]
    if told.expected == "retry" and number == 1:
        yield f"The client did not send the request again {_row(case)}."
    if case.kind == "refusal" and case.shows != "engine_error" and told.expected != "retry":
        is_login = case.shows in _LOGIN
        if number > (2 if is_login else 1):
            yield f"The client sent the refused request {number} times. The same request is refused again {_row(case)}."
    if case.name == "498" and number > 2:
        yield f"The client sent the request {number} times with a token that has expired {_row(case)}."
    asked = case.fault.retry_after if case.fault else None
    if asked and any(pause < asked * 0.95 for pause in pauses):  # two clocks are never quite equal
        yield f"The client tried again after {min(pauses):.2f} s, although Retry-After asks for {asked} s {_row(case)}."
    if number > _MOST_REQUESTS:
        yield f"The client sent the request {number} times, and did not give up {_row(case)}."
    found = {path: value for entry in entries for path, value in _float_ids(entry, page)}
    for path, value in found.items():
        yield f"The client sent {dotted(path)} as {value}; an id has no fraction. {page.words(path, 'type').place}."


def _float_ids(entry: Entry, page: Page) -> Iterator[tuple[Path, float]]:
    try:
        payload = parse(entry.request_body.encode())
    except ValueError:
        return
    yield from ((path, value) for path, value in integers(payload, page) if isinstance(value, float))
