"""`enrol-mock exec`: any command beside a mock of its own, and the gauntlet for it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mockserver.cli import main
from mockserver.running import own_mock
from mockserver.running.crashes import crash_in
from tests.enrol_kit.client import BODY, HEADERS

ROOT = Path(__file__).parents[2]
EXEC = [sys.executable, "-m", "mockserver", "exec"]


def run(*words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EXEC, *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_command_finds_the_mock_and_gives_the_exit_code() -> None:
    script = (
        "import os, urllib.request as u\n"
        "print(u.urlopen(os.environ['ENROL_MOCK_CONTROL'] + '/health').status)\n"
        "print(os.environ['ENROL_MOCK_CONTROL'] == os.environ['ENROL_MOCK_URL'] + '/_mock')\n"
        "raise SystemExit(7)\n"
    )
    ran = run("--", sys.executable, "-c", script)
    assert (ran.returncode, ran.stdout.split()) == (7, ["200", "True"])


def test_options_are_those_of_serve(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("programs: [{id: 7}]\npromotions: []\ncustomers: []\ncredentials: {}\n")
    script = "import os, json, urllib.request as u; print(json.load(u.urlopen(os.environ['ENROL_MOCK_URL'] + '/_mock/world'))['programs'][0]['id'])"
    assert run("--world", tmp_path / "world.yaml", "--auth", "off", "--", sys.executable, "-c", script).stdout == "7\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--", "no-such-command"),
            "enrol-mock: the command 'no-such-command' cannot be started: No such file or directory",
        ),
        (("--", "/"), "enrol-mock: the command '/' cannot be started: Permission denied"),
        (
            ("--world", "nowhere.yaml", "--", "true"),
            "enrol-mock: nowhere.yaml: cannot be read: No such file or directory",
        ),
        (
            ("--expect", "x.yaml", "--", "true"),
            "enrol-mock: --expect says what should happen in the cases of the gauntlet; give --gauntlet too",
        ),
        (
            ("--deadline", "5", "--", "true"),
            "enrol-mock: --deadline bounds each run of the gauntlet; give --gauntlet too",
        ),
        ((), "enrol-mock: Missing argument 'COMMAND...'."),
    ],
)
def test_what_cannot_be_started_is_one_line(words: tuple[str, ...], said: str) -> None:
    ran = run(*words)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"{said}\n")


def test_command_that_a_signal_ends_gives_the_code_of_a_shell() -> None:
    assert run("--", "sh", "-c", "kill -9 $$").returncode == 128 + 9


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_are_passed_on(number: signal.Signals) -> None:
    script = (
        "import signal, sys\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(40))\n"
        "print('ready', flush=True)\n"
        "signal.pause()\n"
    )
    with subprocess.Popen([*EXEC, "--", sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.wait(10) == 40


def test_what_follows_the_command_is_the_commands() -> None:
    ran = run(sys.executable, "-c", "import sys; print(sys.argv[1:])", "--port", "-x")
    assert (ran.returncode, ran.stdout) == (0, "['--port', '-x']\n")


def test_signal_ends_the_gauntlet_and_not_only_one_run(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    script = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(30)"
    command = [*EXEC, "--gauntlet", "--", sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        for _ in range(1000):
            if begun.exists():
                break
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (128 + 2, "")


def test_mock_does_not_outlive_the_command_that_is_killed() -> None:
    script = (
        "import os, time\n"
        "parent = os.getppid()\n"
        "print(os.environ['ENROL_MOCK_URL'], flush=True)\n"
        "while os.getppid() == parent: time.sleep(0.05)\n"
    )
    with subprocess.Popen(
        [*EXEC, "--", sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip().rpartition(":")[2]
        process.kill()
        listening = f":{int(port):04X} 00000000:0000 0A"
        for _ in range(500):
            if listening not in Path("/proc/net/tcp").read_text():
                break
            time.sleep(0.02)
        assert listening not in Path("/proc/net/tcp").read_text()


CLIENT = """
import json, os, sys, urllib.error, urllib.request as u
body = {body!r}
request = u.Request(os.environ["ENROL_MOCK_URL"] + "/v3/promotions/enrol", json.dumps(body).encode(), {headers!r})
try:
    answer = json.load(u.urlopen(request, timeout=1))
except {caught} as error:
    sys.exit("not enrolled: " + str(error))
if answer["errors"]:
    sys.exit("not enrolled")
