"""What is no host, no number and no path is refused in one line, with exit 2, and never shown at full length."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main as contract
from contracts.errors import Misuse
from contracts.host.process import started
from mockserver.cli import main as mock
from tests.hostile_kit.running import bounded, ended, refused
from tests.hostile_kit.values import HOSTS, LINES, LOCAL, MOCK_LINES, NUMBERS, SECONDS, WHOLE, WORDS


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, in which the commands run; they leave nothing there."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name has an address; to ask for one takes seconds on some machines."""
    real = socket.getaddrinfo

    def look_up(host: Any, *more: Any, **named: Any) -> Any:
        if not str(host).startswith("127."):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize("command", ["run", "probe", "doctor"])
def test_what_is_no_host_is_refused(command: str) -> None:
    for host in HOSTS if command == "run" else HOSTS[::12]:
        seen = ended(contract, command, "--", host)
        assert (seen.code, (seen.error or seen.said).count("\n") <= 3) == (2, True), host
        assert "password" not in seen.error + seen.said
        assert len(seen.error + seen.said) < 5000


@pytest.mark.parametrize("option", SECONDS)
def test_what_is_no_time_is_refused(option: str) -> None:
    for number in NUMBERS:
        assert f"'{option}'" in refused(contract, "run", LOCAL, option, number), number


@pytest.mark.parametrize("option", WHOLE)
def test_what_is_no_whole_number_is_refused(option: str) -> None:
    for number in NUMBERS:
        assert f"'{option}'" in refused(contract, "run", LOCAL, option, number), number


def test_a_seed_may_have_many_digits() -> None:
    assert "gave no answer" in refused(contract, "run", LOCAL, "--seed", "9" * 4000)


@pytest.mark.parametrize(("option", "word"), WORDS)
def test_a_word_that_no_option_takes_is_refused(option: str, word: str) -> None:
    refused(contract, "run", LOCAL, option, word)


@pytest.mark.parametrize("words", LINES)
def test_a_command_line_that_nobody_means_is_refused(words: tuple[str, ...]) -> None:
    refused(contract, *words)


@pytest.mark.parametrize("words", MOCK_LINES)
def test_a_command_line_of_the_mock_that_nobody_means_is_refused(words: tuple[str, ...]) -> None:
    refused(mock, *words)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("yes x | head -c 3000000", "ended before it printed"),
        ("head -c 3000000 /dev/zero", "ended before it printed"),
        ("printf '\\033[2J\\377\\202' >&2; exit 3", "ended before it printed `listening on URL`: \\x1b[2J"),
        ("printf '\\377listening on'", "ended before it printed"),
        ("printf 'listening on http://\\033[2J'", "is not a valid host"),
    ],
)
def test_a_host_that_prints_what_it_should_not_is_refused(script: str, words: str) -> None:
    assert words in refused(contract, "run", "--start", f'sh -c "{script}"')


def test_a_host_that_prints_for_ever_is_given_up() -> None:
    began = time.monotonic()
    said = r"^--start: 'yes x' printed no `listening on URL` within 0\.3 s$"
    with bounded(), pytest.raises(Misuse, match=said), started("yes x", seconds=0.03):
        pass
    assert time.monotonic() - began < 8


def test_what_a_host_prints_later_is_not_kept() -> None:
    """It may print as much as it likes during a run, and never waits for somebody who reads."""
    with (
        bounded(),
        started("sh -c 'echo listening on http://127.0.0.1:9; head -c 200000000 /dev/zero; echo done >&2; sleep 9'"),
    ):
        time.sleep(0.2)
