"""Somebody else enrols customers on the host while a run lasts: another run, or real traffic."""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path

import pytest
import yaml

from mockserver.app import Mock
from openapi import document, questions, world
from tests.contracts.served import served
from tests.field.front import Call, Front
from tests.field.running import tried

WORLD = world.load()
PAIRS = [
    (promotion, customer)
    for promotion, customer in product(WORLD.promotions, WORLD.customers)
    if promotion.status == "LIVE" and promotion.type != "GENERIC"
]


# The parts of the suite that enrol customers. The others send requests that a host must refuse.
ENROLLING = ("examples", "rules", "echo", "journeys")


class Somebody:
    """Enrols a customer of the sample data, by chance, before each third request of the run."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def __call__(self, call: Call) -> bytes:
        if call.number > 9 and call.number % 3 == 0:
            promotion, customer = self._dice.choice(PAIRS)
            body = {
                "action": self._dice.choice(("ENROL", "ENROL", "OPT_IN")),
                "promotion": {"id": promotion.id, "promotionId": promotion.promotion_id},
                "customer": {"identifierName": "id", "identifierValue": str(customer.id)},
                "programId": promotion.program_id,
            }
            other = Call(
                "POST", "/v3/promotions/enrol", dict(call.headers), json.dumps(body).encode(), 0, 0, call.front
            )
            other.headers["Authorization"] = "Basic c3RvcmUuc2VydmVyOjEyMw=="
            other.headers.pop("X-CAP-API-OAUTH-TOKEN", None)
            other.ask()
        return call.forward()


@pytest.mark.parametrize(("seed", "parts"), [(1, ()), (2, ENROLLING), (3, ENROLLING)])
def test_a_host_on_which_others_enrol_is_not_accused(seed: int, parts: tuple[str, ...]) -> None:
    with Front(Somebody(seed)) as front:
        seen = tried(front.url, *parts, seed=seed)
    assert (seen.exit, seen.broken) == (0, [])
    assert "1 request shows that others enrol customers here at the same time, so anybody may be enrolled" in seen.said


def test_what_is_wrong_whoever_else_enrols_is_still_found() -> None:
    somebody = Somebody(1)

    def behave(call: Call) -> bytes:
        return somebody(call).replace(b'"customerId":', b'"customerID":')

    with Front(behave) as front:
        seen = tried(front.url, "examples", "rules")
    assert seen.exit == 1
    assert "response.data.customer.customerId.type" in seen.broken


def test_a_run_by_itself_sees_nobody() -> None:
    mock = Mock.of(document.load(), world.load(), questions.defaults(questions.load()))
    with served(mock) as url:
        seen = tried(url, *ENROLLING)
    assert (seen.exit, seen.broken) == (0, [])
    assert "others enrol" not in seen.said


@pytest.mark.parametrize("complete", [False, True])
def test_enrolments_that_a_target_file_does_not_list_break_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, complete: bool
) -> None:
    """The host knows enrolments of the sample data; the file lists its programs, promotions and customers only."""
    monkeypatch.setenv("TILL", "store.server")
    monkeypatch.setenv("TILL_PASSWORD", "123")
    sample = yaml.safe_load((Path(world.__file__).parent / "world.yaml").read_text(encoding="utf-8"))
    kept = {name: sample[name] for name in ("programs", "promotions", "customers", "absent")}
    target = {"credentials": {"basic": {"username": "TILL", "password": "TILL_PASSWORD"}}, "world": kept}
    (tmp_path / "target.yaml").write_text(json.dumps({**target, "complete": complete}), encoding="utf-8")
    with Front(lambda call: call.forward()) as front:
        seen = tried(front.url, *ENROLLING, target=tmp_path / "target.yaml")
    # A list that is called complete and is not accuses the host: that is what the word means.
    assert seen.exit == int(complete)
