"""The shapes of an answer: their data is checked, and each of them is one that another answer does not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from openapi import document, questions, shapes, source
from openapi.shapes import FEATURES, Form
from openapi.source import SourceError

QUESTIONS = questions.load()
SHAPES = shapes.load(QUESTIONS)
ERROR = QUESTIONS["error-shape"]


def test_names_are_unique_and_no_two_shapes_are_the_same() -> None:
    assert len({one.name for one in SHAPES}) == len(SHAPES)
    assert len({str(sorted(one.shown.items())) for one in SHAPES}) == len(SHAPES)


def test_every_question_about_the_answer_has_a_shape_for_each_of_its_readings() -> None:
    """But `many-violations=first`, since one error alone shows nothing of it."""
    shown = {question.id: set(question.shows) for question in QUESTIONS.values() if question.shows}
    assert {
        id: set(QUESTIONS[id].readings) - names for id, names in shown.items() if set(QUESTIONS[id].readings) - names
    } == {"many-violations": {"first"}}


def test_outcomes_of_the_shapes_are_in_the_document() -> None:
    named = {one.shown["outcome"] for one in SHAPES if "outcome" in one.shown}
    assert named <= set(document.load().outcomes)


def test_features_are_those_of_a_form() -> None:
    assert tuple(name.replace("-", "_") for name in FEATURES) == Form._fields


def test_shape_is_shown_by_a_form_that_has_all_of_its_features() -> None:
    by_name = {one.name: one for one in SHAPES}
    form = Form(400, ("program_not_found",), "lookup", "list", "one", "number", "whole", "null", "null")
    assert {name for name, shape in by_name.items() if shape.is_shown_by(form)} == {
        "error-shape=list-number",
        "data-on-error=null",
        "refusal-status=400",
        "message-extent=whole",
    }
    assert not any(shape.is_shown_by(Form(200)) for shape in SHAPES)


@pytest.mark.parametrize(
    ("shows", "said"),
    [
        (
            {"objekt-number": {"errors": "object"}},
            "'objekt-number' is none of its readings (did you mean 'object-number'?)",
        ),
        ({"object-number": {"erors": "object"}}, "an answer has no feature 'erors' (did you mean 'errors'?)"),
        ({"object-number": {"errors": "objekt"}}, "'objekt' is none of its values (null, absent, list, object)"),
        ({"object-number": {"errors": ("list", "objekt")}}, "'objekt' is none of its values"),
        ({"object-number": {"status": "200"}}, "'200' is none of its values"),
        ({"object-number": {"errors": 200}}, "200 is none of its values"),
        ({"object-number": {}}, "every answer would show it"),
    ],
)
def test_what_no_answer_can_show_is_refused(shows: Any, said: str) -> None:
    question = msgspec.structs.replace(ERROR, shows=shows)
    with pytest.raises(SourceError) as caught:
        shapes.load({question.id: question})
    assert said in str(caught.value)
    assert "error-shape: /shows" in str(caught.value)


def test_file_of_successes_is_checked(tmp_path: Path) -> None:
    raw = yaml.safe_load(source.SHAPES.read_text(encoding="utf-8"))
    raw["shapes"][0]["shown"] = {"reslt": "SUCCESS"}
    path = tmp_path / "shapes.yaml"
    path.write_text(yaml.dump(raw), encoding="utf-8")
    with pytest.raises(
        SourceError, match=r"/shapes/0/shown: an answer has no feature 'reslt' \(did you mean 'result'\?\)"
    ):
        shapes.load(QUESTIONS, path)
