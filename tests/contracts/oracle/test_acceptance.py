"""Acceptances: wrong ids, milestones and warnings are blamed on the right claim, limits and the past are minded."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.oracle.history import History
from openapi.world import World
from tests.contracts.answers import ALREADY, ASHA, BRUNO, JUNE, PROMOTIONS, ask, made, milestone, refused, text, warned
from tests.contracts.conftest import Ask, broken, kept

IDS = "response.data.enrollmentStatus.promotion"
MILESTONE = "response.data.enrollmentStatus.milestone"
OPT: dict[str, Any] = {"action": "OPT_IN"}
EARNED = ((97901, 151501, 12.5), (97901, 151502, 300))
CRIPPLED = ((97904, 151551, 40), (97904, 151552, 0))
SILENT = warned("no_response", "silent-83", status="SUCCESS")
FAILED = warned("milestones_failed", "broken-84", ids=("1", "2"), status="SUCCESS")


@pytest.fixture
def past(sample: World) -> History:
    """A fresh host: nobody is enrolled but whom the test data lists."""
    return History(sample, fresh=True)


def enrolled(past: History, promotion: str, *, times: int = 1, ids: tuple[str, str] = ("1", "2")) -> History:
    for _ in range(times):
        past.record(ASHA, PROMOTIONS[promotion], "enrolled", enrollment_id=ids[0], optin_id=ids[1])
    return past


def opted_in(past: History, promotion: str) -> History:
    past.record(ASHA, PROMOTIONS[promotion], "opted_in", enrollment_id="1", optin_id="2")
    return past


@pytest.mark.parametrize(
    ("items", "claim"),
    [
        (EARNED[:1], "targetRuleId.value"),
        (EARNED[1:], "targetRuleId.value"),
        ((), "targetRuleId.value"),
        ((*EARNED, EARNED[0]), "targetRuleId.value"),
        ((EARNED[0], EARNED[0]), "targetRuleId.value"),
        ((*EARNED, (97902, 151503, 1)), "targetGroupId.value"),
        (((97901, 151501, 12.5), (97902, 151502, 300)), "targetGroupId.value"),
        (((97901, 151501, 12.5), (97901, 151503, 300)), "targetRuleId.value"),
        (((97901, 151501, 12.5), (97901, 151502, 301)), "initialBalance.value"),
        (((97901, 151501, "12.5"), (97901, 151502, 300)), "initialBalance.type"),
        ((("97901", 151501, 12.5), (97901, 151502, 300)), "targetGroupId.type"),
        (((97901, None, 12.5), (97901, 151502, 300)), "targetRuleId.type"),
    ],
)
def test_a_wrong_milestone_breaks_its_claim(judge: Ask, items: Any, claim: str) -> None:
    answer = made("earn-61", milestone=milestone(items))
    assert f"{MILESTONE}.milestones.{claim}" in broken(judge(ask("earn-61"), answer))


def test_milestones_have_no_order(judge: Ask) -> None:
    assert not broken(judge(ask("earn-61"), made("earn-61", milestone=milestone(EARNED[::-1]))))


@pytest.mark.parametrize(
    ("milestones", "claim"),
    [
        ({"status": 5, "milestones": []}, "status.type"),
        ({"status": "", "milestones": []}, "status.type"),
        ({"status": "FAILED", "milestones": []}, "status.value"),
        ({"status": "SUCCESS", "milestones": {}}, "milestones.type"),
        ({"status": "SUCCESS", "milestones": [5]}, "milestones.type"),
    ],
)
def test_a_milestone_of_another_form_breaks_its_claim(judge: Ask, milestones: Any, claim: str) -> None:
    assert broken(judge(ask("soon-62"), made("soon-62", milestone=milestones))) == {f"{MILESTONE}.{claim}"}


@pytest.mark.parametrize(
    "milestones",
    [
        {"status": "NOT_APPLICABLE", "milestones": []},
        {"status": "SUCCESS", "milestones": None},
        {"status": "SUCCESS"},
        {"status": None, "milestones": []},
        {"status": None, "milestones": None},
        {},
        None,
        NOTHING,
    ],
)
def test_where_there_are_none_the_page_says_little(judge: Ask, milestones: Any) -> None:
    assert not broken(judge(ask("soon-62"), made("soon-62", milestone=milestones)))


def test_milestones_that_the_promotion_has_must_not_be_missing(judge: Ask) -> None:
    assert f"{MILESTONE}.milestones.type" in broken(
        judge(ask("earn-61"), made("earn-61", milestone={"status": "SUCCESS", "milestones": None}))
    )
    for milestones in (None, NOTHING):
        assert broken(judge(ask("earn-61"), made("earn-61", milestone=milestones))) == {f"{MILESTONE}.type"}
    nameless = {**milestone(EARNED), "status": None}
    assert broken(judge(ask("earn-61"), made("earn-61", milestone=nameless))) == {f"{MILESTONE}.status.type"}


def test_an_opt_in_needs_no_milestones_but_may_tell_them(judge: Ask) -> None:
    for items in ((), EARNED):
        answer = made("earn-61", milestone=milestone(items), **OPT)
        assert not broken(judge(ask("earn-61", **OPT), answer))


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        (made("broken-84"), "warning.milestones_failed"),
        ({**FAILED, "warnings": SILENT["warnings"]}, "warning.milestones_failed"),
        (warned("milestones_failed", "broken-84", ids=("1", "2")), "response.data.status.value"),
        (
            warned("milestones_failed", "broken-84", ids=("1", "2"), status="SUCCESS", milestone=milestone(())),
            f"{MILESTONE}.status.value",
        ),
        (
            warned(
                "milestones_failed",
                "broken-84",
                ids=("1", "2"),
                status="SUCCESS",
                milestone=milestone(((97904, 151559, 0),), "FAILED"),
            ),
            f"{MILESTONE}.milestones.targetRuleId.value",
        ),
    ],
    ids=["no warning", "another", "status FAILED", "milestone SUCCESS", "one of another promotion"],
)
def test_milestones_that_fail_are_warned_about(judge: Ask, answer: Any, claim: str) -> None:
    assert not broken(judge(ask("broken-84"), FAILED))
    assert claim in broken(judge(ask("broken-84"), answer))


@pytest.mark.parametrize(
    "milestones",
    [
        *(milestone(listed, "FAILED") for listed in ((), CRIPPLED[:1], CRIPPLED[1:], CRIPPLED)),
        milestone(CRIPPLED[:1], "PARTIAL_SUCCESS"),
        {"status": "FAILED", "milestones": None},
        None,
        NOTHING,
    ],
    ids=str,
)
@pytest.mark.parametrize("status", ["SUCCESS", "PARTIAL_SUCCESS", "PARTIAL"])
def test_which_of_them_are_listed_beside_the_warning_is_open(judge: Ask, milestones: Any, status: str) -> None:
    answer = warned("milestones_failed", "broken-84", ids=("1", "2"), status=status, milestone=milestones)
    assert not broken(judge(ask("broken-84"), answer))


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        (made("silent-83"), "warning.no_response"),
        (warned("no_response", "silent-83", ids=("1", None), status="SUCCESS"), "warning.no_response"),
        (warned("no_response", "silent-83", ids=(0, None), status="SUCCESS"), f"{IDS}.enrollmentId.type"),
        ({**SILENT, "data": []}, "response.data.type"),
    ],
    ids=["no warning", "an id", "an id of 0", "data is a list"],
)
def test_an_engine_that_is_silent_is_warned_about(judge: Ask, answer: Any, claim: str) -> None:
    assert not broken(judge(ask("silent-83"), SILENT))
    assert claim in broken(judge(ask("silent-83"), answer))


def test_an_enrolment_without_confirmation_is_one(judge: Ask, past: History) -> None:
    """Row 3 says that it succeeded, so row 1 holds of its repeat."""
    past.record(ASHA, PROMOTIONS["silent-83"], "enrolled")
    assert "warning.already_enrolled" in broken(judge(ask("silent-83"), SILENT, history=past))
    unsaid = warned(ALREADY, "silent-83", warnings=None, ids=(None, None), status="FAILED")
    assert "warning.already_enrolled" in broken(judge(ask("silent-83"), unsaid, history=past))
    assert not broken(judge(ask("silent-83"), warned(ALREADY, "silent-83"), history=past))
    assert "warning.already_enrolled" in broken(judge(ask("silent-83"), made("silent-83"), history=past))


def test_warnings_that_nothing_provokes_break_the_row(judge: Ask) -> None:
    for name in ("milestones_failed", "no_response"):
        assert "response.warnings.none" in broken(judge(ask("soon-62"), warned(name, "soon-62", ids=("1", "2"))))


def test_a_warning_of_the_page_is_not_given_beside_the_one_that_is_due(judge: Ask) -> None:
    """Row 2 is for milestones, of which the one promotion has none, and row 3 for an engine that does not answer."""
    more = [{"message": text(name)} for name in ("milestones_failed", "no_response")]
    for promotion, status in (("silent-83", "SUCCESS"), ("broken-84", "SUCCESS")):
        answer = warned("no_response", promotion, status=status, warnings=more)
        assert broken(judge(ask(promotion), answer)) == {"response.warnings.none"}


def test_an_opt_in_may_enrol_into_milestones_that_fail(judge: Ask) -> None:
    listed = milestone(((97908, 151701, 20),), "FAILED")
    for shown in (listed, None):
        answer = warned("milestones_failed", "partly-85", ids=("1", "2"), status="SUCCESS", milestone=shown, **OPT)
        assert not broken(judge(ask("partly-85", **OPT), answer))
        other = warned("milestones_failed", "steps-70", ids=("1", "2"), status="SUCCESS", milestone=shown, **OPT)
        assert "response.warnings.none" in broken(judge(ask("steps-70", **OPT), other))


@pytest.mark.parametrize(
    ("where", "value", "claim"),
    [
        ("enrollmentStatus", [], "enrollmentStatus.type"),
        ("enrollmentStatus", "FAILED", "enrollmentStatus.type"),
        ("promotion", [], "enrollmentStatus.promotion.type"),
        ("enrollmentId", 0, "enrollmentStatus.promotion.enrollmentId.type"),
        ("enrollmentId", 1, "enrollmentStatus.promotion.enrollmentId.type"),
        ("optinId", False, "enrollmentStatus.promotion.optinId.type"),
        ("milestone", "none", "enrollmentStatus.milestone.type"),
        ("milestone", {"status": 0}, "enrollmentStatus.milestone.status.type"),
        ("milestone", {"status": "FAILED", "milestones": {}}, "enrollmentStatus.milestone.milestones.type"),
        *((name, None, "") for name in ("enrollmentStatus", "promotion", "enrollmentId", "milestone")),
        *((name, {}, "") for name in ("enrollmentStatus", "milestone")),
        ("enrollmentId", "", ""),
    ],
    ids=str,
)
def test_what_stands_beside_already_enrolled_has_its_type_or_is_null(
    judge: Ask, past: History, where: str, value: Any, claim: str
) -> None:
    answer = warned(ALREADY)
    status = answer["data"]["enrollmentStatus"]
    holder = {"enrollmentStatus": answer["data"], "promotion": status, "milestone": status}.get(
        where, status["promotion"]
    )
    holder[where] = value
    judgement = judge(ask(), answer, history=enrolled(past, "enr-58"))
    assert broken(judgement) == ({f"response.data.{claim}"} if claim else set())


@pytest.mark.parametrize(
    ("ids", "claim"),
    [
        ((None, "2"), "enrollmentId.type"),
        (("", "2"), "enrollmentId.type"),
        ((25286, "2"), "enrollmentId.type"),
        (("1", 2), "optinId.type"),
        (("1", ""), "optinId.type"),
        (("25101", "2"), "enrollmentId.unique"),
        (("1", "25701"), "optinId.unique"),
    ],
)
def test_wrong_ids_break_their_claims(judge: Ask, ids: Any, claim: str) -> None:
    """25101 and 25701 are those of an enrolment in the test data."""
    assert broken(judge(ask("soon-63"), made("soon-63", ids=ids))) == {f"{IDS}.{claim}"}


def test_the_same_text_may_be_an_enrolment_and_an_opt_in(judge: Ask) -> None:
    assert not broken(judge(ask("soon-63"), made("soon-63", ids=("25701", "25101"))))


def test_another_enrolment_has_another_id(judge: Ask, past: History) -> None:
    enrolled(past, "three-65")
    again = judge(ask("three-65"), made("three-65", ids=("1", "3")), history=past)
    assert broken(again) == {f"{IDS}.enrollmentId.unique"}
    assert not broken(judge(ask("three-65"), made("three-65", ids=("3", "4")), history=past))


def test_an_opt_in_keeps_the_id_of_the_enrolment(judge: Ask, past: History) -> None:
    enrolled(past, "opt-73")
    other = judge(ask("opt-73", **OPT), made("opt-73", ids=("3", "4"), **OPT), history=past)
    assert broken(other) == {f"{IDS}.enrollmentId.unique"}
    same = judge(ask("opt-73", **OPT), made("opt-73", ids=("1", "4"), **OPT), history=past)
    assert not broken(same)
    assert same.happened is not None
    assert same.happened.event == "opted_in"


def test_an_opt_in_has_an_opt_in_id(judge: Ask) -> None:
    assert broken(judge(ask("opt-73", **OPT), made("opt-73", ids=("1", None), **OPT))) == {f"{IDS}.optinId.type"}


def test_an_opt_in_after_one_may_be_new_or_the_same_or_warned_about(judge: Ask, past: History) -> None:
    opted_in(past, "opt-73")
    for answer in (made("opt-73", ids=("1", "3"), **OPT), made("opt-73", **OPT), warned(ALREADY, "opt-73", **OPT)):
        assert not broken(judge(ask("opt-73", **OPT), answer, history=past))


@pytest.mark.parametrize(
    ("changes", "claims"),
    [
        ({"action": "OPTED_IN"}, {"response.data.action.echo"}),
        ({"ids": ("25101", "3")}, {f"{IDS}.enrollmentId.unique"}),
        ({"ids": ("9", "3")}, {"warning.already_enrolled", f"{IDS}.enrollmentId.unique"}),
        ({"ids": ({"id": "1"}, "3")}, {f"{IDS}.enrollmentId.type"}),
        ({"ids": (None, None)}, {"warning.already_enrolled", f"{IDS}.enrollmentId.type", f"{IDS}.optinId.type"}),
    ],
    ids=["another action", "the enrolment of another", "a new enrolment", "an object", "no ids"],
)
def test_what_is_wrong_beside_the_ids_of_a_second_opt_in_says_nothing_of_the_limit(
    judge: Ask, past: History, changes: dict[str, Any], claims: set[str]
) -> None:
    opted_in(past, "opt-73")
    answer = made("opt-73", **{"ids": ("1", "3"), **OPT, **changes})
    assert broken(judge(ask("opt-73", **OPT), answer, history=past)) == claims


def test_a_second_opt_in_shows_any_id_where_no_answer_has_shown_one(judge: Ask, past: History) -> None:
    past.record(ASHA, PROMOTIONS["opt-73"], "opted_in")  # the engine gave no answer
    assert not broken(judge(ask("opt-73", **OPT), made("opt-73", ids=("9", "3"), **OPT), history=past))


def test_an_opt_in_after_an_enrolment_may_be_already_enrolled(judge: Ask, past: History) -> None:
    enrolled(past, "opt-73")
    assert not broken(judge(ask("opt-73", **OPT), warned(ALREADY, "opt-73", **OPT), history=past))


@pytest.mark.parametrize(("promotion", "action"), [("enr-58", "OPT_IN"), ("down-82", "ENROL")])
def test_who_is_enrolled_may_be_found_before_the_promotion_is_unfit(
    judge: Ask, past: History, promotion: str, action: str
) -> None:
    answer = warned(ALREADY, promotion, action=action)
    enrolled(past, promotion)
    assert not broken(judge(ask(promotion, action=action), answer, history=past))


def test_who_is_not_enrolled_is_told_that_the_engine_is_down(judge: Ask, past: History) -> None:
    both = {"warning.already_enrolled", "error.engine_error"}
    assert broken(judge(ask("down-82"), warned(ALREADY, "down-82"), history=past)) == both


def test_whoever_is_listed_with_an_opt_in_id_may_have_opted_in(judge: Ask, past: History) -> None:
    """The test data does not say whether an enrolment or an opt-in made June's."""
    body = ask("earn-61", JUNE, **OPT)
    for answer in (warned(ALREADY, "earn-61", JUNE, **OPT), made("earn-61", JUNE, ids=("25101", "9"), **OPT)):
        assert not broken(judge(body, answer, history=past))


