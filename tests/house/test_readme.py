"""What the README shows of a run is what a run prints."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from contracts.commands.run import run
from contracts.inputs.profiles import PROFILES
from contracts.session.opening import Order
from tests.faulty.server import serve
from tests.house.modules import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST = ("examples", "products")  # the parts up to the one whose request the README shows
TIMES = re.compile(r"one of \d+ that")  # the parts that are left out show it, too


def test_finding_is_printed_as_the_readme_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (sample,) = re.findall(r"^```\n(1\. broken: .*?)^```$", README, re.MULTILINE | re.DOTALL)
    monkeypatch.chdir(tmp_path)
    screen = StringIO()
    with serve(fault="generic-accepted") as host:
        order = Order(host=host.url, start="a host", report_dir=Path("reports"), seed=1, parts=FIRST)
        run(order, Console(file=screen, width=10_000))
    printed = TIMES.sub("one of many that", screen.getvalue())
    for line in TIMES.sub("one of many that", sample).splitlines():
        assert f"\n{line.removesuffix('…')}" in printed, f"the README shows\n{line}\nand a run prints\n{printed}"


def test_a_run_sends_as_many_requests_as_the_readme_says() -> None:
    said = {int(number.replace(",", "")) for number in re.findall(r"about ([\d,]+) requests", README)}
    assert said == {PROFILES["default"].requests}
