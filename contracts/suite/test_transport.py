"""The transport around the call: media types, encodings, methods, paths. The page says little of these."""

from __future__ import annotations

import pytest

from contracts.exchange import NOTHING, Request, encode
from contracts.inputs.roles import Cast
from contracts.session.session import Session

_JSON = ("Content-Type", "application/json")


@pytest.mark.parametrize(
    "value", ["application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"]
)
def test_media_type_with_parameters(session: Session, cast: Cast, value: str) -> None:
    headers = (("Content-Type", value),)
    if cast.takers and cast.customers:
        session.call(cast.body(cast.takers[0], cast.customers[0], requestId=f"ünï-☃ {value}"), headers=headers)
    session.call(cast.body(None, None, programId=NOTHING), headers=headers)


def test_cookie_of_a_gateway(session: Session, cast: Cast) -> None:
    """The page's second request carries one; it belongs to the connection, not to a customer."""
    headers = (_JSON, ("Cookie", "_cfuvid=contract-test"))
    for promotion in cast.takers[:1]:
        for customer in cast.customers[:2]:
            session.call(cast.body(promotion, customer), headers=headers)
    session.call(cast.body(None, None), headers=headers)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"action": "ENROL",}',
        b'{"action": NaN}',
        b"\xff\xfe{\x00}\x00",
        b'\xef\xbb\xbf{"action": "ENROL"}',
        b'{"requestId": "\xe9"}',
        b'{"action": "ENROL", "action": "OPT_IN"}',
        b"[" * 2000 + b"]" * 2000,
        b'{"requestId": "\\ud800"}',
        b'{"programId": 1e400}',
        b"null",
    ],
    ids=repr,
)
def test_body_that_is_no_ordinary_json(session: Session, raw: bytes) -> None:
    session.ask(Request(raw=raw, headers=(_JSON,)))


def test_media_type_that_is_not_json(session: Session, cast: Cast) -> None:
    raw = encode(cast.body(None, None, programId=NOTHING))
    for headers in ((), (("Content-Type", "text/plain"),), (("Content-Type", "application/x-www-form-urlencoded"),)):
        session.ask(Request(raw=raw, headers=headers))


def test_other_methods(session: Session) -> None:
    for method in ("GET", "PUT", "DELETE"):
        session.ask(Request(method=method, headers=()))


def test_another_path(session: Session, cast: Cast) -> None:
    path = session.document.path.rsplit("/", 1)[0] + "/enroll"
    session.ask(Request(body=cast.body(None, None, programId=NOTHING), path=path))
