"""The wheel holds what the kit needs and the mock in it starts anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.field.test_same_seed import sent
from tests.house.modules import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy: setuptools leaves its traces beside what it builds."""
    source = tmp_path_factory.mktemp("source")
    folder = tmp_path_factory.mktemp("dist")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    for house in ("openapi", "mockserver", "contracts", "tests"):
        for path in (ROOT / house).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                target = source / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def bin_folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment of its own, which borrows this one's libraries."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python.parent


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))}


@pytest.fixture
def mock(bin_folder: Path, tmp_path: Path) -> Iterator[str]:
    """Start the installed mock in an empty folder and give its address."""
    process = subprocess.Popen(
        [bin_folder / "enrol-mock", "serve", "--port", "0"],
        cwd=tmp_path,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("listening on http://127.0.0.1:"), said + process.stdout.read()
        yield said.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=10)


def test_wheel_holds_the_data_files_beside_their_readers(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {path.relative_to(ROOT).as_posix() for path in (ROOT / "openapi").glob("*.yaml")}
    assert len(data) >= 4
    data |= {f"contracts/reports/{name}" for name in ("report.html", "report.schema.json")}
    assert data <= names
    assert {f"{house}/py.typed" for house in ("openapi", "mockserver", "contracts")} <= names


def test_wheel_holds_every_module_of_the_houses_and_none_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    modules = {name for name in names if name.endswith(".py")}
    assert modules == {
        path.relative_to(ROOT).as_posix()
        for house in ("openapi", "mockserver", "contracts")
        for path in (ROOT / house).rglob("*.py")
    }


def test_installed_mock_answers_from_an_empty_folder(mock: str) -> None:
    with urllib.request.urlopen(f"{mock}/_mock/health", timeout=10) as answer:
        assert answer.status == 200
        assert isinstance(json.load(answer), dict)


def test_installed_mock_runs_the_code_of_the_wheel(bin_folder: Path, tmp_path: Path) -> None:
    said = subprocess.run(
        [bin_folder / "python", "-c", "import mockserver, openapi; print(mockserver.__file__, openapi.__file__)"],
        cwd=tmp_path,
        env=clean_environment(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert all(Path(path).is_relative_to(bin_folder.parent) for path in said.split())


def test_installed_contract_tests_send_the_requests_of_the_checkout(
    bin_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The commands are started in different folders and environments; only the seed is the same."""
    options = ("--profile", "quick", "--seed", "3")
    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there")
    expected = sent(here, [sys.executable, "-m", "contracts", "run"], *options, PYTHONPATH=str(ROOT))
    found = sent(there, [bin_folder / "enrol-contract", "run"], *options, CI="true", PYTHONHASHSEED="1")
    assert [pair for pair in zip(expected, found, strict=False) if pair[0] != pair[1]] == []
    assert len(found) == len(expected) > 1500
    assert [*here.iterdir(), *there.iterdir()] == []
