"""Look-ups: what a request names, under every reading, where the test data is complete and where it is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from contracts.exchange import NOTHING, Request
from contracts.oracle.body.reader import BodyReader
from contracts.oracle.history import History
from contracts.oracle.judge import Judge
from contracts.oracle.judgement import Judgement
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.scenes import list_scenes
from contracts.oracle.reasons import Scene
from openapi.document import Document
from openapi.world import World
from tests.contracts.answers import ASHA, CHEN, PROMOTIONS, ask, made, milestone, plain, refused
from tests.contracts.conftest import Ask, broken, make_answer, show_sorted

HEX, NUMBER = PROMOTIONS["enr-58"].id, PROMOTIONS["enr-58"].promotion_id
NOWHERE = {"id": "f" * 24, "promotionId": 1999999999}
NOBODY = {"identifierName": "email", "identifierValue": "nobody@absent.invalid"}
STRANGER = {"identifierName": "id", "identifierValue": "4711"}
OTHER = {"id": "a" * 24, "promotionId": 4711}


def found(contract: Document, data: World, body: Any, *, complete: bool = True) -> list[Scene]:
    _, asked = BodyReader(contract).read(body)
    return list(list_scenes(asked, Knowledge(data, complete)))


def names(scene: Scene) -> tuple[str | None, int | None]:
    """Return the short identifier of the promotion and the id of the customer that a scene finds."""
    return (
        scene.promotion.identifier if scene.promotion else None,
        scene.customer.id if scene.customer else None,
    )


def outcomes(scene: Scene) -> list[set[str | None]]:
    return [{option.outcome for option in reason.options} for reason in scene.reasons]


def judged(
    contract: Document, data: World, body: Any, answer: Any, status: int = 200, *, complete: bool = False
) -> Judgement:
    judging = Judge(contract, Knowledge(data, complete))
    return judging.judge(Request(body=body), make_answer(answer, status), History(data, fresh=True))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {("enr-58", ASHA.id)}),
        ({"customer_identifierValue": "1"}, {("enr-58", None)}),
        ({"promotion": NOWHERE}, {(None, ASHA.id)}),
        ({"promotion": NOTHING, "customer": NOTHING}, {(None, None)}),
        ({"promotion_promotionId": 1999999999}, {(None, ASHA.id), ("enr-58", ASHA.id)}),
        ({"promotion_promotionId": 1133590104}, {(None, ASHA.id), ("enr-58", ASHA.id), ("many-64", ASHA.id)}),
        ({"promotion": {"id": HEX}}, {(None, ASHA.id), ("enr-58", ASHA.id)}),
        ({"promotion": {"promotionId": NUMBER}}, {(None, ASHA.id), ("enr-58", ASHA.id)}),
        ({"promotion": {"identifier": "enr-58"}}, {(None, ASHA.id), ("enr-58", ASHA.id)}),
        ({"promotion": {"identifier": "nothing"}}, {(None, ASHA.id)}),
        ({"promotion": {}}, {(None, ASHA.id)}),
        ({"customer_source": "JD"}, {("enr-58", ASHA.id), ("enr-58", None)}),
        ({"customer_source": "ALL"}, {("enr-58", ASHA.id), ("enr-58", None)}),
        ({"customer_source": NOTHING}, {("enr-58", ASHA.id)}),
        ({"customer_identifierValue": " 388369579"}, {("enr-58", ASHA.id), ("enr-58", None)}),
        ({"customer_identifierValue": "0388369579"}, {("enr-58", ASHA.id), ("enr-58", None)}),
        ({"customer_identifierValue": "000"}, {("enr-58", None)}),
    ],
    ids=show_sorted,
)
def test_a_request_may_find(
    contract: Document, sample: World, changes: dict[str, Any], expected: set[tuple[str | None, int | None]]
) -> None:
    assert {names(scene) for scene in found(contract, sample, ask(**changes))} == expected


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("mobile", "919800000001", True),
        ("mobile", "0919800000001", True),
        ("email", "asha@example.com", True),
        ("email", "ASHA@example.com", True),
        ("email", " asha@EXAMPLE.com", True),
        ("externalId", "EXT-0001", True),
        ("external_id", "EXT-0001", True),
        ("externalId", "ext-0001", False),
        ("userid", "388369579", True),
        ("id", "asha@example.com", False),
        ("email", "388369579", False),
    ],
)
def test_a_customer_is_found_by(contract: Document, sample: World, name: str, value: str, is_found: bool) -> None:
    body = ask(customer={"identifierName": name, "identifierValue": value})
    assert any(scene.customer == ASHA for scene in found(contract, sample, body)) is is_found


def test_external_ids_keep_their_zeros(contract: Document, sample: World) -> None:
    for value, customer in (("000042", CHEN), ("42", None)):
        body = ask(customer={"identifierName": "externalId", "identifierValue": value})
        assert [scene.customer for scene in found(contract, sample, body)] == [customer]


@pytest.mark.parametrize(
    ("promotion", "changes", "expected"),
    [
        ("draft-71", {}, {"promotion_not_found"}),
        ("pending-72", {}, {"promotion_not_found"}),
        ("paused-73", {}, {"promotion_not_found"}),
        ("stopped-74", {}, {"promotion_not_found"}),
        ("ended-75", {}, {"promotion_not_found"}),
        ("generic-81", {}, {"generic_not_eligible"}),
        ("down-82", {}, {"engine_error"}),
        ("enr-58", {"programId": 999999}, {"program_not_found"}),
        ("enr-58", {"programId": 973}, {"promotion_not_found", "program_not_found"}),
        ("enr-58", {"action": "OPT_IN"}, {"opt_in_not_supported", None}),
    ],
)
def test_what_is_found_may_not_be_enrolled_into(
    contract: Document, sample: World, promotion: str, changes: dict[str, Any], expected: set[str | None]
) -> None:
    (scene,) = found(contract, sample, ask(promotion, **changes))
    assert outcomes(scene) == [expected]


@pytest.mark.parametrize("promotion", ["enr-58", "soon-62", "soon-63", "opt-73"])
def test_live_and_upcoming_promotions_are_enrolled_into(contract: Document, sample: World, promotion: str) -> None:
    (scene,) = found(contract, sample, ask(promotion))
    assert outcomes(scene) == []


def test_generic_promotions_are_no_promotions_for_an_opt_in(contract: Document, sample: World) -> None:
    (scene,) = found(contract, sample, ask("generic-81", action="OPT_IN"))
    assert outcomes(scene) == [{"generic_not_eligible"}, {"opt_in_not_supported"}]


@pytest.mark.parametrize(
    ("changes", "answers"),
    [
        ({"promotion": OTHER}, [(made(), 200), (refused("promotion_not_found"), 400)]),
        ({"customer": STRANGER}, [(made(), 200), (refused("customer_not_found"), 400)]),
        ({"programId": 4711}, [(made(), 200), (refused("program_not_found"), 400)]),
        ({"promotion": {"id": "a" * 24}}, [(made(), 200), (refused("promotion_required"), 400)]),
    ],
    ids=["promotion", "customer", "program", "one id"],
)
def test_what_the_data_does_not_list_may_exist(
    contract: Document, sample: World, changes: dict[str, Any], answers: list[Any]
) -> None:
    for answer, status in answers:
        assert not broken(judged(contract, sample, ask(**changes), answer, status))
    assert broken(judged(contract, sample, ask(**changes), plain(code=310004), 400))


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"promotion": NOWHERE}, "promotion_not_found"),
        ({"customer": NOBODY}, "customer_not_found"),
        ({"programId": 999999}, "program_not_found"),
    ],
)
def test_what_is_said_to_exist_nowhere_does_not(
    contract: Document, sample: World, changes: dict[str, Any], outcome: str
) -> None:
    for complete in (True, False):
        right = judged(contract, sample, ask(**changes), refused(outcome), 400, complete=complete)
        assert not broken(right)
        wrong = judged(contract, sample, ask(**changes), made(), complete=complete)
        assert broken(wrong) == {f"error.{outcome}"}


def test_without_absent_ids_nothing_is_known_not_to_exist(contract: Document, sample: World) -> None:
    data = msgspec.structs.replace(sample, absent=None)
    for changes in ({"promotion": NOWHERE}, {"customer": NOBODY}, {"programId": 999999}):
        scene, *_ = found(contract, data, ask(**changes), complete=False)
        assert [None in answers for answers in outcomes(scene)] == [True]


def test_the_past_of_what_is_not_known_is_not_held_against_a_host(contract: Document, sample: World) -> None:
    judgement = judged(contract, sample, ask(customer=STRANGER), made())
    assert judgement.happened is None
    assert judgement.accepted


def test_milestones_that_the_data_does_not_list_may_be_any(contract: Document, sample: World) -> None:
    """Where the data is complete, a promotion without them has none."""
    for milestones in (milestone(()), milestone(((1, 2, 3),))):
        answer = made("soon-62", milestone=milestones)
        assert not broken(judged(contract, sample, ask("soon-62"), answer))
    assert broken(judged(contract, sample, ask("soon-62"), answer, complete=True))


def test_a_blank_id_that_is_passed_over_tells_neither_that_one_is_enough_nor_that_the_other_wins(judge: Ask) -> None:
    judgement = judge(ask(promotion_id=" "), made())
    assert not broken(judgement)
    assert not [key for key in judgement.implies if key.startswith("promotion-ids")]
