"""The mock with one defect each: the run must find it under the claim that it breaks."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from contracts.oracle.reply import part as find
from tests.contracts.answers import PROMOTIONS, text
from tests.contracts.served import Change, Seen, broken, broken_claims, carry_out, mock, served

pytestmark = pytest.mark.slow


def reword(name: str, code: int, message: str) -> Change:
    """Change the code and the text of the answer for one row of the page."""

    def change(seen: Seen) -> None:
        for error in _list(seen, "errors"):
            if error["message"] == text(name):
                error.update(code=code, message=message)

    return change


def wrong_code(seen: Seen) -> None:
    reword("program_id_required", 310003, text("promotion_required"))(seen)


def wrong_text(seen: Seen) -> None:
    reword("customer_not_found", 400, text("program_not_found"))(seen)


def lost_echo(seen: Seen) -> None:
    if isinstance(data := find(seen.answer, "data"), dict):
        data["requestId"] = "some-test-id"


def string_customer_id(seen: Seen) -> None:
    if isinstance(customer := find(seen.answer, "data", "customer"), dict):
        customer["customerId"] = str(customer["customerId"])


def rounded_customer_id(seen: Seen) -> None:
    if isinstance(customer := find(seen.answer, "data", "customer"), dict):
        customer["customerId"] = int(float(customer["customerId"]))


def html_500(seen: Seen) -> None:
    if seen.status == 400 and find(seen.asked, "promotion") is None:
        seen.status = 500
        seen.say(b"<html>Internal Server Error</html>", "text/html")


def dropped_warning(seen: Seen) -> None:
    if {"message": text("milestones_failed")} in _list(seen, "warnings"):
        seen.answer["warnings"] = None


def unnoticed_repeat(seen: Seen) -> None:
    if {"message": text("already_enrolled")} in _list(seen, "warnings") and seen.asked["action"] == "ENROL":
        enrolment = seen.answer["data"]["enrollmentStatus"]
        enrolment["promotion"].update(enrollmentId=secrets.token_hex(4), optinId=secrets.token_hex(4))
        enrolment["milestone"]["status"] = seen.answer["data"]["status"] = "SUCCESS"
        seen.answer["warnings"] = None


def wrong_program(seen: Seen) -> None:
    if isinstance(promotion := find(seen.answer, "data", "enrollmentStatus", "promotion"), dict):
        promotion["programId"] = 3334


def bad_status(seen: Seen) -> None:
    if find(seen.answer, "data", "status") == "SUCCESS":
        seen.answer["data"]["status"] = "OK"


def one_id_for_all(seen: Seen) -> None:
    if find(seen.answer, "data", "enrollmentStatus", "promotion", "enrollmentId"):
        seen.answer["data"]["enrollmentStatus"]["promotion"]["enrollmentId"] = "25286"


def errors_beside_success(seen: Seen) -> None:
    if find(seen.answer, "data", "status") == "SUCCESS":
        seen.answer["errors"] = [{"code": 400, "message": text("customer_not_found")}]


def ended_promotions_are_unknown(seen: Seen) -> None:
    if find(seen.asked, "promotion", "id") == PROMOTIONS["ended-75"].id:
        reword("promotion_not_found", 400, text("program_not_found"))(seen)


def no_milestones(seen: Seen) -> None:
    if find(seen.answer, "data", "enrollmentStatus", "milestone", "milestones"):
        seen.answer["data"]["enrollmentStatus"]["milestone"]["milestones"] = []


def status_418(seen: Seen) -> None:
    if seen.status == 400 and _list(seen, "errors"):
        seen.status = 418


BREAKS: list[tuple[Change, str, str]] = [
    (wrong_code, "journeys", "error.program_id_required"),
    (wrong_text, "rules", "error.customer_not_found"),
    (lost_echo, "rules", "response.data.requestId.echo"),
    (string_customer_id, "rules", "response.data.customer.customerId.type"),
    (rounded_customer_id, "rules", "response.data.customer.customerId.resolved"),
    (html_500, "fields", "error.promotion_required"),
    (dropped_warning, "rules", "warning.milestones_failed"),
    (unnoticed_repeat, "rules", "warning.already_enrolled"),
    (wrong_program, "rules", "response.data.enrollmentStatus.promotion.programId.value"),
    (bad_status, "rules", "response.data.status.value"),
    (one_id_for_all, "rules", "response.data.enrollmentStatus.promotion.enrollmentId.unique"),
    (errors_beside_success, "rules", "response.errors.success"),
    (ended_promotions_are_unknown, "products", "error.promotion_inactive"),
    (no_milestones, "rules", "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value"),
    (status_418, "fields", "error.action_required"),
]


@pytest.mark.parametrize(("change", "part", "claim"), BREAKS, ids=lambda value: getattr(value, "__name__", None))
def test_a_defect_is_found_under_the_claim_that_it_breaks(change: Change, part: str, claim: str) -> None:
    with served(broken(change)) as url:
        result = carry_out(url, "examples", part, fail_fast=True)
    assert result.verdict == "broken"
    assert broken_claims(result) == {claim}


def test_ignored_credentials_are_found() -> None:
    app = mock()

    def trusting(environ: Any, start_response: Any) -> Any:
        environ["HTTP_AUTHORIZATION"] = "Basic DllZTk="
        environ.pop("HTTP_X_CAP_API_OAUTH_TOKEN", None)
        return app(environ, start_response)

    with served(trusting) as url:
        result = carry_out(url, "examples", "credentials", fail_fast=True)
    assert broken_claims(result) == {"auth.required"}


def _list(seen: Seen, name: str) -> list[Any]:
    found = find(seen.answer, name)
    return found if isinstance(found, list) else []
