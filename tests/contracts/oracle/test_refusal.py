"""Refusals: the right code, text and status pass; any other is blamed on the row that should have answered."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.oracle.history import History
from openapi.world import World
from tests.contracts.answers import ALREADY, ASHA, PROMOTIONS, ask, made, plain, refused, text, warned
from tests.contracts.conftest import Ask, broken, kept, refusal

NO_PROGRAM = ask(programId=NOTHING)
NOBODY = ask(customer_identifierValue="199999999999")
VALIDATION = {
    "action_required": ask(action=NOTHING),
    "promotion_required": ask(promotion=NOTHING),
    "customer_required": ask(customer=NOTHING),
    "program_id_required": NO_PROGRAM,
    "identifier_name_required": ask(customer_identifierName=NOTHING),
    "identifier_value_required": ask(customer_identifierValue=NOTHING),
    "source_required": ask(customer_source=[]),
}
LOOKUP = {
    "error.promotion_not_found": ("promotion_not_found", ask(promotion={"id": "f" * 24, "promotionId": 1999999999})),
    "error.promotion_inactive": ("promotion_not_found", ask("ended-75")),
    "error.program_not_found": ("program_not_found", ask(programId=999999)),
    "error.customer_not_found": ("customer_not_found", NOBODY),
    "error.generic_not_eligible": ("generic_not_eligible", ask("generic-81")),
    "error.opt_in_not_supported": ("opt_in_not_supported", ask("generic-81", action="OPT_IN")),
    "error.engine_error": ("engine_error", ask("down-82")),
}


@pytest.mark.parametrize("name", VALIDATION)
def test_each_validation_row_answers_its_own_defect_and_no_other(judge: Ask, name: str) -> None:
    body = VALIDATION[name]
    right = judge(body, refused(name), 400)
    assert not broken(right)
    assert f"error.{name}" in kept(right)
    for other in set(VALIDATION) - {name}:
        assert broken(judge(body, refused(other), 400)) == {f"error.{name}"}


@pytest.mark.parametrize("claim", LOOKUP)
def test_each_business_row_answers_its_own_case_and_no_other(judge: Ask, sample: World, claim: str) -> None:
    name, body = LOOKUP[claim]
    past = History(sample, fresh=True)
    # Of somebody who is not enrolled, an OPT_IN may be refused in any words.
    past.record(ASHA, PROMOTIONS["generic-81"], "enrolled")
    status = 500 if name == "engine_error" else 400
    right = judge(body, refused(name), status, history=past)
    assert not broken(right)
    assert claim in kept(right)
    allowed = {name, "generic_not_eligible"} if name == "opt_in_not_supported" else {name}
    for other in {row for row, _ in LOOKUP.values()} - allowed:
        judgement = judge(body, refused(other), 500 if other == "engine_error" else 400, history=past)
        # An engine error is asked again before it counts against the host.
        assert (judgement.kind == "transient", bool(broken(judgement))) == (
            other == "engine_error",
            other != "engine_error",
        )


@pytest.mark.parametrize(
    ("answer", "status", "expected", "got"),
    [
        (b"", 400, "code 310005 (programId is required)", "HTTP 400 and a body that is no JSON"),
        ({}, 400, "code 310005 (programId is required)", "HTTP 400 without errors"),
        (plain(code=7), 400, "code 310005 (programId is required)", 'HTTP 400, code 7, message "bad request"'),
        (
            refused("program_id_required"),
            418,
            "HTTP 200 or 400 or 422 with this error (programId is required)",
            "HTTP 418",
        ),
    ],
)
def test_a_finding_says_what_was_expected_and_what_came(
    judge: Ask, answer: Any, status: int, expected: str, got: str
) -> None:
    (wrong,) = [o for o in judge(NO_PROGRAM, answer, status).observations if o.verdict == "broken"]
    speechless = got.endswith(("no JSON", "without errors"))
    assert wrong.claim == ("response.errors.filled" if speechless else "error.program_id_required")
    assert wrong.expected.endswith(expected)
    assert wrong.got == got


def test_text_of_a_row_under_another_code_breaks_that_row(judge: Ask) -> None:
    body = ask(action="ENROL_MILESTONES")
    for name in ("action_required", "target_rule_id_required"):
        answer = {"data": None, "errors": [{"code": 310010, "message": text(name)}], "warnings": None}
        assert broken(judge(body, answer, 400)) == {f"error.{name}"}


@pytest.mark.parametrize("name", ["already_enrolled", "milestones_failed", "no_response"])
@pytest.mark.parametrize("status", [400, 500])
def test_a_warning_told_as_an_error_breaks_that_warning(judge: Ask, name: str, status: int) -> None:
    answer = {"data": None, "errors": [{"code": status, "message": text(name)}], "warnings": None}
    judgement = judge(ask(), answer, status)
    assert (judgement.kind, broken(judgement)) == ("judged", {f"warning.{name}"})


@pytest.mark.parametrize(("name", "promotion"), [(ALREADY, "soon-62"), ("no_response", "silent-83")])
def test_a_warning_under_a_status_that_refuses_breaks_that_warning(
    judge: Ask, sample: World, name: str, promotion: str
) -> None:
    past = History(sample, fresh=True)
    if name == ALREADY:
        past.record(ASHA, PROMOTIONS[promotion], "enrolled", enrollment_id="1", optin_id="2")
    assert broken(judge(ask(promotion), warned(name, promotion), 409, history=past)) == {f"warning.{name}"}


def test_a_good_request_must_not_be_refused(judge: Ask) -> None:
    judgement = judge(ask(), plain(), 400)
    assert broken(judgement) == {"promotion.loyalty_types"}
    assert broken(judge(ask("soon-62"), plain(), 400)) == {"promotion.live_or_upcoming"}
    (wrong,) = [o for o in judgement.observations if o.verdict == "broken"]
    assert (wrong.expected, wrong.got) == ("an answer without an error", 'HTTP 400, code 400, message "bad request"')


@pytest.mark.parametrize(
    ("errors", "claim"),
    [
        (["program_id_required"], "response.errors.filled"),
        ([{"code": 310005, "message": text("program_id_required")}, "x"], "response.errors.filled"),
        ([{"code": 310005, "message": text("program_id_required")}, {"code": "x"}], "response.errors.filled"),
        ([{"code": True, "message": text("program_id_required")}], "response.errors.filled"),
        ("programId is required", "response.errors.filled"),
    ],
)
def test_errors_have_one_of_their_shapes(judge: Ask, errors: Any, claim: str) -> None:
    assert claim in broken(judge(NO_PROGRAM, {"data": None, "errors": errors, "warnings": None}, 400))


def test_codes_may_be_digits_in_strings_but_nothing_else(judge: Ask) -> None:
    said = text("program_id_required")
    good: tuple[Any, ...] = ("310005", 310005.0)
    for code in good:  # JSON has one kind of number (RFC 8259 §6)
        assert not broken(judge(NO_PROGRAM, {"errors": [{"code": code, "message": said}]}, 400))
    for code in ("0x4baf5", "310005.0", "", "3100050000000", None, 310005.5):
        assert broken(judge(NO_PROGRAM, {"errors": [{"code": code, "message": said}]}, 400))


def test_an_enrolment_beside_errors_breaks_the_page(judge: Ask) -> None:
    answer = refused("program_id_required") | {"data": made()["data"]}
    assert broken(judge(NO_PROGRAM, answer, 400)) == {"response.errors.success"}


def test_an_opt_in_record_beside_errors_breaks_the_page(judge: Ask) -> None:
    answer = refused("opt_in_not_supported") | {"data": made(ids=(None, "2"), status="FAILED")["data"]}
    assert broken(judge(ask(action="OPT_IN"), answer, 400)) == {"response.errors.success", "response.data.action.echo"}


def test_warnings_beside_errors_do_not_repeat_or_contradict_them(judge: Ask, sample: World) -> None:
    past = History(sample, fresh=True)
    past.record(ASHA, PROMOTIONS["enr-58"], "enrolled", enrollment_id="1", optin_id="2")
    for body, row, warning, wrong in (
        (NO_PROGRAM, "program_id_required", "milestones_failed", True),
        (NOBODY, "customer_not_found", "no_response", True),
        (NOBODY, "customer_not_found", ALREADY, True),
        (ask("full-67", customer_identifierValue="199999999999"), "customer_not_found", ALREADY, False),
        (NO_PROGRAM, "program_id_required", ALREADY, False),
        (ask("down-82"), "engine_error", "no_response", False),
        (ask("down-82"), "engine_error", "milestones_failed", True),
    ):
        status = 500 if row == "engine_error" else 400
        judgement = judge(body, refused(row) | {"warnings": warned(warning)["warnings"]}, status, history=past)
        assert broken(judgement) == ({"response.warnings.none"} if wrong else set()), (row, warning)
    for said, wrong in (("careful", False), (" ", True), (text("program_id_required"), True)):
        stray = judge(NO_PROGRAM, refused("program_id_required") | {"warnings": [{"message": said}]}, 400)
        assert ("response.warnings.none" in broken(stray)) is wrong, said


def test_a_row_of_code_400_under_another_text_of_the_page_is_wrong(judge: Ask) -> None:
    assert broken(judge(NOBODY, refusal(400, text("program_not_found")), 400)) == {"error.customer_not_found"}


def test_a_free_text_under_code_400_may_be_any_row_of_it(judge: Ask) -> None:
    assert not broken(judge(NOBODY, refusal(400, "nobody there"), 400))
    assert not broken(judge(ask("generic-81"), refusal(400, "not for you"), 400))
    assert broken(judge(ask("down-82"), refusal(400, "not today"), 400)) == {"error.engine_error"}


def test_a_not_found_row_may_travel_under_404_but_no_other(judge: Ask) -> None:
    assert not broken(judge(NOBODY, refused("customer_not_found"), 404))
    assert broken(judge(ask("generic-81"), refused("generic_not_eligible"), 404)) == {"error.generic_not_eligible"}


def test_several_errors_are_each_held_against_a_defect(judge: Ask) -> None:
    body = ask(programId=NOTHING, action=NOTHING)
    assert not broken(judge(body, refused("action_required", "program_id_required"), 400))
    assert broken(judge(body, refused("action_required", "customer_required"), 400))


def test_an_error_with_several_causes_keeps_no_claim(judge: Ask) -> None:
    body = ask(customer={})
    judgement = judge(body, refused("customer_required"), 400)
    assert not broken(judgement)
    two = ask(customer_identifierName=5, customer_identifierValue=NOTHING)
    judgement = judge(two, refused("identifier_value_required"), 400)
    assert "error.identifier_value_required" in kept(judgement)
    assert "error.identifier_name_required" not in kept(judgement)


def test_a_missing_field_and_a_missing_customer_may_answer_in_any_order(judge: Ask) -> None:
    body = ask(programId=NOTHING, customer_identifierValue="199999999999")
    for name in ("program_id_required", "customer_not_found"):
        assert not broken(judge(body, refused(name), 400))


@pytest.mark.parametrize("status", [400, 404, 418])
def test_unlisted_fields_may_be_refused_in_any_words_below_500(judge: Ask, status: int) -> None:
    assert not broken(judge(ask(unlisted=1), b"no", status))
    assert broken(judge(ask(unlisted=1), b"no", 500))


def test_a_wrong_type_may_have_a_plain_error_but_not_a_server_error(judge: Ask) -> None:
    body = ask(requestId=5)
    assert not broken(judge(body, plain(), 400))
    assert not broken(judge(body, b"<html>bad request</html>", 400))
    assert not broken(judge(body, b"", 400))
    assert broken(judge(body, b"", 500))
    assert broken(judge(body, {"data": None, "errors": None, "warnings": None}, 400)) == {"response.errors.filled"}
    assert broken(judge(body, plain(code=7), 500)) == {"request.requestId.type"}
    assert broken(judge(body, refused("program_id_required"), 400)) == {"request.requestId.type"}


@pytest.mark.parametrize(
    "promotion", [{"id": []}, {"promotionId": [1]}, {"id": {}, "promotionId": None}, {"promotionId": {}}], ids=str
)
@pytest.mark.parametrize("answer", [refused("promotion_required"), plain()], ids=["code", "plain"])
def test_an_error_with_two_causes_proves_neither(judge: Ask, promotion: dict[str, Any], answer: Any) -> None:
    """One id of the promotion is missing, and the other is of the wrong type."""
    judgement = judge({**ask(), "promotion": promotion}, answer, 400)
    assert not broken(judgement)
    assert not [key for key in judgement.implies if key.startswith(("wrong-type", "one-promotion-id-missing"))]


def test_own_words_for_two_ids_that_disagree_say_nothing_of_the_rows(judge: Ask) -> None:
    body = ask(promotion_promotionId=1, customer_identifierValue="1")
    judgement = judge(body, refusal(400, "The ids do not belong together."), 400)
    assert not broken(judgement)
    assert "message-extent/lookup" not in judgement.implies


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"action": "ENROL_MILESTONES"}, refused("action_required")),
        ({"customer_identifierName": "external_id"}, refused("identifier_name_required")),
    ],
    ids=str,
)
def test_a_value_of_one_kind_tells_nothing_of_other_unlisted_values(
    judge: Ask, change: dict[str, Any], answer: Any
) -> None:
    judgement = judge(ask(**change), answer, 400)
    assert not [key for key in judgement.implies if key.startswith("unknown-value")]


def test_a_code_that_is_a_word_tells_nothing_of_how_codes_are_written(judge: Ask) -> None:
    judgement = judge(ask(requestId=5), refusal("INVALID_TYPE", "no"), 400)  # type: ignore[arg-type]  # a wrong code on purpose
    assert judgement.implies["error-shape"] == {"list-number", "list-string"}


@pytest.mark.parametrize("body", [ask(action=5), ask(programId=[]), ask(colour="red"), ask(programId=NOTHING), ask()])
def test_no_answer_is_no_refusal(judge: Ask, body: Any) -> None:
    judgement = judge(body, b"", 0)
    assert judgement.kind == "failed"
    assert broken(judgement)
    assert (dict(judgement.implies), kept(judgement)) == ({}, set())
    assert {o.got for o in judgement.observations if o.verdict == "broken"} == {"no answer"}


FRAMEWORKS: dict[str, dict[str, Any]] = {
    "asp.net": {
        "title": "One or more validation errors occurred.",
        "status": 400,
        "errors": {"$.programId": ["no number"]},
    },
    "laravel": {"message": "The given data was invalid.", "errors": {"programId": ["must be an integer"]}},
    "rails": {"errors": ["programId is not a number"]},
    "spring": {"status": 400, "errors": [{"field": "programId", "defaultMessage": "no number"}], "path": "/"},
}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_may_call_something_else_errors_where_the_page_has_no_words(judge: Ask, name: str) -> None:
    assert not broken(judge(ask(programId=[]), FRAMEWORKS[name], 400))
    assert not broken(judge(ask(colour="red"), FRAMEWORKS[name], 422))
    assert broken(judge(NO_PROGRAM, FRAMEWORKS[name], 400))
    assert broken(judge(NOBODY, FRAMEWORKS[name], 400))
    assert broken(judge(ask(programId=[]), {"data": None, "warnings": None, **FRAMEWORKS[name]}, 400))


@pytest.mark.parametrize("body", [[], 5, None, "text", True, ask(programId=[]), ask(colour="red")])
@pytest.mark.parametrize("status", [400, 422])
def test_a_framework_may_refuse_what_it_cannot_read_without_a_word(judge: Ask, body: Any, status: int) -> None:
    assert not broken(judge(body, b"", status))


def test_an_object_without_fields_is_refused_in_words(judge: Ask) -> None:
    assert broken(judge({}, b"", 400))
