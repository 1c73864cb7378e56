"""Safety: no run enrols a customer on a live host without permission, even if the host has a fault.

The hosts are those of tests/faulty. A fixed sample of their faults is tested here; all were tested once by hand.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from rich.console import Console

from contracts.commands.replay import replay
from contracts.commands.run import plan, run
from contracts.errors import Misuse
from contracts.inputs.profiles import PROFILES
from contracts.session.opening import Order
from contracts.verdict.result import Result
from openapi import world
from tests.contracts.served import mock, served
from tests.faulty import serve
from tests.faulty.conforming import random_combinations, single_readings
from tests.faulty.faults import FAULTS

pytestmark = pytest.mark.slow

SAMPLE = [fault.name for fault in random.Random(2026).sample(FAULTS, 60)]
# Faults by which a host enrols a customer whom it should refuse.
TEMPTED = (
    "stranger-enrolled",
    "no-credentials-needed",
    "unlisted-source-is-not-acceptable",
)
# Connecting sends one request to find the login, and two to find the names of the promotion's ids. Two more are sent
# where Basic is refused (its second form, then OAuth), or where the usual names tell nothing (the other names).
CONNECTING = 3
SAFE_LIST = 49
LEDGER = "enrol-ledger.jsonl"
PEOPLE = world.load().customers


def live(url: str, **changed: Any) -> Result:
    """Run against a local host that is treated as live, without a pace."""
    order: dict[str, Any] = {
        "profile": PROFILES["quick"],
        "seed": 1,
        "timeout": 10.0,
        "treat_as_live": True,
        "pace": 1e6,
    }
    return run(Order(host=url, **order | changed), Console(quiet=True))


def enrolments(url: str) -> Any:
    """Return the enrolments that the mock has stored."""
    with urlopen(f"{url}/_mock/enrolments") as answer:
        return json.load(answer)


def intents(folder: Path) -> list[dict[str, Any]]:
    """Return the lines that the ledger holds before requests were sent."""
    file = folder / LEDGER
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [line for line in map(json.loads, lines) if "intent" in line]


def named(lines: list[dict[str, Any]]) -> set[tuple[int | None, str]]:
    """Return the customers and promotions that the lines of a ledger name."""
    by_identifier = {
        str(value): customer.id for customer in PEOPLE for value in (customer.id, customer.mobile, customer.email)
    }
    return {(by_identifier[line["customer"]["identifierValue"]], line["promotion"]["id"]) for line in lines}


def test_every_listed_fault_exists() -> None:
    assert {fault.name for fault in FAULTS} >= {*SAMPLE, *TEMPTED}
    assert len(FAULTS) >= 60


@pytest.mark.parametrize("fault", sorted({*SAMPLE, *TEMPTED}))
def test_without_permission_no_host_enrols_anybody(fault: str) -> None:
    with serve(fault=fault) as host:
        result = live(host.url)
        assert host.made == []
    assert CONNECTING + SAFE_LIST <= result.requests <= 60


@pytest.mark.parametrize("fault", [*TEMPTED, *SAMPLE[:12]])
def test_with_permission_every_enrolment_is_in_the_ledger_and_within_the_budget(fault: str, tmp_path: Path) -> None:
    with serve(fault=fault) as host:
        live(host.url, permit=host.url, budget=5, ledger=tmp_path / LEDGER)
        made = [(record.customer, record.promotion) for record in host.made]
    asked = intents(tmp_path)
    assert [line["intent"] for line in asked] == list(range(1, len(asked) + 1))
    assert len(made) <= len(asked) <= 5
    assert set(made) <= named(asked)


def test_without_permission_the_mock_enrols_nobody() -> None:
    with served(mock()) as url:
        before = enrolments(url)
        result = live(url)
        assert enrolments(url) == before
    assert result.verdict == "kept"
    assert result.why.endswith(": refusals only")


def test_with_permission_something_is_enrolled_and_judged(tmp_path: Path) -> None:
    """Without this, the tests above would pass even if no ledger had a line."""
    with serve() as host:
        result = live(host.url, permit=host.url, budget=5, ledger=tmp_path / LEDGER)
        assert host.made
    assert len(intents(tmp_path)) == 5
    assert result.verdict == "kept"
    assert not result.why.endswith(": refusals only")


def test_a_budget_limits_enrolments_on_this_machine_too(tmp_path: Path) -> None:
    """A local address may be a port forwarded to production, so a budget limits the run there too."""
    with serve() as host:
        live(host.url, treat_as_live=False, permit=host.url, budget=2, ledger=tmp_path / LEDGER)
        assert len(host.made) <= 2
    assert len(intents(tmp_path)) == 2


def test_a_conforming_live_host_is_never_accused_under_any_reading() -> None:
    wrong = {}
    for readings in ({}, *single_readings(), *random_combinations(7, 20)):
        with serve(readings) as host:
            result = live(host.url)
            assert host.made == []
        if result.verdict != "kept" or not result.why.endswith(": refusals only"):
            wrong[str(readings)] = result.why
    assert wrong == {}


def test_the_whole_suite_sends_only_permitted_requests() -> None:
    """The parts of the suite for local hosts, run against a live host, send only requests that can enrol nobody."""
    with serve() as host:
        live(host.url, parts=("examples", "rules", "echo", "live"))
        assert host.made == []


def test_a_replay_treats_a_host_as_live_if_the_run_did(tmp_path: Path) -> None:
    with serve(fault="enrollment-id-is-a-number") as host:
        live(host.url, permit=host.url, ledger=tmp_path / LEDGER, report_dir=tmp_path / "reports")
        made, report = len(host.made), tmp_path / "reports" / "report.json"
        findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
        number = 1 + next(i for i, each in enumerate(findings) if each["request"]["body"]["programId"] != 999999)
        with pytest.raises(
            Misuse, match=r"^the finding's requests could enrol a customer, and this host is treated as"
        ):
            replay(Order(host=None), report, number, Console(quiet=True))
        assert len(host.made) == made


def test_a_plan_sends_nothing() -> None:
    with serve() as host:
        plan(Order(host=host.url, treat_as_live=True, permit=host.url), Console(quiet=True))
        plan(Order(host=host.url), Console(quiet=True))
        assert host.host.memory.requests == 0


def test_a_permission_for_another_host_is_refused() -> None:
    with serve() as host:
        with pytest.raises(Misuse, match=r"^--permit-enrolments localhost is not the host under test, http://"):
            live(host.url, permit="localhost")
        assert host.host.memory.requests == 0


def test_on_a_remote_host_no_customer_of_the_sample_data_is_enrolled() -> None:
    """A customer with an id of the sample data on a remote host is a real person: only a target file may list customers."""
    with pytest.raises(Misuse, match=r"^--permit-enrolments needs a target file that lists customers and promotions"):
        live("https://elsewhere.example", permit="elsewhere.example")