def test_an_early_opt_in_may_be_refused_with_the_warning_alone(judge: Ask) -> None:
    judgement = judge(ask("opt-73", **OPT), warned(ALREADY, "opt-73", **OPT))
    assert not broken(judgement)
    assert judgement.implies["opt-in-first"] == {"refused"}


def test_an_enrolment_after_an_opt_in_is_a_repeat(judge: Ask, past: History) -> None:
    opted_in(past, "opt-73")
    assert "warning.already_enrolled" in broken(judge(ask("opt-73"), made("opt-73", ids=("3", "4")), history=past))
    assert not broken(judge(ask("opt-73"), warned(ALREADY, "opt-73"), history=past))


@pytest.mark.parametrize("times", [0, 1, 2])
def test_below_the_limit_of_a_customer_every_enrolment_succeeds(judge: Ask, past: History, times: int) -> None:
    for number in range(times):
        enrolled(past, "three-65", ids=(f"a{number}", f"b{number}"))
    assert not broken(judge(ask("three-65"), made("three-65"), history=past))
    assert broken(judge(ask("three-65"), warned(ALREADY, "three-65"), history=past)) == {"warning.limit_reached"}


def test_at_the_limit_of_a_customer_the_warning_is_due(judge: Ask, past: History) -> None:
    for number in range(3):
        enrolled(past, "three-65", ids=(f"a{number}", f"b{number}"))
    assert broken(judge(ask("three-65"), made("three-65"), history=past)) == {"warning.limit_reached"}
    judgement = judge(ask("three-65"), warned(ALREADY, "three-65"), history=past)
    assert "warning.limit_reached" in kept(judgement)
    assert judgement.happened is not None
    assert judgement.happened.event == "full"


