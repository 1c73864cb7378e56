"""The command `probe`: it finds the readings that a host follows, or leaves a question open; it never guesses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from contracts import cli
from contracts.commands.probe import probe
from contracts.session.opening import Order
from openapi import questions
from tests.contracts.served import Seen, broken, served
from tests.faulty.conforming import random_combinations, single_readings
from tests.faulty.server import serve

pytestmark = pytest.mark.slow

QUESTIONS = questions.load()
DEFAULTS = questions.defaults(QUESTIONS)
# Questions that a probe cannot settle for a host with the default readings.
_OPEN = {"data-on-error"}


def told(readings: dict[str, str], output: Path | None = None, *, live: bool = False) -> Mapping[str, str]:
    with serve(readings) as host:
        return probe(Order(host=host.url, pace=1e6, treat_as_live=live), Console(quiet=True), output).readings


def test_a_probe_finds_the_default_readings() -> None:
    assert set(DEFAULTS) - set(told({})) <= _OPEN


@pytest.mark.parametrize("readings", list(single_readings()), ids=str)
def test_a_probe_finds_a_reading_or_leaves_it_unknown(readings: dict[str, str]) -> None:
    ((question, reading),) = readings.items()
    settled = told(readings)
    assert settled.get(question, reading) == reading
    assert {key: value for key, value in settled.items() if key != question and value != DEFAULTS[key]} == {}


@pytest.mark.parametrize("readings", list(random_combinations(seed=5, n=10)), ids=range(10))
def test_readings_of_random_combinations_are_never_wrong(readings: dict[str, str]) -> None:
    assert {key: value for key, value in told(readings).items() if value != readings[key]} == {}


def test_a_probe_of_a_live_host_finds_shapes_and_statuses() -> None:
    settled = told({"validation-status": "422", "error-shape": "object-string", "source": "required"}, live=True)
    assert {key: settled.get(key) for key in ("validation-status", "error-shape", "source")} == {
        "validation-status": "422",
        "error-shape": "object-string",
        "source": "required",
    }
    assert "already-enrolled-body" not in settled


def test_the_readings_are_written_as_a_file_that_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "readings.yaml"
    settled = told({"source": "required", "validation-status": "200"}, file)
    assert questions.load_readings(file, QUESTIONS) == settled


def test_the_list_shows_what_the_page_says_and_what_the_host_does() -> None:
    terminal = Console(record=True, width=220, quiet=False, file=None, force_terminal=False)
    with terminal.capture() as shown, serve({"source": "required"}) as host:
        probe(Order(host=host.url), terminal, None)
    lines = shown.get().splitlines()
    at = lines.index("source: required")
    assert lines[at + 1 : at + 5] == [
        "    question  Must customer.source be given?",
        "    the host  a request without it is answered with code 310008",
        "    the page  Optional.",
        "    evidence  customer.source missing: HTTP 400, code 310008",
    ]


@pytest.mark.parametrize("width", [None, 40, 80])
def test_no_word_is_cut_in_a_pipe_or_on_a_narrow_terminal(width: int | None) -> None:
    """Without a width the list goes into a pipe: then no line is wrapped."""
    lists = []
    for columns in (width, 1000):
        terminal = Console(width=columns, force_terminal=columns is not None, no_color=True)
        with terminal.capture() as shown, serve({}) as host:
            probe(Order(host=host.url), terminal, None)
        lists.append(shown.get())
    assert lists[0].split() == lists[1].split()
    if width is None:
        assert lists[0] == lists[1]
    else:
        assert [line for line in lists[0].splitlines() if len(line) > width] == []


def test_a_question_of_which_no_answer_shows_anything_is_only_named() -> None:
    terminal = Console(record=True, width=220, quiet=False, file=None, force_terminal=False)
    with terminal.capture() as shown, serve({}) as host:
        probe(Order(host=host.url, treat_as_live=True, pace=6e4), terminal, None)
    lines = shown.get().splitlines()
    named = next(line for line in lines if line.startswith("no answer shows: "))
    assert "already-enrolled-body" in named.split(": ")[1].split(", ")
    assert [line for line in lines if line.startswith("already-enrolled-body")] == []


def test_a_host_that_refuses_the_probe_stops_it_and_its_readings_so_far_are_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def turn_away(answer: Seen) -> None:
        count.append(1)
        if len(count) > 30:
            answer.say(b"<html>busy</html>", "text/html")
            answer.status = 503
            answer.headers["Retry-After"] = "3600"

    count: list[int] = []
    file = tmp_path / "readings.yaml"
    with served(broken(turn_away)) as url, pytest.raises(SystemExit) as ended:
        cli.main(["probe", url, "--output", str(file)])
    said = capsys.readouterr()
    assert (ended.value.code, said.err) == (
        2,
        "enrol-contract: the probe ended early: the host asks to wait 3600 s (Retry-After); try again then\n",
    )
    assert "31 requests" in said.out
    assert questions.load_readings(file, QUESTIONS)["error-shape"] == "list-number"
