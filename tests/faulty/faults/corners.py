"""Faults that show where two things meet: a warning and its data, two reasons to refuse, an enrolment and a refusal, a token and a rule."""

from collections.abc import Callable
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, crash, edit, get, opting_in, put
from tests.faulty.host import Hook, Step
from tests.faulty.turn import Turn
from tests.faulty.words import ALREADY, MILESTONES_FAILED, NO_RESPONSE
from tests.faulty.world import Record

_ALREADY = ("warning.already_enrolled",)
_NONE = ("response.warnings.none",)
_DATA = "data.enrollmentStatus"
_PROMOTION = f"{_DATA}.promotion"
_MILESTONE = f"{_DATA}.milestone"
_IDS = {"already-enrolled-body": "existing-ids"}
_ECHO = {"data-on-error": "partial-echo"}


def _all(*tests: Test) -> Test:
    return lambda turn: all(test(turn) for test in tests)


def _only(when: Test, do: Callable[[Turn], object]) -> Step:
    def step(turn: Turn) -> None:
        if when(turn):
            do(turn)

    return step


def _shows(path: str, value: Any, when: Test) -> Hook:
    """Put a value into the answer, whatever was there."""
    return after("compose", _only(when, lambda turn: put(turn.document, path, value)))


def _warned(turn: Turn) -> bool:
    return turn.outcome in ("already", "limit")


def _silent(turn: Turn) -> bool:
    return turn.outcome == "silent"


def _failed(turn: Turn) -> bool:
    return MILESTONES_FAILED in turn.warnings


def _refused(turn: Turn) -> bool:
    return bool(turn.complaints)


def _refused_with(*rows: str) -> Test:
    return lambda turn: any(one.row in rows for one in turn.complaints)


def _warnings(turn: Turn, *texts: str) -> None:
    turn.document["warnings"] = [{"message": text} for text in texts]


def _without_ids(turn: Turn) -> None:
    _warnings(turn, MILESTONES_FAILED, NO_RESPONSE)
    put(turn.document, f"{_PROMOTION}.enrollmentId", None)
    put(turn.document, f"{_PROMOTION}.optinId", None)


def _warnings_of_before(turn: Turn) -> None:
    notes = turn.memory.notes
    if turn.complaints and notes.get("warnings"):
        _warnings(turn, *notes["warnings"])
    elif not turn.complaints:
        notes["warnings"] = list(turn.warnings)


def _optin_of_a_refusal(turn: Turn) -> None:
    turn.document["data"] = {"status": "FAILED", "enrollmentStatus": {"promotion": {"optinId": "25999"}}}


def _value_of_before(turn: Turn) -> None:
    notes = turn.memory.notes
    if turn.complaints and turn.asked.value and notes.get("value"):
        put(turn.document, "data.customer.identifierValue", notes["value"])
    notes["value"] = turn.asked.value or notes.get("value")


def _number_kept(turn: Turn) -> None:
    given = get(turn.body, "requestId")
    if isinstance(given, int) and not isinstance(given, bool):
        turn.memory.notes[f"sent {turn.number}"] = given
        turn.body["requestId"] = str(given)


def _number_back(turn: Turn) -> None:
    if f"sent {turn.number}" in turn.memory.notes and get(turn.document, "data") is not None:
        put(turn.document, "data.requestId", turn.memory.notes[f"sent {turn.number}"])


def _own(turn: Turn) -> list[Record]:
    """Return the enrolments of the customer in the promotion, whatever else is wrong with the request."""
    if turn.customer is None or turn.promotion is None or turn.unauthenticated:
        return []
    ids = turn.customer.id, turn.promotion.id
    return [one for one in turn.memory.records if (one.customer, one.promotion) == ids]


def _wrong(place: str, why: str) -> Test:
    """The request has this problem and no other, and names what exists."""
    return lambda turn: [(one.place, one.why) for one in turn.problems] == [(place, why)] and not turn.misses


def _missed(*misses: str) -> Test:
    return lambda turn: turn.misses == [*misses] and not turn.problems and not turn.unreadable


