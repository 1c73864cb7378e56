"""The commands in docs/readings.md print what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from openapi import questions
from tests.house.modules import ROOT
from tests.mockserver.process import Process

PAGE = (ROOT / "docs" / "readings.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8391"


def shown() -> Iterator[tuple[str, str]]:
    """Yield each command of the page and the output shown for it."""
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (chosen,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "readings.yaml").write_text(chosen, encoding="utf-8")
    return tmp_path


def test_commands_of_the_page_print_what_it_shows(serve: Callable[..., Process], folder: Path) -> None:
    process = serve("--readings", str(folder / "readings.yaml"), "--reading", "refusal-status=200")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    commands = list(shown())
    assert len(commands) == 9
    for command, output in commands:
        done = subprocess.run(
            ["bash", "-c", command.replace(ADDRESS, process.url)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.stdout + done.stderr).rstrip("\n") == output.rstrip("\n"), command


def test_served_commands_of_the_page_name_readings_that_there_are(folder: Path) -> None:
    known = questions.load()
    assert questions.choose(known, path=folder / "readings.yaml")["refusal-status"] == "404"
    pairs = re.findall(r"--reading (\S+=\S+)", "\n".join(re.findall(r"^enrol-mock serve .*$", PAGE, re.MULTILINE)))
    assert len(questions.choose(known, pairs=pairs)) == 3


def test_table_of_the_page_names_questions_and_readings_that_there_are() -> None:
    known = questions.load()
    section = PAGE.split("## Where a reading leaves room")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    named = [word for cell in cells for word in re.findall(r"`([a-z-]+)(?:: \S+)?`", cell)]
    assert len(named) > 25
    readings = {reading for question in known.values() for reading in question.readings}
    assert [word for word in named if word not in known and word not in readings] == []
