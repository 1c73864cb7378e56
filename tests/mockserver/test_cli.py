"""The command enrol-mock: what it prints, and the one line it prints for wrong input."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from mockserver import cli
from openapi import questions, source
from openapi.document import Document
from openapi.world import World
from tests.mockserver.process import run


def test_check_says_what_it_checked(contract: Document, sample_world: World) -> None:
    done = run("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(contract.outcomes)} outcomes" in done.stdout
    assert f"{len(sample_world.promotions)} promotions, {len(sample_world.customers)} customers" in done.stdout


def test_outcomes_are_listed() -> None:
    done = run("outcomes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "promotion_not_found" in done.stdout
    assert run("outcomes", "--markdown").stdout.startswith("# Outcomes\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serve", "--world", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
        (["serve", "--prot", "1"], "No such option '--prot'"),
        (["serve", "--port", "70000"], "70000 is not in the range"),
        (["serve", "--auth", "maybe"], "'maybe' is not one of 'on', 'off'"),
        (["serve", "--host", "no such host"], "cannot listen on no such host port 8080"),
        (["serve", "--host", "192.0.2.1"], "cannot listen on 192.0.2.1 port 8080"),
        (["sevre"], "No such command 'sevre'"),
        (["check", "--world", "."], "cannot be read"),
        (["outcomes", "--world", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.startswith("enrol-mock: ")
    assert done.stderr.count("\n") == 1


def test_unknown_key_in_a_world_is_named_with_a_hint(tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text("programs:\n  - {id: 1, nmae: x}\n", encoding="utf-8")
    done = run("serve", "--world", str(world))
    assert done.returncode == 2
    assert "nmae" in done.stderr
    assert "did you mean 'name'?" in done.stderr
    assert done.stderr.count("\n") == 1


def test_world_that_cannot_be_served_is_refused(tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text("programs: []\n", encoding="utf-8")
    done = run("serve", "--world", str(world))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no credentials" in done.stderr


def test_port_in_use_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port)
    assert done.returncode == 2
    assert done.stderr == (
        f"enrol-mock: cannot listen on 127.0.0.1 port {port}: Address already in use; "
        "give another --port, or 0 for one that is free\n"
    )


def test_debug_shows_the_traceback() -> None:
    done = run("check", "--world", "nowhere.yaml", "--debug")
    assert done.returncode != 0
    assert "Traceback" in done.stderr


def test_command_can_be_called_in_process(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as exited:
        cli.main(["check"])
    assert not exited.value.code
    monkeypatch.setattr(sys, "argv", ["enrol-mock", "nothing"])
    with pytest.raises(SystemExit) as exited:
        cli.main()
    assert exited.value.code == 2
    out, err = capsys.readouterr()
    assert str(source.ENROL) in out
    assert err == "enrol-mock: No such command 'nothing'.\n"


def test_interrupted_start_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(questions, "load", interrupted)
    with pytest.raises(SystemExit) as exited:
        cli.main(["check"])
    assert exited.value.code == 130
    assert capsys.readouterr().out == ""
