"""What a host or an archive says stays a text in every report, and a report of a stranger gives no commands."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest

from command_line.printable import INVISIBLE
from contracts.cli import main
from tests.contracts.answers import ask
from tests.field.test_archives import entry
from tests.hostile_kit.files import PLACES
from tests.hostile_kit.running import ended
from tests.hostile_kit.texts import BREAKOUTS

PATH_TRICKS: Final = ("../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "\\\\host\\share", "a\0b", "x" * 5000)


def archive(folder: Path, text: str) -> Path:
    """Write an archive whose request and answer hold a text wherever they can."""
    answer = {"data": None, "errors": [{"code": 310004, "message": text}], "warnings": [{"message": text, text: text}]}
    whole = entry({**ask(), "requestId": text}, answer, 400)
    whole["response"]["headers"].append({"name": "X-Said", "value": text})
    whole["request"]["headers"].append({"name": "X-Asked", "value": text})
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"entries": [whole]}}))
    return path


class Tags(HTMLParser):
    """Collects the elements of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def reports(folder: Path, text: str) -> dict[str, str]:
    """Return the reports on an archive with a text, by the name of the file."""
    folder.mkdir(exist_ok=True)
    seen = ended(main, "check", archive(folder, text), "--report-dir", folder / "reports")
    assert (seen.code, seen.error) == (1, "")
    return {path.name: path.read_text(encoding="utf-8") for path in (folder / "reports").iterdir()}


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return reports(tmp_path_factory.mktemp("harmless"), "a text")


@pytest.mark.parametrize("name", BREAKOUTS)
def test_a_text_stays_a_text_in_every_report(name: str, tmp_path: Path, harmless: dict[str, str]) -> None:
    text = BREAKOUTS[name]
    written = reports(tmp_path, text)
    for content in written.values():
        assert not INVISIBLE.search(content.replace("\n", ""))
    json.loads(written["report.json"])
    json.loads(written["run.har"])
    suites = ElementTree.fromstring(written["junit.xml"])
    assert {part.tag for part in suites.iter()} == {
        part.tag for part in ElementTree.fromstring(harmless["junit.xml"]).iter()
    }
    assert tags(written["report.html"]) <= tags(harmless["report.html"])
    assert table(written["summary.md"]) == table(harmless["summary.md"])
    for mark in ("](", "<img", "<script", "`", "\n#", "@everyone"):
        assert (mark in written["summary.md"]) == (mark in harmless["summary.md"])
    outputs = tmp_path / "outputs"
    seen = ended(main, "annotate", tmp_path / "reports" / "report.json", "--outputs", outputs)
    lines = seen.said.splitlines()
    assert all(re.match(r"::(error|warning|notice)( title=[^:,]*)?::", line) for line in lines)
    names = [line.partition("=")[0] for line in outputs.read_text(encoding="utf-8").splitlines()]
    assert len(names) == len(set(names))
    assert set(names) <= {
        *("verdict", "headline", "kept", "broken", "undetermined", "unreached", "findings", "requests"),
    }


def tags(page: str) -> set[tuple[str, frozenset[str]]]:
    """Return each kind of element of a page with the names of its attributes."""
    parser = Tags()
    parser.feed(page)
    return {(tag, frozenset(attributes)) for tag, attributes in parser.found}


def table(page: str) -> set[int]:
    """Return the numbers of columns in the tables of a Markdown page."""
    return {line.count("|") for line in page.splitlines() if line.startswith("|")}


def replaced(value: Any, text: str) -> Any:
    """Return a JSON value with a text in the place of every other text."""
    if isinstance(value, dict):
        return {name: replaced(inner, text) for name, inner in value.items()}
    if isinstance(value, list):
        return [replaced(inner, text) for inner in value]
    return text if isinstance(value, str) else value


@pytest.mark.parametrize(
    "text", [*BREAKOUTS.values(), *PATH_TRICKS], ids=[*BREAKOUTS, *map(repr, range(len(PATH_TRICKS)))]
)
def test_a_report_full_of_one_text_gives_no_commands(text: str, tmp_path: Path, harmless: dict[str, str]) -> None:
    kept = ("verdict", "level", "method", "path", "credentials", "host", "spelling")
    whole = json.loads(harmless["report.json"])
    hostile = replaced(whole, text)
    for mine, theirs in zip(hostile["claims"], whole["claims"], strict=True):
        mine |= {name: theirs[name] for name in kept if name in theirs}
    for mine, theirs in zip(hostile["findings"], whole["findings"], strict=True):
        mine |= {name: theirs[name] for name in kept if name in theirs}
        mine["request"] |= {name: theirs["request"][name] for name in kept if name in theirs["request"]}
    file, before = tmp_path / "report.json", tmp_path / "before.json"
    file.write_text(json.dumps(hostile))
    before.write_text(harmless["report.json"])
    for words in (["compare", before, file], ["annotate", file], ["replay", file]):
        seen = ended(main, *words)
        assert seen.code in (0, 1, 2)
        assert seen.error.count("\n") == (1 if seen.code == 2 else 0)
        if words[0] == "annotate":
            assert all(line.startswith("::") for line in seen.said.splitlines())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before.json", "report.json"]


@pytest.mark.parametrize("place", [name for name in PLACES if name != "nothing"])
def test_what_stands_in_the_folder_of_the_reports_is_replaced_or_told(place: str, tmp_path: Path) -> None:
    """A link is not followed: it could lead the report over a file of somebody else."""
    folder, other = tmp_path / "reports", tmp_path / "other"
    folder.mkdir()
    other.write_text("of somebody else")
    PLACES[place](folder / "report.json")
    (folder / "run.har").symlink_to(other)
    seen = ended(main, "check", archive(tmp_path, "a text"), "--report-dir", folder)
    if place == "a folder":
        assert (seen.code, seen.error.count("\n")) == (2, 1)
        assert "report.json cannot be replaced: Is a directory" in seen.error
    else:
        assert (seen.code, seen.error) == (1, "")
        assert json.loads((folder / "report.json").read_text())["schema"] == 1
        assert not (folder / "report.json").is_symlink()
    assert other.read_text() == "of somebody else"
