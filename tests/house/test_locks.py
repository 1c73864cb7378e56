"""The locks fix versions and hashes, and name no registry."""

from __future__ import annotations

import json
import re
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


@pytest.mark.parametrize("door", ["action.yml", "ci/gitlab.yml"])
def test_door_of_ci_fetches_nothing_without_a_hash(door: str) -> None:
    installs = re.findall(
        r"^.*(?:\binstall|\"\$\{pip\[@\]\}\") (--.*)$", (ROOT / door).read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(installs) == 3
    assert [
        one for one in installs if not one.startswith(("--require-hashes ", "--no-deps --no-build-isolation "))
    ] == []


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
