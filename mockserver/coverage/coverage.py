"""Coverage: how often answers showed clients each outcome, each shape and each fault. A reset of a session changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from mockserver.coverage import faults
from mockserver.coverage.forms import Features, features_of
from mockserver.exchange.answers import Answer, Data, Example, Refusal, Result, Text, Undocumented
from mockserver.exchange.handling import Handling
from mockserver.exchange.response import Response
from mockserver.faults.effects import REFUSE_TLS
from openapi.document import Document, Outcome
from openapi.places import MEDIA_TYPE
from openapi.shapes import Form, Shape
from proof.records import Met

_OF_THE_CONTROL_PLANE: Final = (Data, Text)
_WITH_OUTCOMES: Final = (Refusal, Example)


class Shown(Struct, frozen=True, cache_hash=True):
    """What the body of an answer shows; None if it has not the fields of the documented one."""

    features: Features | None


class Coverage:
    """Counts what the answers of all sessions showed. What bodies of one form show is found out once."""

    def __init__(self, path: str) -> None:
        """`path`: that of the documented call. Answers to other requests show no outcome and no shape."""
        self._path = path
        self._shown: Counter[Shown] = Counter()
        self._faults: Counter[str] = Counter()

    def shown(self, handling: Handling) -> None:
        """Count an answer that goes out whole, at once or late."""
        answer, response = handling.answer, handling.response
        if answer is None or response is None or isinstance(answer, _OF_THE_CONTROL_PLANE):
            return
        if isinstance(answer, Undocumented) or response.status == 498 or handling.headers:
            self._faults.update(faults.shown_by(handling, response))
            if response.media_type != MEDIA_TYPE:
                return
        if handling.request.path == self._path:
            # What a body shows follows from its form, unless the answer is about other fields than those that were
            # sent.
            form = response.form
            if form is None or (isinstance(answer, Result) and answer.case.fields is not handling.case.fields):
                shown = _shown(handling, answer, response)
            else:
                shown = form.shows
                if shown is None:
                    shown = form.shows = _shown(handling, answer, response)
            self._shown[shown] += 1

    def struck(self, fault: str) -> None:
        """Count a fault that struck a connection, or made an answer late."""
        self._faults[fault] += 1

    def met(self, document: Document, shapes: tuple[Shape, ...], *, tls: bool) -> tuple[Met, ...]:
        """Return everything that can be met, each with the number of answers that showed it, in the document's order.

        Only a mock that speaks `tls` can refuse a handshake.
        """
        counted = dict(self._shown)  # at once, as a list of pairs is not: other threads may count meanwhile
        forms = [(Form(*shown.features), number) for shown, number in counted.items() if shown.features]
        return (*_outcomes_met(forms, document), *_shapes_met(forms, shapes), *self._faults_met(tls=tls))

    def _faults_met(self, *, tls: bool) -> Iterator[Met]:
        for name, words in faults.FAULTS.items():
            if name != REFUSE_TLS or tls:
                yield Met("fault", name, words, "", self._faults[name])


def _outcomes_met(forms: list[tuple[Form, int]], document: Document) -> Iterator[Met]:
    counts: Counter[str] = Counter()
    for form, number in forms:
        counts.update(dict.fromkeys(form.outcome, number))
    for outcome in document.outcomes.values():
        if outcome.section:
            words = outcome.message if outcome.code is None else f"{outcome.code} {outcome.message}"
            yield Met("outcome", outcome.name, words, f"{outcome.section}, row {outcome.row}", counts[outcome.name])


def _shapes_met(forms: list[tuple[Form, int]], shapes: tuple[Shape, ...]) -> Iterator[Met]:
    for shape in shapes:
        count = sum(number for form, number in forms if shape.is_shown_by(form))
        yield Met("shape", shape.name, shape.words, f"{shape.section}, row {shape.row}", count)


def _shown(handling: Handling, answer: Answer, response: Response) -> Shown:
    return Shown(features_of(handling, _outcomes(answer), response.status, response.body))


def _outcomes(answer: Answer) -> tuple[Outcome, ...]:
    if isinstance(answer, Result):
        return answer.warnings
    return answer.outcomes if isinstance(answer, _WITH_OUTCOMES) else ()
