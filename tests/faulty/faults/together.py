"""Faults that show only while several requests are under way: races, and answers that hold parts of another request."""

from copy import deepcopy
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.overlapping import (
    beside_another,
    counts_in_flight,
    linger,
    looks_early,
    others_in_flight,
    shared,
    will_enrol,
)
from tests.faulty.faults.parts import HTML, Test, get, named, opting_in, put, write_down
from tests.faulty.host import Hook
from tests.faulty.turn import Complaint, Reply, Turn
from tests.faulty.words import ALREADY, ROWS

ENROLMENT = "data.enrollmentStatus.promotion"
MILESTONE = "data.enrollmentStatus.milestone"


def _limited(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.per_promotion is not None


def _several(turn: Turn) -> bool:
    return turn.promotion is not None and 1 < turn.promotion.per_customer < 100


def _once(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.per_customer == 1 and not _limited(turn)


def _missing(what: str) -> Test:
    return lambda turn: what in turn.misses


def _unfit(what: str) -> Test:
    return lambda turn: what in turn.unfit


def _succeeded(turn: Turn) -> bool:
    return bool(turn.document and turn.document.get("data") and not turn.complaints and turn.outcome == "enrol")


def _of_answer(path: str, *, refused: bool = False, null: bool = False) -> tuple[Hook, ...]:
    """Show what stands in this place of the answer of whoever came last.

    `refused`: among refusals, otherwise among acceptances; `null`: also where there is nothing.
    """

    def counts(turn: Turn) -> bool:
        return bool(turn.complaints) is refused and (null or get(turn.document, path) is not None)

    def keep(turn: Turn) -> None:
        if counts(turn):
            turn.memory.notes[path] = deepcopy(get(turn.document, path))

    def use(turn: Turn) -> None:
        if counts(turn):
            linger(turn)
            put(turn.document, path, turn.memory.notes[path])

    return after("compose", keep), before("encode", use)


def _of_request(path: str, field: str) -> tuple[Hook, ...]:
    """Show what the request of whoever came last has in a field."""
    return shared(path, lambda turn: getattr(turn.asked, field), lambda turn, kept: _show(turn, path, kept))


def _show(turn: Turn, path: str, value: Any) -> None:
    if turn.document and get(turn.document, path) is not None and value is not None:
        put(turn.document, path, value)


def _requests_meet(name: str, key: Any, do: Any) -> tuple[Hook, ...]:
    """Do something, behind "decide", to requests that were under way at the same time with the same key."""

    def come(turn: Turn) -> None:
        if will_enrol(turn):
            with turn.memory.lock:
                held = turn.memory.notes.setdefault(name, {})
                others = [number for number, other in held.items() if other == key(turn)]
                held[turn.number] = key(turn)
                turn.memory.notes.setdefault("met", set()).update([turn.number, *others] if others else [])
            linger(turn)

    def meet(turn: Turn) -> None:
        if turn.number in turn.memory.notes.get("met", ()):
            do(turn)

    def go(turn: Turn) -> None:
        with turn.memory.lock:
            turn.memory.notes.get(name, {}).pop(turn.number, None)

    return after("settle", come), after("decide", meet), after("encode", go)


def _membership(turn: Turn) -> tuple[int, str]:
    assert turn.customer
    assert turn.promotion
    return turn.customer.id, turn.promotion.id


def _fail(turn: Turn) -> None:
    if turn.outcome == "already":
        turn.reply = Reply(500, {"Content-Type": "text/html"}, HTML)


def _lose_customer(turn: Turn) -> None:
    if turn.outcome == "already":
        turn.complaints.append(Complaint(400, ROWS["no customer"].text, 400, "no customer"))


def _call_already(turn: Turn) -> None:
    if turn.outcome == "enrol":
        turn.outcome = "limit"


def _add_warning(turn: Turn) -> None:
    if turn.outcome in ("enrol", "silent") and turn.number in turn.memory.notes.get("met", ()):
        turn.warnings.append(ALREADY)


def _forget(turn: Turn) -> None:
    """Do not store an enrolment that is made at the same time as another one."""
    if turn.outcome == "enrol" and turn.number in turn.memory.notes.get("met", ()):
        turn.memory.records.remove(turn.memory.records[-1])


def _let_in(turn: Turn) -> None:
    turn.unauthenticated = ""


def _clear(turn: Turn) -> None:
    turn.problems, turn.misses, turn.unfit = [], [], []


def _as_enrol(turn: Turn) -> None:
    _clear(turn)
    turn.asked.action = "ENROL"


def _borrow(turn: Turn) -> None:
    """Take promotion and customer of a good request under way for what was not found."""
    other = turn.memory.notes.get("found")
    if other and turn.asked.action in ("ENROL", "OPT_IN"):
        _clear(turn)
        turn.promotion, turn.customer = turn.promotion or other[0], turn.customer or other[1]


def _remember_found(turn: Turn) -> None:
    if will_enrol(turn):
        turn.memory.notes["found"] = turn.promotion, turn.customer


def _same_ids(counter: str) -> tuple[Hook, ...]:
    """Read a counter, wait, and write it: two requests get the same number."""

    def read(turn: Turn) -> None:
        if will_enrol(turn):
            turn.memory.notes[f"number {turn.number}"] = getattr(turn.memory, counter)
            linger(turn)

    def write(turn: Turn) -> None:
        early = turn.memory.notes.pop(f"number {turn.number}", None)
        if early is not None:
            setattr(turn.memory, counter, early)

    return after("settle", read), before("enrol", write)


def _swap_customer(turn: Turn, other: Any) -> None:
    """Write the enrolment down for the customer of whoever came last."""
    if turn.record and _succeeded(turn):
        turn.record.customer = other


def _swap_promotion(turn: Turn, other: Any) -> None:
    if turn.record and _succeeded(turn):
        turn.record.promotion = other


def _customer_id(turn: Turn) -> int:
    assert turn.customer
    return turn.customer.id


def _promotion_id(turn: Turn) -> str:
    assert turn.promotion
    return turn.promotion.id


def _refused(turn: Turn) -> bool:
    return bool(turn.complaints) and not turn.reply


def _keep_errors(turn: Turn) -> None:
    if _refused(turn):
        turn.memory.notes["errors"] = turn.document["errors"]
        linger(turn)
        linger(turn)


def _use_errors_in_success(turn: Turn) -> None:
    # A refusal is under way before its errors are written.
    if not turn.complaints and "errors" in turn.memory.notes and others_in_flight(turn, "refused"):
        turn.document["errors"] = turn.memory.notes["errors"]


def _turn_away(turn: Turn) -> None:
    if not turn.unauthenticated:
        linger(turn)
        if others_in_flight(turn, "strangers"):
            turn.unauthenticated = "unknown"


def _strangers(turn: Turn) -> None:
    if turn.unauthenticated:
        with turn.memory.lock:
            turn.memory.notes.setdefault("strangers", set()).add(turn.number)
        linger(turn)


def _stranger_leaves(turn: Turn) -> None:
    if turn.reply:
        with turn.memory.lock:
            turn.memory.notes.get("strangers", set()).discard(turn.number)


def _is_stranger(turn: Turn) -> bool:
    return bool(turn.unauthenticated)


def _generated_from_another(turn: Turn) -> None:
    if will_enrol(turn) and turn.asked.request_id:
        turn.memory.notes["requestId"] = turn.asked.request_id


def _use_generated(turn: Turn) -> None:
    if turn.asked.request_id is None and others_in_flight(turn, "good") and turn.document and turn.document.get("data"):
        turn.document["data"]["requestId"] = turn.memory.notes.get("requestId")


def _crowd(name: str, says: str, claims: tuple[str, ...], *hooks: Hook, **under: str) -> Fault:
    named_under = {question.replace("_", "-"): reading for question, reading in under.items()}
    return Fault(name, says, claims, hooks, under=named_under, shows="crowd")


_UNIQUE = f"response.{ENROLMENT}.enrollmentId.unique"
_ECHO = "response.data"
_DUPLICATE = "warning.already_enrolled"
_LIMIT = "warning.limit_reached"

FAULTS = (
    # Races: a check, and then an act.
    _crowd(
        "race-of-the-duplicate-check",
        "Two ENROLs of one customer at the same time enrol twice.",
        (_DUPLICATE,),
        *looks_early(mine=True, when=_once),
    ),
    _crowd(
        "race-of-the-duplicate-check-by-mobile",
        "An ENROL by mobile looks whether the customer is enrolled a moment too early.",
        (_DUPLICATE,),
        *looks_early(mine=True, when=lambda turn: _once(turn) and named("mobile")(turn)),
    ),
    _crowd(
        "race-of-enrol-and-opt-in",
        "An ENROL and an OPT_IN of one customer at the same time make two enrolments.",
        (_DUPLICATE, _UNIQUE),
        *looks_early(mine=True, when=opting_in),
    ),
    _crowd(
        "race-of-the-limit-per-customer",
        "One customer gets more enrolments than the limit when they are asked for at the same time.",
        (_LIMIT,),
        *looks_early(mine=True, when=_several),
    ),
    _crowd(
        "race-of-the-limit-per-promotion",
        "Several customers get the last seat of a promotion when they ask at the same time.",
        (_LIMIT,),
        *looks_early(taken=True, when=_limited),
    ),
    _crowd(
        "race-of-all-checks",
        "Nothing is checked again between the look and the write.",
        (_DUPLICATE, _LIMIT),
        *looks_early(mine=True, taken=True),
    ),
    _crowd(
        "duplicate-at-the-same-time-fails",
        "The second of two equal enrolments at the same time is answered with HTTP 500.",
        ("error.engine_error",),
        *_requests_meet("writing", _membership, _fail),
    ),
    _crowd(
        "duplicate-at-the-same-time-finds-nobody",
        "The second of two equal enrolments at the same time does not find the customer.",
        ("error.customer_not_found", "request.customer.identifierName.values"),
        *_requests_meet("writing", _membership, _lose_customer),
    ),
    _crowd(
        "all-duplicates-are-warned",
        "Of several equal enrolments at the same time none is made, and all are told that one was made before.",
        (_DUPLICATE, _LIMIT),
        *_requests_meet("writing", _membership, _call_already),
    ),
    _crowd(
        "busy-promotion-is-full",
        "A promotion in which somebody is being enrolled says that its limit is reached.",
        (_LIMIT, _DUPLICATE),
        *_requests_meet("writing", _promotion_id, _call_already),
    ),
    _crowd(
        "busy-host-warns",
        "An enrolment beside another one is made, and warns that it is not.",
        (_DUPLICATE, _LIMIT),
        *_requests_meet("writing", lambda turn: True, lambda turn: None),
        after("enrol", _add_warning),
    ),
    _crowd(
        "enrolment-beside-another-is-lost",
        "Of two enrolments into one promotion at the same time one is not stored.",
        (_DUPLICATE,),
        *_requests_meet("writing", _promotion_id, lambda turn: None),
        after("enrol", _forget),
    ),
    _crowd(
        "customer-keeps-one-of-two-enrolments",
        "Of two enrolments of one customer into two promotions at the same time neither is stored.",
        (_DUPLICATE,),
        *_requests_meet("writing", _customer_id, lambda turn: None),
        after("enrol", _forget),
    ),
    # Ids.
    _crowd(
        "enrollment-id-handed-out-twice",
        "Two enrolments at the same time get one enrollmentId.",
        (_UNIQUE,),
        *_same_ids("last_enrollment"),
    ),
    _crowd(
        "optin-id-handed-out-twice",
        "Two enrolments at the same time get one optinId.",
        (f"response.{ENROLMENT}.optinId.unique",),
        *_same_ids("last_optin"),
    ),
    _crowd(
        "enrollment-id-of-the-last-one",
        "The enrollmentId is that of whoever was enrolled last.",
        (_UNIQUE,),
        *_of_answer(f"{ENROLMENT}.enrollmentId"),
    ),
    # Parts of another request.
    _crowd(
        "request-id-of-another",
        "The requestId is that of the request that came last.",
        (f"{_ECHO}.requestId.echo",),
        *_of_request("data.requestId", "request_id"),
    ),
    _crowd(
        "request-id-of-another-where-none-was-sent",
        "Without a requestId, the answer has that of another request under way.",
        (f"{_ECHO}.requestId.echo",),
        *counts_in_flight("good"),
        after("settle", _generated_from_another),
        after("compose", _use_generated),
    ),
    _crowd(
        "action-of-another",
        "The action is that of the request that came last.",
        (f"{_ECHO}.action.echo",),
        *_of_request("data.action", "action"),
    ),
    _crowd(
        "identifier-name-of-another",
        "The identifierName is that of the request that came last.",
        (f"{_ECHO}.customer.identifierName.echo",),
        *_of_request("data.customer.identifierName", "name"),
    ),
    _crowd(
        "identifier-value-of-another",
        "The identifierValue is that of the request that came last.",
        (f"{_ECHO}.customer.identifierValue.echo",),
        *_of_request("data.customer.identifierValue", "value"),
    ),
    _crowd(
        "customer-id-of-another",
        "The customerId is that of the customer who was looked up last.",
        (f"{_ECHO}.customer.customerId.resolved",),
        *shared("customerId", _customer_id, lambda turn, kept: _show(turn, "data.customer.customerId", kept)),
    ),
    _crowd(
        "customer-of-another",
        "The whole customer is that of the answer before.",
        (
            f"{_ECHO}.customer.customerId.resolved",
            f"{_ECHO}.customer.identifierValue.echo",
            f"{_ECHO}.customer.identifierName.echo",
        ),
        *_of_answer("data.customer"),
    ),
    _crowd(
        "promotion-id-of-the-last-request",
        "The id of the promotion is that of the promotion which was looked up last.",
        (f"response.{ENROLMENT}.id.value",),
        *shared("promotion", _promotion_id, lambda turn, kept: _show(turn, f"{ENROLMENT}.id", kept)),
    ),
    _crowd(
        "short-identifier-of-another",
        "The short identifier is that of the promotion in the answer before.",
        (f"response.{ENROLMENT}.identifier.value",),
        *_of_answer(f"{ENROLMENT}.identifier"),
    ),
    _crowd(
        "program-of-another",
        "The programId is that of the answer before.",
        (f"response.{ENROLMENT}.programId.value",),
        *_of_answer(f"{ENROLMENT}.programId"),
    ),
    _crowd(
        "promotion-of-another",
        "The whole promotion is that of the answer before, with its ids.",
        (f"response.{ENROLMENT}.id.value", f"response.{ENROLMENT}.identifier.value", _UNIQUE),
        *_of_answer(ENROLMENT),
    ),
    _crowd(
        "milestones-of-another",
        "The milestones are those of the answer before.",
        (
            f"response.{MILESTONE}.milestones.targetGroupId.value",
            f"response.{MILESTONE}.milestones.targetRuleId.value",
            f"response.{MILESTONE}.status.value",
            f"response.{MILESTONE}.type",
        ),
        *_of_answer(MILESTONE),
    ),
    _crowd(
        "warnings-of-another",
        "The warnings are those of the answer before.",
        ("response.warnings.none", "warning.no_response", "warning.milestones_failed", _DUPLICATE, _LIMIT),
        *_of_answer("warnings", null=True),
    ),
    _crowd(
        "data-of-another",
        "The whole data is that of the answer before.",
        (f"{_ECHO}.requestId.echo", f"{_ECHO}.customer.customerId.resolved", f"{_ECHO}.action.echo"),
        *_of_answer("data"),
    ),
    _crowd(
        "errors-of-another",
        "A refusal gives the reason of the refusal before.",
        ("error.program_not_found", "error.customer_not_found", "error.action_required"),
        *_of_answer("errors", refused=True),
    ),
    _crowd(
        "errors-of-another-in-a-success",
        "An enrolment shows the errors of a refusal that is under way.",
        ("response.errors.success", "error.customer_not_found", "error.program_not_found", "error.action_required"),
        *counts_in_flight("refused", _refused),
        after("compose", _keep_errors),
        *[after("settle", lambda turn: linger(turn) if will_enrol(turn) else None)] * 3,
        after("compose", _use_errors_in_success),
    ),
    _crowd(
        "another-customer-is-enrolled",
        "The enrolment is stored for the customer who was looked up last.",
        (_DUPLICATE,),
        *shared("customer", _customer_id, _swap_customer, when=lambda turn: will_enrol(turn) and _once(turn)),
    ),
    _crowd(
        "into-another-promotion",
        "The enrolment is stored in the promotion that was looked up last.",
        (_DUPLICATE, _LIMIT, _UNIQUE),
        *shared("place", _promotion_id, _swap_promotion, when=lambda turn: will_enrol(turn) and not _limited(turn)),
    ),
    # Refusals.
    _crowd(
        "stranger-let-in-beside-a-valid-request",
        "Wrong credentials are taken while a request with valid ones is under way.",
        ("auth.required",),
        *beside_another(_is_stranger, _let_in),
    ),
    _crowd(
        "valid-request-turned-away-beside-a-stranger",
        "Valid credentials are refused while a request with wrong ones is under way.",
        ("auth.basic",),
        before("settle", _strangers),
        after("settle", _stranger_leaves),
        before("settle", _turn_away),
    ),
    _crowd(
        "stranger-is-enrolled-beside-a-valid-request",
        "A request with wrong credentials is refused, and enrols all the same while a valid one is under way.",
        ("auth.required", _DUPLICATE),
        *beside_another(_is_stranger, write_down),
    ),
    _crowd(
        "refused-request-counts-beside-a-good-one",
        "A request for an unknown program is refused, and enrols all the same while a good one is under way.",
        (_DUPLICATE,),
        *beside_another(_missing("no program"), write_down),
    ),
    _crowd(
        "unknown-program-let-through-beside-a-good-request",
        "A program that does not exist is found while a good request is under way.",
        ("error.program_not_found",),
        *beside_another(_missing("no program"), _clear),
    ),
    _crowd(
        "unknown-customer-is-the-other-one",
        "A customer who does not exist is taken for the customer of another request under way.",
        ("error.customer_not_found",),
        after("settle", _remember_found),
        *beside_another(_missing("no customer"), _borrow),
    ),
    _crowd(
        "unlisted-action-let-through-beside-a-good-request",
        "An action that is not listed is taken for ENROL while a good request is under way.",
        ("error.action_required", "request.action.values"),
        *beside_another(lambda turn: any(problem.place == "action" for problem in turn.problems), _as_enrol),
    ),
    _crowd(
        "generic-let-through-beside-a-good-request",
        "A GENERIC promotion takes customers while a good request is under way.",
        ("error.generic_not_eligible",),
        *beside_another(_unfit("generic"), _clear),
    ),
    _crowd(
        "inactive-let-through-beside-a-good-request",
        "A promotion that is not LIVE takes customers while a good request is under way.",
        ("error.promotion_inactive",),
        *beside_another(lambda turn: "no promotion" in turn.misses and turn.promotion is not None, _clear),
    ),
    _crowd(
        "opt-in-let-through-beside-a-good-request",
        "A LOYALTY promotion takes an OPT_IN while a good request is under way.",
        ("error.opt_in_not_supported",),
        *beside_another(_unfit("no opt-in"), _clear),
    ),
)
