"""The requests in whose answers each form must show."""

from __future__ import annotations

from typing import Any

from tests.faulty.asking import DROP, ENROL, OPT_IN, request
from tests.faulty.receiving import CALL, TOKEN

FULL = {"promotion": {"id": "68c3f64bbd0a8a0aa705c806", "promotionId": 1133590106}, "programId": 3334}
EARN = {"promotion": {"id": "68c3f64bbd0a8a0aa705c801", "promotionId": 1133590101}, "programId": 3334}
JSON = ("Content-Type: application/json",)
# method, path, body, headers; PUT is sent without credentials
SCRIPT: list[tuple[str, str, Any, tuple[str, ...]]] = [
    ("POST", CALL, request(requestId="ü/é"), JSON),
    ("POST", CALL, request(requestId="ü/é"), JSON),
    ("POST", CALL, ENROL, JSON),
    ("POST", CALL, request(**EARN), JSON),
    ("POST", CALL, {**OPT_IN, **EARN}, JSON),
    ("POST", CALL, OPT_IN, JSON),
    ("POST", CALL, request(customer__identifierValue=DROP), JSON),
    ("GET", CALL, None, ()),
    ("OPTIONS", CALL, None, ()),
    ("POST", f"{CALL}/", ENROL, JSON),
    ("POST", CALL, ENROL, ("Content-Type: application/vnd.x+json",)),
    ("POST", CALL, ENROL, ("Content-Type: text/json",)),
    ("POST", CALL, ENROL, ("Content-Type: text/plain",)),
    ("POST", CALL, ENROL, ("Content-Type: application/json; charset=utf-8",)),
    ("POST", CALL, ENROL, ()),
    ("PUT", CALL, None, ()),
    ("POST", CALL, {}, JSON),
    ("POST", CALL, request(requestId="<script>"), JSON),
    ("POST", CALL, request(requestId="\0" + "x" * 101), JSON),
    ("POST", CALL, request(requestId="x" * 110_000), JSON),
    ("POST", CALL, request(programId=1 << 64), JSON),
    ("POST", CALL, request(programId=0.5), JSON),
    ("POST", CALL, request(programId=[]), JSON),
    ("POST", CALL, request(customer__identifierValue=" 388369579 "), JSON),
    ("POST", CALL, request(customer__source="ALL"), JSON),
    ("POST", CALL, request(customer__identifierValue="\u0663\u0668\u0668369579"), JSON),
    ("POST", CALL, request(customer__identifierName="mobile", customer__identifierValue="0004"), JSON),
    ("POST", CALL, b"{", JSON),
    ("POST", CALL.upper(), ENROL, JSON),
    ("POST", f"{CALL}?x=1", ENROL, JSON),
    ("PUT", CALL, None, ("Authorization: Basic %",)),
    ("POST", CALL, None, ("Authorization: Basic %",)),
    ("POST", TOKEN, {"key": "expired-key", "secret": "expired-secret"}, JSON),
    ("POST", TOKEN, {"key": "expired-key", "secret": "wrong"}, JSON),
    ("POST", CALL, ENROL, (*JSON, "Cookie: _cfuvid=w9k84Tbu")),
]
