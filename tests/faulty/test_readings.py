"""Every reading of every open question shows in the answers of the host."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.faulty.asking import DROP, ENROL, LOGIN, OPT_IN, Answer, Asker, request
from tests.faulty.conforming import random_combinations, single_readings
from tests.faulty.readings import READINGS, chosen

Requests = list[dict[str, Any]]
NOBODY = {"customer__identifierValue": "199999999999"}


def _opt_in(asker: Asker, **changes: Any) -> dict[str, Any]:
    return request(ENROL, action="OPT_IN", **asker.promotion("earn-61"), **changes)


def _milestone_action(asker: Asker) -> Requests:
    action = {"action": "ENROL_MILESTONES"}
    return [request(**action), request(**action, customer__milestone={"targetRuleId": 151359})]


def _wrong_type(asker: Asker) -> Requests:
    return [request(programId="3334"), request(customer__identifierValue=388369579)]


def _ids_disagree(asker: Asker) -> Requests:
    other = asker.promotion("opt-73")
    return [
        request(promotion__promotionId=other["promotion"]["promotionId"]),
        request(promotion__id=other["promotion"]["id"]),
    ]


def _identifiers(asker: Asker) -> Requests:
    pairs = [("externalId", "EXT-0001"), ("external_id", "EXT-0002"), ("userid", "388519295")]
    return [request(customer__identifierName=name, customer__identifierValue=value) for name, value in pairs]


def _promotion_ids(asker: Asker) -> Requests:
    return [request(promotion__id=DROP), request(promotion={"identifier": "enr-58"})]


def _folding(asker: Asker) -> Requests:
    mail = {"customer__identifierName": "email", "customer__identifierValue": "Asha@Example.com"}
    return [request(**mail), request(customer__identifierValue=" 388519295 ")]


def _enrol_earning(asker: Asker) -> Requests:
    return [request(), request(**asker.promotion("earn-61"))]


# question -> the requests that tell its readings apart.
TELLING: dict[str, Callable[[Asker], Requests]] = {
    "promotion-field-names": lambda _: [request(promotion={"promoHexId": ENROL["promotion"]["id"], "promoIntId": 1})],
    "promotion-ids": _promotion_ids,
    "one-promotion-id-missing": lambda _: [request(promotion__promotionId=DROP)],
    "promotion-ids-disagree": _ids_disagree,
    "program-mismatch": lambda _: [request(programId=973)],
    "source": lambda _: [request(customer__source=DROP)],
    "source-selects": lambda _: [request(customer__source="JD")],
    "identifier-names": _identifiers,
    "milestone-action": _milestone_action,
    "unknown-value": lambda _: [request(customer__source="SHOP")],
    "wrong-type": _wrong_type,
    "malformed-id": lambda _: [request(promotion__id="x")],
    "blank-value": lambda _: [request(customer__identifierValue=" ")],
    "value-folding": _folding,
    "leading-zeros": lambda _: [request(customer__identifierValue="00388369579")],
    "null-optional": lambda _: [request(customer__source=None), request(requestId=None)],
    "unknown-fields": lambda _: [request(colour="red")],
    "many-violations": lambda _: [{}],
    "precedence": lambda _: [request(action=DROP, **NOBODY)],
    "error-shape": lambda _: [request(action=DROP)],
    "warning-shape": lambda _: [request(), request()],
    "data-on-error": lambda _: [request(action=DROP), request(**NOBODY)],
    "validation-status": lambda _: [request(action=DROP)],
    "refusal-status": lambda asker: [request(**NOBODY), request(**asker.promotion("generic-81"))],
    "engine-status": lambda asker: [request(**asker.promotion("down-82"))],
    "message-extent": lambda _: [request(action=DROP), request(**NOBODY)],
    "request-id-absent": lambda _: [request(requestId=DROP)],
    "already-enrolled-body": lambda _: [request(), request()],
    "limit-reached-body": lambda asker: [request(**asker.promotion("full-67"))],
    "milestones-failed-body": lambda asker: [request(**asker.promotion("broken-84"))],
    "no-response-body": lambda asker: [request(**asker.promotion("silent-83"))],
    "no-milestones": lambda asker: [request(**asker.promotion("soon-62")), _opt_in(asker)],
    "opt-in-types": lambda asker: [request(action="OPT_IN")],
    "opt-in-first": lambda _: [OPT_IN],
    "opt-in-after": lambda asker: [request(**asker.promotion("earn-61")), _opt_in(asker), _opt_in(asker)],
    "enrol-gives-optin-id": _enrol_earning,
    "unauthenticated": lambda _: [],
}


def _answers(question: str, reading: str) -> list[Answer]:
    asker = Asker({question: reading})
    answers = [asker.ask(body) for body in TELLING[question](asker)]
    if question in ("unauthenticated", "precedence"):
        answers += [asker.ask(body, {**LOGIN, "authorization": ""}) for body in (ENROL, {})]
    return answers


def test_the_questions_are_those_of_the_kit() -> None:
    file = Path(__file__).parents[2] / "openapi" / "questions.yaml"
    questions = yaml.safe_load(file.read_text(encoding="utf-8"))["questions"]
    assert {one["id"]: (one["default"], set(one["readings"])) for one in questions} == {
        question: (readings[0], set(readings)) for question, readings in READINGS.items()
    }


@pytest.mark.parametrize("question", READINGS)
def test_every_reading_gives_an_answer_of_its_own(question: str) -> None:
    answers = [_answers(question, reading) for reading in READINGS[question]]
    assert all(one not in answers[:place] for place, one in enumerate(answers))


def test_an_unknown_reading_is_refused() -> None:
    with pytest.raises(ValueError, match="no such question or reading"):
        chosen({"source": "maybe"})


def test_combinations_are_the_same_for_the_same_seed() -> None:
    assert list(random_combinations(3, 5)) == list(random_combinations(3, 5))
    assert list(random_combinations(3, 5)) != list(random_combinations(4, 5))
    assert len(list(single_readings())) == sum(len(readings) - 1 for readings in READINGS.values())
