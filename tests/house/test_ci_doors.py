"""The doors for other people's CI: what GitHub's action and GitLab's job type is what the command line takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.reports.files import FILES
from tests.house.modules import ROOT
from tests.mockserver.process import Process

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
JOB: dict[str, Any] = GITLAB["enrol-contract"]
SCRIPTS = {"action.yml": STEPS["Test the host"]["run"], "ci/gitlab.yml": JOB["script"][0]}

# Prints what it is given, one word on a line, in place of the command.
FAKE = '#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n'


def inputs(**given: str) -> dict[str, str]:
    """Return the variables of the step "Test the host", as GitHub fills them in."""
    words = {
        **{name: entry["default"] for name, entry in ACTION["inputs"].items()},
        **{name.replace("_", "-"): value for name, value in given.items()},
    }
    variables: dict[str, str] = STEPS["Test the host"]["env"]
    return {name: words[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value)[1]] for name, value in variables.items()}  # type: ignore[index]  # no match fails the test, as it should


def run(script: str, folder: Path, command: Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as the runners do, where `command` is installed as enrol-contract."""
    bin_folder = folder / "temp" / "enrol-contract" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "enrol-contract").symlink_to(command)
    environment = {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(folder / "temp"),
        "GITHUB_STEP_SUMMARY": str(folder / "step-summary.md"),
        **variables,
    }
    path = folder / "script"
    path.write_text(script, encoding="utf-8")
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", path],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def fake(tmp_path: Path) -> Path:
    command = tmp_path / "fake"
    command.write_text(FAKE, encoding="utf-8")
    command.chmod(0o755)
    return command


@pytest.mark.parametrize("door", SCRIPTS)
def test_every_option_is_one_of_the_command(door: str) -> None:
    tool = Path(sys.executable).with_name("enrol-contract")
    told = subprocess.run([tool, "run", "--help"], capture_output=True, text=True, check=True).stdout
    typed = set(re.findall(r"--[a-z][a-z-]+", SCRIPTS[door]))
    assert {"--report-dir", "--target", "--permit-enrolments"} <= typed
    assert typed - set(re.findall(r"--[a-z][a-z-]+", told)) == set()


@pytest.mark.parametrize("door", SCRIPTS)
def test_only_what_is_given_is_passed_on(door: str, tmp_path: Path, fake: Path) -> None:
    done = run(SCRIPTS[door], tmp_path, fake, inputs())
    assert done.stdout.split("\n") == ["run", "--report-dir", "enrol-contract-report", ""]


@pytest.mark.parametrize("door", SCRIPTS)
def test_words_of_others_stay_words(door: str, tmp_path: Path, fake: Path) -> None:
    """Blanks, quotes and commands in an input are handed on as they are, and a host is no option."""
    evil = "$(touch stolen); 'x' \"y\" `touch stolen` *"
    done = run(SCRIPTS[door], tmp_path, fake, inputs(host="--plan", target=evil, budget="3", permit_enrolments=evil))
    assert done.returncode == 0, done.stderr
    expected = ["run", "--report-dir", "enrol-contract-report", "--target", evil, "--permit-enrolments", evil]
    assert done.stdout.split("\n") == [*expected, "--budget", "3", "--", "--plan", ""]
    assert not (tmp_path / "stolen").exists()


def test_both_doors_ask_for_the_same() -> None:
    own, other = (
        script.replace('"$RUNNER_TEMP/enrol-contract/bin/enrol-contract"', "enrol-contract")
        for script in SCRIPTS.values()
    )
    assert own == other
    assert set(STEPS["Test the host"]["env"]) == set(JOB["variables"]) - {"ENROL_KIT"}
    assert JOB["variables"]["ENROL_REPORT_DIR"] == ACTION["inputs"]["report-dir"]["default"]


def test_no_script_has_an_expression_in_it() -> None:
    """What stands between ${{ and }} would become a part of the script: whoever writes an input could write commands."""
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []


def test_every_input_is_explained_and_used() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8").partition("\nruns:")[2]
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(ACTION["inputs"])
    assert all(entry["description"] and isinstance(entry["default"], str) for entry in ACTION["inputs"].values())


def test_action_installs_what_is_locked() -> None:
    script = STEPS["Install the enrol contract kit"]["run"]
    (lock,) = re.findall(r"\$GITHUB_ACTION_PATH/([a-z./]+)", script)
    assert (ROOT / lock).is_file()


def test_reports_are_kept_whatever_happens_and_nothing_else() -> None:
    """The ledger of enrolments names customers, so the doors list the files that they keep, instead of a folder."""
    order = ("report.html", "report.json", "junit.xml", "summary.md", "run.har")
    for name in ("Show the summary", "Keep the reports"):
        assert STEPS[name]["if"] == "always()"
    kept = STEPS["Keep the reports"]["with"]["path"].split("\n")
    assert kept == [*(f"${{{{ inputs.report-dir }}}}/{name}" for name in order), ""]
    assert JOB["artifacts"]["when"] == "always"
    assert JOB["artifacts"]["paths"] == [f"$ENROL_REPORT_DIR/{name}" for name in order]
    assert JOB["artifacts"]["reports"] == {"junit": "$ENROL_REPORT_DIR/junit.xml"}
    assert set(order) == set(FILES)


@pytest.mark.slow
def test_action_tests_a_host_and_shows_the_summary(tmp_path: Path) -> None:
    """With a target file that names the variables of the credentials, as on somebody's runner."""
    names = "credentials:\n  basic: {username: TILL_USER, password: TILL_PASSWORD}\n"
    (tmp_path / "target.yaml").write_text(names, encoding="utf-8")
    tool = Path(sys.executable).with_name("enrol-contract")
    mock = Process.start()
    try:
        given = inputs(host=mock.url, target="target.yaml", profile="quick", report_dir="my reports")
        secrets = {"TILL_USER": "store.server", "TILL_PASSWORD": "123"}
        done = run(SCRIPTS["action.yml"], tmp_path, tool, given | secrets)
    finally:
        mock.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (tmp_path / "my reports").iterdir()} >= set(FILES)
    script = STEPS["Show the summary"]["run"]
    environment = {"GITHUB_STEP_SUMMARY": "shown.md", "ENROL_REPORT_DIR": "my reports", "PATH": os.environ["PATH"]}
    for _ in range(2):
        subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, env=environment, check=True)
    summary = (tmp_path / "my reports" / "summary.md").read_text(encoding="utf-8")
    assert (tmp_path / "shown.md").read_text(encoding="utf-8") == summary * 2


def test_step_fails_where_nothing_could_be_judged(tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name("enrol-contract")
    done = run(SCRIPTS["action.yml"], tmp_path, tool, inputs(host="http://127.0.0.1:9"))
    assert done.returncode == 2
    script = STEPS["Show the summary"]["run"]
    environment = {"GITHUB_STEP_SUMMARY": "shown.md", "ENROL_REPORT_DIR": "nowhere", "PATH": os.environ["PATH"]}
    subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, env=environment, check=True)
    assert not (tmp_path / "shown.md").exists()
