"""The cases of the gauntlet: any plain call meets exactly the one that is staged, and what a client did is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openapi.document import Document
from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller


def staged(mock: Caller, name: str, **how: Any) -> dict[str, Any]:
    answer = mock.client.post(f"/_mock/cases/{name}", json=how)
    assert answer.status_code == 200, answer.text
    case: dict[str, Any] = answer.get_json()
    return case


def judged(mock: Caller, name: str, did: str = "returned", **told: Any) -> dict[str, Any]:
    answer = mock.client.post(f"/_mock/cases/{name}/result", json={"did": did, **told})
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.get_json()
    return result


def listed(mock: Caller) -> dict[str, dict[str, Any]]:
    return {case["name"]: case for case in mock.client.get("/_mock/cases").get_json()["cases"]}


def test_every_row_of_the_page_is_a_case(mock: Caller, contract: Document) -> None:
    rows = {name: one for name, one in contract.outcomes.items() if one.section}
    assert len(rows) == 17
    found = listed(mock)
    for name, outcome in rows.items():
        assert found[name]["place"] == f"{outcome.section}, row {outcome.row}"
        assert found[name]["words"] == outcome.message
        assert found[name]["kind"] == ("refusal" if outcome.kind == "error" else "warning")


@pytest.mark.parametrize("times", [1, 3])
def test_every_plain_call_meets_the_row_that_is_staged(mock: Caller, times: int) -> None:
    for name, case in listed(mock).items():
        if case["kind"] in ("refusal", "warning"):
            staged(mock, name)
            answers = [mock.send(page.ENROL_REQUEST).get_json() for _ in range(times)]
            # The page's second example, which opts in.
            answers.append(mock.send(page.OPT_IN_REQUEST).get_json())
            assert [one["outcomes"][0] for one in mock.journal()] == [case["outcome"]] * (times + 1), name
            filled = "errors" if case["kind"] == "refusal" else "warnings"
            assert all(answer[filled] for answer in answers), name


def test_a_success_has_the_form_of_its_case(mock: Caller) -> None:
    def answer(name: str) -> dict[str, Any]:
        staged(mock, name)
        first, second = (mock.send(page.ENROL_REQUEST).get_json() for _ in range(2))
        assert first["warnings"] is second["warnings"] is None
        data: dict[str, Any] = second["data"]
        return data

    assert answer("enrolled")["customer"]["customerId"] == 388369579
    assert answer("enrolled-large-ids")["customer"]["customerId"] == 3_000_000_007 > 2**31
    assert answer("enrolled-huge-ids")["customer"]["customerId"] == 9123456789012345 > 2**53
    assert answer("enrolled-no-milestones")["enrollmentStatus"]["milestone"]["milestones"] == []
    balances = [
        one["initialBalance"] for one in answer("enrolled-milestones")["enrollmentStatus"]["milestone"]["milestones"]
    ]
    assert balances == [12.5, 300]
    assert answer("enrolled-no-request-id")["requestId"] is None


def test_case_ends_after_so_many_calls(mock: Caller) -> None:
    staged(mock, "engine_error", times=2)
    assert [mock.send().status_code for _ in range(4)] == [500, 500, 200, 200]
    staged(mock, "429", times=1)
    assert [mock.send().status_code for _ in range(2)] == [429, 200]


def test_case_begins_anew_unless_told_otherwise(mock: Caller) -> None:
    staged(mock, "429")
    mock.send()
    staged(mock, "engine_error", reset=False)
    mock.send()
    assert [one["status"] for one in mock.journal()] == [429, 500]
    staged(mock, "engine_error")
    assert mock.journal() == []
    mock.client.post("/_mock/reset")
    assert mock.send().status_code == 200


def test_case_is_that_of_one_session(mock: Caller) -> None:
    staged(mock, "engine_error")
    assert mock.client.post(f"/_s/other{page.PATH}", json=page.ENROL_REQUEST, headers=AUTHORIZED).status_code == 200


def test_other_paths_are_answered_as_usual_in_a_case(mock: Caller) -> None:
    staged(mock, "engine_error")
    assert mock.client.get("/v3/other").status_code == 404


def test_call_that_the_world_refuses_does_not_meet_a_case(mock: Caller) -> None:
    staged(mock, "enrolled-huge-ids")
    mock.enrol("1", "enr-58")
    (problem,) = judged(mock, "enrolled-huge-ids", "raised", error="NotFound")["problems"]
    assert "did not meet the case" in problem
    assert "No customer has this identifier" in problem


ROW = 'Error codes, row 9: "Promotion not found or inactive.'


@pytest.mark.parametrize(
    ("name", "calls", "told", "words"),
    [
        ("promotion_not_found", 1, {"did": "returned"}, ["returned as if the customer were enrolled", ROW]),
        ("promotion_not_found", 1, {"did": "raised", "error": "E"}, []),
        ("promotion_not_found", 1, {"did": "raised", "error": "KeyError: 'x'", "crashed": True}, ["crashed", ROW]),
        ("promotion_not_found", 2, {"did": "raised", "error": "E"}, ["sent the refused request 2 times", ROW]),
        ("promotion_not_found", 0, {"did": "returned"}, ["sent no request to the mock"]),
        ("promotion_not_found", 1, {"did": "hung", "seconds": 5}, ["hung: it gave no result within 5 s", ROW]),
        ("promotion_not_found", 1, {"did": "returned", "expected": "return"}, []),
        ("engine_error", 1, {"did": "returned", "expected": "retry"}, ["did not send the request again", "row 14"]),
        ("engine_error", 2, {"did": "returned", "expected": "retry"}, []),
        ("engine_error", 2, {"did": "raised", "error": "E", "expected": "retry"}, ["raised E", "row 14"]),
        ("engine_error", 2, {"did": "raised", "error": "E", "expected": "retry", "then": "raise"}, []),
        ("engine_error", 11, {"did": "raised", "error": "E"}, ["11 times, and did not give up"]),
        ("already_enrolled", 1, {"did": "returned"}, []),
        ("already_enrolled", 1, {"did": "raised", "error": "E"}, ["warning and no error", "Warning messages, row 1"]),
        ("429", 2, {"did": "raised", "error": "E"}, ["although Retry-After asks for 1 s"]),
        ("498", 2, {"did": "raised", "error": "E"}, []),
        ("498", 3, {"did": "raised", "error": "E"}, ["a token that has expired"]),
        ("garbage", 1, {"did": "returned"}, ["returned as if all were well", "a body that is no JSON"]),
        ("enrolled-large-ids", 1, {"did": "raised", "error": "OverflowError"}, ["customer is enrolled", "row 7"]),
        ("enrolled-no-request-id", 1, {"did": "raised", "error": "E"}, []),
        ("already_enrolled", 1, {"did": "returned", "problems": ["My own check."]}, ["My own check."]),
    ],
)
def test_what_a_client_did_is_judged(
    mock: Caller, name: str, calls: int, told: dict[str, Any], words: list[str]
) -> None:
    staged(mock, name)
    for _ in range(calls):
        mock.send(page.ENROL_REQUEST)
    result = judged(mock, name, **told)
    assert len(result["problems"]) == bool(words), result
    for word in words:
        assert word in result["problems"][0]
    assert len(result["requests"]) == calls


@pytest.mark.parametrize(
    ("field", "changed", "row"),
    [
        ("programId", {"programId": 3334.0}, 10),
        ("promotion.promotionId", {"promotion": {"id": "68c3f64bbd0a8a0aa705c793", "promotionId": 1133590053.0}}, 5),
    ],
)
def test_ids_with_a_fraction_are_told(mock: Caller, field: str, changed: dict[str, Any], row: int) -> None:
    staged(mock, "enrolled")
    mock.send({**page.ENROL_REQUEST, **changed})
    (problem,) = judged(mock, "enrolled")["problems"]
    assert problem.startswith(f"The client sent {field} as ")
    assert problem.endswith(f".0; an id has no fraction. Body parameters, row {row}.")


def test_number_of_another_field_may_have_a_fraction(mock: Caller) -> None:
    staged(mock, "enrolled")
    mock.send({**page.ENROL_REQUEST, "context": {"programId": 0.5}})
    assert judged(mock, "enrolled")["problems"] == []


def test_unknown_case_is_refused_with_the_nearest(mock: Caller) -> None:
    answer = mock.client.post("/_mock/cases/promotion_not_fuond")
    assert answer.status_code == 404
    assert "did you mean 'promotion_not_found'" in answer.get_json()["error"]


def test_cases_that_break_connections_need_the_front(mock: Caller) -> None:
    assert {"429", "dribble", "garbage"} < set(listed(mock))
    assert "reset-in" not in listed(mock)


SHOWN: list[tuple[str, Callable[[int, dict[str, Any]], object]]] = [
    ("error-shape=list-string", lambda _, body: body["errors"][0]["code"] == "310003"),
    ("error-shape=object-number", lambda _, body: body["errors"]["code"] == 310003),
    ("error-shape=object-string", lambda _, body: body["errors"]["code"] == "310003"),
    ("many-violations=all", lambda _, body: [one["code"] for one in body["errors"]] == [310002, 310003]),
    ("warning-shape=object", lambda _, body: "already enrolled" in body["warnings"]["message"]),
    ("warning-shape=strings", lambda _, body: "already enrolled" in body["warnings"][0]),
    ("data-on-error=absent", lambda _, body: "data" not in body),
    ("data-on-error=partial-echo", lambda _, body: body["data"]["customer"]["identifierValue"] == "388369579"),
    ("validation-status=200", lambda status, body: status == 200 and body["errors"]),
    ("validation-status=422", lambda status, body: status == 422 and body["errors"]),
    ("refusal-status=200", lambda status, body: status == 200 and body["errors"]),
    ("refusal-status=404", lambda status, body: status == 404 and body["errors"]),
    ("engine-status=200", lambda status, body: status == 200 and body["errors"][0]["code"] == 500),
    ("engine-status=503", lambda status, body: status == 503 and body["errors"][0]["code"] == 500),
    ("message-extent=first-sentence", lambda _, body: body["errors"][0]["message"] == "programId is required."),
    (
        "message-extent=any-text",
        lambda _, body: body["errors"][0]["code"] == 310005 and "programId" not in body["errors"][0]["message"],
    ),
    ("request-id-absent=omitted", lambda _, body: "requestId" not in body["data"]),
    ("request-id-absent=generated", lambda _, body: body["data"]["requestId"] not in (None, "some-test-id")),
    (
        "already-enrolled-body=existing-ids",
        lambda _, body: body["data"]["enrollmentStatus"]["promotion"]["enrollmentId"],
    ),
    ("already-enrolled-body=data-null", lambda _, body: body["data"] is None and body["warnings"]),
    ("limit-reached-body=data-null", lambda _, body: body["data"] is None and body["warnings"]),
    ("milestones-failed-body=milestone-null", lambda _, body: body["data"]["enrollmentStatus"]["milestone"] is None),
    ("no-response-body=failed", lambda _, body: body["data"]["status"] == "FAILED" and body["warnings"]),
    ("no-milestones=null", lambda _, body: body["data"]["enrollmentStatus"]["milestone"] is None),
    ("no-milestones=absent", lambda _, body: "milestone" not in body["data"]["enrollmentStatus"]),
    (
        "enrol-gives-optin-id=after-opt-in",
        lambda _, body: body["data"]["enrollmentStatus"]["promotion"]["optinId"] is None and not body["warnings"],
    ),
    ("unauthenticated=401", lambda status, body: status == 401 and body["errors"]),
    ("unauthenticated=403", lambda status, body: status == 403 and body["errors"]),
    ("unauthenticated=any-refusal", lambda status, body: status == 200 and body["errors"]),
]


@pytest.mark.parametrize(("name", "shows"), SHOWN, ids=[name for name, _ in SHOWN])
def test_answer_shows_the_reading_that_is_staged(
    mock: Caller, name: str, shows: Callable[[int, dict[str, Any]], object]
) -> None:
    staged(mock, name)
    answer = mock.send(page.ENROL_REQUEST)
    assert shows(answer.status_code, answer.get_json())
    again = mock.send(page.ENROL_REQUEST)
    assert shows(again.status_code, again.get_json())


def test_each_reading_of_the_list_is_looked_at(mock: Caller) -> None:
    assert {name for name in listed(mock) if "=" in name} == {name for name, _ in SHOWN}
