"""Requests in which one thing stands beside another: a wrong field beside a right one, a header, a field that nobody lists."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.faulty.asking import DROP, LOGIN, OPT_IN, Answer, Asker, request

_BY_EMAIL = {"customer__identifierName": "email", "customer__identifierValue": "dora@example.com"}
_BY_MOBILE = {"customer__identifierName": "mobile", "customer__identifierValue": "919800000004"}
_TEXTS = ("{{x}}", "a...", "password=a", "11/24/2026")
_LOGINS = ("store.server:123.0", "store.server:%31%32%33", "store.server@example.com:123")
_NOBODY = {"content-type": "application/json"}


def tour_of_neighbours(asker: Asker) -> Iterator[Answer]:
    """Send all requests to a new host, and yield the responses in order."""
    yield from (asker.ask(body) for body in (*_wrong_beside_right(asker), *_unlisted(asker), *_in_turn(asker)))
    yield from _strangers(asker)
    many = request(**asker.promotion("many-64"))
    yield from (asker.ask(many, {**LOGIN, name: "sent"}) for name in ("x-request-id", "traceparent"))
    yield from (asker.ask(body) for body in (b"{", many))


def _wrong_beside_right(asker: Asker) -> Iterator[Any]:
    many, soon, later = (asker.promotion(name) for name in ("many-64", "soon-62", "soon-63"))
    yield request(**{**many, "programId": "3334"}, **_BY_EMAIL)
    yield request(**{**many, "programId": "3334"}, customer__source=DROP)
    yield request(OPT_IN, programId="973", **_BY_MOBILE)
    yield request(**{**later, "programId": DROP})
    yield request(request(**many, **_BY_MOBILE), promotion__promotionId="1133590104")
    yield request(**many, **{**_BY_MOBILE, "customer__identifierValue": 919800000004})
    yield request(OPT_IN, customer__source="instore", **_BY_EMAIL)
    yield request(**soon, customer__source="NOWHERE")
    yield request(OPT_IN, customer__source="NOWHERE", **_BY_MOBILE)
    yield request(OPT_IN, promotion=DROP, **_BY_EMAIL)
    yield request(**soon, customer=DROP)
    yield request(**many, **{**_BY_EMAIL, "customer__identifierValue": "dora@example,com"})
    yield from (request(**many, requestId=text) for text in _TEXTS)


def _unlisted(asker: Asker) -> Iterator[Any]:
    many, steps, once = (asker.promotion(name) for name in ("many-64", "steps-70", "soon-62"))
    yield request(request(**asker.promotion("draft-71")), promotion__status="LIVE")
    yield request(**asker.promotion("generic-81"), force=True)
    yield request(**many, customer__identifierValue="199999999999", customer__customerId=388600004)
    yield request(**steps, customer__initialBalance=7)
    yield from (request(request(**once), dryRun=True, promotion__limitPerCustomer=9) for _ in range(2))
    yield request(**once)


def _in_turn(asker: Asker) -> Iterator[Any]:
    """Yield requests of which one leaves something behind for another."""
    many, silent, partly = (asker.promotion(name) for name in ("many-64", "silent-83", "partly-85"))
    three, seats = asker.promotion("three-65"), asker.promotion("seats-66")
    yield from (request(**silent), request(**many))
    yield from (request(OPT_IN, **partly, **_BY_MOBILE), request(**partly, **_BY_MOBILE))
    yield from (request(**three) for _ in range(4))
    yield from (request(**three, **_BY_EMAIL), request(**three))
    yield request(**seats, action="UNENROL")
    for customer in (388369579, 388519295, 388600003):
        yield request(**seats, customer__identifierValue=str(customer))
    yield request(**partly, customer__identifierValue="388600005", requestId="\u2603")


def _strangers(asker: Asker) -> Iterator[Answer]:
    many = request(**asker.promotion("many-64"))
    for more in ({"accept": "*/*"}, {"cookie": "_cfuvid=1"}, {"content-type": "application/json; charset=utf-8"}):
        yield asker.ask(many, {**_NOBODY, **more})
    yield asker.ask({**many, "accessToken": "sent"}, _NOBODY)
    yield asker.ask(json.dumps(many, indent=1).encode(), _NOBODY)
    for pair in _LOGINS:
        yield asker.ask(many, {**_NOBODY, "authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"})
