"""Each part of `make bench` makes its table, and the page has them all. Windows are as short as can be."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench import __main__ as bench
from tests.bench import goals, growth, inside, kinds, layers, machine, page, peers, plot, scale, stores, versus
from tests.bench.databases import Missing, postgresql
from tests.bench.load import Load, Loads
from tests.bench.servers import FLOOR, Contestant
from tests.bench.tables import Table, as_markdown, as_text
from tests.bench.versus import Figures
from tests.bench.windows import CONNECTIONS, Windows

SHORT = Windows(1, 0.05)


def shape(table: Table) -> set[str]:
    """Return what the rows have beside their names, with 1 for each figure."""
    assert {len(row) for row in table.rows} == {len(table.columns)}
    return {re.sub(r"-?[\d.,]+", "1", figure) for row in table.rows for figure in row[1:]}


def figures(name: str, rate: float, p99: float, cold: float) -> Figures:
    """Return figures as they would be measured: 1000 requests in each load, with 0.1 s of processor time."""
    loads = {number: Loads([Load(1000, rate, p99 / 2, p99)], [0.1]) for number in CONNECTIONS}
    return Figures(name, loads, cold, peak=90)


def test_servers_are_loaded_in_turns_and_each_has_its_figures() -> None:
    found = versus.measure((), SHORT, starts=1)
    assert [one.name for one in found] == ["this mock", FLOOR.name]
    assert all(one.cold > 0 and one.peak > 10 and len(one.loads) == len(CONNECTIONS) for one in found)
    table = versus.table(found)
    assert shape(table) == {"1 (1)", "1"}


def test_server_that_gives_no_right_answer_is_left_out() -> None:
    broken = Contestant("Broken 1", lambda port: [sys.executable, "-c", "raise SystemExit"])
    right, (notice,) = versus.that_answer([FLOOR, broken])
    assert right == [FLOOR]
    assert notice.startswith("no Broken 1: Broken 1 gives no right answer: ")


def test_kinds_have_a_row_each() -> None:
    table = kinds.table(SHORT, 20)
    assert len(table.rows) == 4
    assert shape(table) == {"1 (1 1)", "1"}


def test_kinds_in_one_process_have_a_row_each() -> None:
    table = inside.table(2)
    assert len(table.rows) == 9
    assert shape(table) == {"1"}


def test_growth_is_compared_with_the_first_row() -> None:
    table = growth.table((0, 30), customers=20, requests=2)
    assert [row[0] for row in table.rows] == ["0", "30"]
    assert table.rows[0][-2] == "1.00"
    assert shape(table) == {"1"}


def test_scale_has_a_column_for_each_number_of_customers() -> None:
    table = scale.table(SHORT, customers=(10, 20))
    assert table.columns == ("", "10", "20")
    assert shape(table) == {"1"}


def test_layers_have_a_row_each() -> None:
    table = layers.table(SHORT)
    assert [row[0] for row in table.rows] == list(layers.LAYERS)
    assert shape(table) == {"1"}


def test_store_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def nowhere() -> Iterator[str]:
        raise Missing("no such database")
        yield ""

    monkeypatch.setattr(stores, "STORES", {"memory": None, "another": nowhere})
    table = stores.table(SHORT, 20)
    assert [row[0] for row in table.rows] == ["memory"]
    assert table.note.endswith("another: no such database.")


def test_database_of_the_environment_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/enrol")
    with postgresql() as url:
        assert url == "postgresql://db.example/enrol"
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr("shutil.which", lambda name, path=None: None)
    with pytest.raises(Missing), postgresql():
        pass


def test_without_npm_there_are_no_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert peers.install() == ([], ["no peers: npm and node are needed (Debian: nodejs npm)"])


def test_goal_says_by_how_much_it_is_missed() -> None:
    compared = [
        figures("this mock", 500, 30, 0.1),
        figures("floor", 900, 20, 0.05),
        figures("WireMock 1, journal off", 1000, 40, 1.0),
    ]
    inside_table, growth_table = Table("", ("", ""), (("", "1,030.0"),)), Table("", (), (("9", "1.00", "1.10", "5"),))
    rows = {row[0]: row[1:] for row in goals.table(goals.goals(compared, inside_table, growth_table)).rows}
    assert rows["requests/s : WireMock without journal, 8 connections"] == (
        "≥ 1",
        "0.5",
        "missed, by a factor of 2.00",
        "0.9",
    )
    assert rows["p99 : WireMock without journal, 64 connections"] == (
        "≤ 0.5",
        "0.75",
        "missed, by a factor of 1.50",
        "0.5",
    )
    assert rows["cold start : WireMock without journal"] == ("≤ 0.15", "0.1", "met", "0.05")
    assert rows["an enrolment in one process, µs"] == ("≤ 30", "1030", "missed, by a factor of 34.33", "")
    assert rows["a request with 9 enrolments : with none"] == ("≤ 1.2", "1.1", "met", "")
    alone = goals.goals(compared[:1], inside_table, growth_table)
    assert [goal.verdict for goal in alone][:5] == ["not measured"] * 5


def test_page_has_the_tables_the_picture_and_what_is_missing(tmp_path: Path) -> None:
    compared = [figures("this mock", 500, 30, 0.1), figures("A & B", 1000, 4, 1.0)]
    drawn = plot.draw(compared, "side by side")
    page.write(
        [versus.table(compared)], ["no X"], drawn, machine="two processors.", count=3, seconds=2.0, folder=tmp_path
    )
    text = (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "**Measured on** two processors." in text
    assert "3 loads of 2 seconds" in text
    assert "| A & B | 1,000 (4.0) | 1,000 (4.0) | 1,000 (4.0) | 100 | 1,000 | 90 |" in text
    assert "- no X" in text
    picture = ElementTree.parse(tmp_path / "images" / "bench.svg")
    texts = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"side by side", "this mock", "A & B", "1,000", "4.0", "64 connections"} <= set(texts)
    bars = [one for one in picture.iter("{http://www.w3.org/2000/svg}rect") if one.get("class", "").startswith("shade")]
    assert len(bars) == 2 * 3 * 3 + 3


@pytest.mark.parametrize(("before", "busy"), [(0.0, False), (99.0, True)])
def test_busy_machine_is_told(monkeypatch: pytest.MonkeyPatch, before: float, busy: bool) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (before, 0.0, 0.0))
    assert ("The machine was busy" in machine.described()) == busy


def test_table_is_aligned_as_text_and_as_markdown() -> None:
    table = Table("Speeds", ("", "req/s"), (("mock", "1,000"),), "in one run")
    assert as_text(table).splitlines()[1:3] == ["".ljust(44) + "req/s".rjust(11), "mock".ljust(44) + "1,000".rjust(11)]
    assert as_markdown(table) == "|  | req/s |\n|---|---:|\n| mock | 1,000 |\n\nin one run\n"


def test_options_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["--help"])
    assert "--windows" in capsys.readouterr().out
