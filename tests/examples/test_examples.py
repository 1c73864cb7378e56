"""The clients in examples/ handle everything, each shown by its own tests, which are run as their authors would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.modules import ROOT

pytestmark = pytest.mark.slow
# All that can be met of a mock without TLS.
GATES = {"outcomes": "17", "shapes": "45", "faults": "17"}
BIN = Path(sys.executable).parent


def run(folder: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder of an example, with the commands of this environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "NODE_"))}
    return subprocess.run(
        words,
        cwd=ROOT / "examples" / folder,
        env={**environment, "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_client_in_python_handles_everything() -> None:
    # Schemathesis is here for the kit, and not in the environment of such a project.
    done = run(
        "python", sys.executable, "-m", "pytest", "-q", "-n", "4", "-p", "no:cacheprovider", "-p", "no:schemathesis",
        *(f"--enrol-require-{kind}={number}" for kind, number in GATES.items()),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    passed = re.search(r"^(\d+) passed in ", done.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) > 250  # three clients, some eighty cases


def test_the_client_in_node_handles_everything() -> None:
    gates = [f"--require-{kind}={number}" for kind, number in GATES.items()]
    done = run("node", "enrol-mock", "exec", *gates, "--", "node", "--test")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    counted = dict(re.findall(r"^# (tests|pass|fail|skipped) (\d+)$", done.stdout, re.MULTILINE))
    assert int(counted["pass"]) > 85
    assert (counted["pass"], counted["fail"], counted["skipped"]) == (counted["tests"], "0", "0")


def test_the_client_in_go_handles_everything() -> None:
    done = run("go", "enrol-mock", "exec", "--require-outcomes=17", "--", "go", "test", "-count=1", "-v", "./...")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    assert len(re.findall(r"^    --- PASS: TestGauntlet/", done.stdout, re.MULTILINE)) >= 70
    for words in (("gofmt", "-l", "."), ("go", "vet", "./...")):
        checked = run("go", *words)
        assert (checked.returncode, checked.stdout) == (0, ""), checked.stdout + checked.stderr
