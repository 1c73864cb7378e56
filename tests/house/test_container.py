"""The image and the compose file: what linters ask for, and what they say themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.house.dockerfile import ignored, instructions
from tests.house.modules import ROOT

FILE = ROOT / "Dockerfile"
STEPS = instructions(FILE.read_text(encoding="utf-8"))
COMPOSE_FILES = [ROOT / "compose.yaml", ROOT / "compose.shared.yaml"]
PATTERNS = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()[1:]


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a linter of this environment; nothing is asked of the network."""
    command = [str(Path(sys.executable).parent / words[0]), *map(str, words[1:])]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_dockerfile_passes_the_linter() -> None:
    linted = run("hadolint", FILE)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_a_careless_dockerfile_fails_the_linter(tmp_path: Path) -> None:
    careless = tmp_path / "Dockerfile"
    careless.write_text("FROM python:latest\nRUN cd /tmp && pip install click\n", encoding="utf-8")
    linted = run("hadolint", careless)
    assert linted.returncode == 1
    assert {"DL3007", "DL3013"} <= set(linted.stdout.split())


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=lambda file: file.name)
def test_compose_file_has_the_form_that_compose_asks_for(file: Path) -> None:
    checked = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)
    assert (checked.returncode, checked.stdout) == (0, "ok -- validation done\n"), checked.stdout


def test_a_compose_file_that_compose_would_refuse_is_seen(tmp_path: Path) -> None:
    broken = tmp_path / "compose.yaml"
    broken.write_text("services:\n  mock:\n    image: a\n    comand: b\n", encoding="utf-8")
    assert run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", broken).returncode == 1


def test_every_install_of_the_image_is_locked() -> None:
    installs = [part for word, rest in STEPS if word == "RUN" for part in rest.split(" && ") if " install " in part]
    assert len(installs) == 3
    assert [part for part in installs if "--require-hashes" not in part and "--no-deps --no-index" not in part] == []


def test_the_image_runs_as_a_user_without_rights_and_checks_its_health() -> None:
    last = dict(STEPS[max(index for index, (word, _) in enumerate(STEPS) if word == "FROM") :])
    assert last["USER"] == "10001:10001"  # by number, so that a cluster can see that it is not root
    assert "curl" not in last["HEALTHCHECK"]


@pytest.mark.parametrize("file", COMPOSE_FILES, ids=lambda file: file.name)
def test_every_service_is_locked_down_and_the_port_is_open_to_this_machine_only(file: Path) -> None:
    services = yaml.safe_load(file.read_text(encoding="utf-8"))["services"].values()
    for service in services:
        assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (
            True,
            ["ALL"],
            ["no-new-privileges:true"],
        )
    assert [port for service in services for port in service.get("ports", ())] == ["127.0.0.1:8080:8080"]


@pytest.mark.parametrize(
    ("path", "out"),
    [
        ("locks/contract.txt", False),
        ("locks/dev.txt", True),
        ("mockserver/cli.py", False),
        ("mockserver/__pycache__/cli.pyc", True),
        (".git/config", True),
        ("tests/page.py", True),
        ("target.yaml", True),
    ],
)
def test_dockerignore_lets_in_what_is_copied_and_nothing_else(path: str, out: bool) -> None:
    assert ignored(path, PATTERNS) is out