def _told_first(when: Test) -> tuple[Hook, ...]:
    """Whoever cannot be enrolled once more is told so before anything else is looked at."""

    def look(turn: Turn) -> None:
        if when(turn) and turn.promotion and turn.promotion.per_customer == 1 and _own(turn):
            turn.problems, turn.misses, turn.unfit = [], [], []
            turn.memory.notes[f"told {turn.number}"] = True

    def tell(turn: Turn) -> None:
        if turn.memory.notes.pop(f"told {turn.number}", False):
            turn.outcome = "already"

    return before("settle", look), after("decide", tell)


def _opts_in(row: str) -> Hook:
    """A refused OPT_IN is noted all the same."""

    def do(turn: Turn) -> None:
        for one in _own(turn):
            one.opted_in = True

    return before("compose", _only(_all(opting_in, _refused_with(row)), do))


def _ends(row: str) -> Hook:
    """A refusal ends the enrolment."""

    def do(turn: Turn) -> None:
        for one in _own(turn):
            turn.memory.records.remove(one)

    return before("compose", _only(_refused_with(row), do))


def _is_generic(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.type == "GENERIC"


def _is_inactive(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.status not in ("LIVE", "UPCOMING")


def _is_down(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.engine == "down"


def _is_nobody(turn: Turn) -> bool:
    return "no customer" in turn.misses


def _is_no_program(turn: Turn) -> bool:
    return turn.asked.program is not None and turn.program is None


def _is_of_another_program(turn: Turn) -> bool:
    return turn.promotion is not None and turn.program is not None and turn.program != turn.promotion.program


def _crashes(*tests: Test) -> Hook:
    """Two reasons to refuse end in HTTP 500."""
    return crash(_all(lambda turn: not turn.problems and not turn.unreadable, *tests))


def _second_seat(turn: Turn) -> None:
    """Enrol again who has a seat of a full promotion, but for the one who took the last."""
    promotion = turn.promotion
    if turn.outcome != "already" or promotion is None or promotion.per_promotion is None:
        return
    inside = [one for one in turn.memory.records if one.promotion == promotion.id]
    if len(inside) >= promotion.per_promotion and inside[-1] not in turn.mine:
        turn.outcome = "enrol"


def _opted_in_elsewhere(turn: Turn) -> bool:
    assert turn.customer
    assert turn.promotion
    elsewhere = [one for one in turn.memory.records if one.promotion != turn.promotion.id]
    return any(one.customer == turn.customer.id and one.opted_in for one in elsewhere)


def _by_token(turn: Turn) -> bool:
    return "x-cap-api-oauth-token" in turn.headers


def _sent(path: str, *values: Any) -> Test:
    return lambda turn: get(turn.body, path) in values


def _turned_away(turn: Turn) -> None:
    turn.unauthenticated = "unknown"


def _forget(turn: Turn) -> None:
    if turn.outcome == "enrol" and turn.record in turn.memory.records:
        turn.memory.records.remove(turn.record)


_SOURCE = ("request.customer.source.values", "error.source_required")


def _no_source(turn: Turn) -> None:
    turn.problems = [one for one in turn.problems if one.place != "source"]


_IS_TEXT = ("request.programId.type", "error.program_id_required")
_OPT_IN = ("example.opt_in", *_ALREADY)

FAULTS = (
    Fault("enrolment-is-a-list-beside-already-enrolled", "Beside \"already enrolled\", enrollmentStatus is an empty list.",
          ("response.data.enrollmentStatus.type",), (_shows(_DATA, [], _warned),)),
    Fault("enrollment-id-zero-beside-already-enrolled", "Beside \"already enrolled\", enrollmentId is 0.",
          ("response.data.enrollmentStatus.promotion.enrollmentId.type",), (_shows(f"{_PROMOTION}.enrollmentId", 0, _warned),)),
    Fault("optin-id-false-beside-already-enrolled", "Beside \"already enrolled\", optinId is false.",
          ("response.data.enrollmentStatus.promotion.optinId.type",), (_shows(f"{_PROMOTION}.optinId", False, _warned),)),
    Fault("existing-enrollment-id-is-a-number", "Beside \"already enrolled\", the enrollmentId of the enrolment is a number.",
          ("response.data.enrollmentStatus.promotion.enrollmentId.type",), (edit(f"{_PROMOTION}.enrollmentId", int, _warned),), under=_IDS),
    Fault("milestone-is-text-beside-already-enrolled", "Beside \"already enrolled\", milestone is a text.",
          ("response.data.enrollmentStatus.milestone.type",), (_shows(_MILESTONE, "none", _warned),)),
    Fault("milestone-status-is-a-boolean-beside-already-enrolled", "Beside \"already enrolled\", milestone.status is true.",
          ("response.data.enrollmentStatus.milestone.status.type",), (edit(f"{_MILESTONE}.status", lambda _: True, _warned),), under=_IDS),
    Fault("enrollment-id-zero-beside-silence", "Beside \"No Response\", enrollmentId is 0.",
          ("response.data.enrollmentStatus.promotion.enrollmentId.type",), (_shows(f"{_PROMOTION}.enrollmentId", 0, _silent),)),
    Fault("enrolment-is-a-list-beside-silence", "Beside \"No Response\", enrollmentStatus is an empty list.",
          ("response.data.enrollmentStatus.type",), (_shows(_DATA, [], _silent),)),
    Fault("silence-warns-of-milestones-too", "A silent engine warns of milestones, too, where the promotion has none.", _NONE,
          (after("compose", _only(_silent, lambda turn: _warnings(turn, NO_RESPONSE, MILESTONES_FAILED))),)),
    Fault("failed-milestones-warn-of-silence-too", "Failed milestones warn of a silent engine, too, and show no ids.", _NONE,
          (after("compose", _only(_failed, _without_ids)),)),
    Fault("warnings-of-before-beside-errors", "A refusal has the warnings of the answer before.", _NONE, (after("compose", _warnings_of_before),)),
    Fault("unknown-customer-already-enrolled", "Beside \"Customer not found\" stands the warning that the customer is enrolled.", _NONE,
          (after("compose", _only(_refused_with("no customer"), lambda turn: _warnings(turn, ALREADY))),)),
    Fault("optin-id-beside-unsupported-opt-in", "An OPT_IN that is not supported shows an optinId.", ("response.errors.success",),
          (after("compose", _only(_refused_with("no opt-in"), _optin_of_a_refusal)),)),
    Fault("action-is-enrol-beside-errors", "Beside errors the action is always ENROL.", ("response.data.action.echo",),
          (edit("data.action", lambda _: "ENROL", _refused),), under=_ECHO),
    Fault("identifier-name-is-id-beside-errors", "Beside errors identifierName is always id.", ("response.data.customer.identifierName.echo",),
          (edit("data.customer.identifierName", lambda _: "id", _refused),), under=_ECHO),
    Fault("value-of-before-beside-errors", "Beside errors identifierValue is that of the request before.",
          ("response.data.customer.identifierValue.echo",), (after("compose", _value_of_before),), under=_ECHO),
    Fault("customer-id-of-the-first-beside-errors", "Beside errors customerId is that of the host's first customer.",
          ("response.data.customer.customerId.resolved",),
          (_shows("data.customer.customerId", 388369579, lambda turn: _refused(turn) and turn.customer is not None),), under=_ECHO),
    Fault("request-id-number-comes-back", "A requestId that is a number comes back as a number.", ("response.data.requestId.type", "request.requestId.type"),
          (before("check", _number_kept), after("compose", _number_back))),
    Fault("request-id-cut-at-50-beside-failed-milestones", "Beside failed milestones, requestId is cut at 50 characters.", ("response.data.requestId.echo",),
          (edit("data.requestId", lambda text: text[:50] if isinstance(text, str) else text, _failed),)),
    Fault("told-before-a-missing-program", "Whoever is enrolled is told so, though programId is missing.",
          ("error.program_id_required", "request.programId.required"), _told_first(_wrong("programId", "missing"))),
    Fault("told-before-a-program-in-text", "Whoever is enrolled is told so, though programId is a text.", _IS_TEXT,
          _told_first(_wrong("programId", "type"))),
    Fault("told-before-an-unlisted-action", "Whoever is enrolled is told so, though the action is unlisted.",
          ("error.action_required", "request.action.values"), _told_first(_wrong("action", "unlisted"))),
    Fault("told-before-an-unlisted-source", "Whoever is enrolled is told so, though the source is unlisted.", _SOURCE,
          _told_first(_wrong("source", "unlisted"))),
    Fault("told-before-an-unknown-program", "Whoever is enrolled is told so, though the program does not exist.", ("error.program_not_found",),
          _told_first(_missed("no program"))),
    Fault("told-before-another-program", "Whoever is enrolled is told so, though the program is that of another promotion.",
          ("error.promotion_not_found", "error.program_not_found"), _told_first(_all(_missed("no promotion"), _is_of_another_program))),
    Fault("refused-for-its-program-but-opted-in", "An OPT_IN without programId is refused, and opts in whoever is enrolled.", _OPT_IN, (_opts_in("programId"),)),
    Fault("refused-for-its-source-but-opted-in", "An OPT_IN with an unlisted source is refused, and opts in whoever is enrolled.", _OPT_IN, (_opts_in("source"),)),
    Fault("missing-program-ends-the-enrolment", "A request without programId is refused, and ends the enrolment.", (*_ALREADY, "warning.limit_reached"), (_ends("programId"),)),
    Fault("unlisted-source-ends-the-enrolment", "A request with an unlisted source is refused, and ends the enrolment.", (*_ALREADY, "warning.limit_reached"), (_ends("source"),)),
    Fault("nobody-in-no-program-crashes", "Neither the customer nor the program exists: HTTP 500.", ("error.program_not_found", "error.customer_not_found"),
          (_crashes(_is_nobody, _is_no_program),)),
    Fault("nobody-in-a-generic-promotion-crashes", "The promotion is GENERIC, and the customer does not exist: HTTP 500.",
          ("error.customer_not_found", "error.generic_not_eligible"), (_crashes(_is_nobody, _is_generic),)),
    Fault("inactive-in-no-program-crashes", "The promotion is not active, and the program does not exist: HTTP 500.",
          ("error.promotion_inactive", "error.program_not_found"), (_crashes(_is_inactive, _is_no_program),)),
    Fault("generic-of-another-program-crashes", "The promotion is GENERIC, and of another program: HTTP 500.",
          ("error.promotion_not_found", "error.generic_not_eligible", "error.program_not_found"), (_crashes(_is_generic, _is_of_another_program),)),
    Fault("nobody-and-no-engine-crashes", "The engine is down, and the customer does not exist: HTTP 500 in HTML.",
          ("error.customer_not_found", "error.engine_error"), (_crashes(_is_nobody, _is_down),)),
    Fault("inactive-from-nowhere-crashes", "The promotion is not active, and the source is unlisted: HTTP 500.", ("error.source_required", "error.promotion_inactive"),
          (crash(_all(_is_inactive, lambda turn: [one.place for one in turn.problems] == ["source"])),)),
    Fault("second-seat-in-a-full-promotion", "Whoever has a seat of a full promotion gets another one.", ("warning.limit_reached", *_ALREADY),
          (after("decide", _second_seat),)),
    Fault("opted-in-to-all-at-once", "Whoever has opted in to a promotion is told so of every other one.", _OPT_IN,
          (after("decide", lambda turn: setattr(turn, "outcome", "already") if turn.outcome == "opt in" and _opted_in_elsewhere(turn) else None),)),
    Fault("enrolment-by-token-not-kept", "Whoever is enrolled with an OAuth token is forgotten.", _ALREADY, (after("enrol", _only(_by_token, _forget)),)),
    Fault("token-refused-by-email", "OAuth tokens are turned away where the customer is named by e-mail.", ("auth.oauth",),
          (after("read", _only(_all(_by_token, _sent("customer.identifierName", "email")), _turned_away)),)),
    Fault("token-refused-when-upcoming", "OAuth tokens are turned away for UPCOMING promotions.", ("auth.oauth",),
          (after("read", _only(_all(_by_token, _sent("promotion.promotionId", 1133590102, 1133590103)), _turned_away)),)),
    Fault("any-source-with-a-token", "With an OAuth token, any source is taken.", _SOURCE, (after("check", _only(_by_token, _no_source)),)),
    Fault("generic-with-a-token", "With an OAuth token, a GENERIC promotion takes customers.", ("error.generic_not_eligible",),
          (after("weigh", _only(_all(_by_token, _is_generic), lambda turn: turn.unfit.clear())),)),
)  # fmt: skip