def test_a_customer_whom_the_host_called_full_stays_full(judge: Ask, past: History) -> None:
    past.record(ASHA, PROMOTIONS["soon-62"], "full")
    assert broken(judge(ask("soon-62"), made("soon-62"), history=past)) == {"warning.already_enrolled"}


def test_the_last_seat_is_taken_and_the_next_customer_warned(judge: Ask, past: History) -> None:
    """The test data lists the only enrolment of full-67."""
    assert broken(judge(ask("full-67"), made("full-67"), history=past)) == {"warning.limit_reached"}
    judgement = judge(ask("full-67"), warned(ALREADY, "full-67"), history=past)
    assert "warning.limit_reached" in kept(judgement)
    assert broken(judge(ask("full-67"), warned(ALREADY, "full-67", ids=("1", "2")), history=past)) == {
        "warning.limit_reached"
    }


def test_while_there_are_seats_nobody_is_turned_away(judge: Ask, past: History) -> None:
    assert broken(judge(ask("seats-66", BRUNO), warned(ALREADY, "seats-66", BRUNO), history=past)) == {
        "warning.limit_reached"
    }


def test_whether_seats_are_left_is_unknown_after_a_doubt(judge: Ask, past: History) -> None:
    past.doubt(BRUNO, PROMOTIONS["seats-66"])
    assert not broken(judge(ask("seats-66"), warned(ALREADY, "seats-66"), history=past))


