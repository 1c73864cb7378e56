"""The baseline: an accepted claim fails no run until its last day, and every entry gets a state."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from contracts.cli import main
from contracts.session.limits import Limits
from contracts.session.session import Session
from contracts.verdict import baseline
from contracts.verdict.baseline import Deviation
from contracts.verdict.result import Course, Result, conclude
from openapi.document import Document
from openapi.source import SourceError
from tests.contracts.conftest import ListWire, make_answer, make_session

ECHO = "response.data.requestId.echo"


def write(folder: Path, text: str) -> Path:
    path = folder / "baseline.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def session(enrol: dict[str, Any], enrolled: dict[str, Any]) -> Session:
    wrong = deepcopy(enrolled)
    wrong["data"]["requestId"] = "other"
    session = make_session(ListWire([make_answer(wrong)]))
    session.call(enrol)
    return session


def result_on(day: int, session: Session, *deviations: Deviation) -> Result:
    return conclude(
        session.record,
        Course(profile="quick", seed=1, seconds=1, began=datetime(2026, 3, day, 23, 59, tzinfo=UTC)),
        fail_on="hygiene",
        deviations=deviations,
    )


def test_known_deviation_fails_no_run_up_to_its_last_day(session: Session) -> None:
    known = Deviation(claim=ECHO, reason="ticket", expires=date(2026, 3, 10))
    result = result_on(10, session, known)
    assert result.verdict == "kept"
    assert result.why.endswith("1 broken but accepted by the baseline")
    assert result.is_known(ECHO)
    assert result.count("broken") == 1
    assert [entry.state for entry in result.deviations] == ["known"]


def test_expired_deviation_fails_the_run(session: Session) -> None:
    result = result_on(11, session, Deviation(claim=ECHO, reason="ticket", expires=date(2026, 3, 10)))
    assert result.verdict == "broken"
    assert [entry.state for entry in result.deviations] == ["expired"]
    assert not result.is_known(ECHO)


def test_a_broken_claim_that_is_not_listed_fails_the_run(session: Session) -> None:
    result = result_on(1, session, Deviation(claim="auth.basic", reason="ticket", expires=date(2027, 1, 1)))
    assert result.verdict == "broken"


def test_deviation_of_a_kept_claim_is_gone_and_of_an_untested_one_is_not_tested(session: Session) -> None:
    names = ("response.data.type", "auth.oauth", "hygiene.leak")
    result = result_on(1, session, *(Deviation(claim=n, reason="t", expires=date(2027, 1, 1)) for n in names))
    assert [entry.state for entry in result.deviations] == ["gone", "not tested", "gone"]


def test_file_is_read(tmp_path: Path, contract: Document) -> None:
    path = write(tmp_path, f"deviations:\n- {{claim: {ECHO}, reason: ticket 7, expires: 2026-03-10}}\n")
    assert baseline.load(path, contract) == (Deviation(claim=ECHO, reason="ticket 7", expires=date(2026, 3, 10)),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "/: expected an object, got null"),
        ("deviations: 5", "/deviations: expected a list, got a whole number"),
        ("deviations:\n- {claim: auth.basic, reason: x}", "/deviations/0: the key `expires` is missing"),
        (
            "deviations:\n- {claim: auth.basic, reason: '', expires: 2026-01-01}",
            "/deviations/0/reason: expected a text of",
        ),
        (
            "deviations:\n- {claim: auth.basic, reason: x, expires: soon}",
            "/deviations/0/expires: this is no date of the calendar, such as 2026-12-31",
        ),
        (
            "deviations:\n- {claim: auth.basik, reason: x, expires: 2026-01-01}",
            r"there is no claim 'auth.basik' \(did",
        ),
        ("deviations:\n- {claim: auth.basic, reasons: x, expires: 2026-01-01}", "unknown key `reasons`"),
        ("a: [", "line 2, column 1"),
        (
            "deviations:\n" + "- {claim: auth.basic, reason: x, expires: 2026-01-01}\n" * 2,
            "/deviations/1/claim: 'auth.basic' is listed twice",
        ),
    ],
)
def test_malformed_file_is_refused_with_file_and_pointer(
    tmp_path: Path, contract: Document, text: str, complaint: str
) -> None:
    with pytest.raises(SourceError, match=complaint) as refused:
        baseline.load(write(tmp_path, text), contract)
    assert str(refused.value).startswith(str(tmp_path))


def test_example_of_the_documentation_is_a_baseline(tmp_path: Path, contract: Document) -> None:
    page = (Path(__file__).parents[3] / "docs" / "reports.md").read_text(encoding="utf-8")
    (deviation,) = baseline.load(write(tmp_path, page.split("```yaml\n")[1].split("```")[0]), contract)
    assert deviation.claim == "error.source_required"


def test_the_documentation_lists_every_state() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reports.md").read_text(encoding="utf-8")
    table = page.split("| state | means |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `([a-z ]+)` \|", table, re.MULTILINE) == list(get_args(baseline.State))


def test_malformed_baseline_is_one_line_and_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The mistake is reported before anything is sent."""
    with pytest.raises(SystemExit) as left:
        main(["run", "http://127.0.0.1:9", "--baseline", str(write(tmp_path, "deviations: 5"))])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "/deviations: expected a list, got a whole number" in said


@pytest.mark.parametrize(("only", "state"), [((), "gone"), (("hygiene.*",), "gone"), (("error.*",), "not tested")])
def test_hygiene_is_gone_only_if_the_run_reported_on_it(only: tuple[str, ...], state: str) -> None:
    leak = Deviation(claim="hygiene.leak", reason="ticket", expires=date(2026, 3, 10))
    (known,) = baseline.compare([leak], [], [], date(2026, 3, 1), only=only)
    assert known.state == state


@pytest.mark.parametrize(("accepted", "asked"), [({ECHO}, 2), (set(), 1)], ids=["known", "new"])
def test_fail_fast_does_not_stop_at_an_accepted_deviation(
    enrol: dict[str, Any], enrolled: dict[str, Any], accepted: set[str], asked: int
) -> None:
    wrong = deepcopy(enrolled)
    wrong["data"]["requestId"] = "other"
    may_be_broken = frozenset({*accepted, "warning.already_enrolled"})
    session = make_session(ListWire([make_answer(wrong)] * 2), limits=Limits(fail_fast=True), accepted=may_be_broken)
    session.call(enrol)
    session.call(enrol)
    assert len(session.record.exchanges) == asked
