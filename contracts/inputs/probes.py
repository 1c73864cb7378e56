"""The probes: the requests that tell the readings of a host apart, shape and status first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from contracts.exchange import NOTHING, Request
from contracts.inputs.roles import Cast, identifier
from contracts.inputs.safe_list import Planned, live_list
from contracts.verdict.evidence import Told
from openapi.questions import Question
from openapi.world import Customer, Promotion

_UNLISTED: Final = "NOT_LISTED"


def probe_list(cast: Cast) -> Iterator[Planned]:
    """Yield the requests of a probe: the live list, and where somebody may be enrolled, what only a success tells."""
    yield from live_list(cast)
    if cast.target.live or not cast.customers:
        return
    for promotion in cast.plentiful[:1]:
        for what, body in _bodies(cast, promotion, cast.customers[-1]):
            yield Planned(what, Request(body=body))
    for what, body in _rules(cast):
        yield Planned(what, Request(body=body))


def _bodies(cast: Cast, promotion: Promotion, customer: Customer) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield good requests with one thing that the page leaves open."""
    good = cast.body(promotion, customer)
    known = identifier(customer, "id")
    yield "a good request", good
    for how, value in (("missing", NOTHING), ("null", None)):
        yield f"source {how}", cast.body(promotion, customer, source=value)
        yield f"requestId {how}", cast.body(promotion, customer, requestId=value)
    other = next((c.source for c in cast.customers if c.source not in (None, customer.source)), "ALL")
    yield "the source of another customer", cast.body(promotion, customer, source=other)
    yield "an unlisted source", cast.body(promotion, customer, source=_UNLISTED)
    yield "an unlisted action", {**good, "action": _UNLISTED}
    yield "ENROL_MILESTONES", {**good, "action": "ENROL_MILESTONES"}
    yield "an unlisted identifierName", _customer(good, identifierName="card")
    for name in ("externalId", "external_id", "userid"):
        yield f"identifierName {name}", cast.body(promotion, customer, by=name)
    yield "an unlisted field", {**good, "unlisted": 1}
    yield "an unlisted field of the customer", _customer(good, unlisted=1)
    yield "an unlisted field of the promotion", _promotion(good, unlisted=1)
    yield "programId in a string", {**good, "programId": str(promotion.program_id)}
    yield "promotionId in a string", _promotion(good, promotionId=str(promotion.promotion_id))
    yield "identifierValue as a number", _customer(good, identifierValue=customer.id)
    yield "requestId as a number", {**good, "requestId": 5}
    for name in ("action", "programId", "promotion", "customer"):
        yield f"{name} as a list", {**good, name: []}
    yield "identifierName as a list", _customer(good, identifierName=[])
    yield "source as a list", _customer(good, source=[])
    yield "promotion.id that is not hexadecimal", _promotion(good, id="not-hexadecimal")
    yield "identifierValue that is no id", _customer(good, identifierValue="no-id")
    for blank in ("", " "):
        yield f"promotion.id {blank!r}", _promotion(good, id=blank)
        yield f"identifierValue {blank!r}", _customer(good, identifierValue=blank)
        yield f"identifierName {blank!r}", _customer(good, identifierName=blank)
        yield f"action {blank!r}", {**good, "action": blank}
    yield "zeros before the id", _customer(good, identifierValue=f"0{known}")
    for name in ("id", "mobile", "email"):
        yield (
            f"spaces around the {name}",
            cast.body(promotion, customer, by=name, value=f" {identifier(customer, name)} "),
        )
    yield (
        "the e-mail in capitals",
        cast.body(promotion, customer, by="email", value=identifier(customer, "email").upper()),
    )
    absent = cast.target.absent.promotion
    for name in ("id", "promotionId"):
        left = {key: each for key, each in good["promotion"].items() if key != name}
        yield f"promotion without {name}", {**good, "promotion": left}
    yield "promotion by its identifier", {**good, "promotion": {"identifier": promotion.identifier}}
    yield "promotion empty", {**good, "promotion": {}}
    yield "an id that exists nowhere", _promotion(good, id=absent.id)
    yield "a promotionId that exists nowhere", _promotion(good, promotionId=absent.promotion_id)
    for second in cast.single[:1]:
        yield "ids of two promotions", _promotion(good, promotionId=second.promotion_id)
    for program in cast.target.data.programs:
        if program.id != promotion.program_id:
            yield "another program", {**good, "programId": program.id}
    yield "two fields missing", {key: each for key, each in good.items() if key not in ("programId", "action")}


def _rules(cast: Cast) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what only the state of an enrolment, or the kind of a promotion, tells."""
    first, second = cast.customers[0], cast.customers[-1]
    for promotion in cast.earning[-1:]:
        for what, customer, action in (
            ("OPT_IN first", first, "OPT_IN"),
            ("ENROL", second, "ENROL"),
            ("OPT_IN after it", second, "OPT_IN"),
            ("OPT_IN again", second, "OPT_IN"),
            ("ENROL again", second, "ENROL"),
        ):
            yield what, cast.body(promotion, customer, action=action)
    for promotion in cast.loyalty[-1:]:
        for what in ("ENROL", "ENROL again"):
            yield f"{what} into LOYALTY", cast.body(promotion, second)
        yield "OPT_IN to LOYALTY", cast.body(promotion, second, action="OPT_IN")
    for promotion in cast.seated[:1]:
        for customer in cast.customers[: (promotion.limit_per_promotion or 0) + 1]:
            yield "seats until there are none", cast.body(promotion, customer)
    for what, promotions in (
        ("a promotion with a milestone that fails", cast.crippled),
        ("a promotion whose engine is silent", cast.silent),
        ("a promotion whose engine is down", cast.failing),
    ):
        for promotion in promotions[:1]:
            yield what, cast.body(promotion, second)


def readings_file(told: tuple[Told, ...], questions: Mapping[str, Question]) -> dict[str, str]:
    """Return the readings that are settled, by question: where every field that was asked for agrees."""
    settled: dict[str, str] = {}
    for question in questions.values():
        left = set(question.readings)
        asked = [each for each in told if each.question == question.id and each.exchanges]
        for each in asked:
            left &= set(each.left)
        if asked and len(left) == 1:
            settled[question.id] = left.pop()
    return settled


def _customer(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**body, "customer": {**body["customer"], **changes}}


def _promotion(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**body, "promotion": {**body["promotion"], **changes}}
