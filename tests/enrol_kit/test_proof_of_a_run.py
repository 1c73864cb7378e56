"""At the end of a run pytest says what the tests have met, over all workers, and fails it where a gate is missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.enrol_kit.test_plugin_runs import SUITE, suite
from tests.enrol_kit.test_pytest_plugin import run_pytest

CLIENT = "from tests.enrol_kit.test_pytest_plugin import enrol\n"
MEETS_TWO = f"""
{CLIENT}
def test_one(enrol_mock):
    assert enrol(enrol_mock.url, "1") == 400

def test_two(enrol_mock):
    enrol_mock.fail_next("engine_error")
    assert enrol(enrol_mock.url) == 500
"""
GATE = "--enrol-require-outcomes"


def test_summary_says_what_was_met(tmp_path: Path) -> None:
    code, said = run_pytest(suite(tmp_path, MEETS_TWO))
    assert (code, "2 passed" in said) == (0, True), said
    assert "= enrol mock =" in said
    assert "your tests met 2 of 17 outcomes" in said


def test_run_that_does_not_use_the_mock_says_nothing(tmp_path: Path) -> None:
    code, said = run_pytest(suite(tmp_path, "def test_any():\n    pass\n"))
    assert (code, "enrol" in said) == (0, False), said


@pytest.mark.parametrize(("needed", "code"), [("2", 0), ("3", 1)])
def test_gate_fails_the_run(tmp_path: Path, needed: str, code: int) -> None:
    ended, said = run_pytest(suite(tmp_path, MEETS_TWO), GATE, needed)
    assert (ended, "2 passed" in said) == (code, True), said
    assert ("missed: 2 of the 3 outcomes that are required were met" in said) is bool(code)


@pytest.mark.parametrize(
    "setting", ["enrol_require_outcomes = 3", "enrol_require_shapes = 40", "enrol_require_faults = 1"]
)
def test_gates_have_twins_in_the_configuration(tmp_path: Path, setting: str) -> None:
    suite(tmp_path, MEETS_TWO)
    with (tmp_path / "pytest.ini").open("a") as file:
        file.write(f"{setting}\nenrol_report_dir = reports\n")
    code, said = run_pytest(tmp_path)
    assert (code, "missed: " in said) == (1, True), said
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == ["proof.html", "proof.json", "proof.xml"]
    code, said = run_pytest(tmp_path, "-o", f"{setting.partition(' ')[0]}=", "--enrol-report-dir", "other")
    assert code == 0
    assert (tmp_path / "other" / "proof.json").exists()


def test_gate_is_missed_where_nobody_uses_the_mock(tmp_path: Path) -> None:
    code, said = run_pytest(suite(tmp_path, "def test_any():\n    pass\n"), GATE, "1")
    assert (code, "missed: no test has used enrol_mock" in said) == (1, True), said
    code, said = run_pytest(tmp_path, GATE, "1", "--collect-only")
    assert (code, "missed" in said) == (0, False), said


def test_gate_that_cannot_be_is_said(tmp_path: Path) -> None:
    code, said = run_pytest(suite(tmp_path, MEETS_TWO), GATE, "99")
    assert (code, "enrol-mock: --require-outcomes 99: there are 17 outcomes" in said) == (1, True), said
    for words, complaint in (
        ((GATE, "many"), "--enrol-require-outcomes many: is no whole number"),
        (("-o", "enrol_require_faults=1.5"), "--enrol-require-faults 1.5: is no whole number"),
        (("--enrol-fail-on", "all"), "--enrol-fail-on all: is none of broken, hygiene, never"),
        (("--enrol-report-dir", "/dev/null/x"), "--enrol-report-dir /dev/null/x: no files can be written there"),
    ):
        code, said = run_pytest(tmp_path, *words)  # before any test runs
        assert (code, complaint in said, "passed" in said) == (pytest.ExitCode.USAGE_ERROR, True, False), said


@pytest.mark.slow
def test_workers_are_merged(tmp_path: Path) -> None:
    suite(tmp_path, SUITE + MEETS_TWO)
    code, said = run_pytest(tmp_path, "-n", "4", "--enrol-report-dir", "reports", GATE, "2")
    assert (code, "32 passed" in said) == (0, True), said
    assert said.count("your tests met 2 of 17 outcomes") == 1
    met = {one["name"]: one["count"] for one in json.loads((tmp_path / "reports" / "proof.json").read_text())["met"]}
    assert (met["success-enrol"], met["customer_not_found"], met["engine_error"]) == (30, 1, 1)


def test_findings_fail_the_run_only_if_asked(tmp_path: Path) -> None:
    text = (
        "import urllib.request, urllib.error, pytest\n"
        "def test_wrong(enrol_mock):\n"
        "    with pytest.raises(urllib.error.HTTPError):\n"
        "        urllib.request.urlopen(enrol_mock.url + '/v3/promotions/enrol', b'x')\n"
    )
    code, said = run_pytest(suite(tmp_path, text))
    assert (code, "broken: The Content-Type is" in said) == (0, True), said
    assert "test_suite.py::test_wrong" in said
    assert run_pytest(tmp_path, "--enrol-fail-on", "broken")[0] == 1


@pytest.mark.slow
def test_gauntlet_meets_all_that_one_call_can_meet(tmp_path: Path) -> None:
    suite(
        tmp_path,
        "from tests.enrol_kit.client import EXPECTED, Client\n"
        "def test_all(every_outcome):\n"
        "    every_outcome.assert_handled(Client(every_outcome.url).enrol, EXPECTED)\n"
        "def test_opts_in(enrol_mock):\n"
        "    import tests.enrol_kit.client as client\n"
        "    client.BODY['action'] = 'OPT_IN'\n"
        "    client.BODY.update(promotion={'id': '690ddfe45d4a900e2157f1c2', 'promotionId': 1133595380}, programId=973)\n"
        "    assert client.Client(enrol_mock.url).enrol()\n",
    )
    code, said = run_pytest(tmp_path, "-n", "4", "--enrol-report-dir", "reports", GATE, "17")
    assert code == 0, said
    proof = json.loads((tmp_path / "reports" / "proof.json").read_text())
    assert [one["name"] for one in proof["met"] if not one["count"]] == []
    assert len(proof["cases"]) > 70
    assert [case for case in proof["cases"] if case["problems"]] == []
    assert [one for one in proof["findings"] if one["level"] == "broken"] == []
