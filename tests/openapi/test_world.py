"""The sample data covers every condition of the page; a world that is inconsistent is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from openapi import source, world
from openapi.source import SourceError
from openapi.world import Customer, Enrolment, World
from tests import page

Raw = dict[str, Any]
HEX = "68c3f64bbd0a8a0aa705c793"


@pytest.fixture(scope="module")
def sample() -> World:
    return world.load()


def small() -> Raw:
    """Return a valid world with one or two entries of each kind."""
    return copy.deepcopy(
        {
            "programs": [{"id": 1}, {"id": 2, "name": "Second"}],
            "promotions": [
                {
                    "id": "a1",
                    "promotionId": 11,
                    "programId": 1,
                    "identifier": "one",
                    "type": "LOYALTY",
                    "status": "LIVE",
                    "milestones": [{"targetGroupId": 5, "targetRuleId": 6, "initialBalance": 1.5}],
                },
                {
                    "id": "a2",
                    "promotionId": 12,
                    "programId": 2,
                    "type": "LOYALTY_EARNING",
                    "status": "UPCOMING",
                    "limitPerPromotion": 0,
                },
            ],
            "customers": [
                {"id": 100, "mobile": "49100", "email": "a@example.com", "externalId": "X1"},
                {"id": 101, "mobile": "49101", "email": "b@example.com", "externalId": "X2"},
                {"email": "c@example.com"},
            ],
            "enrolments": [{"customer": 100, "promotion": "a1", "enrollmentId": "7", "optinId": "8"}],
            "pinned": [{"customer": 101, "promotion": "a1", "enrollmentId": "9"}],
            "absent": {
                "programId": 99,
                "promotion": {"id": "ff", "promotionId": 999},
                "customer": {"id": 999, "mobile": "49999", "email": "no@example.com", "externalId": "NONE"},
            },
        }
    )


def test_small_world_is_valid() -> None:
    read = world.parse(small(), path=Path("w.yaml"))
    assert read.promotions[1].limit_per_promotion == 0
    assert read.promotions[1].limit_per_customer == 1
    assert read.customers[2] == Customer(email="c@example.com")
    assert read.pinned == (Enrolment(customer=101, promotion="a1", enrollment_id="9"),)


def test_empty_world_is_valid() -> None:
    assert world.parse({}, path=Path("w.yaml")) == World()


Change = Callable[[Raw], object]
REFUSALS: dict[str, tuple[Change, str]] = {
    "unknown part": (
        lambda raw: raw.update(promotion=[]),
        "/: unknown key `promotion` (did you mean 'promotions'?)",
    ),
    "unknown key of a promotion": (
        lambda raw: raw["promotions"][1].update(limitPerCostumer=1),
        "/promotions/1: unknown key `limitPerCostumer` (did you mean 'limitPerCustomer'?)",
    ),
    "unknown key of a milestone": (
        lambda raw: raw["promotions"][0]["milestones"][0].update(fail=True),
        "/promotions/0/milestones/0: unknown key `fail` (did you mean 'fails'?)",
    ),
    "unknown key of absent data": (
        lambda raw: raw["absent"]["customer"].update(externalID="x"),
        "/absent/customer: unknown key `externalID` (did you mean 'externalId'?)",
    ),
    "unknown status": (
        lambda raw: raw["promotions"][0].update(status="ENDED"),
        "/promotions/0/status: 'ENDED' is none of COMPLETED, DRAFT, LIVE, PAUSED, PENDING_APPROVAL, STOPPED, UPCOMING",
    ),
    "unknown type": (
        lambda raw: raw["promotions"][0].update(type="LOYALTI"),
        "/promotions/0/type: 'LOYALTI' is none of GENERIC, LOYALTY, LOYALTY_EARNING (did you mean 'LOYALTY'?)",
    ),
    "mobile without quotes": (
        lambda raw: raw["customers"][0].update(mobile=49100),
        "/customers/0/mobile: expected a text or null, got a whole number; quote it",
    ),
    "no type": (
        lambda raw: raw["promotions"][0].pop("type"),
        "/promotions/0: the key `type` is missing",
    ),
    "limit of zero per customer": (
        lambda raw: raw["promotions"][0].update(limitPerCustomer=0),
        "/promotions/0/limitPerCustomer: expected a whole number, 1 or more",
    ),
    "negative limit": (
        lambda raw: raw["promotions"][0].update(limitPerPromotion=-1),
        "/promotions/0/limitPerPromotion: expected a whole number, 0 or more",
    ),
    "program twice": (
        lambda raw: raw["programs"].append({"id": 1}),
        "/programs: the id 1 is given twice; it must be unique",
    ),
    "a program of a promotion that does not exist": (
        lambda raw: raw["promotions"][0].update(otherProgramIds=[2, 7]),
        "/promotions/0/otherProgramIds/1: no program has the id 7",
    ),
    "a program of a promotion twice": (
        lambda raw: raw["promotions"][0].update(otherProgramIds=[2, 1]),
        "/promotions/0/otherProgramIds/1: the program 1 is given twice; name each once",
    ),
    "promotion id twice": (
        lambda raw: raw["promotions"][1].update(id="a1"),
        "/promotions: the id 'a1' is given twice; it must be unique",
    ),
    "promotionId twice": (
        lambda raw: raw["promotions"][1].update(promotionId=11),
        "/promotions: the promotionId 11 is given twice; it must be unique",
    ),
    "promotion identifier twice": (
        lambda raw: raw["promotions"][1].update(identifier="one"),
        "/promotions: the identifier 'one' is given twice; it must be unique",
    ),
    "customer id twice": (
        lambda raw: raw["customers"][1].update(id=100),
        "/customers: the id 100 is given twice; it must be unique",
    ),
    "mobile twice": (
        lambda raw: raw["customers"][1].update(mobile="49100"),
        "/customers: the mobile '49100' is given twice; it must be unique",
    ),
    "e-mail twice": (
        lambda raw: raw["customers"][2].update(email="a@example.com"),
        "/customers: the email 'a@example.com' is given twice; it must be unique",
    ),
    "externalId twice": (
        lambda raw: raw["customers"][1].update(externalId="X1"),
        "/customers: the externalId 'X1' is given twice; it must be unique",
    ),
    "enrollmentId twice": (
        lambda raw: raw["pinned"][0].update(enrollmentId="7"),
        "/enrolments and /pinned: the enrollmentId '7' is given twice; it must be unique",
    ),
    "optinId twice": (
        lambda raw: raw["pinned"][0].update(optinId="8"),
        "/enrolments and /pinned: the optinId '8' is given twice; it must be unique",
    ),
    "pair pinned twice": (
        lambda raw: raw["pinned"].append({"customer": 101, "promotion": "a1", "enrollmentId": "10"}),
        "/pinned: customer 101 and promotion 'a1' are given twice; a pair may be pinned once",
    ),
    "promotion in an unknown program": (
        lambda raw: raw["promotions"][1].update(programId=3),
        "/promotions/1/programId: no program has the id 3",
    ),
    "enrolment into an unknown promotion": (
        lambda raw: raw["enrolments"][0].update(promotion="a3"),
        "/enrolments/0/promotion: no promotion has the id 'a3'",
    ),
    "enrolment of an unknown customer": (
        lambda raw: raw["enrolments"][0].update(customer=102),
        "/enrolments/0/customer: no customer has the id 102",
    ),
    "pinned ids in an unknown promotion": (
        lambda raw: raw["pinned"][0].update(promotion="a3"),
        "/pinned/0/promotion: no promotion has the id 'a3'",
    ),
    "absent program that exists": (
        lambda raw: raw["absent"].update(programId=2),
        "/absent/programId: a program of this world has the id 2; use an id that does not exist",
    ),
    "absent promotion whose id exists": (
        lambda raw: raw["absent"]["promotion"].update(id="a2"),
        "/absent/promotion: /promotions/1 has one of these ids; use ids that do not exist",
    ),
    "absent promotion whose promotionId exists": (
        lambda raw: raw["absent"]["promotion"].update(promotionId=11),
        "/absent/promotion: /promotions/0 has one of these ids; use ids that do not exist",
    ),
    "absent promotion whose id is another's promotionId": (
        lambda raw: raw["absent"]["promotion"].update(id="11"),
        "/absent/promotion: /promotions/0 has one of these ids; use ids that do not exist",
    ),
    "absent customer whose mobile is another's id": (
        lambda raw: raw["absent"]["customer"].update(mobile=" 0100"),
        "/absent/customer/mobile: /customers/0 has ' 0100'; use an identifier that does not exist",
    ),
    "absent customer whose id exists": (
        lambda raw: raw["absent"]["customer"].update(id=100),
        "/absent/customer/id: /customers/0 has 100; use an identifier that does not exist",
    ),
    "absent customer whose externalId exists": (
        lambda raw: raw["absent"]["customer"].update(externalId="X2"),
        "/absent/customer/externalId: /customers/1 has 'X2'; use an identifier that does not exist",
    ),
    "absent customer whose e-mail exists": (
        lambda raw: raw["absent"]["customer"].update(email="c@example.com"),
        "/absent/customer/email: /customers/2 has 'c@example.com'; use an identifier that does not exist",
    ),
    "customer without an identifier": (
        lambda raw: raw["customers"].append({"source": "WEBSITE"}),
        "/customers/3: has no identifier (id, mobile, email, externalId)",
    ),
    "balance that is not finite": (
        lambda raw: raw["promotions"][0]["milestones"][0].update(initialBalance=float("inf")),
        "/promotions/0/milestones/0/initialBalance: must be a finite number, JSON has no other",
    ),
}


@pytest.mark.parametrize(("change", "complaint"), REFUSALS.values(), ids=REFUSALS)
def test_inconsistent_world_is_refused_with_pointer_and_reason(change: Change, complaint: str) -> None:
    raw = small()
    change(raw)
    with pytest.raises(SourceError) as refused:
        world.parse(raw, path=Path("w.yaml"))
    assert str(refused.value) == f"w.yaml: {complaint}"


def test_pointer_of_a_world_inside_another_file_is_that_of_the_whole_file() -> None:
    for raw, complaint in (
        ({"programs": [{"id": 1}, {"id": 1}]}, "/data/programs: the id 1 is given twice; it must be unique"),
        ({"programs": [{"id": "1"}]}, "/data/programs/0/id: expected a whole number, got a text"),
    ):
        with pytest.raises(SourceError) as refused:
            world.parse(raw, path=Path("target.yaml"), pointer="/data")
        assert str(refused.value) == f"target.yaml: {complaint}"


def test_message_about_a_world_file_begins_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("programs: [{id: 1}, {id: 1}]\n", encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        world.load(path)
    assert str(refused.value) == f"{path}: line 1, column 26: /programs: the id 1 is given twice; it must be unique"


def test_sample_has_the_data_of_the_example_requests(sample: World) -> None:
    for request in (page.ENROL_REQUEST, page.OPT_IN_REQUEST):
        promotion = next(p for p in sample.promotions if p.id == request["promotion"]["id"])
        assert promotion.promotion_id == request["promotion"]["promotionId"]
        assert promotion.program_id == request["programId"]
        assert promotion.status == "LIVE"
        customer = next(c for c in sample.customers if str(c.id) == request["customer"]["identifierValue"])
        assert customer.source == request["customer"]["source"]
    assert promotion.type == "LOYALTY_EARNING", "the type that takes OPT_IN"
    assert page.OPT_IN_AUTHORIZATION in sample.credentials.headers


def test_sample_pins_the_ids_of_the_example_response(sample: World) -> None:
    data = page.ENROL_RESPONSE["data"]
    shown = data["enrollmentStatus"]["promotion"]
    assert sample.pinned == (
        Enrolment(
            customer=data["customer"]["customerId"],
            promotion=shown["id"],
            enrollment_id=shown["enrollmentId"],
            optin_id=shown["optinId"],
        ),
    )
    promotion = next(p for p in sample.promotions if p.id == shown["id"])
    assert (promotion.identifier, promotion.program_id) == (shown["identifier"], shown["programId"])
    assert [
        {"targetGroupId": m.target_group_id, "targetRuleId": m.target_rule_id, "initialBalance": m.initial_balance}
        for m in promotion.milestones or ()
    ] == data["enrollmentStatus"]["milestone"]["milestones"]


def test_sample_has_a_promotion_for_every_type_status_and_engine_state(sample: World) -> None:
    assert {p.type for p in sample.promotions} == set(get_args(world.PromotionType))
    assert {p.status for p in sample.promotions} == set(get_args(world.PromotionStatus))
    assert {p.engine for p in sample.promotions} == set(get_args(world.Engine))
    assert any(m.fails for p in sample.promotions for m in p.milestones or ())
    assert any(p.milestones is None for p in sample.promotions)


def test_sample_has_a_full_promotion_and_others_with_two_and_three_places_left(sample: World) -> None:
    taken = [enrolment.promotion for enrolment in sample.enrolments]
    limited = {p.id: p.limit_per_promotion for p in sample.promotions if p.limit_per_promotion is not None}
    assert {limit - taken.count(id) for id, limit in limited.items()} == {0, 2, 3}


def test_sample_customers_have_every_identifier_and_cover_the_listed_sources(sample: World) -> None:
    listed = next(row.lists for row in page.BODY_PARAMETERS if row.path == "customer.source")
    for customer in sample.customers:
        assert None not in (customer.id, customer.mobile, customer.email, customer.external_id)
        assert customer.source in listed
        assert customer.source != "ALL", "a customer registers at one source"
    ids = [customer.id or 0 for customer in sample.customers]
    assert any(2**31 <= id < 2**53 for id in ids)
    assert any(id > 2**53 and int(float(id)) != id for id in ids), "an id that a double cannot hold"


def test_ids_of_the_sample_enrolments_are_below_those_of_the_page(sample: World) -> None:
    """The mock numbers new records from the highest id on, so only the pinned record may have the page's ids."""
    assert all(int(record.enrollment_id) < 25286 for record in sample.enrolments)
    assert all(int(record.optin_id or 0) < 25910 for record in sample.enrolments)


def test_email_of_the_absent_customer_is_in_the_reserved_domain_invalid(sample: World) -> None:
    assert sample.absent is not None
    assert (sample.absent.customer.email or "").endswith(".invalid")


def test_world_of_the_package_is_the_default() -> None:
    assert world.load() == world.load(source.WORLD)
