"""Stock Schemathesis, configured by schemathesis.toml, finds nothing wrong with the mock."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from openapi import source, world
from tests import page
from tests.mockserver.process import Process

pytestmark = pytest.mark.slow

CONFIGURATION = Path(__file__).parents[2] / "schemathesis.toml"


@pytest.fixture
def mock() -> Iterator[str]:
    """Start a mock for this test and yield its address."""
    process = Process.start()
    yield process.url
    process.stop()


def schemathesis(
    address: str, folder: Path, *options: str, document: Path = source.ENROL, configuration: Path = CONFIGURATION
) -> subprocess.CompletedProcess[str]:
    """Run Schemathesis in a folder of its own, because it writes a cache there."""
    tool = str(Path(sys.executable).with_name("schemathesis"))
    command = [tool, "--config-file", str(configuration), "run", str(document), "--url", address, "--seed", "20"]
    return subprocess.run([*command, *options], cwd=folder, capture_output=True, text=True, check=False)


def statuses(address: str) -> Counter[int]:
    """Return how often the mock has answered with each status, as its journal says."""
    with urllib.request.urlopen(f"{address}/_mock/journal", timeout=10) as answer:
        return Counter(exchange["status"] for exchange in json.load(answer)["exchanges"])


def test_default_run_finds_nothing_and_saw_successes_and_refusals(mock: str, tmp_path: Path) -> None:
    run = schemathesis(mock, tmp_path, "--max-examples", "30")
    assert run.returncode == 0, run.stdout
    assert "No issues found" in run.stdout
    seen = statuses(mock)
    assert seen[200] > 20, seen
    assert seen[400] > 20, seen
    assert seen[401] > 0, seen


def test_run_without_valid_credentials_fails(mock: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    text = CONFIGURATION.read_text(encoding="utf-8")
    assert text.count('password = "123"') == 1
    wrong.write_text(text.replace('password = "123"', 'password = "124"'), encoding="utf-8")
    run = schemathesis(mock, tmp_path, "--phases", "examples", configuration=wrong)
    assert run.returncode == 1, run.stdout
    assert "401 Unauthorized" in run.stdout
    assert statuses(mock)[200] == 0


def test_answer_that_breaks_the_document_fails_the_run(mock: str, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    text = source.ENROL.read_text(encoding="utf-8")
    assert text.count("description: The id of the customer who was found.") == 1
    other.write_text(
        text.replace("description: The id of the customer who was found.", "description: x\n          maximum: 1"),
        encoding="utf-8",
    )
    run = schemathesis(mock, tmp_path, "--phases", "examples", document=other)
    assert run.returncode == 1, run.stdout
    assert "Response violates schema" in run.stdout


def test_configuration_speaks_of_the_sample_world_and_the_example_request() -> None:
    settings = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
    basic = settings["auth"]["openapi"]["basic"]
    assert (basic["username"], basic["password"]) in {(b.username, b.password) for b in world.load().credentials.basic}
    for key, binding in settings["parameters"].items():
        (value,) = settings["dictionaries"][binding["dictionary"]]["values"]
        sample = page.ENROL_REQUEST
        *above, name = key.removeprefix("body.").split(".")
        for step in above:
            sample = sample[step]
        assert sample[name] == value


def test_configuration_switches_no_check_off() -> None:
    settings = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
    assert settings["checks"] == {
        "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "429"]},
        "negative_data_rejection": {"expected-statuses": ["400", "401", "405", "413", "415"]},
    }
