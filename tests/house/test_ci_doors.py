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
from tests.contracts.served import Seen, broken, served
from tests.house.modules import ROOT
from tests.mockserver.process import Process

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}
JOB: dict[str, Any] = GITLAB["enrol-contract"]
SCRIPTS = {"action.yml": STEPS["Test the host"]["run"], "ci/gitlab.yml": JOB["script"][0]}
# Options of `run` that no door has: those for a person at a terminal.
OF_PEOPLE = {"--debug", "--plan", "--help"}

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
        "GITHUB_OUTPUT": str(folder / "outputs"),
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


def handed_on(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the words that the fake command has printed; GitHub's script has commands for the runner around them."""
    lines = done.stdout.splitlines()
    if lines[0].startswith("::stop-commands::"):
        lines = lines[1 : lines.index(f"::{lines[0].removeprefix('::stop-commands::')}::")]
    return lines


def outputs(folder: Path) -> dict[str, str]:
    """Return the outputs of a step."""
    lines = (folder / "outputs").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


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
    known = set(re.findall(r"^  (--[a-z][a-z-]+)", told, re.MULTILINE)) | {"--help"}
    assert typed - {"--outputs"} == known - OF_PEOPLE


@pytest.mark.parametrize("door", SCRIPTS)
def test_only_what_is_given_is_passed_on(door: str, tmp_path: Path, fake: Path) -> None:
    done = run(SCRIPTS[door], tmp_path, fake, inputs())
    assert handed_on(done) == ["run", "--report-dir", "enrol-contract-report"]


@pytest.mark.parametrize("door", SCRIPTS)
def test_words_of_others_stay_words(door: str, tmp_path: Path, fake: Path) -> None:
    """Blanks, quotes and commands in an input are handed on as they are, and a host is no option."""
    evil = "$(touch stolen); 'x' \"y\" `touch stolen` *"
    done = run(SCRIPTS[door], tmp_path, fake, inputs(host="--plan", target=evil, budget="3", permit_enrolments=evil))
    assert done.returncode == 0, done.stderr
    expected = ["run", "--report-dir", "enrol-contract-report", "--target", evil, "--permit-enrolments", evil]
    assert handed_on(done) == [*expected, "--budget", "3", "--", "--plan"]
    assert not (tmp_path / "stolen").exists()


@pytest.mark.parametrize("door", SCRIPTS)
def test_every_input_becomes_the_option_of_its_name(door: str, tmp_path: Path, fake: Path) -> None:
    flags = ("allow-partial", "fail-fast", "treat-as-live")
    names = [name for name in ACTION["inputs"] if name not in ("host", "report-dir", "artifact-name")]
    given = {name.replace("-", "_"): "true" if name in flags else f"a {name}" for name in names}
    done = run(SCRIPTS[door], tmp_path, fake, inputs(**given))
    pairs = [word for name in names for word in ([f"--{name}"] if name in flags else [f"--{name}", f"a {name}"])]
    assert handed_on(done) == ["run", "--report-dir", "enrol-contract-report", *pairs]


@pytest.mark.parametrize("door", SCRIPTS)
def test_each_line_of_only_is_a_pattern_and_a_flag_that_is_not_true_is_none(
    door: str, tmp_path: Path, fake: Path
) -> None:
    done = run(SCRIPTS[door], tmp_path, fake, inputs(only="error.*\n\n$(id) \\\nEND\n", fail_fast="false"))
    only = ["--only", "error.*", "--only", "$(id) \\", "--only", "END"]
    assert handed_on(done) == ["run", "--report-dir", "enrol-contract-report", *only]


def test_both_doors_ask_for_the_same() -> None:
    own, other = (
        re.findall(r"^set -- .*?-- \"\$ENROL_HOST\"; fi$", s, re.MULTILINE | re.DOTALL) for s in SCRIPTS.values()
    )
    assert own == other
    assert len(own) == 1
    assert set(STEPS["Test the host"]["env"]) == set(JOB["variables"]) - {"ENROL_KIT"}
    assert JOB["variables"]["ENROL_REPORT_DIR"] == ACTION["inputs"]["report-dir"]["default"]


def test_no_script_has_an_expression_in_it() -> None:
    """What stands between ${{ and }} would become a part of the script: whoever writes an input could write commands."""
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []


def test_every_input_is_explained_and_used() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8").partition("\noutputs:")[2]
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(ACTION["inputs"])
    assert all(entry["description"] and isinstance(entry["default"], str) for entry in ACTION["inputs"].values())


def test_action_installs_what_is_locked() -> None:
    script = STEPS["Install the enrol contract kit"]["run"]
    locks = re.findall(r"--require-hashes --requirement \"\$GITHUB_ACTION_PATH/([a-z./]+)", script)
    assert locks == ["locks/contract.txt", "locks/build.txt"]
    assert all((ROOT / lock).is_file() for lock in locks)


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
    said = outputs(tmp_path)
    assert {name: said[name] for name in ("exit-code", "verdict", "broken")} == {
        "exit-code": "0",
        "verdict": "kept",
        "broken": "0",
    }
    assert done.stdout.splitlines()[-1].startswith("::notice title=Enrol contract%3A kept::")
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
    assert {name: outputs(tmp_path)[name] for name in ("exit-code", "verdict")} == {
        "exit-code": "2",
        "verdict": "unjudged",
    }
    assert done.stdout.splitlines()[-1] == (
        "::error title=Enrol contract%3A unjudged::http://127.0.0.1:9 gave no answer: Connection refused"
    )
    script = STEPS["Show the summary"]["run"]
    environment = {"GITHUB_STEP_SUMMARY": "shown.md", "ENROL_REPORT_DIR": "nowhere", "PATH": os.environ["PATH"]}
    subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, env=environment, check=True)
    assert not (tmp_path / "shown.md").exists()


