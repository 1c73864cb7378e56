"""The readings of a host as a table: what the page says, what the host does, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from contracts.verdict.evidence import QuestionState
from openapi.questions import Question


def show(
    terminal: Console,
    questions: Mapping[str, Question],
    told: tuple[QuestionState, ...],
    settled: Mapping[str, str],
    evidence: Mapping[int, str],
) -> None:
    """Print, for each question, what the page says, what the host does, and what tells so.

    `evidence`: by exchange, what was asked and what came.
    """
    table = Table(box=None, pad_edge=False)
    for name in ("question", "the page says", "the host does", "evidence"):
        table.add_column(name, overflow="fold", no_wrap=name == "question")
    for question in questions.values():
        asked = [each for each in told if each.question == question.id and each.exchanges]
        numbers = sorted({number for each in asked for number in each.exchanges})
        first = evidence[numbers[0]] if numbers else ""
        more = f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else ""
        does = settled.get(question.id) or _left(asked)
        table.add_row(question.id, question.statements[0].says, does, first + more)
    terminal.print(table)


def _left(asked: list[QuestionState]) -> str:
    """Return in words what is known of a question that is not settled."""
    if not asked:
        return "unknown: nothing that was asked tells"
    by_field = {each.key.partition("/")[2] or each.key: " or ".join(each.left) for each in asked}
    if len(set(by_field.values())) == 1:
        return next(iter(by_field.values()))
    return "; ".join(f"{field}: {left}" for field, left in by_field.items())
