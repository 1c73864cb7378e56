"""The open questions are complete and cite the page; unknown questions and readings are refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi import extensions, questions, source
from openapi.document import Document
from openapi.questions import Question
from openapi.source import SourceError
from tests import page

ONE: dict[str, Any] = {
    "id": "colour",
    "asks": "Which colour?",
    "statements": [{"section": "Title", "row": 1, "says": "It does not say."}],
    "default": "red",
    "readings": {"red": "it is red", "blue": "it is blue"},
}

# Every question with its readings, the default first. Mock, oracle and tests/faulty implement exactly these.
KNOWN = {
    "promotion-field-names": ["id-promotionId", "promoHexId-promoIntId"],
    "promotion-ids": ["both", "either", "identifier-too"],
    "one-promotion-id-missing": ["promotion-required", "promotion-not-found"],
    "promotion-ids-disagree": ["promotion-not-found", "id-wins", "promotionId-wins"],
    "program-mismatch": ["promotion-not-found", "program-not-found"],
    "source": ["optional", "required"],
    "source-selects": ["no", "yes"],
    "identifier-names": ["id-mobile-email", "with-externalId", "all-spellings"],
    "milestone-action": ["refused", "accepted"],
    "unknown-value": ["field-code", "plain-400", "ignored"],
    "wrong-type": ["field-code", "plain-400", "coerced"],
    "malformed-id": ["not-found", "field-code"],
    "blank-value": ["field-code", "not-found"],
    "value-folding": ["exact", "trimmed", "case-folded", "both"],
    "leading-zeros": ["significant", "ignored"],
    "null-optional": ["absent", "refused"],
    "unknown-fields": ["ignored", "refused"],
    "many-violations": ["all", "first"],
    "precedence": [
        "credentials-validation-lookup",
        "credentials-lookup-validation",
        "validation-credentials-lookup",
    ],
    "error-shape": ["list-number", "list-string", "object-number", "object-string"],
    "warning-shape": ["list", "object", "strings"],
    "data-on-error": ["null", "absent", "partial-echo"],
    "validation-status": ["400", "200", "422"],
    "refusal-status": ["400", "200", "404"],
    "engine-status": ["500", "200", "503"],
    "message-extent": ["whole", "first-sentence", "any-text"],
    "request-id-absent": ["null", "omitted", "generated"],
    "already-enrolled-body": ["ids-null", "existing-ids", "data-null"],
    "limit-reached-body": ["ids-null", "data-null"],
    "milestones-failed-body": ["failed-list", "milestone-null"],
    "no-response-body": ["success", "failed"],
    "no-milestones": ["empty-list", "null", "absent"],
    "opt-in-types": ["loyalty-earning", "loyalty-too"],
    "opt-in-first": ["enrols", "refused"],
    "opt-in-after": ["once", "already-enrolled", "every-new", "same-ids"],
    "enrol-gives-optin-id": ["always", "loyalty-only", "after-opt-in"],
    "unauthenticated": ["401", "403", "any-refusal"],
}


def written(folder: Path, content: object) -> Path:
    path = folder / "some.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def test_questions_and_readings_are_the_known_ones_default_first(open_questions: Mapping[str, Question]) -> None:
    assert {id: list(question.readings) for id, question in open_questions.items()} == KNOWN
    assert questions.defaults(open_questions) == {id: readings[0] for id, readings in KNOWN.items()}


def test_every_statement_cites_a_row_of_the_page(open_questions: Mapping[str, Question]) -> None:
    for question in open_questions.values():
        assert question.statements, question.id
        for statement in question.statements:
            assert 1 <= statement.row <= page.ROWS[statement.section], (question.id, statement)


def test_every_quoted_error_text_occurs_in_the_cited_row(open_questions: Mapping[str, Question]) -> None:
    """A statement that begins with a quotation mark quotes the cited row of the page."""
    quoted = 0
    for question in open_questions.values():
        for statement in question.statements:
            rows = {
                "Error codes": [row.text for row in page.ERROR_CODES],
                "Warning messages": list(page.WARNING_MESSAGES),
            }
            if statement.says.startswith('"') and statement.section == "Error codes":
                quotation = statement.says.split('"')[1]
                text = rows[statement.section][statement.row - 1]
                code = str(page.ERROR_CODES[statement.row - 1].code)
                assert quotation in text or quotation == code, (question.id, quotation)
                quoted += 1
    assert quoted >= 4


def test_no_two_readings_of_a_question_mean_the_same(open_questions: Mapping[str, Question]) -> None:
    for question in open_questions.values():
        assert len(set(question.readings.values())) == len(question.readings) >= 2, question.id
        assert question.asks.endswith("?")


def test_question_that_decides_a_keyword_cites_a_table_of_the_page(
    contract: Document, open_questions: Mapping[str, Question]
) -> None:
    """Each question under x-questions has a statement from a section that documents fields or messages."""
    used = {q for m in extensions.marks(contract.raw) if m.key == "x-questions" for q in m.value.values()}
    tables = {"Body parameters", "Response parameters", "Warning messages", "Error codes"}
    for question in used:
        assert {statement.section for statement in open_questions[question].statements} & tables, question


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"questions": [ONE, ONE]}, "/questions/1/id: the question 'colour' is defined twice"),
        (
            {"questions": [{**ONE, "default": "green"}]},
            "/questions/0/default: 'green' is none of its readings (red, blue)",
        ),
        (
            {"questions": [{**ONE, "ask": "?"}]},
            "line 12, column 3: /questions/0: unknown key `ask` (did you mean 'asks'?)",
        ),
        (
            {"questions": [{**ONE, "statements": [{"section": "Title", "row": "1", "says": ""}]}]},
            "line 6, column 10: /questions/0/statements/0/row: expected a whole number, got a text; a number has no quotes",
        ),
        (
            {"questions": [{**ONE, "statements": [{"section": "Title", "row": 0, "says": ""}]}]},
            "line 6, column 10: /questions/0/statements/0/row: expected a whole number, 1 or more",
        ),
        ({"question": []}, "line 1, column 1: /: unknown key `question` (did you mean 'questions'?)"),
        ([], "line 1, column 1: /: expected an object, got a list"),
    ],
)
def test_invalid_question_file_is_refused_with_pointer_and_reason(
    tmp_path: Path, content: object, complaint: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(SourceError) as refused:
        questions.load(path)
    assert str(refused.value) == f"{path}: {complaint}"


def test_choice_of_known_readings_is_accepted(open_questions: Mapping[str, Question]) -> None:
    everything = questions.defaults(open_questions) | {"source": "required"}
    for chosen in ({}, {"source": "required"}, everything):
        pairs = tuple(f"{question}={reading}" for question, reading in chosen.items())
        assert questions.choose(open_questions, pairs=pairs) == chosen


@pytest.mark.parametrize(
    ("chosen", "complaint"),
    [
        ({"sorce": "required"}, "'sorce' is no open question (did you mean 'source'?)"),
        ({"zzz": "required"}, "'zzz' is no open question"),
        (
            {"source": "optionl"},
            "source: 'optionl' is none of its readings (optional, required) (did you mean 'optional'?)",
        ),
        ({"source": "zzz"}, "source: 'zzz' is none of its readings (optional, required)"),
    ],
)
def test_unknown_question_or_reading_is_refused_with_a_hint(
    open_questions: Mapping[str, Question], chosen: dict[str, str], complaint: str
) -> None:
    with pytest.raises(SourceError) as refused:
        questions.check_readings(chosen, open_questions, path="readings.yaml")
    assert str(refused.value) == f"readings.yaml: {complaint}"


def test_readings_file_needs_no_quotes(tmp_path: Path, open_questions: Mapping[str, Question]) -> None:
    path = tmp_path / "readings.yaml"
    path.write_text(
        "source: required\nengine-status: 503\nsource-selects: yes\nrequest-id-absent: null\nno-milestones:\n",
        encoding="utf-8",
    )
    assert questions.load_readings(path, open_questions) == {
        "source": "required",
        "engine-status": "503",
        "source-selects": "yes",
        "request-id-absent": "null",
        "no-milestones": "null",
    }
    path.write_text("source-selects: no\n", encoding="utf-8")
    assert questions.load_readings(path, open_questions) == {"source-selects": "no"}


def test_empty_readings_file_chooses_nothing(tmp_path: Path, open_questions: Mapping[str, Question]) -> None:
    path = tmp_path / "readings.yaml"
    path.write_text("# nothing chosen\n", encoding="utf-8")
    assert questions.load_readings(path, open_questions) == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (["source"], "holds list, not a mapping of question to reading"),
        ({"sources": "required"}, "line 1, column 10: 'sources' is no open question (did you mean 'source'?)"),
        ({3: "required"}, "line 1, column 4: 3 is no open question"),
        ({"engine-status": 999}, "line 1, column 16: engine-status: '999' is none of its readings (500, 200, 503)"),
        (
            {"source": ["required"]},
            "line 2, column 1: source: \"['required']\" is none of its readings (optional, required)",
        ),
    ],
)
def test_invalid_readings_file_is_refused(
    tmp_path: Path, open_questions: Mapping[str, Question], content: object, complaint: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(SourceError) as refused:
        questions.load_readings(path, open_questions)
    assert str(refused.value).startswith(f"{path}: {complaint}")


def test_package_has_exactly_the_yaml_files_that_the_code_names() -> None:
    assert {path.name for path in source.HERE.glob("*.yaml")} == {
        path.name
        for path in (
            source.CONTROL,
            source.ENROL,
            source.OAUTH,
            source.QUESTIONS,
            source.SHAPES,
            source.WORLD,
            source.REVISION_2026,
        )
    }