print(answer["data"] and answer["data"]["customer"]["customerId"], answer["warnings"])
"""


def client(folder: Path, *, caught: str = "(OSError, ValueError)") -> list[str]:
    """Return the command that makes one call, with a client that takes these exceptions for a failure."""
    file = folder / "client.py"
    file.write_text(CLIENT.format(body=BODY, headers=HEADERS, caught=caught))
    return [sys.executable, str(file)]


def said_by(ran: subprocess.CompletedProcess[str]) -> str:
    """Return what was said on stderr as one line."""
    return " ".join(ran.stderr.split())


@pytest.mark.slow
def test_gauntlet_tells_of_each_case_how_the_command_took_it(tmp_path: Path) -> None:
    ran = run("--gauntlet", "--deadline", "4", "--report-dir", tmp_path, "--", *client(tmp_path, caught="OSError"))
    assert (ran.returncode, ran.stdout) == (1, "")
    rows = {name: bool(failed) for failed, name in re.findall(r"^(NOT )?handled +(\S+)", ran.stderr, re.MULTILINE)}
    failed = {name for name, has_failed in rows.items() if has_failed}
    assert {"promotion_not_found", "refusal-status=200", "enrolled-huge-ids", "reset-in", "dribble"} < set(rows)
    # It takes what is no JSON for a bug of its own, and waits for each byte of an answer that never ends.
    assert {"garbage", "empty", "dribble"} <= failed
    said = said_by(ran)
    assert "crashed with exit code 1: json.decoder.JSONDecodeError" in said
    assert "The client hung: it gave no result within 4 s (the body comes byte by byte" in said
    assert "the end of what the command printed in garbage:\n" in ran.stderr
    assert f"the client took {len(rows) - len(failed)} of {len(rows)} cases as it should" in said
    assert "your tests met 17 of 17 outcomes" in said
    proof = json.loads((tmp_path / "proof.json").read_text())
    assert {case["case"] for case in proof["cases"] if case["problems"]} == failed


@pytest.mark.slow
def test_file_says_what_the_command_should_do(tmp_path: Path) -> None:
    (tmp_path / "expect.yaml").write_text(
        "engine_error: {retry: 1, exit: 0}\n"
        "promotion_not_found: {exit: 3}\n"
        "warning: {exit: 0, output: already enrolled}\n"
        "'*': {exit: [0, 1]}\n"
    )
    ran = run("--gauntlet", "--deadline", "4", "--expect", tmp_path / "expect.yaml", "--", *client(tmp_path))
    said = said_by(ran)
    assert "The client did not send the request again (Error codes, row 14" in said
    assert "The command ended with exit code 1, and should exit with 3." in said
    assert "The command did not print 'already enrolled'." in said
    assert re.search("^handled +already_enrolled", ran.stderr, re.MULTILINE)
    assert re.search("^handled +garbage", ran.stderr, re.MULTILINE)


def test_gates_and_reports_are_those_of_proof(tmp_path: Path) -> None:
    one_call = client(tmp_path)
    ran = run("--require-outcomes", "1", "--report-dir", tmp_path / "reports", "--", *one_call)
    assert (ran.returncode, ran.stdout) == (1, "388369579 None\n")
    assert "missed: 0 of the 1 outcomes that are required were met" in ran.stderr
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == ["proof.html", "proof.json", "proof.xml"]
    assert run("--require-shapes", "2", "--", *one_call).returncode == 0
    assert run("--require-outcomes", "1", "--", "sh", "-c", "exit 5").returncode == 5
    ran = run("--require-outcomes", "99", "--", "touch", tmp_path / "touched")
    assert (ran.returncode, ran.stderr) == (2, "enrol-mock: --require-outcomes 99: there are 17 outcomes\n")
    assert not (tmp_path / "touched").exists()


def test_what_is_broken_fails_only_if_asked(tmp_path: Path) -> None:
    script = (
        "import os, urllib.request as u, urllib.error as e\n"
        "try: u.urlopen(os.environ['ENROL_MOCK_URL'] + '/v3/promotions/enrol', b'x')\n"
        "except e.HTTPError: pass\n"
    )
    assert run("--", sys.executable, "-c", script).returncode == 0
    ran = run("--fail-on", "broken", "--", sys.executable, "-c", script)
    assert (ran.returncode, "broken: The Content-Type is" in ran.stderr) == (1, True)


def test_command_that_asks_nothing_is_told_how(tmp_path: Path) -> None:
    assert run("--", "true").stderr.startswith(
        "The command has asked the mock nothing. It finds the mock by ENROL_MOCK_URL.\n"
    )


@pytest.mark.parametrize(
    ("option", "text"), [("--expect", "promotion_not_fuond: {exit: 1}"), ("--report-dir", "a file")]
)
def test_wrong_file_is_told_before_anything_starts(
    option: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(own_mock, "own_mock", lambda _: pytest.fail("a mock was started"))
    (tmp_path / "file").write_text(text)
    with pytest.raises(SystemExit) as ended:
        main(["exec", "--gauntlet", option, str(tmp_path / "file"), "--", "true"])
    assert ended.value.code == 2
    assert str(tmp_path / "file") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("promotion_not_fuond: {exit: 1}", "did you mean 'promotion_not_found'"),
        ("warning: {exti: 1}", "did you mean 'exit'"),
        ("warning: {exit: x}", "/warning/exit"),
        ("[]", "not a mapping of case"),
    ],
)
def test_wrong_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "expect.yaml").write_text(text)
    ran = run("--gauntlet", "--expect", tmp_path / "expect.yaml", "--", "true")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        "KeyError: 'customer'",
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "TypeError: Cannot read properties of null (reading 'customer')",
        "SyntaxError: Unexpected token < in JSON at position 0",
        'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "Data.customer()"',
        "panic: runtime error: invalid memory address or nil pointer dereference",
        "thread 'main' panicked at src/main.rs:4:5:",
        "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.",
        "enrol.rb:7:in `<main>': undefined method `[]' for nil:NilClass (NoMethodError)",
        "PHP Fatal error:  Uncaught TypeError: Cannot access offset",
    ],
)
def test_crash_is_seen_in_what_a_program_prints(line: str) -> None:
    assert crash_in(f"some words\n{line}\n    at somewhere\n") == line
    assert crash_in("client.EnrolError: TypeError of promotion\nnot enrolled: KeyError") == ""
