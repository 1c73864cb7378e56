"""Runs in CI: what ends a command, what it leaves behind, and whether the words and the exit code say the same."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from contracts import cli
from contracts.commands.run import run
from contracts.errors import Misuse
from contracts.reports.files import FILES
from contracts.reports.progress import Progress
from contracts.session.opening import Order
from tests.contracts.conftest import make_record
from tests.field.front import Call, Front, http
from tests.field.running import Outcome, command, report, tried

CLOSED = "http://127.0.0.1:9"
FAST = 1e6
ROOT = Path(__file__).parents[2]
# What a base install lacks.
EXTRA = ("schemathesis", "hypothesis", "jinja2", "jsonschema", "pytest", "httpcore", "rich")


def forwards(call: Call) -> bytes:
    return call.forward()


@pytest.fixture
def front() -> Iterator[Front]:
    with Front(forwards) as one:
        yield one


def one_line(said: str) -> str:
    """Return what a command said, if it is one line."""
    assert said.startswith("enrol-contract: "), said
    assert said.count("\n") == 1, said
    return said.strip().removeprefix("enrol-contract: ")


def properties(folder: Path) -> dict[str, str]:
    suite = ElementTree.parse(folder / "junit.xml").getroot()[0]
    return {each.get("name", ""): each.get("value", "") for each in suite.iter("property")}


def failures(folder: Path) -> int:
    return int(ElementTree.parse(folder / "junit.xml").getroot().get("failures", ""))


# What was judged.


def test_a_run_of_refusals_says_so_in_every_headline(front: Front, tmp_path: Path) -> None:
    seen = tried(front.url, treat_as_live=True, pace=FAST, report_dir=tmp_path)
    words = f"{seen.result and seen.result.count('kept')} of 90 claims kept"
    assert seen.exit == 0
    assert seen.said.splitlines()[-1].startswith(f"kept: {words}, ")
    assert seen.said.splitlines()[-1].endswith(" not reached: refusals only")
    assert report(tmp_path)["why"] == seen.said.splitlines()[-1].removeprefix("kept: ")
    headline = f"{words}: refusals only"
    assert (report(tmp_path)["headline"], properties(tmp_path)["headline"]) == (headline, headline)
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith(f"## ☑️ Enrol contract: kept ({headline})")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<header class="partial">' in page
    assert f"✓ {headline}" in page
    assert "no request named a customer who exists, so nobody was enrolled" in page


@pytest.mark.parametrize("limit", [{"max_requests": 30}, {"max_time": 0.3}], ids=str)
def test_a_run_that_a_limit_cuts_short_is_not_judged(front: Front, limit: dict[str, Any], tmp_path: Path) -> None:
    seen = tried(front.url, report_dir=tmp_path, **limit)
    assert seen.exit == 2
    option = "--" + next(iter(limit)).replace("_", "-")
    assert re.search(
        rf"\nunjudged: the run stopped early: {option} .* reached \(--allow-partial accepts that\)\n", seen.said
    )
    assert (report(tmp_path)["verdict"], failures(tmp_path)) == ("unjudged", 0)


def test_a_limit_is_accepted_if_the_user_says_so(front: Front) -> None:
    seen = tried(front.url, max_requests=30, allow_partial=True)
    assert seen.exit == 0
    assert re.fullmatch(
        r"kept: \d+ of 90 claims kept, \d+ not reached: cut short, --max-requests 30 reached",
        seen.said.splitlines()[-1],
    )
    assert len([call for call in front.calls if not call.for_token]) == 30


def test_a_finding_counts_although_a_limit_cuts_the_run_short() -> None:
    def says_nothing(call: Call) -> bytes:
        status, _, body = call.ask()
        return http({"data": None, "errors": None} if status == 200 else json.loads(body), status)

    with Front(says_nothing) as front:
        assert tried(front.url, max_requests=30).exit == 1


def test_a_budget_of_time_fails_the_run_in_its_own_words(front: Front, tmp_path: Path) -> None:
    seen = tried(front.url, "examples", max_latency=0.0001, report_dir=tmp_path)
    assert (seen.exit, seen.broken, failures(tmp_path)) == (1, [], 1)
    last = seen.said.splitlines()[-1]
    assert last.startswith(
        "broken: over your budget, though no claim is broken: 2 answers took longer than --max-latency; "
    )
    assert not re.search(r"[1-9]\d* of \d+ claims broken", seen.said)
    assert "0 broken, 0 undetermined" in seen.said
    assert "; 2 answers over your budget" in seen.said
    (finding,) = report(tmp_path)["findings"]
    assert (finding["claim"], finding["level"]) == ("budget.latency", "budget")
    assert finding["expected"] == "an answer within 0.1 ms (--max-latency)"
    got = re.fullmatch(r"one after (\d+\.\d+) ms", finding["got"])
    assert got is not None
    assert float(got[1]) > 0.1
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "✗ no claim broken, but over your budget" in page
    assert "You set this limit; the page does not say it." in page


@pytest.mark.parametrize(("fail_on", "type_"), [("hygiene", "hygiene"), ("unreached", "unreached")])
def test_what_fails_a_run_is_a_failure_for_ci_servers_too(fail_on: Any, type_: str, tmp_path: Path) -> None:
    def plain_text(call: Call) -> bytes:
        status, _, body = call.ask()
        return http(body, status, Content_Type="text/plain")

    with Front(plain_text) as front:
        assert tried(front.url, "examples", fail_on=fail_on, report_dir=tmp_path).exit == 1
    types = {failure.get("type") for failure in ElementTree.parse(tmp_path / "junit.xml").getroot().iter("failure")}
    assert type_ in types
    assert failures(tmp_path) > 0


# What a run leaves behind.


@pytest.fixture
def yesterdays(front: Front, tmp_path: Path) -> Path:
    """A folder with the reports of a run that kept all its claims."""
    folder = tmp_path / "reports"
    assert tried(front.url, "examples", report_dir=folder).exit == 0
    assert report(folder)["verdict"] == "kept"
    return folder


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({}, f"{CLOSED} gave no answer: Connection refused"),
        ({"target": Path("no-such.yaml")}, "no-such.yaml: cannot be read: No such file or directory"),
        ({"only": ("eror.*",)}, "--only eror.*: no claim matches this pattern"),
        ({"baseline": Path("no-such.yaml")}, "no-such.yaml: cannot be read: No such file or directory"),
    ],
    ids=["closed", "target", "only", "baseline"],
)
def test_a_run_that_cannot_begin_replaces_the_reports_of_yesterday(
    order: dict[str, Any], words: str, yesterdays: Path
) -> None:
    seen = tried(CLOSED, report_dir=yesterdays, **order)
    assert seen.exit == 2
    assert words in seen.said
    today = report(yesterdays)
    assert (today["verdict"], today["exit"]) == ("unjudged", 2)
    assert today["why"].startswith(words)
    assert "unjudged" in (yesterdays / "summary.md").read_text(encoding="utf-8").splitlines()[0]
    assert "Could not judge" in (yesterdays / "report.html").read_text(encoding="utf-8")
    assert properties(yesterdays)["verdict"] == "unjudged"
    assert {path.name for path in yesterdays.iterdir()} == set(FILES)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ZeroDivisionError("oops"), "the contract tests have a bug: ZeroDivisionError: oops"),
        (OSError(24, "Too many open files"), "the system refuses to read or write: [Errno 24] Too many open files"),
    ],
)
def test_what_breaks_within_the_kit_replaces_them_too(
    error: Exception, words: str, yesterdays: Path, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("contracts.inputs.roles.Roles.shuffled_pairs", fail)
    with pytest.raises(type(error)):
        tried(front.url, "examples", "credentials", report_dir=yesterdays)
    assert report(yesterdays)["why"] == words


def started(*words: str, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "contracts", *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_job_that_is_cancelled_leaves_reports(name: str, front: Front, yesterdays: Path) -> None:
    before = len(front.calls)
    run = started("run", front.url, "--treat-as-live", "--pace", "600", "--report-dir", str(yesterdays))
    wait_until(lambda: len(front.calls) > before + 8)
    run.send_signal(signal.Signals[name])
    said, wrong = run.communicate(timeout=60)
    assert (run.returncode, wrong) == (2, "")
    assert said.splitlines()[-1] == "unjudged: interrupted before the end"
    assert (report(yesterdays)["verdict"], report(yesterdays)["interrupted"]) == ("unjudged", True)


def test_a_host_that_was_started_for_the_run_ends_with_it(tmp_path: Path) -> None:
    script = tmp_path / "host.sh"
    script.write_text(f"echo $$ > {tmp_path}/pid; echo listening on {CLOSED}; exec sleep 600\n", encoding="utf-8")
    run = started("run", "--start", f"sh {script}", "--wait", "600")
    wait_until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()))
    time.sleep(0.5)
    run.terminate()
    run.communicate(timeout=60)
    assert run.returncode == 2
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_closed_pipe_is_silent_and_no_verdict(front: Front, tmp_path: Path) -> None:
    run = started("run", front.url, "--profile", "quick", "--report-dir", str(tmp_path))
    assert run.stdout
    assert run.stderr
    assert run.stdout.readline().startswith("enrol-contract: ")
    run.stdout.close()
    assert (run.wait(60), run.stderr.read()) == (2, "")
    run.stderr.close()
    assert report(tmp_path)["verdict"] == "unjudged"


def test_a_full_disk_is_one_line(front: Front, tmp_path: Path) -> None:
    """A limit for the size of files stands for the disk."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); from contracts.cli import main; main()"
    words = ["run", front.url, "--profile", "quick", "--max-requests", "60", "--report-dir", str(tmp_path)]
    # The files of a measurement of coverage have no room either.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", limit, *words], capture_output=True, text=True, timeout=60, env=environment
    )
    assert done.returncode == 2
    assert re.fullmatch(r"--report-dir: .*/report\.json cannot be written: File too large", one_line(done.stderr))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000