def test_ids_beside_the_first_warning_are_those_of_the_enrolment(judge: Ask, past: History) -> None:
    """The test data lists June's enrolment into earn-61, and its ids."""
    for ids in (("25101", "25701"), ("25101", None), (None, "25701")):
        answer = warned(ALREADY, "earn-61", JUNE, ids=ids, status="SUCCESS")
        assert not broken(judge(ask("earn-61", JUNE), answer, history=past))
    for ids, claim in ((("9", "25701"), "enrollmentId.unique"), (("25101", "9"), "optinId.unique")):
        answer = warned(ALREADY, "earn-61", JUNE, ids=ids, status="SUCCESS")
        assert broken(judge(ask("earn-61", JUNE), answer, history=past)) == {f"{IDS}.{claim}"}


@pytest.mark.parametrize("status", ["SUCCESS", "FAILED", "ALREADY_ENROLLED", None, NOTHING])
def test_what_the_status_is_beside_the_first_warning_is_open(judge: Ask, past: History, status: Any) -> None:
    assert not broken(judge(ask("earn-61", JUNE), warned(ALREADY, "earn-61", JUNE, status=status), history=past))


@pytest.mark.parametrize("data", [None, NOTHING, {}])
def test_data_beside_the_first_warning_may_be_nothing(judge: Ask, past: History, data: Any) -> None:
    answer = warned(ALREADY, "earn-61", JUNE) | {"data": data}
    if data is NOTHING:
        del answer["data"]
    assert not broken(judge(ask("earn-61", JUNE), answer, history=past))


