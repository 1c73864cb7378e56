"""The judge: what the page allows passes, under whichever reading; what breaks it names the claim."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING, Request
from contracts.oracle.history import History
from contracts.verdict.conclusion import conclude_record
from openapi.document import Document
from openapi.world import World
from tests.contracts.answers import ASHA, PROMOTIONS, ask, made, plain
from tests.contracts.conftest import Ask, ListWire, broken, kept, make_answer, make_session, refusal

WHOLE = {
    310003: "promotion is required. Ensure the promotion object is provided in the request body.",
    310005: "programId is required. Provide a valid loyalty program ID.",
    310008: "customer.source is required. Specify the source of the enrollment (e.g., INSTORE).",
}
NO_CUSTOMER = "Customer not found. Ensure the customer exists for the given organization and identifiers."
NO_PROMOTION = (
    "Promotion not found or inactive. Use a valid promotionId/identifier and ensure it is in LIVE or UPCOMING status."
)
ENGINE = "Unable to enrol in promotions. An internal error occurred in the promotion engine (EMF). Try again later."
ALREADY = "Unable to enroll in promotions. Customer already enrolled or limit reached."


def change(value: dict[str, Any], path: str, new: Any) -> dict[str, Any]:
    """Put a value at a dotted path, in place."""
    *parents, last = path.split(".")
    inner = value
    for step in parents:
        inner = inner[step]
    inner[last] = new
    return value


def test_the_page_is_answered_as_it_says(judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    judgement = judge(enrol, enrolled)
    assert not broken(judgement)
    assert {"example.response", "response.data.requestId.echo", "call.path"} <= kept(judgement)
    assert judgement.accepted


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("data.requestId", "other", "response.data.requestId.echo"),
        ("data.requestId", None, "response.data.requestId.echo"),
        ("data.requestId", 5, "response.data.requestId.type"),
        ("data.action", "OPT_IN", "response.data.action.echo"),
        ("data.action", 1, "response.data.action.type"),
        ("data.customer", [], "response.data.customer.type"),
        ("data.customer.identifierName", "mobile", "response.data.customer.identifierName.echo"),
        ("data.customer.identifierValue", 388369579, "response.data.customer.identifierValue.type"),
        ("data.customer.identifierValue", "388369578", "response.data.customer.identifierValue.echo"),
        ("data.customer.customerId", "388369579", "response.data.customer.customerId.type"),
        ("data.customer.customerId", 1, "response.data.customer.customerId.resolved"),
        ("data.customer.customerId", True, "response.data.customer.customerId.type"),
        ("data.enrollmentStatus", None, "response.data.enrollmentStatus.type"),
        ("data.enrollmentStatus.promotion.id", "x", "response.data.enrollmentStatus.promotion.id.value"),
        (
            "data.enrollmentStatus.promotion.identifier",
            "x",
            "response.data.enrollmentStatus.promotion.identifier.value",
        ),
        (
            "data.enrollmentStatus.promotion.programId",
            "3334",
            "response.data.enrollmentStatus.promotion.programId.type",
        ),
        ("data.enrollmentStatus.promotion.programId", 973, "response.data.enrollmentStatus.promotion.programId.value"),
        (
            "data.enrollmentStatus.promotion.enrollmentId",
            1,
            "response.data.enrollmentStatus.promotion.enrollmentId.type",
        ),
        ("data.enrollmentStatus.promotion.optinId", 1, "response.data.enrollmentStatus.promotion.optinId.type"),
        ("data.enrollmentStatus.milestone", "x", "response.data.enrollmentStatus.milestone.type"),
        ("data.enrollmentStatus.milestone", None, "response.data.enrollmentStatus.milestone.type"),
        ("data.enrollmentStatus.milestone.status", "success", "response.data.enrollmentStatus.milestone.status.value"),
        ("data.enrollmentStatus.milestone.milestones", {}, "response.data.enrollmentStatus.milestone.milestones.type"),
        (
            "data.enrollmentStatus.milestone.milestones",
            [],
            "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",
        ),
        ("data.status", "FAILED", "response.data.status.value"),
        ("data.status", None, "response.data.status.type"),
        ("data", None, "response.data.type"),
        ("warnings", [{"message": ""}], "response.warnings.none"),
        ("warnings", "x", "response.warnings.none"),
    ],
)
def test_a_wrong_success_breaks_its_claim(
    judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any], path: str, value: Any, claim: str
) -> None:
    assert claim in broken(judge(enrol, change(enrolled, path, value)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("errors", []),
        ("warnings", []),
        ("data.enrollmentStatus.promotion.optinId", None),
        ("data.enrollmentStatus.promotion.enrollmentId", "not-digits"),
        ("data.customer.customerId", 388369579.0),
    ],
)
def test_what_the_page_leaves_open_passes(
    judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any], path: str, value: Any
) -> None:
    assert not broken(judge(enrol, change(enrolled, path, value)))


def test_a_missing_field_has_its_code(judge: Ask, enrol: dict[str, Any]) -> None:
    del enrol["programId"]
    judgement = judge(enrol, refusal(310005, WHOLE[310005]), 400)
    assert not broken(judgement)
    assert {"error.program_id_required", "request.programId.required"} <= kept(judgement)
    assert judgement.implies["message-extent/validation"] == {"whole", "first-sentence"}
    assert judgement.hints["message-extent/validation"] == {"whole"}
    assert judgement.implies["validation-status/missing"] == {"400"}
    assert judgement.implies["error-shape"] == {"list-number"}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (refusal(310003, WHOLE[310003]), 400),
        (refusal(310005, WHOLE[310003]), 400),
        (refusal(400, NO_CUSTOMER), 400),
        (refusal(310005, WHOLE[310005]), 500),
        (b"<html>oops</html>", 500),
        ({"data": None, "errors": [{"code": 310005}], "warnings": None}, 400),
    ],
    ids=["code of another field", "text of another", "row of a look-up", "status 500", "HTML 500", "no message"],
)
def test_a_missing_field_with_another_answer_breaks_the_row(
    judge: Ask, enrol: dict[str, Any], answer: Any, status: int
) -> None:
    del enrol["programId"]
    found = [o.claim for o in judge(enrol, answer, status).observations if (o.verdict, o.level) == ("broken", "broken")]
    assert {*found} - {"response.errors.filled"} == {"error.program_id_required"}


def test_a_missing_field_that_is_accepted_breaks_its_requiredness(
    judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any]
) -> None:
    del enrol["programId"]
    assert broken(judge(enrol, enrolled)) == {"request.programId.required"}


@pytest.mark.parametrize(
    ("answer", "status", "question", "reading"),
    [
        (refusal(310005, WHOLE[310005]), 422, "validation-status/missing", "422"),
        (refusal(310005, WHOLE[310005]), 200, "validation-status/missing", "200"),
        (refusal(310005, "programId is required."), 400, "message-extent/validation", "first-sentence"),
        (refusal(310005, "programId is required"), 400, "message-extent/validation", "first-sentence"),
        (refusal(310005, "give a program"), 400, "message-extent/validation", "any-text"),
        ({"errors": {"code": "310005", "message": WHOLE[310005]}}, 400, "error-shape", "object-string"),
        ({"errors": [{"code": "310005", "message": WHOLE[310005]}]}, 400, "error-shape", "list-string"),
    ],
)
def test_a_refusal_implies_the_reading_it_follows(
    judge: Ask, enrol: dict[str, Any], answer: Any, status: int, question: str, reading: str
) -> None:
    del enrol["programId"]
    judgement = judge(enrol, answer, status)
    assert not broken(judgement)
    assert {**judgement.implies, **judgement.hints}[question] == {reading}


def test_source_left_out_tells_optional_from_required(
    judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any]
) -> None:
    del enrol["customer"]["source"]
    assert judge(enrol, enrolled).implies["source"] == {"optional"}
    assert judge(enrol, refusal(310008, WHOLE[310008]), 400).implies["source"] == {"required"}


def test_a_customer_who_does_not_exist_is_not_found(
    judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any]
) -> None:
    enrol["customer"]["identifierValue"] = "199999999999"
    assert not broken(judge(enrol, refusal(400, NO_CUSTOMER), 400))
    assert broken(judge(enrol, refusal(400, NO_PROMOTION), 400)) == {"error.customer_not_found"}
    assert broken(judge(enrol, enrolled)) == {"error.customer_not_found"}


def test_ids_that_disagree_are_an_open_question(judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    enrol["promotion"]["promotionId"] = 1133590104
    assert judge(enrol, enrolled).implies["promotion-ids-disagree/two"] == {"id-wins"}
    refused = judge(enrol, refusal(400, NO_PROMOTION), 400)
    assert refused.implies["promotion-ids-disagree/two"] == {"promotion-not-found"}


def test_two_defects_may_be_answered_by_either_or_both(judge: Ask, enrol: dict[str, Any]) -> None:
    del enrol["programId"], enrol["promotion"]
    either = [{"code": code, "message": WHOLE[code]} for code in (310003, 310005)]
    for errors in (either, either[:1], either[1:]):
        assert not broken(judge(enrol, {"data": None, "errors": errors, "warnings": None}, 400))
    assert broken(judge(enrol, refusal(310008, WHOLE[310008]), 400))


def test_a_repeat_is_warned_about(judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any], sample: World) -> None:
    history = History(sample, fresh=True)
    first = judge(enrol, enrolled, history=history)
    assert first.happened is not None
    history.record(first.happened.customer, first.happened.promotion, "enrolled", enrollment_id="25286")
    assert broken(judge(enrol, enrolled, history=history)) >= {"warning.already_enrolled"}
    warned = {"data": None, "errors": None, "warnings": [{"message": ALREADY}]}
    judgement = judge(enrol, warned, history=history)
    assert not broken(judgement)
    assert judgement.implies["already-enrolled-body"] == {"data-null"}
    other = {"data": None, "errors": None, "warnings": [{"message": "no"}]}
    assert broken(judge(enrol, other, history=history))


def test_a_first_enrolment_must_succeed_where_nobody_was_enrolled(
    judge: Ask, enrol: dict[str, Any], sample: World
) -> None:
    warned = {"data": None, "errors": None, "warnings": [{"message": ALREADY}]}
    assert broken(judge(enrol, warned)) == {"warning.already_enrolled"}
    assert not broken(judge(enrol, warned, history=History(sample, fresh=False)))


def test_an_engine_error_is_tried_again(judge: Ask, enrol: dict[str, Any]) -> None:
    assert judge(enrol, refusal(500, ENGINE), 500).kind == "transient"
    assert judge(enrol, b"<html>bad gateway</html>", 502).kind == "unjudged"
    assert judge(enrol, b"<html>oops</html>", 500).kind == "failed"


def test_wrong_credentials_enrol_nobody(judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any]) -> None:
    assert broken(judge(enrol, enrolled, credentials="none")) == {"auth.required"}
    for status in (401, 403, 400):
        assert not broken(judge(enrol, b"go away", status, credentials="wrong"))


def test_what_the_page_does_not_speak_of_is_hygiene(judge: Ask, enrol: dict[str, Any]) -> None:
    judgement = judge(enrol, b"<html>oops</html>", 500, headers=(("Content-Type", "text/plain"),))
    assert [o.level for o in judgement.observations] == ["hygiene"]
    assert not judge(enrol, b"", 415, headers=()).observations


@pytest.mark.parametrize("body", [None, [], "ENROL", 5, True])
def test_a_body_that_is_no_object_is_refused(judge: Ask, enrolled: dict[str, Any], body: Any) -> None:
    assert broken(judge(body, enrolled))
    assert not broken(judge(body, refusal(310003, WHOLE[310003]), 400))
    assert not broken(judge(body, refusal(400, "The body is not an object."), 400))


def test_the_words_are_those_of_the_document(contract: Document) -> None:
    messages = {outcome.message for outcome in contract.outcomes.values()}
    assert messages >= {*WHOLE.values(), NO_CUSTOMER, NO_PROMOTION, ENGINE, ALREADY}


def test_a_refusal_that_repeats_the_request_has_minded_the_credentials(judge: Ask, enrol: dict[str, Any]) -> None:
    echo = {"data": {"action": "ENROL"}, "errors": [{"code": 401, "message": "no"}], "warnings": None}
    nothing: dict[str, Any] = {"data": None, "errors": None, "warnings": None}
    for answer, status in ((echo, 401), (echo, 200), (nothing, 200)):
        assert not broken(judge(enrol, answer, status, credentials="wrong"))


def test_a_null_source_leaves_its_type_undetermined(
    judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any]
) -> None:
    enrol["customer"]["source"] = None
    refused = refusal(310008, WHOLE[310008])
    for answer, status in ((enrolled, 200), (refused, 400), (refusal(400, "bad request"), 400)):
        judgement = judge(enrol, answer, status)
        told = {o.verdict for o in judgement.observations if o.claim == "request.customer.source.type"}
        assert told == {"undetermined"}


@pytest.mark.parametrize(
    ("media_type", "status", "claims"),
    [
        ("application/json; charset=utf-8", 415, set()),
        ("Application/JSON", 415, set()),
        ("application/json; charset=utf-8", 500, {"error.engine_error"}),
        ("application/json", 415, {"example.enrol"}),
    ],
)
def test_a_media_type_that_the_page_does_not_show_may_be_turned_away(
    enrol: dict[str, Any], media_type: str, status: int, claims: set[str]
) -> None:
    session = make_session(ListWire([make_answer(plain(), status)] * 2))
    session.ask(Request(body=enrol, headers=(("Content-Type", media_type),)), "example.enrol")
    conclude_record(session.record)
    assert {finding.claim for finding in session.record.findings.all() if finding.level == "broken"} == claims


@pytest.mark.parametrize("sent", [NOTHING, None])
def test_what_null_comes_back_as_tells_nothing_of_what_is_left_out(
    judge: Ask, enrol: dict[str, Any], enrolled: dict[str, Any], sent: Any
) -> None:
    enrol["requestId"] = sent
    body = {key: value for key, value in enrol.items() if value is not NOTHING}
    enrolled["data"]["requestId"] = None
    judgement = judge(body, enrolled)
    assert not broken(judgement)
    assert judgement.implies.get("request-id-absent", set()) == ({"null"} if sent is NOTHING else set())


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"programId": "3334x"}, 310005),
        ({"action": "UNENROL"}, 310002),
        ({"customer": "x"}, 310004),
        ({"customer": {"identifierName": "id", "identifierValue": " "}}, 310007),
    ],
)
def test_what_the_page_has_no_words_for_may_be_told_in_words_of_the_host(
    judge: Ask, enrol: dict[str, Any], changes: dict[str, Any], row: int
) -> None:
    judgement = judge({**enrol, **changes}, refusal(row, "is not as it must be"), 400)
    assert not broken(judgement)
    assert "message-extent/validation" not in judgement.implies


def test_a_text_may_be_cut_behind_any_sentence(judge: Ask) -> None:
    texts = ("Unable to enrol in promotions", "Unable to enrol in promotions. An internal error occurred in the")
    for text, extent in zip((texts[0], f"{texts[1]} promotion engine (EMF)."), ("first-sentence",) * 2, strict=True):
        judgement = judge(ask("down-82"), refusal(500, text), 500)
        assert not broken(judgement)
        assert judgement.hints["message-extent/engine"] == {extent}
    # test_cut_texts.py has what follows from a text that ends within a sentence
    within = judge(ask("down-82"), refusal(500, texts[1]), 500)
    assert within.hints["message-extent/engine"] == {"any-text"}
    assert "message-extent/engine" not in within.implies


@pytest.mark.parametrize("changes", [{"customer_identifierName": "ID"}, {"action": "enrol"}, {"programId": 999999}])
def test_of_whom_a_host_enrols_though_it_should_not_nothing_is_certain_any_more(
    judge: Ask, changes: dict[str, Any]
) -> None:
    judgement = judge(ask(**changes), made())
    assert broken(judgement)
    happened = judgement.happened
    assert happened
    assert (happened.customer, happened.promotion, happened.event) == (ASHA, PROMOTIONS["enr-58"], "unclear")


def test_who_is_enrolled_though_nobody_should_be_leaves_a_doubt(sample: World) -> None:
    history = History(sample, fresh=True)
    history.record(ASHA, PROMOTIONS["seats-66"], "unclear")
    assert not history.membership(ASHA, PROMOTIONS["seats-66"]).certain
    assert not history.seats_certain(PROMOTIONS["seats-66"])


def test_the_words_of_an_answer_show_nothing_where_a_language_was_asked_for(judge: Ask, enrol: dict[str, Any]) -> None:
    del enrol["programId"]
    german = refusal(310005, "Die Nummer des Programms fehlt.")
    headers = (("Content-Type", "application/json"), ("Accept-Language", "de-DE"))
    assert "message-extent/validation" in judge(enrol, german, 400).implies
    asked = judge(enrol, german, 400, headers=headers)
    assert not broken(asked)
    assert not [question for question in asked.implies if question.startswith("message-extent")]
