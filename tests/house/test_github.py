"""GitHub's files are what GitHub takes: workflows, the action, the forms for issues."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.modules import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
FILES = [
    *((path, "vendor.github-workflows") for path in WORKFLOWS),
    *((path, "vendor.github-issue-forms") for path in FORMS),
    (GITHUB / "ISSUE_TEMPLATE" / "config.yml", "vendor.github-issue-config"),
    (ROOT / "action.yml", "vendor.github-actions"),
    (ROOT / "ci" / "gitlab.yml", "vendor.gitlab-ci"),
]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a linter of this environment; nothing is asked of the network."""
    command = [str(Path(sys.executable).parent / words[0]), *map(str, words[1:])]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def audit(*paths: Path) -> subprocess.CompletedProcess[str]:
    return run("zizmor", "--offline", "--config", GITHUB / "zizmor.yml", *paths)


@pytest.mark.parametrize(("path", "schema"), FILES, ids=lambda value: getattr(value, "name", None))
def test_file_has_the_form_that_its_reader_asks_for(path: Path, schema: str) -> None:
    checked = run("check-jsonschema", "--builtin-schema", schema, path)
    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n"), checked.stdout


def test_a_workflow_that_github_would_refuse_is_seen(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("on: push\njobs:\n  test:\n    runs-onn: ubuntu-latest\n    steps: []\n", encoding="utf-8")
    assert run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", broken).returncode == 1


def test_workflows_and_the_action_pass_the_audit() -> None:
    audited = audit(*WORKFLOWS, ROOT / "action.yml")
    assert audited.returncode == 0, audited.stdout


def test_a_workflow_that_lets_strangers_in_fails_the_audit(tmp_path: Path) -> None:
    careless = tmp_path / "careless.yml"
    careless.write_text(
        "on: pull_request_target\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n",
        encoding="utf-8",
    )
    audited = audit(careless)
    assert audited.returncode > 1
    assert "template-injection" in audited.stdout


def test_an_action_that_is_named_by_a_tag_fails_the_audit(tmp_path: Path) -> None:
    moving = tmp_path / "moving.yml"
    (ci,) = (path.read_text(encoding="utf-8") for path in WORKFLOWS)
    moving.write_text(re.sub(r"@[0-9a-f]{40} # (v\d+)\S*", r"@\1", ci), encoding="utf-8")
    audited = audit(moving)
    assert audited.returncode > 1
    assert "unpinned-uses" in audited.stdout


def test_an_action_has_one_commit_and_names_its_release() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in [*WORKFLOWS, ROOT / "action.yml"])
    used = re.findall(r"uses: (actions/\S+)@(.*)", text)
    assert len(used) == 12
    assert [one for one in used if not re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", one[1])] == []
    assert len({name for name, _ in used}) == len(set(used))


def test_ci_runs_the_pythons_that_the_package_names() -> None:
    (ci,) = (path.read_text(encoding="utf-8") for path in WORKFLOWS)
    assert 'python: ["3.11", "3.12", "3.13", "3.14"]' in ci
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
