"""Gateways, proxies and connections between the kit and a host that does nothing wrong."""

from __future__ import annotations

from tests.field.front import Call, Front
from tests.field.running import tried


def test_a_front_that_only_forwards_is_kept() -> None:
    def forwards(call: Call) -> bytes:
        return call.forward()

    with Front(forwards) as front:
        seen = tried(front.url)
    assert (seen.exit, seen.broken) == (0, [])
    assert seen.result is not None
    assert len([call for call in front.calls if not call.for_token]) == seen.result.requests
