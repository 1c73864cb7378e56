"""Requests in which two things meet: two reasons to refuse, an enrolment and a refusal, a token and a rule."""

import json
from collections.abc import Iterator
from typing import Any

from tests.faulty.asking import DROP, OPT_IN, Answer, Asker, request

_NOBODY = {"customer__identifierName": "email", "customer__identifierValue": "nobody@absent.invalid"}
_BY_EMAIL = {"customer__identifierName": "email", "customer__identifierValue": "dora@example.com"}


def tour_of_corners(asker: Asker) -> Iterator[Answer]:
    """Send all requests to a new host, and yield the responses in order."""
    yield from (asker.ask(body) for body in (*_for_two_reasons(asker), *_of_the_enrolled(asker), *_full(asker)))
    yield from _with_a_token(asker)


def _for_two_reasons(asker: Asker) -> Iterator[Any]:
    many, silent, broken = (asker.promotion(name) for name in ("many-64", "silent-83", "broken-84"))
    generic, draft, down = (asker.promotion(name) for name in ("generic-81", "draft-71", "down-82"))
    yield request(**silent)
    yield request(**many, **_NOBODY)
    yield request(**broken, requestId="x" * 60)
    yield request(**many, requestId=5)
    yield request(OPT_IN, **{**many, "programId": DROP}, **_BY_EMAIL)
    yield request(**{**many, "programId": 999999}, **_NOBODY)
    yield request(**generic, **_NOBODY)
    yield request(**{**generic, "programId": 973})
    yield request(**{**draft, "programId": 999999})
    yield request(**draft, customer__source="NOWHERE")
    yield request(**down, **_NOBODY)
    yield request(**many, action="OPT_IN")
    by_mobile = {"customer__identifierName": "mobile", "customer__identifierValue": "919800000001"}
    yield request(**draft, **by_mobile, requestId=DROP)
    yield request(**many, **{**by_mobile, "customer__identifierValue": "919800000001 "}, customer__source=DROP)
    # opt-73 is of type LOYALTY_EARNING, in the other program
    yield request(**asker.promotion("opt-73"), requestId="a\nb\u202ec", customer__identifierValue="388600006")


def _of_the_enrolled(asker: Asker) -> Iterator[Any]:
    """Yield what must be refused whoever is enrolled, and what shows that nothing came of it."""
    for name, customer in (("earn-61", "388600004"), ("soon-63", "388600004"), ("opt-73", "388600005")):
        once = asker.promotion(name)
        for wrong in ({"programId": DROP}, {"customer__source": "NOWHERE"}):
            body = request(**once, customer__identifierValue=customer)
            yield from (body, body)
            yield request(body, action="OPT_IN", **wrong)
            yield request(body, action="OPT_IN")
            yield from (request(body, **wrong), body)
            yield from (request(body, programId=program) for program in (str(body["programId"]), 999999))
            yield request(body, programId=973 if body["programId"] == 3334 else 3334)
            yield request(body, action="UNENROL")
            customer = str(int(customer) + 2)


def _full(asker: Asker) -> Iterator[Any]:
    seats = asker.promotion("seats-66")
    for customer in (388369579, 388519295, 388600003, 388369579):
        yield request(**seats, customer__identifierValue=str(customer))


def _with_a_token(asker: Asker) -> Iterator[Answer]:
    key = json.dumps({"key": "sample-key", "secret": "sample-secret"}).encode()
    _, _, issued = asker.ask(key, {"content-type": "application/json"}, path="/v3/oauth/token/generate")
    headers = {"content-type": "application/json", "x-cap-api-oauth-token": issued["data"]["accessToken"]}
    many, soon, generic = (asker.promotion(name) for name in ("many-64", "soon-62", "generic-81"))
    for body in (
        request(**many, **_BY_EMAIL),
        request(**many, customer__source="NOWHERE"),
        request(**soon),
        request(**generic),
    ):
        yield asker.ask(body, headers)
    yield asker.ask(request(customer__identifierValue="388600009"), headers)
    yield asker.ask(request(customer__identifierValue="388600009"))
