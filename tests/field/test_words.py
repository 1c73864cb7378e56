"""What a user is told: each message blames the right thing, says what to do, and gives the right exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import trustme

from contracts import cli
from tests.field.front import Call, Front, http
from tests.field.running import command, tried


def forwards(call: Call) -> bytes:
    return call.forward()


def silent(call: Call) -> bytes:
    """Refuse a request without action, and do not say why."""
    return call.forward() if "action" in call.json else http({"data": None, "errors": [{}], "warnings": None}, 400)


@pytest.mark.parametrize("path", ["/v3/promotions/enrol", "/loyalty"])
def test_a_wrong_address_of_a_live_host_is_blamed_on_the_address(path: str) -> None:
    with Front(forwards) as front:
        seen = tried(front.url + path, treat_as_live=True, pace=6e4)
    assert seen.exit == 2
    assert f"{front.url}{path} does not answer as the enrol call does: HTTP 404" in seen.said.splitlines()[-1]
    assert len(front.calls) <= 6


def test_doctor_says_that_the_address_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with Front(forwards) as front, pytest.raises(SystemExit) as ended:
        cli.main(["doctor", f"{front.url}/v3/promotions/enrol"])
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "failed  call: it does not answer as the enrol call does: HTTP 404" in said
    assert said.splitlines()[-1] == "        to do: give the base URL, without /v3/promotions/enrol"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (
            401,
            "refuses the credentials with HTTP 401; they are those of the sample data; name its own in a target file",
        ),
        (403, "refuses the credentials with HTTP 403 (or a firewall does); they are those of the sample data"),
    ],
)
def test_a_refused_login_of_the_sample_data_asks_for_a_target_file(status: int, said: str) -> None:
    with Front(lambda call: http({"errors": None}, status)) as front:
        seen = tried(front.url)
    assert seen.exit == 2
    assert said in seen.said.splitlines()[-1]


def test_a_refused_login_of_the_target_file_names_its_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILL_USER", "till")
    monkeypatch.setenv("TILL_PASSWORD", "not-its-password")
    target = tmp_path / "target.yaml"
    target.write_text("credentials: {basic: {username: TILL_USER, password: TILL_PASSWORD}}")
    with Front(lambda call: http({"errors": None}, 401)) as front:
        seen = tried(front.url, target=target)
        without = tried(front.url, target=_without_login(tmp_path))
    assert seen.said.endswith("HTTP 401; check the environment variables that the target file names")
    assert without.said.endswith("HTTP 401; name its login in the target file (credentials)")


def _without_login(folder: Path) -> Path:
    target = folder / "open.yaml"
    target.write_text("credentials: none")
    return target


def test_an_error_without_code_and_message_is_told_in_words() -> None:
    def silent(call: Call) -> bytes:
        return (
            http({"data": None, "errors": [{}], "warnings": None}, 400) if "action" not in call.json else call.forward()
        )

    with Front(silent) as front:
        seen = tried(front.url, "fields")
    assert "got       an error has no code\n" in seen.said


def test_recorded_traffic_is_not_said_to_be_of_this_machine(tmp_path: Path) -> None:
    entry = {
        "startedDateTime": "2026-01-01T10:00:00Z",
        "time": 5,
        "request": {
            "method": "POST",
            "url": "https://eu.api.example.com/v3/promotions/enrol",
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": '{"action": "ENROL"}'},
        },
        "response": {
            "status": 400,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {
                "size": 99,
                "mimeType": "application/json",
                "text": '{"data": null, "errors": [{"code": 310003, "message": "promotion is required. '
                'Ensure the promotion object is provided in the request body."}], "warnings": null}',
            },
        },
    }
    archive = tmp_path / "traffic.har"
    archive.write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    seen = command("check", str(archive), "--report-dir", "reports", cwd=tmp_path)
    page = (tmp_path / "reports" / "report.html").read_text()
    assert seen.exit == 0
    assert "reports: reports/report.html, and report.json" in seen.said
    assert "1 recorded request, judged " in page
    assert "this machine" not in page
    assert "Host https://eu.api.example.com, recorded traffic." in (tmp_path / "reports" / "summary.md").read_text()


def test_every_command_that_asks_a_host_takes_a_ca_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, missing = tmp_path / "report.json", tmp_path / "ca.pem"
    with Front(silent) as front:
        tried(front.url, "fields", report_dir=tmp_path)
    for words in (["run", front.url], ["probe", front.url], ["doctor", front.url], ["replay", str(report), "1"]):
        with pytest.raises(SystemExit) as ended:
            cli.main([*words, "--ca-bundle", str(missing), "--timeout", "5"])
        assert ended.value.code == 2
        assert f"{missing} cannot be read" in capsys.readouterr().err


def test_the_next_step_repeats_the_ca_bundle(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(bundle))
    with Front(silent) as front:
        seen = tried(front.url, "fields", report_dir=tmp_path, ca_bundle=bundle)
    step = next(line for line in seen.said.splitlines() if line.startswith("next: "))
    assert step == f"next: enrol-contract replay {tmp_path / 'report.json'} 1 --ca-bundle {bundle}"


def test_a_plan_says_how_many_requests_a_live_host_gets_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["run", "https://eu.api.example.com", "--plan"])
    said = capsys.readouterr().out
    assert "treated as production: at most 60 requests that can enrol nobody, and no others; the list has " in said
    assert said.endswith("nothing was sent\n")


def test_a_run_that_is_turned_away_says_so_once_and_what_to_do() -> None:
    busy = http({"message": "busy"}, 503)
    with Front(lambda call: call.forward() if call.number < 20 else busy) as front:
        seen = tried(front.url, treat_as_live=True, pace=6e4)
    why = "3 requests in a row were turned away, the last with HTTP 503; try again when the host answers"
    assert seen.exit == 2
    assert seen.said.splitlines()[-1] == f"unjudged: the run stopped early: {why}"
    assert f"\n      needs     the rest of the run, which ended early: {why}\n" in seen.said
