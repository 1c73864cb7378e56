"""Generate docs/questions.md from `questions.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openapi import extensions
from openapi.document import Document
from openapi.questions import Question

_HEAD = """\
# Open questions

An open **question** is a place where the page contradicts itself or says nothing. Each question has **readings**:
the ways in which the page can be understood there. The first reading is the default. The mock follows the default
unless another reading is chosen. The contract tests accept every reading, as long as the host keeps to one.

The defaults follow three rules:

1. The table of body parameters and the examples take precedence over the prose of the error texts.
2. The page takes precedence over other pages of the vendor.
3. Where the page says nothing, the default is what the vendor's pages about similar calls say.

To make the mock follow other readings, list them in a YAML file of `question: reading` ([how](readings.md)):

```yaml
source: required
engine-status: 503
```

Generated from `openapi/questions.yaml` by `make docs`.
"""


def questions_page(questions: Mapping[str, Question], document: Document) -> str:
    """Return docs/questions.md as text.

    Each question gets a section with the statements of the page, the readings, and the schema keywords it decides.
    """
    sections = ["\n".join(_section(question, document)) for question in questions.values()]
    return "\n".join([_HEAD, *sections])


def _section(question: Question, document: Document) -> Iterator[str]:
    yield f"## {question.id}\n\n{question.asks}\n"
    for statement in question.statements:
        yield f"- {statement.section}, row {statement.row}: {statement.says}"
    yield "\n| reading | meaning |\n|---|---|"
    for reading, meaning in question.readings.items():
        name = f"**`{reading}`** (default)" if reading == question.default else f"`{reading}`"
        yield f"| {name} | {meaning} |"
    yield ""
    decided = [
        f"`{keyword}` at `{mark.pointer}`"
        for mark in extensions.marks(document.raw)
        if mark.key == "x-questions"
        for keyword, asked in mark.value.items()
        if asked == question.id
    ]
    if decided:
        yield f"In the document, the reading decides {', '.join(decided)}.\n"
