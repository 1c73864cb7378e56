"""Faults that do nothing which no reading allows, but follow two readings of one question for one field.

Where a host may well treat two fields differently there is no fault: each of these treats the same field
differently from one request to the next."""

import unicodedata

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, get, restate, take_text_as, unwrap
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.words import ROWS

SOURCE = "customer.source"


def _follow(question: str, reading: str, when: Test) -> Hook:
    """Follow another reading for the requests that the condition selects."""

    def do(turn: Turn) -> None:
        if when(turn):
            turn.bent[question] = reading

    return before("check", do)


def _to_opt_in(turn: Turn) -> bool:
    return bool(get(turn.body, "action") == "OPT_IN")


def _to_enrol(turn: Turn) -> bool:
    return bool(get(turn.body, "action") == "ENROL")


def _by(kind: str) -> Test:
    return lambda turn: get(turn.body, "customer.identifierName") == kind


def _in_program(number: int) -> Test:
    return lambda turn: get(turn.body, "programId") == number


def _into(status: str) -> Test:
    def test(turn: Turn) -> bool:
        asked = get(turn.body, "promotion.id")
        return any(one.id == asked and one.status == status for one in turn.memory.world.promotions)

    return test


def _milestones_fail(turn: Turn) -> None:
    if turn.outcome == "enrol" and turn.warnings:
        turn.bent["warning-shape"] = "strings"


def _look_up_fails(turn: Turn) -> None:
    if turn.misses and turn.complaints:
        turn.bent["error-shape"] = "list-string"


def _leave_data_out(turn: Turn) -> None:
    if turn.misses and turn.complaints:
        turn.bent["data-on-error"] = "absent"