@pytest.mark.parametrize("data", ["text", [], 5])
def test_data_beside_the_first_warning_is_an_object_or_null(judge: Ask, past: History, data: Any) -> None:
    answer = warned(ALREADY, "earn-61", JUNE) | {"data": data}
    assert "response.data.type" in broken(judge(ask("earn-61", JUNE), answer, history=past))


def test_echoes_are_held_against_the_request_beside_a_warning_too(judge: Ask, past: History) -> None:
    answer = warned(ALREADY, "earn-61", JUNE, requestId="other")
    assert broken(judge(ask("earn-61", JUNE), answer, history=past)) == {"response.data.requestId.echo"}


@pytest.mark.parametrize("name", ["mobile", "email"])
def test_a_repeat_by_another_identifier_is_a_repeat(judge: Ask, past: History, name: str) -> None:
    enrolled(past, "soon-62")
    named: dict[str, Any] = {"identifierName": name, "identifierValue": getattr(ASHA, name)}
    body = ask("soon-62", customer=named)
    assert "warning.already_enrolled" in broken(judge(body, made("soon-62", **named), history=past))
    assert not broken(judge(body, warned(ALREADY, "soon-62", **named), history=past))


def test_a_value_in_spaces_may_be_echoed_with_or_without_them(judge: Ask) -> None:
    body = ask("soon-62", customer_identifierValue=" 388369579 ")
    for echo in (" 388369579 ", "388369579"):
        assert not broken(judge(body, made("soon-62", identifierValue=echo)))
    assert broken(judge(body, made("soon-62", identifierValue="x")))


