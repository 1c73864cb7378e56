"""A fixed list of requests that exercises the whole call: every fault changes at least one response."""

import base64
from collections.abc import Iterator
from typing import Any

from tests.faulty.asking import DROP, ENROL, LOGIN, OPT_IN, Answer, Asker, request
from tests.faulty.intruders import intrusions
from tests.faulty.tour_texts import tour_of_texts
from tests.faulty.words import SOURCES

FIELDS = (
    "requestId",
    "action",
    "promotion",
    "promotion__id",
    "promotion__promotionId",
    "customer",
    "customer__identifierName",
    "customer__identifierValue",
    "customer__source",
    "programId",
)
NEAR_ACTIONS = ("enrol", " ENROL ", "ENROLL", "OPT-IN", "ＥＮＲＯＬ", "ENROL_MILESTONES", "OPT_OUT", 0, 1)
NEAR_SOURCES = ("instore", " INSTORE", "ＩＮＳＴＯＲＥ", "SHOP")
NEAR_NAMES = ("MOBILE", "phone", "cardnumber", "Id")
REQUEST_IDS = ("ünï", "🎈", " a  b ", "x" * 100, "Upper", "<&>", "12345", "", "plain", "$$", "A0" * 16, "a\nb")
CUSTOMERS = ("388519295", "388600003", "388600004", "388600005", "5000000011", "9007199254740993")
UNKNOWN = (
    ("id", "199999999999"),
    ("id", "3885"),
    ("id", "388600004x"),
    ("id", " 388600004 "),
    ("id", "x" * 300),
    ("id", "３８８"),
    ("mobile", "15550199999"),
    ("email", "nobody@absent.invalid"),
    ("email", "388600004"),
    ("email", "dora@absent.invalid"),
)
OWNERS = ("many-64", "earn-61", "soon-62", "soon-63", "three-65", "seats-66")


def tour(asker: Asker) -> Iterator[Answer]:
    """Send all requests to a new host, and yield the responses in order."""
    yield from (asker.ask(*one) for one in _credentials_and_headers())
    yield from _with_tokens(asker)
    yield from (asker.ask(body) for body in _bodies(asker))
    yield from intrusions(asker)
    yield from tour_of_texts(asker)


def _credentials_and_headers() -> list[tuple[Any, dict[str, str]]]:
    wrong = "Basic " + base64.b64encode(b"store.server:wrong").decode()
    nobody = "Basic " + base64.b64encode(b"nobody:123").decode()
    almost = [
        {**LOGIN, "authorization": "Basic " + base64.b64encode(b"store.server:" + one).decode()}
        for one in (b"12", b"1234")
    ]
    headers: list[dict[str, str]] = [
        *almost,
        {**LOGIN, "cookie": "_cfuvid=1"},
        {name: value for name, value in LOGIN.items() if name != "authorization"},
        {**LOGIN, "authorization": wrong},
        {**LOGIN, "authorization": nobody},
        {**LOGIN, "authorization": "Basic %%%"},
        {**LOGIN, "x-cap-api-oauth-token": "made.up.token"},
    ]
    fresh = {"customer__identifierValue": "388600009"}
    asked = [(request(ENROL, **fresh), one) for one in headers] + [(OPT_IN, one) for one in headers]
    charset = {**LOGIN, "content-type": "application/json; charset=utf-8"}
    return [*asked, *((request(ENROL, **fresh), one) for one in (LOGIN, LOGIN, charset))]


def _with_tokens(asker: Asker) -> Iterator[Answer]:
    for key, secret in (("sample-key", "sample-secret"), ("expired-key", "expired-secret"), ("no", "no")):
        status, kind, body = asker.ask({"key": key, "secret": secret}, {}, path="/v3/oauth/token/generate")
        token = (body["data"] or {}).pop("accessToken", "none")
        yield status, kind, body
        headers = {"content-type": "application/json", "x-cap-api-oauth-token": token}
        yield from (asker.ask(request(customer__identifierValue="388600009"), headers) for _ in range(2))
        signed_otherwise = {**headers, "x-cap-api-oauth-token": f"{token[:-2]}__"}
        yield asker.ask(request(customer__identifierValue="388600009"), signed_otherwise)


def _bodies(asker: Asker) -> list[Any]:
    many = asker.promotion("many-64")
    earning = asker.promotion("earn-61")
    return [
        ENROL,
        OPT_IN,
        *_invalid(asker),
        *[request(action=action) for action in NEAR_ACTIONS],
        request(action="ENROL_MILESTONES", customer__milestone={"targetRuleId": 151359}),
        *[request(**many, customer__identifierName=name) for name in NEAR_NAMES],
        *[request(**many, requestId=name) for name in REQUEST_IDS],
        *[request(OPT_IN, **earning, requestId=name) for name in REQUEST_IDS],
        *[request(**asker.promotion("draft-71"), customer__source=source) for source in SOURCES],
        *[request(OPT_IN, customer__source=source, customer__identifierValue="388600008") for source in SOURCES],
        *_not_found(asker),
        *_enrolments(asker),
    ]


