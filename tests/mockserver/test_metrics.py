"""GET /_mock/metrics, read as Prometheus reads it."""

from __future__ import annotations

import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller
from tests.mockserver.conftest import Clock

Labels = tuple[str, ...]


def samples(mock: Caller) -> dict[tuple[str, Labels], float]:
    """Return each value by its name and the values of its labels, in the order of their names."""
    answer = mock.client.get("/_mock/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, tuple(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_path_status_and_outcome(mock: Caller) -> None:
    mock.send()
    mock.send()
    mock.client.post(f"/_s/a{page.PATH}", json=page.ENROL_REQUEST, headers=AUTHORIZED)
    mock.client.post(page.PATH)
    mock.client.get("/made-up/1")
    mock.client.get("/made-up/2")
    mock.client.post("/v3/oauth/token/generate", json={})
    found = {labels: value for (name, labels), value in samples(mock).items() if name == "enrol_mock_requests_total"}
    assert found == {
        ("", page.PATH, "200"): 2,
        ("already_enrolled", page.PATH, "200"): 1,
        ("unauthenticated", page.PATH, "401"): 1,
        ("path_not_found", "other", "404"): 2,
        ("invalid_token_request", "/v3/oauth/token/generate", "400"): 1,
    }


def test_sessions_and_enrolments_are_those_there_are(mock: Caller, clock: Clock) -> None:
    assert samples(mock)["enrol_mock_sessions", ()] == 1
    mock.send()
    mock.client.post(f"/_s/a{page.PATH}", json=page.ENROL_REQUEST, headers=AUTHORIZED)
    found = samples(mock)
    assert (found["enrol_mock_sessions", ()], found["enrol_mock_enrolments", ()]) == (2, 6)
    mock.client.post("/_mock/reset")
    clock.seconds += 3600
    found = samples(mock)
    assert (found["enrol_mock_sessions", ()], found["enrol_mock_enrolments", ()]) == (1, 2)
    assert found["enrol_mock_requests_total", ("", page.PATH, "200")] == 2, "a reset changes no counter"


def test_durations_are_a_histogram(mock: Caller) -> None:
    mock.send()
    mock.send()
    found = samples(mock)
    assert found["enrol_mock_request_seconds_count", (page.PATH,)] == 2
    assert found["enrol_mock_request_seconds_sum", (page.PATH,)] == 0, "the clock of the tests stands still"
    assert found["enrol_mock_request_seconds_bucket", ("0.0005", page.PATH)] == 2
    assert found["enrol_mock_request_seconds_bucket", ("+Inf", page.PATH)] == 2


def test_metrics_hold_nothing_else(mock: Caller) -> None:
    mock.send()
    assert {name.partition("enrol_mock_")[0] for name, _ in samples(mock)} == {""}


def test_start_does_without_the_library() -> None:
    code = "import sys, mockserver.server; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_uptime_goes_on_after_a_reset(mock: Caller, clock: Clock) -> None:
    clock.seconds += 7.5
    mock.client.post("/_mock/reset")
    mock.client.get("/_s/a/x")
    health = mock.client.get("/_mock/health").get_json()
    assert (health["status"], health["uptimeSeconds"], health["sessions"]) == ("ok", 7.5, 2)
    assert health["version"].count(".") == 2
