"""Build the effective document: the document as it reads under a choice of readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path

from openapi import document, overlay, questions
from openapi.document import Document
from openapi.questions import Question, Readings
from openapi.readings import answers, examples, requests, statuses
from openapi.readings.nodes import Raw

Change = Callable[[Raw, Readings], None]

# Each function is named after its question. It runs only if the chosen reading of that question is not the
# default. The order matters: a function may rely on the nodes that the functions before it leave.
CHANGES: tuple[Change, ...] = (
    requests.identifier_names,
    requests.milestone_action,
    requests.source,
    requests.null_optional,
    requests.unknown_value,
    requests.wrong_type,
    requests.blank_value,
    requests.promotion_ids,
    requests.one_promotion_id_missing,
    requests.malformed_id,
    requests.unknown_fields,
    requests.promotion_field_names,
    answers.error_shape,
    answers.warning_shape,
    answers.data_on_error,
    answers.request_id_absent,
    answers.already_enrolled_body,
    answers.limit_reached_body,
    answers.milestones_failed_body,
    answers.no_milestones,
    answers.enrol_gives_optin_id,
    statuses.validation_status,
    statuses.refusal_status,
    statuses.engine_status,
    statuses.unauthenticated,
    statuses.message_extent,
)


def load(path: Path | None = None, pairs: Iterable[str] = (), *, revised: bool = False) -> Document:
    """Read the document and apply the readings of a file and of `question=reading` pairs to it.

    A pair overrides the file. `revised`: first apply the overlay with the newer revision of the page.
    Raises SourceError.
    """
    known = questions.load()
    contract = document.load(known_questions=known)
    if revised:
        raw = overlay.apply(contract.raw, overlay.load())
        contract = document.parse(raw, known_questions=known)
    return effective(contract, questions.choose(known, path=path, pairs=pairs), known_questions=known)


def effective(contract: Document, chosen: Readings, *, known_questions: Mapping[str, Question]) -> Document:
    """Return the document under the chosen readings, with an example for each documented outcome.

    A question without a chosen reading keeps its default. Raises SourceError.
    """
    readings = {id: chosen.get(id, question.default) for id, question in known_questions.items()}
    others = {id: reading for id, reading in readings.items() if reading != known_questions[id].default}
    raw = deepcopy(contract.raw)
    for change in CHANGES:
        if change.__name__.replace("_", "-") in others:
            change(raw, readings)
    examples.build(raw, readings)
    if others:
        raw["x-readings"] = others
    return document.parse(raw, known_questions=known_questions)