@pytest.mark.parametrize(("told", "claim"), [(5, "type"), ("x", None), (None, None), (NOTHING, None)])
def test_a_request_id_that_was_not_sent_is_null_missing_or_text(judge: Ask, told: Any, claim: str | None) -> None:
    judgement = judge(ask("soon-62", requestId=NOTHING), made("soon-62", requestId=told))
    assert broken(judgement) == ({f"response.data.requestId.{claim}"} if claim else set())


@pytest.mark.parametrize(
    ("name", "sent", "echoes", "others"),
    [
        (
            "email",
            "Asha@Example.com",
            ("Asha@Example.com", "asha@example.com"),
            ("ASHA@EXAMPLE.COM", "bruno@example.com"),
        ),
        ("email", " Asha@example.com", (" Asha@example.com", "Asha@example.com", "asha@example.com"), ("asha",)),
        ("email", "asha@example.com", ("asha@example.com",), ("Asha@example.com", " asha@example.com", "388369579")),
        ("id", "0388369579", ("0388369579", "388369579"), ("00388369579", "919800000001")),
        ("id", "\u0663\u0668\u0668369579", ("\u0663\u0668\u0668369579", "388369579"), ("\u0663\u0668369579",)),
        ("mobile", "+919800000001", ("+919800000001", "919800000001"), ("00919800000001",)),
    ],
    ids=["case", "case and spaces", "as registered", "zeros", "other digits", "plus"],
)
def test_a_value_that_folding_found_may_be_shown_as_it_is_registered(
    judge: Ask, name: str, sent: str, echoes: tuple[str, ...], others: tuple[str, ...]
) -> None:
    body = ask("soon-62", customer_identifierName=name, customer_identifierValue=sent)

    def answered(echo: str) -> set[str]:
        return broken(judge(body, made("soon-62", identifierName=name, identifierValue=echo)))

    for echo in echoes:
        assert not answered(echo), echo
    for echo in others:
        assert answered(echo) == {"response.data.customer.identifierValue.echo"}, echo


