"""The load generators count answers and notice errors. No test asserts a speed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tests import page
from tests.bench import layers, load, scale
from tests.bench.__main__ import HEADERS, main
from tests.bench.load import press
from tests.mockserver.process import Process


@pytest.fixture(scope="module")
def mock() -> Iterator[Process]:
    process = Process.start()
    yield process
    process.stop()


@pytest.fixture(params=["wrk", "own"])
def generator(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "own":
        monkeypatch.setattr(load, "TOOL", None)
    elif load.TOOL is None:
        pytest.skip("wrk is not installed; .ci/run installs it")


@pytest.mark.usefixtures("generator")
def test_load_is_counted(mock: Process) -> None:
    body = json.dumps(page.ENROL_REQUEST).encode()
    found = press(mock.url + page.PATH, body, HEADERS, connections=2, seconds=1)
    assert found.per_second > 0
    assert found.p99 > 0


@pytest.mark.usefixtures("generator")
def test_answer_that_is_not_200_is_no_load(mock: Process) -> None:
    with pytest.raises(RuntimeError):
        press(mock.url + page.PATH, b"{}", HEADERS, connections=2, seconds=1)


def test_scale_has_a_column_for_each_number_of_customers(capsys: pytest.CaptureFixture[str]) -> None:
    scale.print_table(1, 1, customers=(10, 20))
    rows = capsys.readouterr().out.splitlines()
    assert [re.sub(r"[\d.,]+", "1", row[40:]).split() for row in rows if row] == [["1", "1"]] * 7


def test_layers_have_a_row_each(capsys: pytest.CaptureFixture[str]) -> None:
    layers.print_table(json.dumps(page.ENROL_REQUEST).encode(), HEADERS, 1, 1)
    rows = [re.sub(r"-?[\d.,]+", "1", row[40:]).split() for row in capsys.readouterr().out.splitlines()[1:] if row]
    assert rows == [["1", "1", "1"]] * len(layers.LAYERS)


def test_options_are_explained(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--help"])
    with pytest.raises(SystemExit):
        main()
    assert "--windows" in capsys.readouterr().out
