"""Strangers: what an answer to wrong credentials shows, whatever stands in for them."""

from __future__ import annotations

import pytest

from contracts.credentials import Credentials
from contracts.exchange import NO_ANSWER, Request
from contracts.host.attacks import ATTACKS
from contracts.oracle.history import History
from contracts.oracle.judge import Judge
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.wrong_credentials import in_words
from openapi import world
from openapi.document import Document
from tests.contracts.answers import ASHA, PROMOTIONS, ask
from tests.contracts.conftest import Ask, broken, kept, make_answer, refusal

ENROLLED = {"data": {"enrollmentStatus": {"promotion": {"enrollmentId": "7"}}}, "errors": None, "warnings": None}
KINDS: tuple[Credentials, ...] = ("none", "wrong-password", "tampered", "x-forwarded-user", "access-token-in-query")


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_let_in_without_a_right_breaks_the_claim(judge: Ask, kind: Credentials) -> None:
    assert broken(judge(ask(), ENROLLED, credentials=kind)) == {"auth.required"}


@pytest.mark.parametrize(
    ("kind", "has"),
    [
        ("none", "no credentials"),
        ("wrong", "an unknown user and a wrong password"),
        ("expired-again", "a token that has expired, and was sent before"),
        ("x-rewrite-url", "no credentials, but x-rewrite-url"),
    ],
)
def test_the_finding_says_what_the_request_has(judge: Ask, kind: Credentials, has: str) -> None:
    (observation,) = judge(ask(), ENROLLED, credentials=kind).observations
    assert (observation.got, observation.occasion) == ("HTTP 200 with data", f"the request has {has}")


def test_each_kind_of_wrong_credentials_has_words_of_its_own() -> None:
    kinds = {"none", *ATTACKS}
    assert len({in_words(kind) for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [401, 498])
def test_who_is_refused_keeps_it(judge: Ask, kind: Credentials, status: int) -> None:
    assert kept(judge(ask(), {"message": "no"}, status, credentials=kind)) == {"auth.required"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_carried_out_in_another_way_breaks_it_too(judge: Ask, kind: Credentials) -> None:
    assert broken(judge(ask(), ENROLLED, credentials=kind, path="/v3/promotions/enrol/")) == {"auth.required"}
    assert not judge(ask(), {"message": "no"}, 404, credentials=kind, path="/v3/promotions/enrol/").observations


@pytest.mark.parametrize(("kind", "is_broken"), [("none", True), ("wrong-password", True), ("host-localhost", False)])
def test_a_gateway_may_hang_up_on_an_odd_header(contract: Document, kind: Credentials, is_broken: bool) -> None:
    sample = world.load()
    judging = Judge(contract, Knowledge(sample, complete=True))
    judgement = judging.judge(Request(body=ask(), credentials=kind), NO_ANSWER, History(sample))
    assert broken(judgement) == ({"auth.required"} if is_broken else set())


def test_already_enrolled_after_refusals_is_blamed_on_the_refusals(contract: Document) -> None:
    sample = world.load()
    judging, past = Judge(contract, Knowledge(sample, complete=True)), History(sample, fresh=True)
    warning = {"message": "Unable to enroll in promotions. Customer already enrolled or limit reached."}
    answer = make_answer({"data": None, "errors": None, "warnings": [warning]})
    for claim in ("warning.already_enrolled", "auth.required"):
        assert broken(judging.judge(Request(body=ask()), answer, past, ("example.enrol",))) == {claim}
        past.named_by_strangers.add(past.key(ASHA, PROMOTIONS["enr-58"]))


def test_what_is_missing_is_known_of_wrong_credentials_only(judge: Ask) -> None:
    absent = world.load().absent
    assert absent is not None
    nobody = ask(customer_identifierValue=str(absent.customer.id))
    nothing = ask(promotion={"id": absent.promotion.id, "promotionId": absent.promotion.promotion_id})
    no = refusal(401, "no")
    assert judge(ask(), no, 401, credentials="none").missing == "nothing"
    assert judge(nobody, no, 401, credentials="none").missing == "customer"
    assert judge(nothing, no, 401, credentials="none").missing == "promotion"
    assert judge({}, no, 401, credentials="none").missing is None
    assert judge(nobody, no, 401).missing is None