def _invalid(asker: Asker) -> list[Any]:
    """Return requests with a missing or wrong field: for ENROL, for OPT_IN, and with a mobile as identifier."""
    by_mobile = {"identifierName": "mobile", "identifierValue": "919800000001", "source": "INSTORE"}
    bodies: list[Any] = [{}, {"action": "OPT_IN"}, [], b"{", request(colour="red"), request(**{"größe": "M"})]
    for base in (ENROL, OPT_IN, request(customer=by_mobile)):
        for field in FIELDS:
            holder: Any = base
            for name in field.split("__"):
                holder = holder[name]
            for value in (DROP, None, "", " ", [holder], {}, True, str(holder) + "x", str(holder)):
                bodies.append(request(base, **{field: value}))
            if isinstance(holder, str):
                bodies.append(request(base, **{field: holder.lower()}))
        bodies += [request(base, customer__source=source) for source in NEAR_SOURCES]
        bodies.append(request(base, promotion="68c3f64bbd0a8a0aa705c793"))
        bodies.append(request(base, customer="388369579"))
    return bodies


def _not_found(asker: Asker) -> list[Any]:
    """Return requests that name something that does not exist, or ids that do not belong together."""
    pairs = [{"customer__identifierName": name, "customer__identifierValue": value} for name, value in UNKNOWN]
    absent = {"id": "f" * 24, "promotionId": 1999999999}
    ids, numbers = ([base["promotion"][key] for base in (ENROL, OPT_IN)] for key in ("id", "promotionId"))
    crossed = [{"id": ids[0], "promotionId": numbers[1]}, {"id": ids[1], "promotionId": numbers[0]}]
    bodies = [request(base, **pair) for pair in pairs for base in (ENROL, OPT_IN) for _ in range(2)]
    for base in (ENROL, OPT_IN):
        bodies += [request(base, promotion=one) for one in (absent, *crossed)]
        bodies += [request(base, programId=one) for one in (999999, 973, 3334, 3334.9, 3334 + 2**32, 10**30)]
    for identifier in ("draft-71", "pending-72", "paused-73", "stopped-74", "ended-75", "generic-81", "down-82"):
        for action in ("ENROL", "OPT_IN", "ENROL"):
            bodies.append(request(action=action, **asker.promotion(identifier)))
    return bodies


def _enrolments(asker: Asker) -> list[Any]:
    """Return enrolments of many customers into many promotions, each repeated, with every kind of identifier."""
    by_mobile = {"customer__identifierName": "mobile", "customer__identifierValue": "447700900007"}
    by_email = {"customer__identifierName": "email", "customer__identifierValue": "goran@example.com"}
    bodies = [request(OPT_IN, **by_mobile)]
    for identifier in ("soon-62", "soon-62", "many-64"):
        bodies.append(request(**asker.promotion(identifier), **by_email))
    for identifier in ("three-65", "seats-66"):
        bodies.append(request(**asker.promotion(identifier), customer__source="SHOP", **by_email))
        for value in ("447700900007", "447700900006", "15550100008"):
            who = {"customer__identifierName": "mobile", "customer__identifierValue": value}
            bodies += [request(**asker.promotion(identifier), **who) for _ in range(3)]
    for identifier in OWNERS:
        here = asker.promotion(identifier)
        for value in CUSTOMERS:
            customer = next(one for one in asker.host.memory.world.customers if str(one.id) == value)
            for name, used in (("id", value), ("mobile", customer.mobile), ("email", customer.email)):
                who = {"customer__identifierName": name, "customer__identifierValue": used}
                for action in ("ENROL", "OPT_IN", "ENROL"):
                    bodies.append(request(action=action, **here, **who))
    for identifier in ("silent-83", "broken-84", "full-67", "soon-62", "soon-63", "opt-73"):
        here = asker.promotion(identifier)
        for value in ("388600006", "388600008", "388600006"):
            bodies += [
                request(**here, customer__identifierValue=value, customer__source="ALL"),
                request(OPT_IN, **here, customer__identifierValue=value, customer__source="WEB_ENGAGE"),
            ]
    for name, value in (("mobile", "15550100008"), ("email", "hana+loyal@example.com"), ("externalId", "000042")):
        who = {"customer__identifierName": name, "customer__identifierValue": value}
        bodies += [request(**asker.promotion(identifier), **who) for identifier in ("many-64", "soon-63", "earn-61")]
        bodies += [request(OPT_IN, **asker.promotion("soon-63"), **who)]
    who = {"customer__identifierName": "externalId", "customer__identifierValue": "EXT-0007"}
    bodies += [request(**asker.promotion("many-64"), **who), request(**asker.promotion("ended-75"), **by_email)]
    nameless = request(customer__identifierValue="388600005", customer__source=DROP, requestId=DROP)
    turned_round = dict(reversed(asker.promotion("many-64")["promotion"].items()))
    return [*bodies, nameless, nameless, request(**asker.promotion("many-64") | {"promotion": turned_round})]
