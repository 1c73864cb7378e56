"""Faults around the promotion engine: down, silent, and milestones that fail."""

from tests.faulty.complaints import complaint
from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import HTML, Test, edit, put, restate, write_down
from tests.faulty.host import Hook
from tests.faulty.turn import Complaint, Reply, Turn
from tests.faulty.words import MILESTONES_FAILED, NO_RESPONSE

PROMOTION = "data.enrollmentStatus.promotion"
MILESTONE = "data.enrollmentStatus.milestone"


def _engine(state: str) -> Test:
    return lambda turn: turn.promotion is not None and turn.promotion.engine == state


def _some_fail(turn: Turn) -> bool:
    return MILESTONES_FAILED in turn.warnings


def _none_fails(turn: Turn) -> bool:
    return turn.outcome == "enrol" and not turn.warnings


def _is_silent(turn: Turn) -> bool:
    return turn.outcome == "silent"


def _down_in_html(turn: Turn) -> None:
    if turn.outcome == "down":
        turn.reply = Reply(500, {"Content-Type": "text/html"}, HTML)


def _down_unnoticed(turn: Turn) -> None:
    if turn.outcome == "down":
        turn.outcome = "enrol"
        turn.complaints.clear()


def _down_as_warning(turn: Turn) -> None:
    if turn.outcome == "down":
        turn.outcome = "silent"
        turn.complaints.clear()
        turn.warnings.append(NO_RESPONSE)


def _keep_although_down(turn: Turn) -> None:
    if turn.outcome == "down":
        write_down(turn)


def _fail_although_enrolled(turn: Turn) -> None:
    if turn.outcome == "silent":
        turn.complaints.append(complaint(turn, "engine"))


def _fail_once_more(turn: Turn) -> None:
    """Let the request after an engine error fail too."""
    if turn.memory.notes.pop("down", False) and not turn.complaints:
        turn.complaints.append(complaint(turn, "engine"))
    elif turn.promotion is not None and turn.promotion.engine == "down" and not turn.complaints:
        turn.memory.notes["down"] = True


def _drop_warning(text: str) -> Hook:
    def do(turn: Turn) -> None:
        if text in turn.warnings:
            turn.document["warnings"] = None

    return after("compose", do)


def _as_error(warning: str, code: int) -> Hook:
    def do(turn: Turn) -> None:
        if warning in turn.warnings:
            turn.complaints.append(Complaint(code, warning, code))

    return before("compose", do)


def _reword(old: str, new: str) -> Hook:
    def do(turn: Turn) -> None:
        turn.warnings = [new if text == old else text for text in turn.warnings]

    return before("compose", do)


def _show_ids(turn: Turn) -> None:
    if _is_silent(turn) and turn.record and turn.document["data"]:
        put(turn.document, f"{PROMOTION}.enrollmentId", turn.record.enrollment_id)
        put(turn.document, f"{PROMOTION}.optinId", turn.record.optin_id)


def _undo_where_milestones_fail(turn: Turn) -> None:
    if _some_fail(turn):
        turn.memory.records = [record for record in turn.memory.records if record is not turn.record]