def test_a_blank_request_id_is_not_held_against_its_echo(judge: Ask) -> None:
    assert not broken(judge(ask("soon-62", requestId=" "), made("soon-62", requestId=None)))


def test_warnings_in_two_shapes_break_the_row(judge: Ask) -> None:
    answer = warned(ALREADY) | {"warnings": [{"message": "a"}, "b"]}
    assert "response.warnings.none" in broken(judge(ask(), answer))


def test_beside_a_warning_of_the_page_there_may_be_others(judge: Ask, past: History) -> None:
    enrolled(past, "enr-58")
    answer = warned(ALREADY)
    for more in ([{"message": "see the manual"}], [{"message": "see the manual"}, {"message": "or ask"}]):
        assert not broken(judge(ask(), {**answer, "warnings": more + answer["warnings"]}, history=past))
    for stray in ([{"message": " "}], [{"message": None}]):
        assert broken(judge(ask(), {**answer, "warnings": answer["warnings"] + stray}, history=past))
    assert broken(judge(ask(), {**answer, "warnings": [{"message": "see the manual"}]}, history=past))


def test_beside_an_enrolment_there_may_be_a_warning_of_the_hosts_own(judge: Ask, past: History) -> None:
    noted = {"warnings": [{"message": "The API version v3 is going to be retired."}]}
    judged = judge(ask(), made() | noted)
    assert not broken(judged)
    assert "response.warnings.none" not in kept(judged)
    row = text(ALREADY)
    for almost in (row.replace("enrolled", "enroled"), f"Warning: {row}", row.upper()):
        assert "response.warnings.none" in broken(judge(ask(), made() | {"warnings": [{"message": almost}]})), almost
    enrolled(past, "enr-58")
    assert "warning.already_enrolled" in broken(judge(ask(), made() | noted, history=past))


def test_an_enrolment_whose_ids_never_came_has_none_to_show(judge: Ask, past: History) -> None:
    enrolled(past, "enr-58")
    past.record(ASHA, PROMOTIONS["silent-83"], "enrolled")
    shown = judge(ask(), warned(ALREADY, ids=("1", "2"), status="SUCCESS"), history=past)
    assert shown.implies["already-enrolled-body"] == {"existing-ids"}
    silent = judge(ask("silent-83"), warned(ALREADY, "silent-83", status="SUCCESS"), history=past)
    assert "already-enrolled-body" not in silent.implies


def test_an_answer_without_confirmation_may_be_repeated_to_the_same_request(judge: Ask, past: History) -> None:
    past.record(ASHA, PROMOTIONS["silent-83"], "enrolled")
    past.request_ids.add("sent before")
    again = {**SILENT, "data": {**SILENT["data"], "requestId": "sent before"}}
    judgement = judge(ask("silent-83", requestId="sent before"), again, history=past)
    assert not broken(judgement)
    assert judgement.happened
    assert judgement.happened.event == "again"


def test_ids_of_a_silent_engine_may_be_empty_texts(judge: Ask) -> None:
    assert not broken(judge(ask("silent-83"), warned("no_response", "silent-83", ids=("", ""), status="SUCCESS")))


def test_a_request_id_of_another_request_is_no_generated_one(judge: Ask, past: History) -> None:
    without = ask(requestId=NOTHING)
    assert not broken(judge(without, made(requestId="made-up"), history=past))
    past.request_ids.add("made-up")
    assert broken(judge(without, made(requestId="made-up"), history=past)) == {"response.data.requestId.echo"}


