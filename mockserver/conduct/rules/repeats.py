"""What a client sends again, or goes on with: retries, request ids, and an enrolment that was refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mockserver.conduct.call import Call
from mockserver.conduct.rule import OF_THE_ANSWER, Claim, Node, Row, Rule, Standard, Symptom, Words

_REQUEST_ID: Final = Node(("schemas", "EnrolRequest", "properties", "requestId"), "request.requestId.type")

_CLIENT_ERROR: Final = Standard(
    "RFC 9110", "15.5", "The 4xx (Client Error) class of status code indicates that the client seems to have erred."
)

AFTER_REFUSAL: Final = Rule(
    "retry.after_refusal",
    "broken",
    "The same request again, unchanged, after a row of the page has refused it and said what to mend.",
    OF_THE_ANSWER,
    "Do not retry a refusal. Show it to the caller, or send a request that is mended.",
)
AFTER_REFUSAL_NEW_ID: Final = Rule(
    "retry.after_refusal_with_new_id",
    "note",
    "The same request under another requestId, after it was refused: a retry of a refusal, or a second call that a test means.",
    OF_THE_ANSWER,
    "Do not retry a refusal. If a test calls twice on purpose, there is nothing to do.",
)
AFTER_4XX: Final = Rule(
    "retry.after_4xx",
    "hygiene",
    "The same request again, unchanged and with the same login, after another answer with 4xx. 408, 421, 425 and 429 are left "
    "out.",
    _CLIENT_ERROR,
    "Do not retry such an answer. After 401 and 498, log in anew first.",
)
TOO_SOON: Final = Rule(
    "retry.too_soon",
    "hygiene",
    "The same request again before the time that Retry-After names.",
    Standard(
        "RFC 9110",
        "10.2.3",
        'Servers send the "Retry-After" header field to indicate how long the user agent ought to wait '
        "before making a follow-up request.",
    ),
    "Wait as long as Retry-After says.",
)
STORM: Final = Rule(
    "retry.storm",
    "hygiene",
    "The same request five times or more within a second, though each time it failed.",
    Standard("RFC 9110", "9.2.2", "A client SHOULD NOT automatically retry a failed automatic retry."),
    "Wait longer before each further retry, and give up after a few.",
)
LOST: Final = Rule(
    "retry.after_lost_answer",
    "note",
    "The same request again although its first answer was lost or late, so the first may have been carried out.",
    Row("already_enrolled"),
    "Take the warning that the customer is already enrolled for a success of the first request.",
)
NEW_ID: Final = Rule(
    "retry.new_request_id",
    "note",
    "A retry under another requestId. The page does not say which is right.",
    _REQUEST_ID,
    "Ask the host whether it knows a retry by its requestId.",
)
NEVER: Final = Rule(
    "retry.never",
    "note",
    "The documented error 500 was not tried again before the session was reset or ended, or the findings were read.",
    Row("engine_error"),
    "Try again later, a few times, or leave that to the caller and say so.",
)
REUSED_ID: Final = Rule(
    "request_id.reused",
    "broken",
    "One requestId for different requests of one session. That of the page's examples is left out.",
    _REQUEST_ID,
    "Draw a new requestId for each request, and keep it for its retries.",
)
AS_IF_ENROLLED: Final = Rule(
    "outcome.went_on_as_if_enrolled",
    "broken",
    "An OPT_IN right after an ENROL of the same customer and promotion that was refused with HTTP 200 and filled errors.",
    Claim("response.errors.filled"),
    "Read errors before you take an answer with HTTP 200 for a success.",
)
AFTER_REFUSED_ENROL: Final = Rule(
    "outcome.opt_in_after_refusal",
    "note",
    "An OPT_IN right after an ENROL of the same customer and promotion that was refused with another status.",
    Claim("response.errors.filled"),
    "Stop after a refused ENROL, unless OPT_IN is meant to stand by itself.",
)
RULES: Final = (
    AFTER_REFUSAL,
    AFTER_REFUSAL_NEW_ID,
    AFTER_4XX,
    TOO_SOON,
    STORM,
    LOST,
    NEW_ID,
    NEVER,
    REUSED_ID,
    AS_IF_ENROLLED,
    AFTER_REFUSED_ENROL,
)

_SOON: Final = 60.0  # seconds after an answer, in which the same request is a retry of it
_EARLY: Final = 0.05  # seconds that clocks may differ
_STORM: Final = 5  # tries
_STORM_SECONDS: Final = 1.0


def is_again(before: Call, call: Call) -> bool:
    """Return whether a call is a retry of one before. If a test has changed the mock between, it is the test's own."""
    return before.turn[0] == call.turn[0] and call.at - before.answered <= _SOON


def of_retry(before: Call, call: Call) -> Iterator[Symptom]:
    """Yield what is wrong with a retry."""
    gave_up = call.at < before.answered or before.is_late
    if before.is_refused and not gave_up:
        if before.shape == call.shape and before.turn == call.turn:
            yield _refused(before, has_new_id=before.request_id != call.request_id)
        return
    if not (before.has_failed or gave_up):
        return
    if call.at < before.wait_until - _EARLY:
        yield Symptom(TOO_SOON, f"A retry came before the time of Retry-After, after {before.status}")
    if before.tries + 1 >= _STORM and call.at - before.first <= _STORM_SECONDS:
        yield Symptom(STORM, "A request was tried five times or more within a second")
    if before.lost or gave_up:
        how = "its answer was lost" if before.lost else "its answer came late"
        yield Symptom(LOST, f"{call.action or 'A request'} was sent again because {how}")
    if before.request_id != call.request_id:
        yield Symptom(NEW_ID, "A retry has another requestId")


def of_opt_in(before: Call) -> Symptom:
    """Return what is wrong with an OPT_IN after an ENROL that was refused."""
    name = before.refusal.name if before.refusal else ""
    if before.status < 300:
        return Symptom(AS_IF_ENROLLED, f"Went on as if enrolled after {name} with HTTP {before.status}")
    return Symptom(AFTER_REFUSED_ENROL, f"Went on with OPT_IN after {name} with HTTP {before.status}")


def reused_id() -> Symptom:
    """Return what is wrong with a requestId that another request has had."""
    return Symptom(REUSED_ID, "One requestId is sent with different requests")


def never() -> Symptom:
    """Return what is wrong with leaving a documented error 500 at that."""
    return Symptom(NEVER, "The documented error 500 was never tried again")


def _refused(before: Call, *, has_new_id: bool) -> Symptom:
    row = before.refusal
    place = f"{row.section}, row {row.row}" if row and row.section else ""
    if has_new_id:
        name = row.name if row else f"HTTP {before.status}"
        words = (
            Words(row.message, place)
            if row
            else Words(_CLIENT_ERROR.says, f"{_CLIENT_ERROR.name}, section {_CLIENT_ERROR.section}")
        )
        return Symptom(AFTER_REFUSAL_NEW_ID, f"Sent again under another requestId after {name}", words)
    if row and place:
        return Symptom(AFTER_REFUSAL, f"Sent again unchanged after {row.name}", Words(row.message, place))
    return Symptom(AFTER_4XX, f"Sent again unchanged after HTTP {before.status}")