FAULTS = (
    Fault(
        "engine-down-is-400",
        "When the engine fails, HTTP status and code are 400.",
        ("error.engine_error",),
        (restate("engine", code=400, status=400),),
    ),
    Fault(
        "engine-down-has-an-unknown-code",
        "When the engine fails, the code is 999999.",
        ("error.engine_error",),
        (restate("engine", code=999999),),
    ),
    Fault(
        "engine-down-is-502",
        "When the engine fails, the HTTP status is 502.",
        ("error.engine_error",),
        (restate("engine", status=502),),
    ),
    Fault(
        "engine-down-in-html",
        "When the engine fails, the answer is a page in HTML.",
        ("error.engine_error", "response.errors.filled"),
        (after("decide", _down_in_html),),
    ),
    Fault(
        "engine-down-unnoticed",
        "When the engine fails, the answer is SUCCESS.",
        ("error.engine_error",),
        (after("decide", _down_unnoticed),),
    ),
    Fault(
        "engine-down-is-a-warning",
        "When the engine fails, the answer has a warning and no error.",
        ("error.engine_error", "warning.no_response"),
        (after("decide", _down_as_warning),),
    ),
    Fault(
        "engine-down-enrols",
        "When the engine fails, the customer counts as enrolled when asked for again.",
        ("error.engine_error", "warning.already_enrolled"),
        (after("decide", _keep_although_down),),
    ),
    Fault(
        "no-response-without-warning",
        "When the engine does not confirm, the ids are null and there is no warning.",
        ("warning.no_response",),
        (_drop_warning(NO_RESPONSE),),
    ),
    Fault(
        "no-response-has-another-warning",
        "When the engine does not confirm, the warning is the one for milestones.",
        ("warning.no_response",),
        (_reword(NO_RESPONSE, MILESTONES_FAILED),),
    ),
    Fault(
        "no-response-is-an-error",
        "When the engine does not confirm, the answer is the warning's text as an error of code 500.",
        ("warning.no_response",),
        (_as_error(NO_RESPONSE, 500),),
    ),
    Fault(
        "no-response-with-ids",
        'Beside "No Response" stand the ids that did not come back.',
        ("warning.no_response",),
        (after("compose", _show_ids),),
    ),
    Fault(
        "milestones-failed-without-warning",
        "When a milestone fails, there is no warning.",
        ("warning.milestones_failed",),
        (_drop_warning(MILESTONES_FAILED),),
    ),
    Fault(
        "milestones-failed-in-capitals",
        'The warning says "Failed to enrol into milestones"; the page is exact about warnings.',
        ("warning.milestones_failed",),
        (_reword(MILESTONES_FAILED, MILESTONES_FAILED.capitalize()),),
    ),
    Fault(
        "milestones-failed-is-an-error",
        "When a milestone fails, the answer is the warning's text as an error of code 400.",
        ("warning.milestones_failed",),
        (_as_error(MILESTONES_FAILED, 400),),
    ),
    Fault(
        "milestones-failed-undoes-the-enrolment",
        "When a milestone fails, the enrolment itself is not kept.",
        ("warning.milestones_failed", "warning.already_enrolled"),
        (after("enrol", _undo_where_milestones_fail),),
    ),
    Fault(
        "milestones-failed-with-status-failed",
        "When a milestone fails, data.status is FAILED though the enrolment was made.",
        ("response.data.status.value", "warning.milestones_failed"),
        (edit("data.status", lambda _: "FAILED", _some_fail),),
    ),
    Fault(
        "milestones-failed-says-success",
        "When a milestone fails, milestone.status is SUCCESS.",
        ("response.data.enrollmentStatus.milestone.status.value", "warning.milestones_failed"),
        (edit(f"{MILESTONE}.status", lambda _: "SUCCESS", _some_fail),),
    ),
    Fault(
        "milestones-that-succeed-say-failed",
        "milestone.status is FAILED though every milestone was enrolled into.",
        ("response.data.enrollmentStatus.milestone.status.value",),
        (edit(f"{MILESTONE}.status", lambda _: "FAILED", _none_fails),),
    ),
    Fault(
        "milestones-warning-without-a-failure",
        "An enrolment into a promotion with two milestones has the warning that some failed.",
        ("response.warnings.none", "warning.milestones_failed"),
        (
            after(
                "compose",
                lambda turn: (
                    put(turn.document, "warnings", [{"message": MILESTONES_FAILED}])
                    if _none_fails(turn) and len(turn.goals) > 1
                    else None
                ),
            ),
        ),
    ),
    Fault(
        "silent-is-a-server-error",
        "An engine that does not confirm is answered with HTTP 500, though the customer is enrolled.",
        ("warning.no_response", "error.engine_error"),
        (after("enrol", _fail_although_enrolled),),
    ),
    Fault(
        "engine-down-for-the-next-request-too",
        "The request after one that met the engine down is answered with HTTP 500, whatever it asks for.",
        ("error.engine_error",),
        (after("settle", _fail_once_more),),
    ),
)