def test_each_enrolment_may_be_opted_in_to_where_there_may_be_several(judge: Ask, past: History) -> None:
    enrolled(past, "three-65", times=2)
    opted_in(past, "three-65")
    for answer in (warned(ALREADY, "three-65", **OPT), made("three-65", ids=("1", "9"), **OPT)):
        judgement = judge(ask("three-65", **OPT), answer, history=past)
        assert not [key for key in judgement.implies if key.startswith("opt-in-after")]


def test_who_may_not_opt_in_may_be_enrolled_once_more_below_the_limit(judge: Ask, past: History) -> None:
    enrolled(past, "three-65")
    judgement = judge(ask("three-65", **OPT), warned(ALREADY, "three-65", **OPT), history=past)
    assert (broken(judgement), judgement.happened) == (set(), None)


def test_an_id_is_a_number_however_it_is_written(judge: Ask) -> None:
    """RFC 8259 §6: 97901.0 and 97901 are one number."""
    items = tuple((float(group), float(rule), balance) for group, rule, balance in EARNED)
    assert not broken(judge(ask("earn-61"), made("earn-61", milestone=milestone(items))))


def test_milestones_beside_already_enrolled_are_those_of_the_promotion(judge: Ask, sample: World) -> None:
    past = History(sample, fresh=True)
    past.record(ASHA, PROMOTIONS["earn-61"], "enrolled", enrollment_id="1")
    other = warned(ALREADY, "earn-61", milestone=milestone(CRIPPLED))
    assert f"{MILESTONE}.milestones.targetGroupId.value" in broken(judge(ask("earn-61"), other, history=past))
    for own in (EARNED, EARNED[:1], ()):
        said = warned(ALREADY, "earn-61", milestone=milestone(own))
        assert not broken(judge(ask("earn-61"), said, history=past))


def test_a_full_promotion_shows_nothing_of_opt_in_first(judge: Ask, sample: World) -> None:
    past = History(sample, fresh=True)
    past.record(BRUNO, PROMOTIONS["full-67"], "enrolled", enrollment_id="1")
    judgement = judge(ask("full-67", **OPT), warned(ALREADY, "full-67", action="OPT_IN"), history=past)
    assert "opt-in-first" not in judgement.implies


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        (warned(ALREADY, "soon-63", milestone="none", **OPT), "response.data.enrollmentStatus.milestone.type"),
        (warned(ALREADY, "soon-63", ids=(0, None), **OPT), f"{IDS}.enrollmentId.type"),
        (warned(ALREADY, "soon-63", customerId="1", **OPT), "response.data.customer.customerId.type"),
    ],
)
def test_what_is_wrong_beside_a_warning_is_so_whether_or_not_the_warning_may_be_given(
    judge: Ask, answer: Any, claim: str
) -> None:
    """Of two OPT_INs at the same time nobody knows which came first, and the mistake must not tell."""
    assert broken(judge(ask("soon-63", **OPT), answer)) == {claim}


def test_an_opt_in_of_a_customer_who_is_not_enrolled_may_be_refused_by_a_warning(judge: Ask) -> None:
    for answer in (warned(ALREADY, "soon-63", **OPT), {**warned(ALREADY, "soon-63", **OPT), "data": None}):
        assert not broken(judge(ask("soon-63", **OPT), answer))


def test_a_warning_beside_errors_says_nothing_of_who_was_found(judge: Ask, past: History) -> None:
    """The warning fits only whoever is enrolled, but the error is right whether or not spaces are ignored."""
    request = ask("soon-63", customer_identifierValue=f"{ASHA.id} ", programId=999999)
    unknown = {**refused("program_not_found"), "warnings": [{"message": text(ALREADY)}]}
    judgement = judge(request, unknown, 400, history=enrolled(past, "soon-63"))
    fitting = judgement.implies.get("value-folding/spaces behind:id", frozenset({"exact", "trimmed"}))
    assert fitting >= {"exact", "trimmed"}
