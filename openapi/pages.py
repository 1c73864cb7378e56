"""The page of the documentation that is written from `questions.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openapi import extensions
from openapi.document import Document
from openapi.questions import Question

_HEAD = """\
# Open questions

Where the page contradicts itself or is silent, it leaves a question open. Each has **readings**; the first is
the default, which the mock follows and the tests start from. The rule behind the defaults: the body table and
the examples outrank the prose of the error texts, the page outranks other pages, and silence is filled from
sibling pages of the same vendor.

Choose other readings ([how](readings.md)) in a YAML file of `question: reading`:

```yaml
source: required
engine-status: 503
```

Generated from `openapi/questions.yaml` by `make docs`.
"""


def questions_page(questions: Mapping[str, Question], document: Document) -> str:
    """Return the page that lists every question: what the page says, the readings, the nodes it decides."""
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
        yield f"In the document it decides {', '.join(decided)}.\n"
