"""The wheel holds what the kit needs and the mock in it starts anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.field.test_same_seed import sent
from tests.house.modules import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source archive, and the wheel from it, into one folder."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT], check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


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


def files(*houses: str) -> set[str]:
    """Return the files of these folders in the repository, without what Python leaves there."""
    paths = (path for house in houses for path in (ROOT / house).rglob("*"))
    return {path.relative_to(ROOT).as_posix() for path in paths if path.is_file() and path.parent.name != "__pycache__"}


def test_wheel_holds_one_package_with_the_others_inside_it(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    houses = files("openapi", "command_line", "proof", "mockserver", "contracts")
    assert {"contracts/reports/report.html", "openapi/enrol.yaml"} < houses
    assert names == files("enrol_kit") | {f"enrol_kit/packages/{name}" for name in houses}


def test_source_archive_holds_all_that_its_tests_need(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert (
        files(
            "enrol_kit", "openapi", "command_line", "proof", "mockserver", "contracts", "tests", "docs", "locks", "ci"
        )
        <= names
    )
    assert {"Makefile", ".ci/run", "README.md", "pyproject.toml", "action.yml", "schemathesis.toml"} <= names


def test_metadata_name_the_pythons_and_the_page(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(opened.read(name))
    classifiers = metadata.get_all("Classifier", [])
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13, 14)} <= set(classifiers)
    assert any("docs.capillarytech.com" in url for url in metadata.get_all("Project-URL", []))


def test_installed_mock_answers_from_an_empty_folder(mock: str) -> None:
    with urllib.request.urlopen(f"{mock}/_mock/health", timeout=10) as answer:
        assert answer.status == 200
        assert isinstance(json.load(answer), dict)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of somebody else: its packages have the names of ours, and each says whose it is."""
    for house in ("contracts", "mockserver", "proof", "command_line", "openapi"):
        (tmp_path / house).mkdir()
        (tmp_path / house / "__init__.py").write_text(f"print('the project runs its {house}')\nOWN = True\n")
    (tmp_path / "test_project.py").write_text(
        "import sys, contracts, mockserver, proof, command_line, openapi\n"
        "from urllib.request import urlopen\n"
        "def test_imports():\n"
        "    assert contracts.OWN and mockserver.OWN and proof.OWN and command_line.OWN and openapi.OWN\n"
        "    assert not {'schemathesis', 'msgspec', 'click', 'yaml', 'granian'} & set(sys.modules)\n"
        "def test_mock(enrol_mock):\n"
        "    assert urlopen(enrol_mock.url + '/_mock/health').status == 200\n"
        "def test_case(every_outcome):\n"
        "    assert every_outcome.case.name\n"
    )
    return tmp_path


def in_project(project: Path, *command: str | Path) -> tuple[int, str]:
    """Run a command in the project, whose folder is on PYTHONPATH, and return its exit code and all that it prints."""
    ran = subprocess.run(
        command,
        cwd=project,
        env=clean_environment() | {"PYTHONPATH": "."},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def test_commands_run_their_own_code_in_a_project_with_the_same_names(bin_folder: Path, project: Path) -> None:
    code, said = in_project(project, bin_folder / "enrol-mock", "check")
    assert (code, "the project runs" in said) == (0, False), said
    start = ("--start", "enrol-mock serve --port 0")
    few = ("--profile", "quick", "--only", "error.program_id_required")
    code, said = in_project(project, bin_folder / "enrol-contract", "run", *few, *start)
    assert (code, "the project runs" in said) == (0, False), said


def test_modules_of_the_commands_run_their_own_code_too(bin_folder: Path, project: Path) -> None:
    for name in ("mock", "contract"):
        code, said = in_project(project, bin_folder / "python", "-m", f"enrol_kit.{name}", "--version")
        assert (code, "the project runs" in said, "version 0." in said) == (0, False, True), said


def test_project_imports_its_own_packages(bin_folder: Path, project: Path) -> None:
    run = (bin_folder / "python", "-m", "pytest", "-q", "-p", "no:schemathesis", "-p", "no:hypothesispytest")
    code, said = in_project(project, *run, "-k", "imports or mock or engine_error")
    assert (code, "3 passed" in said) == (0, True), said


def test_kit_claims_no_name_but_its_own(bin_folder: Path, tmp_path: Path) -> None:
    lines = "import importlib.util as u; print([n for n in ('contracts', 'mockserver', 'openapi') if u.find_spec(n)])"
    said = subprocess.run(
        [bin_folder / "python", "-c", lines], cwd=tmp_path, env=clean_environment(), capture_output=True, text=True
    )
    assert said.stdout == "[]\n"


def test_installed_contract_tests_send_the_requests_of_the_checkout(
    bin_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The commands are started in different folders and environments; only the seed is the same."""
    options = ("--profile", "quick", "--seed", "3")
    here, there = tmp_path_factory.mktemp("here"), tmp_path_factory.mktemp("there")
    expected = sent(here, [sys.executable, "-m", "contracts", "run"], *options, PYTHONPATH=str(ROOT))
    found = sent(there, [bin_folder / "enrol-contract", "run"], *options, CI="true", PYTHONHASHSEED="1")
    # Requests that are sent at the same moment arrive in any order.
    assert sorted(map(repr, expected)) == sorted(map(repr, found))
    assert len(found) == len(expected) > 1500
    assert [*here.iterdir(), *there.iterdir()] == []
