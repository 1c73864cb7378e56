"""The readings of a host as a list for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console

from contracts.reports.console import print_wrapped
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
    Questions of which no answer shows anything are named at the end. It is a list and no table, since the columns of a
    table are too narrow for the names of readings.
    """
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
        print_wrapped(terminal, f"{question.id}: {does}")
        print_wrapped(terminal, question.asks, indent=4, label="question")
        if does in question.readings:
            print_wrapped(terminal, question.readings[does], indent=4, label="the host")
        print_wrapped(terminal, question.statements[0].says, indent=4, label="the page")
        print_wrapped(terminal, first + more, indent=4, label="evidence")
    if unknown:
        print_wrapped(terminal, f"no answer shows: {', '.join(unknown)}")


def _left(known: list[QuestionState]) -> str:
    """Return in words which readings are left of a question that is not settled."""
    by_field = {state.key.partition("/")[2] or state.key: " or ".join(state.left) for state in known}
    if len(set(by_field.values())) == 1:
        return next(iter(by_field.values()))
    return "; ".join(f"{field}: {left}" for field, left in by_field.items())
