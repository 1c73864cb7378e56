"""The locks fix versions and hashes, and name no registry."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.house.modules import ROOT


def test_node_lock_names_no_registry_and_has_a_hash_for_every_package() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert len(installed) > 100
    assert [name for name, package in installed.items() if "resolved" in package] == []
    assert [name for name, package in installed.items() if not package["integrity"].startswith("sha512-")] == []


def test_linters_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert set(package["devDependencies"]) == {"@redocly/cli", "@stoplight/spectral-cli"}
    for version in package["devDependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


@pytest.mark.parametrize("name", ["build.txt", "contract.txt", "dev.txt", "lowest.txt"])
def test_python_lock_names_no_registry_and_has_hashes(name: str) -> None:
    text = (ROOT / "locks" / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    pinned = re.findall(r"^[a-z0-9._\[\]-]+==\S+.*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pinned) > (4 if name == "build.txt" else 20)
    assert [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("contract.txt", ["contract", "postgresql"]),
        ("dev.txt", ["contract", "postgresql", "test", "dev"]),
        ("lowest.txt", ["contract", "postgresql", "test"]),
    ],
)
def test_python_lock_has_everything_pyproject_asks_for(name: str, extras: list[str]) -> None:
    wanted = {requirement.name for requirement in asked(*extras)} - {"enrol-contract-kit"}
    assert len(wanted) > 10
    assert wanted - set(locked(name)) == set()


def test_what_builds_the_kit_is_locked_and_goes_with_what_it_needs() -> None:
    """The doors of CI install both into one environment, and build the kit there."""
    built, needed = locked("build.txt"), locked("contract.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {Requirement(item).name for item in project["build-system"]["requires"]} <= set(built)
    assert {name: version for name, version in built.items() if needed.get(name, version) != version} == {}


FROM_REGISTRY = re.compile(r"(?:install|--from) +['\"]?enrol-contract-kit")
# The number of installations in each file, so that none is missed.
DOORS = {"action.yml": 3, "ci/gitlab.yml": 3, "Dockerfile": 3, "Makefile": 6}


@pytest.mark.parametrize("door", DOORS)
def test_a_door_fetches_nothing_without_a_hash(door: str) -> None:
    found = installs((ROOT / door).read_text(encoding="utf-8"))
    assert len(found) == DOORS[door]
    assert [one for one in found if not is_locked(one)] == []


def test_nobody_is_told_to_install_the_kit_from_a_registry() -> None:
    """It is in none. Whoever takes its name there would be installed."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    told = [name for name in listed if name.endswith((".md", ".py", ".yml", ".yaml"))]
    assert [name for name in told if FROM_REGISTRY.search((ROOT / name).read_text(encoding="utf-8"))] == []
    assert FROM_REGISTRY.search("pip install '{}-contract-kit[load]'".format("enrol"))


@pytest.mark.parametrize(
    ("line", "locked"),
    [
        ("\t@$(PIP) install --no-deps -e .", False),
        ("pip install --require-hashes -r locks/build.txt", True),
        ("python -m pip install .", False),
        ("x && python -m pip \\\n install click", False),
        ('"${pip[@]}" --no-deps --no-build-isolation "$FOLDER"', True),
    ],
)
def test_an_installation_that_builds_with_what_is_newest_is_seen(line: str, locked: bool) -> None:
    assert [is_locked(one) for one in installs(line)] == [locked]


def installs(text: str) -> list[str]:
    """Return the commands of a file by which pip installs something."""
    commands = re.split(r"\n|&&", text.replace("\\\n", " "))
    by_pip = [one for one in commands if re.search(r"\bpip\b.* install\b|\$\(PIP\w*\) install\b|\{pip\[@\]\}", one)]
    return [one for one in by_pip if "pip=(" not in one]


def is_locked(install: str) -> bool:
    """Every file has a hash, or nothing is fetched: neither what the kit needs nor what builds it."""
    return " --require-hashes" in install or (
        " --no-deps" in install and (" --no-build-isolation" in install or " --no-index" in install)
    )


def test_lowest_lock_has_the_lower_bounds_of_what_users_install() -> None:
    found = locked("lowest.txt")
    bounds = {
        requirement.name: bound.version
        for requirement in asked("contract")
        for bound in requirement.specifier
        if bound.operator == ">="
    }
    assert len(bounds) > 9
    # A bound that no release has is met by the lowest one above it.
    assert {name: found[name] for name, low in bounds.items() if not found[name].startswith(low)} == {}


def asked(*extras: str) -> list[Requirement]:
    """Return what pyproject.toml asks for, for the mock and for these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *(item for extra in extras for item in project["optional-dependencies"][extra])]
    return [Requirement(item) for item in listed]


def locked(name: str) -> dict[str, str]:
    """Return the version of each package in a lock."""
    text = (ROOT / "locks" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE))
