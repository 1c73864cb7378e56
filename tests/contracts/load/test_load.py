"""Whole loads, by the process that sends them: races are found and named, and a busy host is not accused."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from rich.console import Console

from contracts.commands.check import check
from contracts.commands.load import PROFILE, LoadOrder, load
from contracts.errors import Misuse
from contracts.session.opening import Order
from contracts.verdict.result import Result
from tests.contracts.served import Seen, broken, broken_claims, mock, served
from tests.faulty.server import serve

pytestmark = pytest.mark.slow
SCHEMA = Path(__file__).parents[3] / "contracts" / "reports" / "report.schema.json"


def loaded(url: str, *, seconds: float = 1.5, rate: float | None = 80, users: int = 12, **changed: Any) -> Result:
    asked = LoadOrder(users, rate, seconds)
    order = Order(**{"host": url, "profile": PROFILE, "seed": 7, "timeout": 10.0, **changed})
    return load(order, asked, Console(quiet=True))


def test_a_race_for_the_last_seats_is_found_and_named(tmp_path: Path) -> None:
    with serve(fault="race-of-the-limit-per-promotion") as host:
        result = loaded(host.url, report_dir=tmp_path)
    assert result.verdict == "broken"
    assert broken_claims(result) == {"warning.limit_reached"}
    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    figures = report["load"]
    assert figures["sent"] == figures["judged"] == sum(outcome["times"] for outcome in figures["outcomes"]) > 60
    assert {latency["kind"] for latency in figures["latencies"]} >= {"all", "enrol", "limit", "refusal"}
    page = (tmp_path / "report.html").read_text()
    assert "Under load" in page
    assert page.count("<polyline") == 2
    assert "milliseconds" in (tmp_path / "summary.md").read_text()
    properties = ElementTree.parse(tmp_path / "junit.xml").findall(".//property[@name='load']")
    assert [one.get("value", "").split()[1] for one in properties] == ["requests"]
    assert broken_claims(check(Order(), tmp_path / "run.har", Console(quiet=True))) == {"warning.limit_reached"}


def test_a_busy_host_and_broken_connections_are_counted_and_break_no_claim() -> None:
    turns = iter(range(1_000_000))
    lock = threading.Lock()

    def busy(seen: Seen) -> None:
        with lock:
            turn = next(turns)
        if turn < 30 or turn % 7 > 3:  # not while the command connects
            return
        if turn % 7 == 0:
            seen.status = 429
            seen.say(b"slow down", "text/plain")
        elif turn % 7 == 1:  # the request was carried out all the same
            seen.status = 503
            seen.say(b"<h1>503</h1>", "text/html")
        elif turn % 7 == 2:
            seen.headers["Connection"] = "close"
            seen.headers["Content-Length"] = "9999"
        else:
            time.sleep(0.1)

    with served(broken(busy)) as url:
        result = loaded(url)
    assert broken_claims(result) == set()
    assert result.verdict == "kept"
    assert result.load
    assert result.load.unjudged > 5
    assert dict(result.load.outcomes)["HTTP 429"] > 2
    assert result.load.judged + result.load.unjudged + result.load.lost == result.load.sent


def target_file(folder: Path, url: str) -> Path:
    file = folder / "target.yaml"
    file.write_text(
        f"""\
host: {url}
credentials: {{oauth: {{key: KEY, secret: SECRET}}}}
world:
  programs: [{{id: 3334}}]
  promotions:
    - {{id: 68c3f64bbd0a8a0aa705c793, promotionId: 1133590053, programId: 3334, type: LOYALTY, status: LIVE}}
  customers: [{{id: 388600003, source: WEBSITE}}, {{id: 388600004, source: INSTORE}}]
"""
    )
    return file


def test_a_live_host_gets_no_more_than_the_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "sample-key")
    monkeypatch.setenv("SECRET", "sample-secret")
    ledger = tmp_path / "ledger.jsonl"
    with served(mock()) as url:
        host = url.partition("//")[2]
        target = target_file(tmp_path, url)
        result = loaded(url, target=target, permit=host, budget=5, ledger=ledger, users=3, seconds=200)
    assert (result.verdict, broken_claims(result)) == ("kept", set())
    lines = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert [line["intent"] for line in lines if "intent" in line] == [1, 2, 3, 4, 5]
    assert sorted(line["result"] for line in lines if "result" in line) == [1, 2, 3, 4, 5]
    assert result.enrolments.sent == 5
    assert result.seconds < 150  # not to the end of its time: the budget was used up


def test_several_processes_send_one_load_together() -> None:
    port = "5571"
    command = [sys.executable, "-m", "contracts", "load"]
    with served(mock()) as url:
        master = f"127.0.0.1:{port}"
        workers = [
            subprocess.Popen([*command, url, "--worker", "--master", master], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        asked = LoadOrder(12, 80.0, 1.5, None, workers=2, master=("127.0.0.1", int(port)))
        result = load(Order(host=url, profile=PROFILE, seed=7), asked, Console(quiet=True))
        printed = [worker.communicate(timeout=30)[0] for worker in workers]
    assert broken_claims(result) == set()
    assert result.verdict == "kept"
    assert result.load
    assert result.load.sent > 60
    assert all("the other command reports on it" in text for text in printed)
    assert [worker.returncode for worker in workers] == [0, 0]


def test_a_load_that_is_interrupted_reports_what_it_has_seen(tmp_path: Path) -> None:
    asked: list[Seen] = []
    with served(broken(asked.append)) as url:
        command = [sys.executable, "-m", "contracts", "load", url, "--time", "60", "--rate", "50", "--report-dir"]
        process = subprocess.Popen([*command, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        while len(asked) < 40 and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        printed = process.communicate(timeout=30)[0]
        sent = len(asked)
        time.sleep(0.3)
    assert process.returncode == 2, printed
    assert printed.strip().splitlines()[-1] == "unjudged: interrupted before the end"
    assert json.loads((tmp_path / "report.json").read_text())["load"]["sent"] > 0
    assert len(asked) == sent  # the process that sends has ended, too


def test_workers_do_not_load_a_live_host() -> None:
    asked = LoadOrder(2, 2.0, 1.0, None, workers=2)
    with pytest.raises(Misuse, match="from one process only"):
        load(Order(host="http://127.0.0.1:9", treat_as_live=True, profile=PROFILE), asked, Console(quiet=True))
