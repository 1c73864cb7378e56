"""The console: plain lines in a pipe, wrapped lines on a terminal, and the verdict last."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from contracts.reports import console as console_report
from contracts.reports import html, junit, next_steps, summary
from contracts.verdict.result import Result


def said(result: Result, *, width: int | None = None, colour: bool = True) -> str:
    """Return the output; with `width`, that on a terminal with so many columns."""
    out = io.StringIO()
    terminal = width is not None
    console_report.print_result(
        Console(
            file=out,
            width=width,
            force_terminal=terminal,
            no_color=not colour,
            color_system="standard" if terminal else None,
        ),
        result,
    )
    return out.getvalue()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize("name", ["kept", "broken", "baselined", "live"])
@pytest.mark.parametrize("width", [None, 80, 120])
def test_verdict_is_the_last_line(name: str, width: int | None, request: pytest.FixtureRequest) -> None:
    result: Result = request.getfixturevalue(name)
    assert plain(said(result, width=width)).splitlines()[-1] == f"{result.verdict}: {result.why}"


def test_pipe_gets_no_escape_codes_and_whole_lines(broken: Result) -> None:
    text = said(broken)
    assert "\x1b" not in text
    assert any(len(line) > 200 for line in text.splitlines())


@pytest.mark.parametrize("width", [80, 120])
def test_terminal_gets_wrapped_lines_but_whole_curl_lines(broken: Result, width: int) -> None:
    lines = plain(said(broken, width=width)).splitlines()
    too_long = [line for line in lines if len(line) > width]
    curls = [line for line in lines if "curl -sSi" in line]
    assert len(curls) == len(broken.findings)
    assert all("curl -sSi" in line for line in too_long)
    assert all(line.endswith(("'", "@-")) for line in curls)


def test_colours_can_be_turned_off(broken: Result) -> None:
    codes = set(re.findall(r"\x1b\[([0-9;]*)m", said(broken, width=80, colour=False)))
    assert codes <= {"0", "1"}
    assert "31" in " ".join(re.findall(r"\x1b\[([0-9;]*)m", said(broken, width=80)))


def test_control_characters_of_the_host_are_escaped(broken: Result) -> None:
    text = said(broken)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\u001b[31m\\u202e" in text


def test_finding_shows_place_expected_and_got(broken: Result) -> None:
    text = said(broken)
    assert "1. broken: response.data.requestId.echo" in text
    assert "   the page  requestId repeats the request's. (Response parameters, row 2)" in text
    assert '   expected  "some-test-id"' in text
    assert "   answer    HTTP 200 {" in text


def test_finding_goes_from_the_row_to_what_to_do_next(broken: Result) -> None:
    """The row of the page, what was sent, what came, what the page asks for, and the command that sends it again."""
    out = io.StringIO()
    steps = next_steps.replays(broken, folder=Path("reports"), options=("--host", "URL"))
    console_report.print_result(Console(file=out), broken, replays=steps)
    first = out.getvalue().partition("1. broken: ")[2].partition("\n\n")[0].splitlines()
    assert [line[3:13].strip() for line in first[1:]] == [
        "data.reque", "the page", "sent", "answer", "expected", "got", "seen in", "look at", "next", "curl -sSi",
    ]  # fmt: skip
    assert first[3].startswith('   sent      POST /v3/promotions/enrol {"requestId": ')
    assert first[9] == "   next      enrol-contract replay reports/report.json 1 --host URL"


def test_the_curl_lines_of_a_host_that_has_ended_leave_its_address_open(broken: Result) -> None:
    out = io.StringIO()
    login = broken.target.login
    steps = [*next_steps.next_steps(broken, login, folder=None, options=("--host", next_steps.URL), form="md5")]
    console_report.print_result(Console(file=out), broken, steps, has_ended=True)
    lines = out.getvalue().splitlines()
    curls = [line for line in lines if "curl -sSi" in line]
    assert all('"$ENROL_HOST"/v3/promotions/enrol' in line for line in curls)
    assert any(line.startswith("In the curl lines, ENROL_HOST is the host") for line in lines)
    (exports,) = [line for line in lines if line.startswith("for the curl lines: ")]
    assert exports.startswith("for the curl lines: export ENROL_HOST=URL")
    assert "# URL is where you start that host again" in exports


def test_findings_that_rest_on_a_target_file_send_the_reader_there_first(broken: Result) -> None:
    login = broken.target.login
    for variables, count in ((("U", "P"), 1), (None, 0)):
        given = replace(login, variables=variables)
        steps = next_steps.next_steps(broken, given, folder=None, options=(), form="md5")
        assert sum(step.startswith("first: is what the target file says") for step in steps) == count


def test_a_finding_that_replay_does_not_send_says_what_else_to_do(broken: Result) -> None:
    live = replace(broken, target=replace(broken.target, live=True))
    steps = next_steps.replays(live, folder=Path("reports"), options=())
    assert steps[1] == (
        "`run` again, with --permit-enrolments: the request may enrol a customer, so `replay` does not send it"
    )
    assert next_steps.replays(live, folder=None, options=()) == {}


def test_unreached_claims_say_what_they_need(live: Result) -> None:
    text = said(live)
    assert "unreached (90):" in text
    assert "needs     permission to enrol on this host (--permit-enrolments)\n" in text


def test_baseline_is_printed(baselined: Result) -> None:
    text = said(baselined)
    assert "1. known: " in text
    assert "accepted only until 2026-02-28 (ticket 2)" in text
    assert "kept by the host; remove it from the baseline (ticket 3)" in text
    assert "not tested by any request (ticket 4)" in text


def test_an_empty_text_is_told_in_words(broken: Result) -> None:
    empty = replace(broken, findings=tuple(replace(finding, got="") for finding in broken.findings))
    assert "   got       an empty text\n" in said(empty)
    assert "got: an empty text" in junit.render(empty)
    assert "an empty text instead of" in summary.render(empty)
    assert "<dd>an empty text</dd>" in html.render(empty)


@pytest.mark.parametrize("width", [40, 80])
def test_names_are_never_cut_on_a_terminal(live: Result, width: int) -> None:
    names = {standing.claim.id for standing in live.standings}
    shown, whole = (
        [word for word in text.replace(",", " ").split() if word in names]
        for text in (plain(said(live, width=width)), said(live))
    )
    assert shown == whole != []


def test_what_to_do_next_is_wrapped_but_commands_stay_whole(broken: Result) -> None:
    steps = [
        "next: enrol-contract replay " + "r/" * 50,
        "for the curl lines: export " + "a b " * 50,
        "enrolments: " + "a b " * 50,
    ]
    out = io.StringIO()
    console_report.print_result(Console(file=out, width=80, force_terminal=True, no_color=True), broken, steps)
    lines = [line.strip() for line in plain(out.getvalue()).splitlines()]
    assert [step.strip() in lines for step in steps] == [True, True, False]
