"""The tutorial for authors of clients works as it is written: its commands are run, in order, in an empty folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.house.test_tutorial import DOCS, followed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("tutorial")
    return folder, followed("tutorial-client.md", "8092", folder, seconds=500)


def test_the_first_client_fails_where_the_page_says(printed: tuple[Path, str]) -> None:
    """The failures that the page shows are among those of the first run, in these words."""
    first = printed[1].partition(" passed in ")[0]
    assert re.search(r"\b\d+ failed, \d+$", first)
    page = (DOCS / "tutorial-client.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n(error-shape.*?)```", page, re.DOTALL)
    assert shown
    for line in shown[1].splitlines():
        for part in line.strip().split("…"):
            assert part.rstrip('").') in first, line


def test_the_mended_client_handles_all_of_it(printed: tuple[Path, str]) -> None:
    folder, text = printed
    rest = text.partition(" failed, ")[2]
    assert re.findall(r"\b\d+ failed", rest) == []
    assert rest.count(" passed in ") == 4  # the end of the first run, and three more
    proof = json.loads((folder / "proof" / "proof.json").read_text(encoding="utf-8"))
    outcomes = [one for one in proof["met"] if one["kind"] == "outcome"]
    assert (len(outcomes), [one["name"] for one in outcomes if not one["count"]]) == (17, [])
    assert (folder / "proof" / "proof.html").is_file()


def test_the_client_in_node_handles_all_of_it(printed: tuple[Path, str]) -> None:
    last = printed[1].rpartition(" passed in ")[2]
    assert re.search(r"^the client took (\d+) of \1 cases as it should$", last, re.MULTILINE)
