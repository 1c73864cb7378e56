"""What the proxy learns of a host by its answers: which names and logins it takes. Nothing is held against it before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contracts.answers import SAMPLE, ask
from tests.contracts.proxy.proxied import LOGIN, proxied
from tests.faulty.server import serve

ASHA, BRUNO = SAMPLE.customers[:2]
STRANGER = {"Authorization": "Basic bm9ib2R5OnRoaW5n"}


def otherwise(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body that names the promotion as "API Quick Reference" does."""
    promotion = body["promotion"]
    return {**body, "promotion": {"promoHexId": promotion["id"], "promoIntId": promotion["promotionId"]}}


def test_a_host_may_call_the_ids_of_a_promotion_otherwise(tmp_path: Path) -> None:
    host = serve({"promotion-field-names": "promoHexId-promoIntId"})
    with host, proxied(host.url, report_dir=tmp_path) as running:
        first = running.ask(ask("enr-58", ASHA), otherwise(ask("generic-81", ASHA)))
        later = running.ask(*(otherwise(ask(name, ASHA)) for name in ("enr-58", "enr-58", "generic-81")))
        last = running.ask(ask("enr-58", ASHA))
    assert [status for status, _ in (*first, *later, *last)] == [400, 400, 200, 200, 400, 400]
    assert running.result
    assert (running.broken, running.result.verdict, len(running.result.exchanges)) == ([], "kept", 3)
    assert "3 refused, maybe for the names of the promotion's ids" in running.said
    assert '\\"promoHexId\\"' in (tmp_path / "run.har").read_text(encoding="utf-8")


def test_a_host_of_the_table_is_not_accused_by_a_client_with_other_names() -> None:
    with serve() as host, proxied(host.url) as running:
        running.ask(ask("enr-58", ASHA), otherwise(ask("enr-58", BRUNO)), ask("generic-81", ASHA))
    assert running.result
    assert (running.broken, running.result.verdict, len(running.result.exchanges)) == ([], "kept", 2)


@pytest.mark.parametrize("reading", ["401", "403", "any-refusal"])
def test_a_host_that_turns_a_stranger_away_is_not_accused(reading: str) -> None:
    """It may do so with any status. A login that was taken once is right."""
    with serve({"unauthenticated": reading}) as host, proxied(host.url) as running:
        for headers in (STRANGER, LOGIN, STRANGER, {}):
            running.ask(ask("enr-58", ASHA), headers=headers)
    assert running.broken == []
    with serve(fault="generic-accepted") as host, proxied(host.url) as running:
        running.ask(ask("enr-58", ASHA), ask("generic-81", ASHA))
    assert running.broken == ["error.generic_not_eligible"]


def test_a_word_in_the_place_of_a_number_is_no_secret() -> None:
    with serve() as host, proxied(host.url) as running:
        for value in ("nobody", "a", "1"):
            sent = ask("generic-81", ASHA, customer_identifierName="mobile", customer_identifierValue=value)
            running.ask(sent)
        running.ask(ask("generic-81", ASHA))
    assert "refused over the type of a promotion that nobody has listed" in running.said
