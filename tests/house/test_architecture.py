"""ARCHITECTURE.md names what there is, and what it names is there."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.house.modules import HOUSES, ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
# A path in backticks: with a slash, or with the ending of a file of the repository.
PATH = re.compile(r"`([\w./-]*(?:/[\w./-]*|\.(?:py|md|yaml|yml|toml|json)))`")


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(line) for line in listed.stdout.splitlines()]


def missing(names: set[str], page: str) -> set[str]:
    """Return the names that a page does not have in backticks, by themselves or at the beginning of a path."""
    return {name for name in names if not re.search(rf"`{re.escape(name)}[/`]", page)}


def folders(house: str) -> set[str]:
    """Return the folders directly under a house, as its section names them."""
    return {path.parts[1] for path in tracked() if path.parts[0] == house and len(path.parts) > 2}


def is_tracked(name: str) -> bool:
    """Whether a file or folder of the repository has this path, or a path that ends with it."""
    paths = tracked()
    places = {path.as_posix() for path in paths} | {
        f"{parent.as_posix()}/" for path in paths for parent in path.parents
    }
    return any(place == name or place.endswith(f"/{name}") for place in places)


def section(house: str) -> str:
    """Return what the page says under the headline of a house."""
    return PAGE.partition(f"## {house}/")[2].partition("\n## ")[0]


def test_every_file_and_folder_at_the_top_is_named() -> None:
    tops = {path.parts[0] for path in tracked()}
    assert missing(tops - {*HOUSES, "ARCHITECTURE.md"}, PAGE) == set()
    assert [house for house in HOUSES if not section(house)] == []


@pytest.mark.parametrize("house", HOUSES)
def test_every_folder_of_a_house_is_named_in_its_section(house: str) -> None:
    assert missing(folders(house), section(house)) == set()


def test_a_path_that_does_not_exist_is_seen() -> None:
    assert is_tracked("contracts/oracle/judge.py")
    assert is_tracked("refusal/walk.py")
    assert is_tracked("lookups/")
    assert not is_tracked("refusal/run.py")


def test_a_name_that_is_missing_is_seen() -> None:
    assert missing({"one", "two", "three"}, "`one`, `two/`, and three") == {"three"}


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"])
def test_every_path_that_a_page_names_exists(page: str) -> None:
    made = {"reports/", "report.html", "report.json", "summary.md", "readings.yaml", "target.yaml", "effective.yaml"}
    named = {path for path in PATH.findall((ROOT / page).read_text(encoding="utf-8")) if not path.startswith("/")}
    assert {path for path in named - made if not is_tracked(path)} == set()