def test_step_of_a_wrong_use_has_no_reports_of_an_earlier_step(tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name("enrol-contract")
    folder = tmp_path / "enrol-contract-report"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text('{"schema": 1, "verdict": "kept"}', encoding="utf-8")
    done = run(SCRIPTS["action.yml"], tmp_path, tool, inputs(host="http://127.0.0.1:9", profile="thorugh"))
    assert done.returncode == 2
    assert "did you mean 'thorough'?" in done.stderr
    assert outputs(tmp_path) == {"exit-code": "2", "verdict": "unjudged"}
    assert done.stdout.splitlines()[-1].startswith("::error title=Enrol contract%3A unjudged::There is no report.")
    assert list(folder.iterdir()) == []


def test_what_a_host_says_is_no_command_to_the_runner(tmp_path: Path) -> None:
    """The runner takes lines that begin with two colons, and `##[` anywhere, for commands, until it is told to stop."""
    tool = Path(sys.executable).with_name("enrol-contract")

    def evil(seen: Seen) -> None:
        if seen.status == 200:
            seen.answer["data"]["requestId"] = "##[add-mask]e\n::set-output name=verdict::kept\n::error::no"

    with served(broken(evil)) as url:
        done = run(SCRIPTS["action.yml"], tmp_path, tool, inputs(host=url, fail_fast="true"))
    assert done.returncode == 1
    lines = (done.stdout + done.stderr).splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    end = lines.index(f"::{token}::")
    assert any("##[add-mask]" in line for line in lines[1:end])
    commands = lines[end + 1 :]
    assert [line.partition(" title=")[0] for line in commands] == ["::error"] * len(commands)
    assert "broken%3A response.data.requestId.echo (Response parameters%2C row 2)::" in commands[0]
    said = outputs(tmp_path)
    assert (said["exit-code"], said["verdict"], said["broken"]) == ("1", "broken", "1")


def test_every_output_is_one_that_the_step_gives_or_the_path_of_a_report() -> None:
    given = {"verdict", "exit-code", "headline", "kept", "broken", "undetermined", "unreached", "findings", "requests"}
    values = {name: entry["value"] for name, entry in ACTION["outputs"].items()}
    steps = {name: value for name, value in values.items() if "steps" in value}
    assert steps == {name: f"${{{{ steps.test.outputs.{name} }}}}" for name in given}
    paths = sorted(value for name, value in values.items() if name not in steps)
    assert paths == sorted(f"${{{{ inputs.report-dir }}}}/{name}" for name in FILES)
    assert STEPS["Test the host"]["id"] == "test"


# GitLab.

# Stands for Python: `-m venv` makes a folder with it in, and everything else is written down.
PYTHON = """#!/bin/sh
printf '%s\\n' "$*" >> "$LOG"
if [ "$2" = venv ]; then mkdir -p "$3/bin"; ln -s "$0" "$3/bin/python"; ln -s "$TOOL" "$3/bin/enrol-contract"; fi
"""


def gitlab(folder: Path, kit: str, tool: Path, **variables: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run all lines of the job as a runner does, in one shell, with a Python that only writes down what it is asked."""
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(PYTHON, encoding="utf-8")
    python.chmod(0o755)
    log = folder / "asked"
    log.touch()
    job = {name: str(value) for name, value in JOB["variables"].items()}
    environment = {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "TMPDIR": str(folder),
        "LOG": str(log),
        "TOOL": str(tool),
        **job,
        "ENROL_KIT": kit,
        **variables,
    }
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join([*JOB["before_script"], *JOB["script"]])],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done, log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A repository with the locks of the kit and the tag v1."""
    folder = tmp_path / "the kit"
    (folder / "locks").mkdir(parents=True)
    (folder / "locks" / "contract.txt").write_text("click==8.2 --hash=sha256:0\n", encoding="utf-8")
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "First"], ["tag", "v1"]):
        subprocess.run([*git, *words], check=True)
    return folder