FAULTS = (
    Fault(
        "source-required-on-opt-in",
        "source may be left out on ENROL, not on OPT_IN.",
        ("request.customer.source.optional", "error.source_required"),
        (_follow("source", "required", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "source-required-by-mobile",
        "source may be left out, except when the customer is named by mobile.",
        ("request.customer.source.optional", "error.source_required"),
        (_follow("source", "required", _by("mobile")),),
        inconsistent=True,
    ),
    Fault(
        "source-null-refused-on-opt-in",
        "Of source and requestId, null is absent on ENROL and wrong on OPT_IN.",
        ("request.customer.source.optional", "request.customer.source.type", "request.requestId.optional"),
        (_follow("null-optional", "refused", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "source-in-any-case-accepted",
        "source: instore is accepted, other unlisted sources are refused.",
        ("request.customer.source.values", "error.source_required"),
        (take_text_as(SOURCE, str.upper),),
        inconsistent=True,
    ),
    Fault(
        "source-trimmed",
        "Spaces around a source are ignored, other unlisted sources are refused.",
        ("request.customer.source.values", "error.source_required"),
        (take_text_as(SOURCE, str.strip),),
        inconsistent=True,
    ),
    Fault(
        "source-in-full-width-letters-accepted",
        "source in full-width letters is accepted, other unlisted sources are refused.",
        ("request.customer.source.values", "error.source_required"),
        (take_text_as(SOURCE, lambda text: unicodedata.normalize("NFKC", text)),),
        inconsistent=True,
    ),
    Fault(
        "source-list-accepted",
        "source may be a list of one, though unlisted sources are looked at and refused.",
        ("request.customer.source.type", "error.source_required"),
        (unwrap(SOURCE),),
        inconsistent=True,
    ),
    Fault(
        "one-promotion-id-enough-on-opt-in",
        "ENROL needs both ids of the promotion, OPT_IN one of them.",
        ("request.promotion.id.required", "request.promotion.promotionId.required"),
        (_follow("promotion-ids", "either", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "promotion-id-wins-on-opt-in",
        "Two ids that disagree are not found on ENROL, and on OPT_IN the first wins.",
        ("error.promotion_not_found", "response.data.enrollmentStatus.promotion.id.value"),
        (_follow("promotion-ids-disagree", "id-wins", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "mismatched-program-not-found-on-opt-in",
        "A promotion of another program is not found on ENROL, and on OPT_IN the program is not.",
        ("error.program_not_found", "error.promotion_not_found"),
        (_follow("program-mismatch", "program-not-found", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "program-in-text-accepted-on-enrol",
        'programId: "3334" is a number on ENROL and wrong on OPT_IN, and so are other fields of the wrong type.',
        (
            "request.programId.type",
            "error.program_id_required",
            "request.promotion.promotionId.type",
            "request.customer.identifierValue.type",
        ),
        (_follow("wrong-type", "coerced", _to_enrol),),
        inconsistent=True,
    ),
    Fault(
        "value-trimmed-on-opt-in",
        "Spaces around identifierValue count on ENROL and do not on OPT_IN.",
        ("error.customer_not_found",),
        (_follow("value-folding", "trimmed", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "errors-are-an-object-on-opt-in",
        "errors is a list on ENROL and one object on OPT_IN.",
        ("response.errors.filled",),
        (_follow("error-shape", "object-number", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "error-code-is-text-for-look-ups",
        "The code 400 is a string where a look-up fails, other codes are numbers.",
        ("response.errors.filled", "error.customer_not_found"),
        (after("settle", _look_up_fails),),
        inconsistent=True,
    ),
    Fault(
        "field-errors-are-422-on-opt-in",
        "The codes of the fields come with HTTP 400 on ENROL and 422 on OPT_IN.",
        ("error.program_id_required", "error.identifier_value_required", "error.promotion_required"),
        (_follow("validation-status", "422", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "unknown-program-is-404",
        "An unknown program comes with HTTP 404, an unknown customer with 400.",
        ("error.program_not_found",),
        (restate("no program", status=404),),
        inconsistent=True,
    ),
    Fault(
        "unknown-mobile-is-200",
        "An unknown mobile comes with HTTP 200, an unknown id with 400.",
        ("error.customer_not_found",),
        (_follow("refusal-status", "200", _by("mobile")),),
        inconsistent=True,
    ),
    Fault(
        "texts-of-program-and-customer-swapped",
        "An unknown program has the text of an unknown customer and the reverse; all other texts are the page's.",
        ("error.program_not_found", "error.customer_not_found"),
        (
            restate("no program", message=ROWS["no customer"].text),
            restate("no customer", message=ROWS["no program"].text),
        ),
        inconsistent=True,
    ),
    Fault(
        "inactive-says-inactive",
        "A promotion that is found, but cannot be used, has a text of its own; all other texts are the page's.",
        ("error.promotion_inactive",),
        (
            restate(
                "no promotion",
                lambda turn: turn.promotion is not None,
                message="Promotion inactive or of another program.",
            ),
        ),
        inconsistent=True,
    ),
    Fault(
        "generic-has-the-text-of-opt-in",
        "A GENERIC promotion has the text for OPT_IN; all other texts are the page's.",
        ("error.generic_not_eligible",),
        (restate("generic", message=ROWS["no opt-in"].text),),
        inconsistent=True,
    ),
    Fault(
        "opt-in-not-supported-has-a-text-of-its-own",
        "OPT_IN to a LOYALTY promotion has a text of its own; all other texts are the page's.",
        ("error.opt_in_not_supported",),
        (restate("no opt-in", message="This promotion cannot be opted in to."),),
        inconsistent=True,
    ),
    Fault(
        "missing-program-has-a-text-of-its-own",
        "A missing programId has a text of its own; the texts of all other fields are the page's.",
        ("error.program_id_required",),
        (restate("programId", message="Which program?"),),
        inconsistent=True,
    ),
    Fault(
        "data-left-out-where-look-ups-fail",
        "data is null beside the codes of the fields, and left out where a look-up fails.",
        ("response.errors.filled",),
        (after("settle", _leave_data_out),),
        inconsistent=True,
    ),
    Fault(
        "milestone-warning-is-a-string",
        "warnings is a list of strings for milestones, otherwise one of objects.",
        ("warning.milestones_failed",),
        (after("enrol", _milestones_fail),),
        inconsistent=True,
    ),
    Fault(
        "repeat-shows-ids-by-mobile",
        "A customer who is enrolled gets the ids when named by mobile, not otherwise.",
        ("warning.already_enrolled",),
        (_follow("already-enrolled-body", "existing-ids", _by("mobile")),),
        inconsistent=True,
    ),
    Fault(
        "optin-id-of-enrol-missing-by-mobile",
        "ENROL returns an optinId, except when the customer is named by mobile.",
        ("response.data.enrollmentStatus.promotion.optinId.type",),
        (_follow("enrol-gives-optin-id", "after-opt-in", _by("mobile")),),
        inconsistent=True,
    ),
    Fault(
        "milestone-null-when-upcoming",
        "Without milestones, milestone is null for UPCOMING promotions and has an empty list for others.",
        ("response.data.enrollmentStatus.milestone.type",),
        (_follow("no-milestones", "null", _into("UPCOMING")),),
        inconsistent=True,
    ),
    Fault(
        "loyalty-takes-opt-in-in-one-program",
        "OPT_IN to a LOYALTY promotion is accepted in program 973 and refused in 3334.",
        ("error.opt_in_not_supported",),
        (_follow("opt-in-types", "loyalty-too", _in_program(973)),),
        inconsistent=True,
    ),
    Fault(
        "opt-in-first-refused-by-mobile",
        "OPT_IN without ENROL is refused when the customer is named by mobile, otherwise it enrols.",
        ("example.opt_in",),
        (_follow("opt-in-first", "refused", _by("mobile")),),
        inconsistent=True,
    ),
    Fault(
        "one-error-only-on-opt-in",
        "ENROL is answered with every violation, OPT_IN with the first.",
        ("response.errors.filled",),
        (_follow("many-violations", "first", _to_opt_in),),
        inconsistent=True,
    ),
    Fault(
        "request-id-omitted-on-opt-in",
        "Where the request had none, requestId is null on ENROL and left out on OPT_IN.",
        ("response.data.requestId.echo",),
        (_follow("request-id-absent", "omitted", _to_opt_in),),
        inconsistent=True,
    ),
)
