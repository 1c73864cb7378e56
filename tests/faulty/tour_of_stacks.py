"""Requests that trip up parsers, databases, templates, caches and gateways, each in its own way."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.faulty.asking import DROP, ENROL, LOGIN, OPT_IN, Answer, Asker, request

_VALUES = (
    ("id", "9007199254740992"),
    ("id", "-388600004"),
    ("id", "388600004\\"),
    ("id", "388600004😀"),
    ("email", "dora@example.com,x@example.com"),
    ("email", "dora@example.com."),
    ("email", '"dora"@example.com'),
    ("mobile", "919800000004x5"),
    ("mobile", "tel:919800000004"),
    ("email", "919800000004"),
)
_SOURCES = ("BOOK", "IN\u017fTORE", "constructor", "2")
_TEXTS = (
    "507f1f77bcf86cd799439011",
    "1e5",
    "0",
    "undefined",
    "a@b.example",
    "${x}",
    "a\r\nb",
    "\u0663",
    "\u20ac" * 2000,
)
_FRESH = {"customer__identifierValue": "388600009"}
_NAMELESS = {"requestId": DROP}
_USERS = (b"' or '1'='1' --:123", b"store.server:123\n", b"store.server :123", "ｓｔｏｒｅ．ｓｅｒｖｅｒ:123".encode())
# More than the sequences of ids are long that begin again.
_MANY = 260


def tour_of_stacks(asker: Asker) -> Iterator[Answer]:
    """Send all requests to a new host, and yield the responses in order."""
    yield from _with_other_headers(asker)
    yield from (asker.ask(body) for body in _bodies(asker))
    yield from _after_an_expired_token(asker)


def _bodies(asker: Asker) -> Iterator[Any]:
    many = asker.promotion("many-64")
    for name, value in _VALUES:
        yield request(**many, customer__identifierName=name, customer__identifierValue=value)
    yield from (request(**many, action=action) for action in ("0", "ENROL, OPT_IN", "ENROL\n"))
    yield from (request(**many, customer__source=source) for source in _SOURCES)
    yield from (request(**many, customer__identifierName=name) for name in ("constructor", "customerId"))
    number = ENROL["promotion"]["promotionId"]
    yield from (request(promotion__promotionId=near, **_FRESH) for near in (number + 1, 1 << 31))
    yield request(programId=-3334, **_FRESH)
    yield json.dumps(request(**many)).replace('"programId": 3334', '"programId": 3.334e3').encode()
    yield from (json.dumps(request(**many, requestId=text), ensure_ascii=False).encode() for text in _TEXTS)
    yield request(**asker.promotion("soon-62"), requestId=" a ")
    for name in ("email", "id", "email"):
        yield request(**many, customer__identifierName=name, customer__identifierValue="388600004")
    yield {"customer": {"source": "INSTORE"}}
    yield from (request(**asker.promotion(one), **_NAMELESS) for one in ("down-82", "generic-81"))
    yield request(customer__identifierValue="199999999999", **_NAMELESS)
    yield request(OPT_IN, promotion=DROP, customer__source=DROP)
    yield request(programId=999999, customer__source=DROP)
    yield request(OPT_IN, **asker.promotion("down-82"))
    by_mobile = {"customer__identifierName": "mobile", "customer__identifierValue": "919800000004"}
    yield request(**asker.promotion("silent-83"), **by_mobile)
    yield from (request(**many) for _ in range(_MANY))


def _with_other_headers(asker: Asker) -> Iterator[Answer]:
    nobody = {"content-type": "application/json"}
    many = request(**asker.promotion("many-64"))
    for more in ({"x-ssl-client-verify": "SUCCESS"}, {"transfer-encoding": "chunked"}):
        yield asker.ask(many, {**nobody, **more})
    for pair in _USERS:
        yield asker.ask(many, {**nobody, "authorization": f"Basic {base64.b64encode(pair).decode()}"})
    yield asker.ask(OPT_IN, {**LOGIN, "accept-language": "tr-TR"})
    yield from (asker.ask(many, {**LOGIN, "content-type": kind}) for kind in ("Application/JSON", "text/plain"))


def _after_an_expired_token(asker: Asker) -> Iterator[Answer]:
    client = {"key": "expired-key", "secret": "expired-secret"}
    *_, body = asker.ask(client, {}, path="/v3/oauth/token/generate")
    token = {"content-type": "application/json", "x-cap-api-oauth-token": body["data"]["accessToken"]}
    yield asker.ask(request(**_FRESH), token)
    yield asker.ask(request(**_FRESH))
