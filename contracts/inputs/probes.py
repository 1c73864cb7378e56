"""The probes: requests whose answers show which readings a host follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from contracts.exchange import NOTHING, Request
from contracts.inputs.roles import Roles, identifier_value
from contracts.inputs.safe_list import DescribedRequest, safe_list
from openapi.world import Customer, Promotion

_UNLISTED: Final = "NOT_LISTED"


def probe_list(roles: Roles) -> Iterator[DescribedRequest]:
    """Yield the requests of a probe: the safe list; on a host that is not live, also requests that may enrol a customer."""
    yield from safe_list(roles)
    if roles.target.live or not roles.customers:
        return
    for promotion in roles.repeatable[:1]:
        for description, body in _variations(roles, promotion, roles.customers[-1]):
            yield DescribedRequest(description, Request(body=body))
    for description, body in _rules(roles):
        yield DescribedRequest(description, Request(body=body))


def _variations(roles: Roles, promotion: Promotion, customer: Customer) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield valid bodies, each with one variation about which the page is silent or contradicts itself."""
    yield "a valid request", roles.body(promotion, customer)
    yield from _missing_or_unlisted(roles, promotion, customer)
    yield from _of_another_type(roles, promotion, customer)
    yield from _ids_in_another_form(roles, promotion, customer)
    yield from _ids_of_promotion_and_program(roles, promotion, customer)
    good = roles.body(promotion, customer)
    yield "two fields missing", {key: value for key, value in good.items() if key not in ("programId", "action")}


def _missing_or_unlisted(
    roles: Roles, promotion: Promotion, customer: Customer
) -> Iterator[tuple[str, dict[str, Any]]]:
    good = roles.body(promotion, customer)
    for state, value in (("missing", NOTHING), ("null", None)):
        yield f"source {state}", roles.body(promotion, customer, source=value)
        yield f"requestId {state}", roles.body(promotion, customer, requestId=value)
    other = next((c.source for c in roles.customers if c.source not in (None, customer.source)), "ALL")
    yield "the source of another customer", roles.body(promotion, customer, source=other)
    yield "an unlisted source", roles.body(promotion, customer, source=_UNLISTED)
    yield "an unlisted action", {**good, "action": _UNLISTED}
    yield "ENROL_MILESTONES", {**good, "action": "ENROL_MILESTONES"}
    yield "an unlisted identifierName", _customer(good, identifierName="card")
    for name in ("externalId", "external_id", "userid"):
        yield f"identifierName {name}", roles.body(promotion, customer, by=name)
    yield "an unlisted field", {**good, "unlisted": 1}
    yield "an unlisted field of the customer", _customer(good, unlisted=1)
    yield "an unlisted field of the promotion", _promotion(good, unlisted=1)


def _of_another_type(roles: Roles, promotion: Promotion, customer: Customer) -> Iterator[tuple[str, dict[str, Any]]]:
    good = roles.body(promotion, customer)
    yield "programId in a string", {**good, "programId": str(promotion.program_id)}
    yield "promotionId in a string", _promotion(good, promotionId=str(promotion.promotion_id))
    yield "identifierValue as a number", _customer(good, identifierValue=customer.id)
    yield "requestId as a number", {**good, "requestId": 5}
    for name in ("action", "programId", "promotion", "customer"):
        yield f"{name} as a list", {**good, name: []}
    yield "identifierName as a list", _customer(good, identifierName=[])
    yield "source as a list", _customer(good, source=[])


def _ids_in_another_form(
    roles: Roles, promotion: Promotion, customer: Customer
) -> Iterator[tuple[str, dict[str, Any]]]:
    good, customer_id = roles.body(promotion, customer), identifier_value(customer, "id")
    yield "promotion.id that is not hexadecimal", _promotion(good, id="not-hexadecimal")
    yield "identifierValue that is not an id", _customer(good, identifierValue="no-id")
    for blank in ("", " "):
        yield f"promotion.id {blank!r}", _promotion(good, id=blank)
        yield f"identifierValue {blank!r}", _customer(good, identifierValue=blank)
        yield f"identifierName {blank!r}", _customer(good, identifierName=blank)
        yield f"action {blank!r}", {**good, "action": blank}
    yield "zeros before the id", _customer(good, identifierValue=f"0{customer_id}")
    for name in ("id", "mobile", "email"):
        yield (
            f"spaces around the {name}",
            roles.body(promotion, customer, by=name, value=f" {identifier_value(customer, name)} "),
        )
    yield (
        "the e-mail in capitals",
        roles.body(promotion, customer, by="email", value=identifier_value(customer, "email").upper()),
    )


def _ids_of_promotion_and_program(
    roles: Roles, promotion: Promotion, customer: Customer
) -> Iterator[tuple[str, dict[str, Any]]]:
    good, absent = roles.body(promotion, customer), roles.target.absent.promotion
    for name in ("id", "promotionId"):
        rest = {key: value for key, value in good["promotion"].items() if key != name}
        yield f"promotion without {name}", {**good, "promotion": rest}
    yield "promotion by its identifier", {**good, "promotion": {"identifier": promotion.identifier}}
    yield "promotion empty", {**good, "promotion": {}}
    yield "a promotion.id that does not exist", _promotion(good, id=absent.id)
    yield "a promotionId that does not exist", _promotion(good, promotionId=absent.promotion_id)
    for second in roles.once_per_customer[:1]:
        yield "ids of two promotions", _promotion(good, promotionId=second.promotion_id)
    for program in roles.target.data.programs:
        if program.id not in promotion.program_ids:
            yield "another program", {**good, "programId": program.id}


def _rules(roles: Roles) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield bodies whose answers depend on earlier enrolments or on the kind of the promotion."""
    first, second = roles.customers[0], roles.customers[-1]
    for promotion in roles.loyalty_earning[-1:]:
        for description, customer, action in (
            ("OPT_IN first", first, "OPT_IN"),
            ("ENROL", second, "ENROL"),
            ("OPT_IN after it", second, "OPT_IN"),
            ("OPT_IN again", second, "OPT_IN"),
            ("ENROL again", second, "ENROL"),
        ):
            yield description, roles.body(promotion, customer, action=action)
    for promotion in roles.loyalty[-1:]:
        for attempt in ("ENROL", "ENROL again"):
            yield f"{attempt} into LOYALTY", roles.body(promotion, second)
        yield "OPT_IN to LOYALTY", roles.body(promotion, second, action="OPT_IN")
    for promotion in roles.limited_per_promotion[:1]:
        for customer in roles.customers[: (promotion.limit_per_promotion or 0) + 1]:
            yield "one customer more than limitPerPromotion", roles.body(promotion, customer)
    for description, promotions in (
        ("a promotion with a milestone that fails", roles.failing_milestones),
        ("a promotion whose engine does not confirm", roles.engine_silent),
        ("a promotion whose engine is down", roles.engine_down),
    ):
        for promotion in promotions[:1]:
            yield description, roles.body(promotion, second)


def _customer(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**body, "customer": {**body["customer"], **changes}}


def _promotion(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**body, "promotion": {**body["promotion"], **changes}}