@pytest.mark.parametrize("how", ["git", "as pip writes it", "folder"])
def test_gitlab_installs_what_is_locked_and_runs_it(how: str, kit: Path, tmp_path: Path, fake: Path) -> None:
    address = f"git+file://{kit}@v1"
    given = {"git": address, "as pip writes it": f"enrol-contract-kit[contract] @ {address}", "folder": "the kit"}[how]
    done, asked = gitlab(tmp_path, given, fake, ENROL_HOST="https://eu.api.example.com", ENROL_PROFILE="quick")
    assert (done.returncode, done.stderr) == (0, "")
    copy = "the kit" if how == "folder" else f"{tmp_path}/enrol-contract/kit"
    pip = "-m pip --disable-pip-version-check --quiet install"
    assert asked == [
        f"-m venv {tmp_path}/enrol-contract/venv",
        f"{pip} --require-hashes --requirement {copy}/locks/contract.txt",
        f"{pip} --require-hashes --requirement {copy}/locks/build.txt",
        f"{pip} --no-deps --no-build-isolation {copy}/.",
    ]
    assert done.stdout.splitlines()[-2:] == ["--", "https://eu.api.example.com"]
    assert done.stdout.startswith("run\n--report-dir\nenrol-contract-report\n--profile\nquick\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "ENROL_KIT is not set; give it the address of the kit, git+URL@TAG, or a folder with a copy of it"),
        ("nowhere", "ENROL_KIT: nowhere is no copy of the kit, it has no locks/contract.txt; give git+URL@TAG, or a folder"),
        ("git+file:///nowhere", "ENROL_KIT: git+file:///nowhere is no copy of the kit, it has no locks/contract.txt; give git+URL@TAG, or a folder"),
        ("git+file://KIT@v2", "ENROL_KIT cannot be fetched: fatal: couldn't find remote ref v2"),
    ],
)  # fmt: skip
def test_gitlab_without_the_kit_fails_in_one_line(given: str, said: str, kit: Path, tmp_path: Path, fake: Path) -> None:
    done, asked = gitlab(tmp_path, given.replace("KIT", str(kit)), fake)
    assert (done.returncode, done.stdout, asked) == (2, "", [])
    assert done.stderr == f"enrol-contract: {said}\n"
