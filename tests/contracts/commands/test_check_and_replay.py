"""The commands `check` and `replay`: an archive is judged like its run, and a finding is sent again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contracts.commands.check import check
from contracts.commands.replay import replay
from contracts.errors import Misuse
from contracts.session.opening import Order
from contracts.verdict.result import Result
from tests.contracts.served import broken, carry_out, mock, served

pytestmark = pytest.mark.slow

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A run against a mock with two defects, and the folder of its reports."""

    def spoil(seen: Any) -> None:
        if seen.status == 200 and seen.answer["data"]["customer"]["identifierName"] == "email":
            seen.answer["data"]["customer"]["customerId"] = "text"

    folder = tmp_path_factory.mktemp("reports")
    with served(broken(spoil)) as url:
        return carry_out(url, "examples", "rules", "transport", report_dir=folder), folder


def test_an_archive_gives_the_findings_of_its_run(run: tuple[Result, Path]) -> None:
    result, folder = run
    checked = check(Order(host=None), folder / "run.har", QUIET)
    assert [(f.claim, f.times) for f in checked.findings] == [(f.claim, f.times) for f in result.findings]
    assert [(s.claim.id, s.verdict) for s in checked.standings] == [(s.claim.id, s.verdict) for s in result.standings]
    assert checked.verdict == "broken"


def test_a_replayed_finding_is_broken_until_the_host_is_fixed(run: tuple[Result, Path]) -> None:
    _, folder = run

    def spoil(seen: Any) -> None:
        if seen.status == 200:
            seen.answer["data"]["customer"]["customerId"] = "text"

    with served(broken(spoil)) as url:
        assert replay(Order(host=url), folder / "report.json", 1, QUIET) == "broken"
    with served(mock()) as url:
        assert replay(Order(host=url), folder / "report.json", 1, QUIET) == "kept"


@pytest.mark.parametrize(
    ("number", "message"), [(0, "there is no finding 0"), (99, "there is no finding 99")], ids=["none", "too many"]
)
def test_a_finding_number_that_does_not_exist_is_misuse(run: tuple[Result, Path], number: int, message: str) -> None:
    with pytest.raises(Misuse, match=message):
        replay(Order(host="http://127.0.0.1:9"), run[1] / "report.json", number, QUIET)


def test_a_request_that_the_report_does_not_tell_is_not_replaced_by_another(
    run: tuple[Result, Path], tmp_path: Path
) -> None:
    report = json.loads((run[1] / "report.json").read_text(encoding="utf-8"))
    body = report["findings"][0]["request"]["body"]
    body["customer"]["identifierValue"] = "+<mobile of customer 3 spelled otherwise>"
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    with served(mock()) as url, pytest.raises(Misuse, match="a person in a spelling that is masked"):
        replay(Order(host=url), tmp_path / "report.json", 1, QUIET)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not an HTTP Archive"),
        ("[]", "is not an HTTP Archive"),
        ('{"log": {"entries": []}}', "has no request to /v3/promotions/enrol that can be judged$"),
        (
            '{"log": {"entries": [{"request": {"url": "http://x/v3/promotions"}}]}}',
            "has no request to /v3/promotions/enrol that can be judged; 1 request of other calls$",
        ),
        (
            '{"log": {"entries": [{"request": {"url": "http://x/v3/promotions/enrol"}}]}}',
            r"1 not judged: 1 malformed \(log.entries\[0\].response: is missing\)",
        ),
    ],
    ids=["no JSON", "no log", "empty", "another call", "no entry"],
)
def test_a_file_that_is_not_an_archive_is_misuse(tmp_path: Path, text: str, message: str) -> None:
    archive = tmp_path / "x.har"
    archive.write_text(text)
    with pytest.raises(Misuse, match=message):
        check(Order(), archive, QUIET)


def test_missing_files_are_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="cannot be read: No such file"):
        check(Order(), tmp_path / "x.har", QUIET)
    with pytest.raises(Misuse, match="cannot be read: No such file"):
        replay(Order(), tmp_path / "x.json", 1, QUIET)


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_a_file_that_is_not_a_report_is_misuse(tmp_path: Path, text: str) -> None:
    report = tmp_path / "report.json"
    report.write_text(text)
    with pytest.raises(Misuse, match=r"is not a report\.json"):
        replay(Order(), report, 1, QUIET)


@pytest.fixture
def foreign(enrol: dict[str, Any], enrolled: dict[str, Any]) -> Callable[..., Path]:
    """Write an archive like that of a browser, with one exchange of the enrol call and one of another call."""

    def entry(url: str, body: Any, status: int, answer: Any, headers: list[dict[str, str]]) -> dict[str, Any]:
        kind = {"name": "Content-Type", "value": "application/json"}
        return {
            "time": 12.5,
            "request": {
                "method": "POST",
                "url": url,
                "headers": [kind, *headers],
                "postData": {"mimeType": "application/json", "text": json.dumps(body)},
            },
            "response": {"status": status, "headers": [kind], "content": {"text": json.dumps(answer)}},
        }

    def make(folder: Path, *, status: int = 200, login: bool = True, **changed: Any) -> Path:
        headers = [{"name": "Authorization", "value": "Basic eDp5"}] if login else []
        answer = {**enrolled, **changed}
        entries = [
            entry("https://elsewhere.example/other", {}, 200, {}, []),
            entry("https://elsewhere.example/v3/promotions/enrol", enrol, status, answer, headers),
        ]
        archive = folder / "foreign.har"
        archive.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
        return archive

    return make


def test_traffic_of_other_programs_is_judged(tmp_path: Path, foreign: Callable[..., Path]) -> None:
    result = check(Order(report_dir=tmp_path / "reports"), foreign(tmp_path), QUIET)
    assert (result.verdict, result.requests) == ("kept", 1)
    assert (tmp_path / "reports" / "report.json").is_file()
    broken_one = check(Order(), foreign(tmp_path, data=None), QUIET)
    assert "response.data.type" in {finding.claim for finding in broken_one.findings}


def test_a_success_whose_credentials_the_archive_lacks_breaks_nothing(
    tmp_path: Path, foreign: Callable[..., Path]
) -> None:
    assert check(Order(), foreign(tmp_path, login=False), QUIET).findings == ()


def test_refused_credentials_in_foreign_traffic_count_as_wrong(tmp_path: Path, foreign: Callable[..., Path]) -> None:
    result = check(Order(), foreign(tmp_path, status=401, data=None), QUIET)
    assert result.findings == ()


def test_a_host_that_refuses_a_replay_is_not_judged(run: tuple[Result, Path]) -> None:
    """The first answers are for the requests to connect."""
    seen: list[int] = []

    def turn_away(answer: Any) -> None:
        seen.append(len(seen))
        if len(seen) > 3:
            answer.say(b"<html>busy</html>", "text/html")
            answer.status = 503
            answer.headers["Retry-After"] = "3600"

    terminal = Console(width=200)
    with served(broken(turn_away)) as url, terminal.capture() as said:
        assert replay(Order(host=url), run[1] / "report.json", 1, terminal) == "unjudged"
    assert (
        said.get().splitlines()[-1]
        == "unjudged: the run stopped early: the host asks to wait 3600 s (Retry-After); try again then"
    )
