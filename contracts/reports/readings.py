"""The readings of a host as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from contracts.reports.console import cell, print_line
from contracts.verdict.evidence import QuestionState
from openapi.questions import Question


def show(
    terminal: Console,
    questions: Mapping[str, Question],
    states: tuple[QuestionState, ...],
    settled: Mapping[str, str],
    evidence: Mapping[int, str],
) -> None:
    """Print, for each question, what the page says, which reading the host follows, and the evidence.

    `settled`: the reading of each settled question. `evidence`: request and answer in words, by number of the exchange.
    Questions of which no answer shows anything are named in one line.
    """
    table = Table(box=None, pad_edge=False)
    for name in ("question", "the page says", "the host does", "evidence"):
        table.add_column(name, overflow="fold", no_wrap=name == "question", min_width=len("promotion-required"))
    unknown = []
    for question in questions.values():
        known = [state for state in states if state.question == question.id and state.exchanges]
        if not known:
            unknown.append(question.id)
            continue
        numbers = sorted({number for state in known for number in state.exchanges})
        first = evidence[numbers[0]]
        more = f" (and {len(numbers) - 1} more)" if len(numbers) > 1 else ""
        does = settled.get(question.id) or _left(known)
        table.add_row(*map(cell, (question.id, question.statements[0].says, does, first + more)))
    terminal.print(table)
    if unknown:
        print_line(terminal, f"no answer shows: {', '.join(unknown)}")


def _left(known: list[QuestionState]) -> str:
    """Return in words which readings are left of a question that is not settled."""
    by_field = {state.key.partition("/")[2] or state.key: " or ".join(state.left) for state in known}
    if len(set(by_field.values())) == 1:
        return next(iter(by_field.values()))
    return "; ".join(f"{field}: {left}" for field, left in by_field.items())
