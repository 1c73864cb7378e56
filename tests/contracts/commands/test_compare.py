"""Comparing two reports: each difference has a line, and nothing else has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.cli import main
from contracts.commands import compare as comparison
from contracts.errors import Misuse


def report(
    claims: dict[str, str] | None = None,
    findings: dict[str, str] | None = None,
    left: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    questions: dict[str, list[Any]] = {}
    for key, readings in (left or {"source": ["optional"]}).items():
        questions.setdefault(key.partition("/")[0], []).append(
            {"key": key, "left": readings, "does": "", "exchanges": []}
        )
    return {
        "schema": 1,
        "claims": [{"id": k, "verdict": v, "answers": 1} for k, v in (claims or {"auth.basic": "kept"}).items()],
        "findings": [{"claim": k, "level": v} for k, v in (findings or {}).items()],
        "questions": [{"id": name, "host": host} for name, host in questions.items()],
    }


@pytest.fixture
def compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Compare two reports on the command line: exit code and lines."""

    def compare(first: Any, second: Any) -> tuple[int, list[str]]:
        paths = []
        for name, value in (("a.json", first), ("b.json", second)):
            paths.append(str(tmp_path / name))
            (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
        with pytest.raises(SystemExit) as left:
            main(["compare", *paths])
        return int(left.value.code or 0), capsys.readouterr().out.splitlines()

    return compare


def test_equal_reports_have_no_difference(compared: Any) -> None:
    assert compared(report(), report()) == (0, ["same: no claim, finding or reading differs"])


def test_one_different_reading_is_the_only_difference(compared: Any) -> None:
    code, lines = compared(report(), report(left={"source": ["required"]}))
    assert code == 1
    assert lines == ["reading source: optional in the first, required in the second", "differ in one reading"]


def test_claim_that_a_different_reading_leaves_undetermined_is_not_listed(compared: Any) -> None:
    second = report(claims={"auth.basic": "undetermined"}, left={"source": ["required"]})
    assert compared(report(), second)[1][-1] == "differ in one reading"
    assert compared(report(), report(claims={"auth.basic": "undetermined"}))[1][-1] == "differ in one claim"


def test_difference_that_follows_from_another_question_is_not_listed(compared: Any) -> None:
    first = report(left={"source": ["optional"], "null-optional/customer.source": ["absent"]})
    second = report(left={"source": ["required"], "null-optional/customer.source": ["refused"]})
    assert compared(first, second)[1][-1] == "differ in one reading"
    alone = report(left={"source": ["optional"], "null-optional/customer.source": ["refused"]})
    assert compared(first, alone)[1][0].startswith("reading null-optional: absent in the first, refused")


@pytest.mark.parametrize("left", [["optional", "required"], ["optional"]])
def test_questions_with_a_common_reading_left_are_no_difference(compared: Any, left: list[str]) -> None:
    assert compared(report(left={"source": ["optional", "required"]}), report(left={"source": left}))[0] == 0


def test_question_without_states_by_field_in_one_report_is_no_difference(compared: Any) -> None:
    first = report(left={"wrong-type": ["coerced", "field-code"]})
    assert compared(first, report(left={"wrong-type/action:array": ["coerced"]}))[0] == 0


def test_differences_in_several_fields_of_a_question_are_listed_once(compared: Any) -> None:
    keys = ("wrong-type/action:array", "wrong-type/customer:array")
    first = report(left={key: ["field-code"] for key in keys})
    assert compared(first, report(left={key: ["coerced"] for key in keys}))[1] == [
        "reading wrong-type: field-code in the first, coerced in the second",
        "differ in one reading",
    ]
    second = report(left={keys[0]: ["coerced"], keys[1]: []})
    assert compared(first, second)[1][0] == (
        "reading wrong-type: field-code in the first, "
        "coerced (action:array); inconsistent (customer:array) in the second"
    )


def test_claims_and_findings_of_other_claims_are_listed_once_each(compared: Any) -> None:
    second = report(claims={"auth.basic": "broken"}, findings={"auth.basic": "broken", "hygiene.leak": "hygiene"})
    assert compared(report(), second)[1] == [
        "claim auth.basic: kept in the first, broken in the second",
        "finding hygiene.leak: not found in the first, hygiene in the second",
        "differ in one claim and one finding",
    ]


def many(verdict: str) -> dict[str, str]:
    return {"auth.basic": "kept", **{f"error.row_{number}": verdict for number in range(9)}}


def test_claims_that_differ_in_the_same_way_share_a_line_with_the_totals_below(compared: Any) -> None:
    code, lines = compared(report(claims=many("unreached")), report(claims=many("kept")))
    names = ", ".join(f"error.row_{number}" for number in range(6))
    assert (code, lines) == (
        1,
        [
            f"9 claims: unreached in the first, kept in the second: {names} and 3 more (--all names them)",
            "in the first: 1 kept, 9 unreached; in the second: 10 kept",
            "differ in 9 claims",
        ],
    )


def test_each_broken_claim_has_a_line_and_so_has_every_one_that_the_user_asks_for(
    compared: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, lines = compared(report(claims=many("kept")), report(claims=many("broken")))
    assert lines[:9] == [f"claim error.row_{n}: kept in the first, broken in the second" for n in range(9)]
    compared(report(claims=many("unreached")), report(claims=many("kept")))
    with pytest.raises(SystemExit):
        main(["compare", "--all", str(tmp_path / "a.json"), str(tmp_path / "b.json")])
    assert len(capsys.readouterr().out.splitlines()) == 9 + 2


def test_claim_that_one_report_lacks_is_not_listed_there(compared: Any) -> None:
    second = report(claims={"auth.basic": "kept", "auth.new": "kept"})
    assert compared(report(), second)[1][0] == "claim auth.new: not listed in the first, kept in the second"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1, "claims": 5}', "\xff"])
def test_a_file_that_is_not_a_report_is_misuse(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(Misuse, match=r"report\.json: is not a report\.json of this version"):
        comparison.read(path)


def test_missing_report_is_one_line_and_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")])
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
