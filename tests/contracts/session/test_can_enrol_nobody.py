"""No request that may be sent without permission names an existing customer or promotion in any place."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from contracts.credentials import ELSEWHERE, Credentials
from contracts.exchange import Request
from contracts.inputs.roles import Roles
from contracts.inputs.safe_list import safe_list
from contracts.session.permission import can_enrol_nobody
from openapi import world
from tests.contracts.answers import ask
from tests.contracts.conftest import make_target

WORLD = world.load()
ABSENT = make_target().absent
CAST = Roles(make_target("https://elsewhere.example"), 1)
BODIES = [planned.request.body for planned in safe_list(CAST) if isinstance(planned.request.body, dict)]

CUSTOMERS = [str(v) for c in WORLD.customers for v in (c.id, c.mobile, c.email, c.external_id) if v is not None]
PROMOTIONS = [str(v) for p in WORLD.promotions for v in (p.id, p.promotion_id, p.identifier) if v is not None]
KNOWN = [*CUSTOMERS, *PROMOTIONS]
NAMES = (
    *("requestId", "action", "programId", "promotion", "id", "promotionId", "promoHexId", "promoIntId", "identifier"),
    *("customer", "identifierName", "identifierValue", "source", "milestone", "targetRuleId", "customerId", "mobile"),
    *("externalId", "email", "userid", "Promotion", "promotion ", "", "x"),
)
INSIDE = ("promotion", "customer", "the body itself")


@st.composite
def spelled(draw: st.DrawFn) -> Any:
    """A known id, in any spelling that a careless host may still accept."""
    known = draw(st.sampled_from(KNOWN))
    ways: list[Any] = [known, f" {known}", f"{known}\n", known.upper(), f"0{known}", f"{known}.0", f"\ufeff{known}"]
    if known.isdecimal():
        ways += [int(known), float(known), -int(known), {"$numberLong": known}]
    return draw(st.sampled_from([*ways, [known], {known: known}, {"value": known}, json.dumps({"id": known})]))


values = st.recursive(
    st.one_of(spelled(), st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.sampled_from(["ENROL", " "])),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*NAMES, *KNOWN]), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def bodies(draw: st.DrawFn) -> Any:
    """A body of the safe list with up to two changes, in the body or in one of its objects."""
    body: Any = json.loads(json.dumps(draw(st.sampled_from(BODIES))))
    for _ in range(draw(st.integers(0, 2))):
        place: Any = body
        inside = draw(st.sampled_from(INSIDE))
        if isinstance(body.get(inside), dict):
            place = body[inside]
        place[draw(st.sampled_from([*NAMES, *KNOWN]))] = draw(values)
    return draw(st.sampled_from([body, body, body, [body], {"body": body}]))


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """The bytes of a body, in several encodings and with defects that hosts parse differently."""
    text = json.dumps(draw(bodies()), ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()) and text.startswith("{") and len(text) > 2:
        twin = json.dumps({draw(st.sampled_from(NAMES)): draw(values)})[1:-1]  # a name that may be given twice
        text = f"{{{twin}, {text[1:]}" if draw(st.booleans()) else f"{text[:-1]}, {twin}}}"
    text = draw(st.sampled_from([text, text, text[:-1], f"\ufeff{text}", f"{text}{text}", f"//{text}", text + "\x00"]))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "utf-32-le", "utf-7"])), "surrogatepass")


def readable(payload: bytes) -> str:
    """Return all text that any host may read in a body: without NULs, unescaped, in lower case."""
    text = payload.replace(b"\0", b"").decode("utf-8", "replace")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text).casefold()


def names_somebody(payload: bytes) -> bool:
    text = readable(payload)
    return any(known.casefold() in text for known in KNOWN)


TWINS = b'{"customer": {"identifierName": "id", "identifierValue": "388369579"}, "customer": {}}'


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(payload=payloads())
@example(payload=json.dumps(ask()).encode())
@example(payload=json.dumps({**BODIES[0], "promoHexId": PROMOTIONS[0]}).encode())
@example(payload=json.dumps({**BODIES[0], "identifier": "enr-58"}).encode())
@example(payload=json.dumps({**BODIES[0], "requestId": CUSTOMERS[0]}).encode())
@example(payload=json.dumps({**BODIES[0], "milestone": {"targetRuleId": 1, "customer": CUSTOMERS[0]}}).encode())
@example(payload=TWINS)
@example(payload=json.dumps([ask()]).encode())
@example(payload=json.dumps(ask()).encode("utf-16"))
@example(payload=json.dumps(ask()).encode()[:-1])
def test_no_permitted_request_names_an_existing_customer_or_promotion(payload: bytes) -> None:
    harmless = can_enrol_nobody(Request(raw=payload), ABSENT)
    event(f"harmless: {harmless}, names somebody: {names_somebody(payload)}")
    assert not (harmless and names_somebody(payload))


@settings(max_examples=300, deadline=None)
@given(body=bodies())
def test_a_body_is_checked_in_the_form_in_which_it_is_sent(body: Any) -> None:
    assert can_enrol_nobody(Request(body=body), ABSENT) == can_enrol_nobody(
        Request(raw=Request(body=body).payload()), ABSENT
    )


@settings(max_examples=300, deadline=None)
@given(base=st.sampled_from(BODIES), known=spelled(), name=st.sampled_from(NAMES), inside=st.sampled_from(INSIDE))
def test_one_existing_id_makes_a_request_unsafe(base: Any, known: Any, name: str, inside: str) -> None:
    body = json.loads(json.dumps(base))
    place = body[inside] if isinstance(body.get(inside), dict) else body
    place[name] = known
    assert not can_enrol_nobody(Request(body=body), ABSENT)


def test_names_somebody_recognises_every_spelling() -> None:
    """Without this, the property above would hold even if `names_somebody` were always False."""
    for payload in (json.dumps(ask()).encode(), json.dumps(ask()).encode("utf-16"), TWINS):
        assert names_somebody(payload)
    assert names_somebody(b'{"x": "\\u0033\\u0038\\u0038369579"}')
    assert not any(names_somebody(json.dumps(body).encode()) for body in BODIES)
    assert all(can_enrol_nobody(Request(body=body), ABSENT) for body in BODIES)


@pytest.mark.parametrize("kind", sorted(ELSEWHERE))
def test_what_is_sent_elsewhere_than_a_login_needs_permission(kind: Credentials) -> None:
    """It adds headers or a query, of which a host may take more than the body says."""
    body = CAST.body(None, None, programId=ABSENT.program_id)
    assert can_enrol_nobody(Request(body=body, credentials="forged"), ABSENT)
    assert not can_enrol_nobody(Request(body=body, credentials=kind), ABSENT)
