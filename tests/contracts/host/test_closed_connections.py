"""Connections that a host closes without a word: after two of them, each request has one of its own."""

from __future__ import annotations

from contracts.exchange import Request
from contracts.host.connection import Unreachable
from contracts.host.wire import Wire
from openapi.world import World
from tests.contracts.conftest import make_target
from tests.contracts.host.test_wire import TILL, send
from tests.field.front import Front, http


def test_after_two_closed_connections_each_request_has_its_own() -> None:
    """The host answers once on each connection, and then closes it when the next request comes."""
    with Front(lambda call: None if call.nth > 1 else http({})) as front:
        target = make_target(front.url, login=TILL, data=World())
        wire = Wire(target, path="/v3/promotions/enrol", method="post", timeout=5.0)
        kept = []
        for _ in range(10):
            try:
                send(wire, Request(body={}))
                kept.append(-1)
            except Unreachable as lost:
                kept.append(lost.kept)
        wire.close()
    assert kept == [-1, 1, -1, 1, *[-1] * 6]
