"""Media types, encodings, methods and paths, about which the page says little."""

from __future__ import annotations

import pytest

from contracts.exchange import EXAMPLE_COOKIE, JSON_TYPE, NOTHING, Request, encode
from contracts.inputs.roles import Roles
from contracts.suite.host import Host


@pytest.mark.parametrize(
    "value", ["application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"]
)
def test_media_type_with_parameters(host: Host, roles: Roles, value: str) -> None:
    headers = (("Content-Type", value),)
    if roles.general_purpose and roles.customers:
        body = roles.body(roles.general_purpose[0], roles.customers[0], requestId=f"ünï-☃ {value}")
        host.ask(Request(body=body, headers=headers))
    host.ask(Request(body=roles.body(None, None, programId=NOTHING), headers=headers))


def test_cookie_of_a_gateway(host: Host, roles: Roles) -> None:
    """The page's second example request has such a cookie. It must not change the answer."""
    headers = (JSON_TYPE, ("Cookie", EXAMPLE_COOKIE))
    for promotion in roles.general_purpose[:1]:
        for customer in roles.customers[:2]:
            host.ask(Request(body=roles.body(promotion, customer), headers=headers))
    host.ask(Request(body=roles.body(None, None), headers=headers))


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
def test_body_that_is_not_ordinary_json(host: Host, raw: bytes) -> None:
    host.ask(Request(raw=raw, headers=(JSON_TYPE,)))


def test_media_type_that_is_not_json(host: Host, roles: Roles) -> None:
    raw = encode(roles.body(None, None, programId=NOTHING))
    for headers in ((), (("Content-Type", "text/plain"),), (("Content-Type", "application/x-www-form-urlencoded"),)):
        host.ask(Request(raw=raw, headers=headers))


def test_other_methods(host: Host) -> None:
    for method in ("GET", "PUT", "DELETE"):
        host.ask(Request(method=method, headers=()))


def test_what_is_turned_away_leaves_nothing_on_the_connection(host: Host, roles: Roles) -> None:
    """A host that does not read a body to its end takes the rest of it for the next request."""
    bodies = [roles.body(None, None, programId=NOTHING)]
    bodies += [
        roles.body(promotion, customer) for promotion in roles.general_purpose[:1] for customer in roles.customers[:1]
    ]
    whole = encode({**bodies[-1], "requestId": f"{host.request_ids}-turned-away"})
    turned_away = [
        Request(raw=whole[:-1], headers=(JSON_TYPE,)),
        Request(raw=whole, headers=(("Content-Type", "text/plain"),)),
        Request(method="PUT", raw=whole, headers=(JSON_TYPE,)),
        Request(raw=whole, headers=(JSON_TYPE,), path=f"{host.document.path}/nowhere"),
        *(Request(body=bodies[-1], credentials=kind) for kind in ("none", "wrong") if host.target.login.is_given),
    ]
    for request in turned_away:
        host.ask(request)
        for body in bodies:
            host.call(body)


def test_another_path(host: Host, roles: Roles) -> None:
    path = host.document.path.rsplit("/", 1)[0] + "/enroll"
    host.ask(Request(body=roles.body(None, None, programId=NOTHING), path=path))
