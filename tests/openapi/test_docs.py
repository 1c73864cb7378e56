"""The pages about the document, the world and the questions agree with the code and the data."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml

from openapi import extensions, pages, source, world
from openapi.document import Document
from openapi.questions import Question

DOCS = Path(__file__).parents[2] / "docs"


def examples(page: str) -> list[str]:
    """Return the YAML blocks of a page."""
    return re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)


def nodes_of(contract: Document, key: str) -> list[object]:
    """Return the value of every occurrence of this key in the document."""
    return [node[key] for _, node in extensions.nodes(contract.raw) if key in node]


def test_page_of_the_questions_is_up_to_date() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "openapi"], cwd=DOCS.parent, check=True, capture_output=True, encoding="utf-8"
    ).stdout
    assert (DOCS / "questions.md").read_text(encoding="utf-8") == printed, "run `make docs`"


def test_page_of_the_questions_has_every_question_and_reading(
    contract: Document, open_questions: dict[str, Question]
) -> None:
    page = pages.questions_page(open_questions, contract)
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == list(open_questions)
    for question in open_questions.values():
        section = page.split(f"\n## {question.id}\n")[1].split("\n## ")[0]
        assert re.findall(r"^\| \*{0,2}`(.*?)`", section, re.MULTILINE) == list(question.readings)
        assert f"**`{question.default}`** (default)" in section
        assert all(statement.says in section for statement in question.statements)


def test_page_of_the_questions_names_the_keywords_that_a_question_decides(
    contract: Document, open_questions: dict[str, Question]
) -> None:
    page = pages.questions_page(open_questions, contract)
    section = page.split("\n## source\n")[1].split("\n## ")[0]
    assert section.endswith("In the document, the reading decides `required` at `/components/schemas/Customer`.\n")
    assert "In the document" not in page.split("\n## program-mismatch\n")[1].split("\n## ")[0]


def test_page_of_the_document_has_a_section_for_every_extension_and_no_other() -> None:
    text = (DOCS / "document.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## `(x-[a-z-]+)`", text, re.MULTILINE)) == set(extensions.SHAPES)


@pytest.mark.parametrize("number", range(4))
def test_example_on_the_page_of_the_document_occurs_in_the_document(contract: Document, number: int) -> None:
    example = yaml.safe_load(examples("document.md")[number])
    if isinstance(example, list):
        assert [entry for entry in contract.raw["x-outcomes"] if entry == example[0]] == example
        return
    ((name, shown),) = example.items()
    found = [node for node in nodes_of(contract, name) if isinstance(node, dict)]
    assert any(shown.items() <= {key: node.get(key) for key in shown}.items() for node in found), name


def test_page_of_the_document_names_every_key_of_an_outcome() -> None:
    section = (DOCS / "document.md").read_text(encoding="utf-8").split("## `x-outcomes`")[1]
    fields = [field.encode_name for field in msgspec.structs.fields(extensions.OutcomeEntry)]
    assert [field for field in fields if f"`{field}`" not in section] == []


def test_example_world_of_the_page_is_valid() -> None:
    whole, anchors = examples("world.md")
    read = world.parse(yaml.safe_load(whole), path=Path("docs/world.md"))
    assert (len(read.programs), len(read.promotions), len(read.customers)) == (1, 1, 1)
    read = world.parse(yaml.safe_load(anchors), path=Path("docs/world.md"))
    assert [customer.source for customer in read.customers] == ["INSTORE"]


def test_values_of_the_page_of_the_world_are_read_as_it_says(tmp_path: Path) -> None:
    page = (DOCS / "world.md").read_text(encoding="utf-8").split("## How values are read")[1].split("\n\n")[2]
    path = tmp_path / "w.yaml"
    seen = 0
    for written, read_as in (row.strip("| ").split(" | ") for row in page.splitlines()[2:]):
        for value in (double or single for double, single in re.findall(r"`` ?(.+?) ``|`([^`]+)`", written)):
            path.write_text(f"programs:\n- id: 1\n  name: {value}\n", encoding="utf-8")
            seen += 1
            if read_as.startswith("refused"):
                with pytest.raises(source.SourceError, match="line 3, column "):
                    world.load(path)
            else:
                kinds = {"a number": int | float, "true or false": bool, "unknown": type(None), "a text": str}
                kind = next(kinds[name] for name in kinds if read_as.startswith(name))
                assert isinstance(source.read(path)["programs"][0]["name"], kind)
    assert seen > 30


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("## programs", world.Program),
        ("## promotions", world.Promotion),
        ("### milestones", world.Milestone),
        ("## customers", world.Customer),
        ("## enrolments", world.Enrolment),
        ("## credentials", world.Credentials),
        ("## absent", world.Absent),
    ],
)
def test_table_of_the_world_page_has_every_key_and_no_other(section: str, kind: type[msgspec.Struct]) -> None:
    text = (DOCS / "world.md").read_text(encoding="utf-8")
    table = re.split(r"\n##", text.split(f"\n{section}\n")[1])[0]
    keys = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert set(keys) == {field.encode_name for field in msgspec.structs.fields(kind)}


def test_world_page_has_a_section_for_every_part() -> None:
    text = (DOCS / "world.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## (\w+)$", text, re.MULTILINE))
    assert {field.encode_name for field in msgspec.structs.fields(world.World)} == sections
