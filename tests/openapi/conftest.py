"""Fixtures: the document and the open questions, each read once per session."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from openapi import document, questions
from openapi.document import Document
from openapi.questions import Question


@pytest.fixture(scope="session")
def contract() -> Document:
    return document.load()


@pytest.fixture(scope="session")
def open_questions() -> Mapping[str, Question]:
    return questions.load()
