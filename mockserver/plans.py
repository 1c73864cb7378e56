"""The plans of a mock: its own, and those of other readings, each made when it is first needed."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import Final

from mockserver.plan import Plan
from openapi import document, questions, shapes
from openapi.document import Document
from openapi.effective import effective
from openapi.questions import Question, Readings
from openapi.shapes import Shape

_KEPT: Final = 128  # plans beside the mock's own, of half a MiB each: the neighbours of two choices of readings


class Plans:
    """The plans of one mock. Those that were not used for longest make room; they are made again when needed."""

    def __init__(self, own: Plan) -> None:
        self.own: Final = own
        self._others: OrderedDict[tuple[str, ...], Plan] = OrderedDict()

    def under(self, readings: Readings) -> Plan:
        """Return the plan that follows these readings, and the mock's own for every other question.

        Raises SourceError or MockError if the document does not go with them.
        """
        if not readings:
            return self.own
        chosen = {**self.own.readings, **readings}
        if chosen == self.own.readings:
            return self.own
        key = tuple(chosen.values())
        if key in self._others:
            self._others.move_to_end(key)
        else:
            self._others[key] = Plan.of(effective(self.usual, chosen, known_questions=self.questions), chosen)
            if len(self._others) > _KEPT:
                self._others.popitem(last=False)
        return self._others[key]

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The open questions."""
        return questions.load()

    @cached_property
    def usual(self) -> Document:
        """The document under the usual readings, from which that of any others is made."""
        return document.load(known_questions=self.questions)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of an answer."""
        return shapes.load(self.questions)
