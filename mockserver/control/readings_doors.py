"""The doors of the readings: show those of a session, and let it follow others. Each session changes its own only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mockserver.control.visit import Visit
from mockserver.errors import MockError
from mockserver.exchange.answers import Data, problem
from openapi import questions, source
from openapi.questions import Question, Readings
from openapi.source import SourceError

PATH: Final = "/_mock/readings"


def show(visit: Visit) -> Data:
    """Show the reading of each question that this session follows."""
    return Data({"readings": visit.plan.readings})


def replace(visit: Visit) -> Data:
    """Follow the readings of the body, and the mock's own for all other questions, until the next reset.

    Nothing changes if one of them does not exist.
    """
    request, plans, session = visit.request, visit.plans, visit.session
    try:
        chosen = _chosen(request.body, plans.questions)
        plan = plans.under(chosen)
    except (SourceError, MockError) as error:
        return problem(str(error))
    session.follow(chosen, own=plans.own.readings)
    return Data({"readings": plan.readings})


def _chosen(body: bytes, known: Mapping[str, Question]) -> Readings:
    """Return the readings that a body names. Raises SourceError."""
    raw = source.parse_json(body)
    if not isinstance(raw, dict):
        raise SourceError('the body is no object of questions and readings, such as {"error-shape": "object-number"}')
    return questions.chosen(raw, known, path="")