@pytest.mark.parametrize("words", [("claims",), ("--help",), ("run", CLOSED)], ids=" ".join)
def test_an_output_that_cannot_be_written_is_one_line(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "contracts", *words], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert one_line(done.stderr) == "the system refuses to read or write: [Errno 28] No space left on device"


def test_an_output_that_is_closed_changes_no_verdict() -> None:
    done = subprocess.run(["sh", "-c", f"{sys.executable} -m contracts claims >&-"], stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# The environment.


@pytest.mark.parametrize(
    "words", [("run", CLOSED), ("probe", CLOSED), ("doctor", CLOSED), ("check", "x.har")], ids=" ".join
)
def test_a_base_install_says_what_to_install(words: tuple[str, ...]) -> None:
    without = f"import sys; sys.modules.update(dict.fromkeys({EXTRA!r})); from contracts.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", without, *words], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert one_line(done.stderr).startswith(
        "this command needs the contract tests: pip install '.[contract]' in the folder of the kit ("
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_a_character_shows_its_code(encoding: str) -> None:
    def says_snowman(call: Call) -> bytes:
        status, _, body = call.ask()
        answer = json.loads(body)
        if status == 200:
            answer["data"]["requestId"] = "\u2603"
        return http(answer, status)

    with Front(says_snowman) as front:
        done = command("run", front.url, "--fail-fast", PYTHONIOENCODING=encoding)
    assert done.exit == 1
    assert '   got       "\\u2603"\n' in done.said
    assert done.said.splitlines()[-1].startswith("broken: 1 of 90 claims broken")


def test_filters_for_warnings_are_for_other_programs(front: Front) -> None:
    done = command("run", front.url, "--profile", "quick", "--max-requests", "40", PYTHONWARNINGS="error")
    assert done.exit == 2
    assert done.said.splitlines()[-1].startswith("unjudged: the run stopped early: --max-requests 40 reached")


def test_a_bundle_of_certificates_that_is_nowhere_is_one_line() -> None:
    done = command("run", "https://127.0.0.1:9", REQUESTS_CA_BUNDLE="/nowhere")
    assert done.exit == 2
    assert "Traceback" not in done.said
    assert "/nowhere" in done.said.splitlines()[-1]


@pytest.mark.parametrize("words", [["--debug", "run"], ["run", "--debug"]], ids=" ".join)
def test_debug_may_stand_before_and_after_the_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    said = capsys.readouterr().err
    assert (left.value.code, said.splitlines()[0]) == (2, "Traceback (most recent call last):")
    assert said.splitlines()[-1].startswith("enrol-contract: no host is given")


# A service container.


@pytest.fixture
def container(front: Front, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name and port of a host that is not this machine, and that may be asked over http."""
    for module in ("base_url", "target"):
        monkeypatch.setattr(f"contracts.host.{module}.names_this_machine", lambda host: False)
    return front.url.removeprefix("http://")


def test_a_service_container_can_be_tested_if_the_user_names_it(container: str, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="name a service container with --this-is-a-test-host"):
        run(Order(host=f"http://{container}"), Console(quiet=True))
    seen = tried(f"http://{container}", "examples", test_host=container, report_dir=tmp_path)
    assert seen.exit == 0
    assert "  a test host, as --this-is-a-test-host says: customers may be enrolled" in seen.said.splitlines()[:2]
    assert (report(tmp_path)["run"]["live"], report(tmp_path)["run"]["testHost"]) == (False, True)
    assert "The user said that the host is a test host" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("host", ["http://app:8080", "https://eu.api.example.com", "http://app:8081/app"])
def test_another_host_than_the_named_one_is_refused(host: str) -> None:
    seen = tried(host, test_host="app:80")
    assert seen.exit == 2
    assert "--this-is-a-test-host app:80 is not the host under test, " in seen.said


def test_a_named_container_is_live_all_the_same_if_the_user_says_so(container: str) -> None:
    seen = tried(f"http://{container}", test_host=container, treat_as_live=True, pace=FAST)
    assert seen.result is not None
    assert (seen.exit, seen.result.enrolments.made) == (0, 0)


# The ledger.


def permitted(front: Front, folder: Path, budget: int, **changed: Any) -> Outcome:
    order = {"permit": front.url, "budget": budget, "pace": FAST, "ledger": folder / "ledger.jsonl"}
    return tried(front.url, **order | changed)


@pytest.mark.parametrize("ledger", ["reports/ledger.jsonl", "reports/below/ledger.jsonl", "reports/../reports/l.jsonl"])
def test_the_ledger_is_never_among_the_reports(
    ledger: str, front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in (Path("reports"), tmp_path / "reports"):
        seen = permitted(front, tmp_path, 2, ledger=Path(ledger), report_dir=folder)
        assert seen.exit == 2
        assert f"--ledger {ledger} is in --report-dir {folder}, which others read" in seen.said
    assert front.calls == []


def test_the_ledger_lies_in_the_current_folder(front: Front, tmp_path: Path) -> None:
    words = (
        "run",
        front.url,
        "--permit-enrolments",
        front.url,
        "--budget",
        "1",
        "--pace",
        "60000",
        "--report-dir",
        "reports",
    )
    done = command(*words, cwd=tmp_path)
    assert done.exit == 0, done.said
    assert (tmp_path / "enrol-ledger.jsonl").is_file()
    assert {path.name for path in (tmp_path / "reports").iterdir()} == set(FILES)
    assert (
        "enrolments: 1 request sent that may enrol a customer (at most 1 permitted), listed in enrol-ledger.jsonl; 1 answer"
        in done.said
    )


# What the end of a run says.


def test_the_end_of_a_run_says_who_was_enrolled_and_where_it_is_listed(front: Front, tmp_path: Path) -> None:
    seen = permitted(front, tmp_path, 3, report_dir=tmp_path / "reports")
    made = seen.result and seen.result.enrolments.made
    words = f"3 requests sent that may enrol a customer (at most 3 permitted), listed in {tmp_path / 'ledger.jsonl'}; "
    words += f"{made} answers said that a customer is enrolled"
    assert made
    assert f"\nenrolments: {words}\n" in seen.said
    assert f"\nreports: {tmp_path / 'reports' / 'report.html'}, and report.json" in seen.said
    page = (tmp_path / "reports" / "report.html").read_text(encoding="utf-8")
    assert words in page
    assert "nobody" not in page.partition("<nav")[0]


def test_a_finding_can_be_shown_again_with_what_the_end_of_the_run_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line sets the variables of the curl lines, and holds no secret."""

    def forgets(call: Call) -> bytes:
        status, _, body = call.ask()
        answer = json.loads(body)
        if status == 200:
            answer["data"]["requestId"] = "another"
        return http(answer, status)

    monkeypatch.setenv("TILL", "store.server")
    monkeypatch.setenv("TILL_PASSWORD", "123")
    target = tmp_path / "target file.yaml"
    target.write_text(
        "credentials: {basic: {username: TILL, password: TILL_PASSWORD}}\n"
        "world: {programs: [{id: 3334}], customers: [{id: 388369579, source: INSTORE}], promotions: "
        "[{id: 68c3f64bbd0a8a0aa705c793, promotionId: 1133590053, programId: 3334, type: LOYALTY, status: LIVE}]}",
        encoding="utf-8",
    )
    with Front(forgets) as front:
        seen = tried(front.url, "examples", target=target, report_dir=tmp_path)
        assert seen.exit == 1
        (again,) = re.findall(r"^next: (enrol-contract .*)$", seen.said, re.MULTILINE)
        (exports,) = re.findall(r"^for the curl lines: (export .*)$", seen.said, re.MULTILINE)
        (curl,) = re.findall(r"^   (curl -sSi .*)$", seen.said, re.MULTILINE)[:1]
        assert "store.server" not in exports
        sent = subprocess.run(["sh", "-c", f"{exports}; {curl}"], capture_output=True, text=True)
        assert sent.stdout.startswith("HTTP/1.1 200"), sent
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(["sh", "-c", again], capture_output=True, text=True, env={**os.environ, "PATH": path})
        assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "broken: the answer still breaks the claim"), done


def test_a_part_that_lasts_says_how_far_it_is() -> None:
    record = make_record()
    output = StringIO()
    with Progress(Console(file=output), record, planned=55, pace=60.0, every=0.01) as progress:
        time.sleep(0.05)
        progress.begin("live")
        time.sleep(0.05)
        progress.end()
    assert "  … connecting: 0 requests so far\n" in output.getvalue()
    assert "  … live: 0 of 55 requests, about 55 s left\n" in output.getvalue()


def test_a_terminal_shows_one_line_that_changes() -> None:
    output = StringIO()
    terminal = Console(file=output, force_terminal=True, width=80)
    with Progress(terminal, make_record(), every=0.01) as progress:
        progress.begin("fields")
        time.sleep(0.2)
    assert "fields: 0 requests so far" in output.getvalue()
    assert "…" not in output.getvalue()


# What a run reaches, and what it needs to reach more.


@pytest.mark.parametrize(("budget", "reached"), [(5, 74), (10, 80), (21, 89), (60, 89)])
def test_a_budget_is_spent_where_it_reaches_most_claims(
    budget: int, reached: int, front: Front, tmp_path: Path
) -> None:
    seen = permitted(front, tmp_path, budget)
    assert (seen.exit, seen.broken) == (0, [])
    assert seen.result is not None
    assert seen.result.count("kept") >= reached
    assert seen.result.enrolments.sent == budget
    lines = (tmp_path / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    named = [json.loads(line)["promotion"]["id"] for line in lines if '"intent"' in line]
    assert len(named) == budget
    assert len(set(named)) >= min(15, budget // 3)


def test_what_a_claim_needs_is_what_the_run_was_not_given(front: Front, tmp_path: Path) -> None:
    given = permitted(front, tmp_path, 21, report_dir=tmp_path / "all")
    assert given.exit == 0
    needs = {claim["id"]: claim["needs"] for claim in report(tmp_path / "all")["claims"] if claim["needs"]}
    assert list(needs) == ["error.target_rule_id_required"]
    assert needs["error.target_rule_id_required"].startswith("a host that accepts the action ENROL_MILESTONES")
    tried(front.url, treat_as_live=True, pace=FAST, report_dir=tmp_path / "refusals")
    needs = {claim["id"]: claim["needs"] for claim in report(tmp_path / "refusals")["claims"] if claim["needs"]}
    assert set(needs.values()) - {needs["error.target_rule_id_required"]} == {
        "permission to enrol on this host (--permit-enrolments)"
    }
