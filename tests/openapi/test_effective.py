"""The effective document is valid under every reading, and differs where the reading changes it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from openapi import document, effective, envelope, extensions, overlay, questions, source
from openapi.document import Document
from openapi.questions import Question
from openapi.source import SourceError
from tests import page

KNOWN = questions.load()
CONTRACT = document.load(known_questions=KNOWN)
OTHERS = [
    (id, reading) for id, question in KNOWN.items() for reading in question.readings if reading != question.default
]
CHANGED = {change.__name__.replace("_", "-") for change in effective.CHANGES}


def under(**chosen: str) -> Document:
    """Return the document under readings; a question is given with underscores instead of hyphens."""
    return under_all({question.replace("_", "-"): reading for question, reading in chosen.items()})


def under_all(chosen: Mapping[str, str]) -> Document:
    return effective.effective(CONTRACT, chosen, known_questions=KNOWN)


def field(contract: Document, *path: str) -> Mapping[str, Any]:
    return next(field.schema for field in contract.request_fields if field.path == path)


def outcome(contract: Document, name: str) -> document.Outcome:
    return contract.outcomes[name]


def test_each_change_is_named_after_one_question() -> None:
    assert len(CHANGED) == len(effective.CHANGES)
    assert set(KNOWN) >= CHANGED


@pytest.mark.parametrize(("question", "reading"), OTHERS, ids=lambda word: word)
def test_document_under_a_reading_is_valid_openapi(question: str, reading: str) -> None:
    changed = under_all({question: reading})
    assert list(OpenAPIV31SpecValidator(changed.raw).iter_errors()) == []
    assert changed.raw["x-readings"] == {question: reading}


@pytest.mark.parametrize("seed", range(30))
def test_document_under_any_combination_is_valid_openapi(seed: int) -> None:
    dice = random.Random(seed)
    chosen = {id: dice.choice(list(question.readings)) for id, question in KNOWN.items()}
    changed = under_all(chosen)
    assert list(OpenAPIV31SpecValidator(changed.raw).iter_errors()) == []
    assert list(changed.claims) == list(CONTRACT.claims), "no reading may remove a claim"


@pytest.mark.parametrize(("question", "reading"), OTHERS, ids=lambda word: word)
def test_document_differs_under_exactly_the_readings_that_change_it(question: str, reading: str) -> None:
    """The other readings change only behaviour: the mock implements them."""
    changed, usual = under_all({question: reading}).raw, under_all({}).raw
    shown_in_examples = {
        "milestones-failed-body",
        "no-response-body",
        "already-enrolled-body",
        "enrol-gives-optin-id",
        "opt-in-first",
    }
    del changed["x-readings"]
    if question not in CHANGED | shown_in_examples:
        assert changed == usual
    elif (question, reading) != ("enrol-gives-optin-id", "loyalty-only"):
        assert changed != usual


def test_original_document_is_not_changed() -> None:
    before = source.text(CONTRACT.raw)
    under(unknown_fields="refused", error_shape="object-string", engine_status="200")
    assert source.text(CONTRACT.raw) == before


def test_default_readings_change_nothing() -> None:
    """So the examples in the file are those that the catalogue gives. Copy them from here where this fails."""
    usual = under_all(questions.defaults(KNOWN)).raw
    for name, example in usual["components"]["examples"].items():
        assert CONTRACT.raw["components"]["examples"].get(name) == example, name
    assert usual == CONTRACT.raw


@pytest.mark.parametrize("seed", range(5))
def test_every_outcome_has_an_example_under_its_status_if_it_can_occur(seed: int) -> None:
    dice = random.Random(seed)
    chosen = {id: dice.choice(list(question.readings)) for id, question in KNOWN.items()}
    changed = under_all(chosen)
    never = {
        *(["unknown_field"] if chosen["unknown-fields"] == "ignored" else []),
        *(["target_rule_not_found"] if chosen["milestone-action"] == "refused" else []),
        *(["not_enrolled"] if chosen["opt-in-first"] != "refused" else []),
    }
    for one in changed.outcomes.values():
        if one.name in never:
            assert one.name not in changed.response_examples(one.status)
        else:
            example = changed.response_examples(one.status)[one.name]
            assert one.message in str(example["errors"] or example["warnings"])


def test_example_has_the_shape_of_the_readings() -> None:
    changed = under(error_shape="object-string", data_on_error="absent", warning_shape="strings")
    assert changed.response_examples(400)["program_not_found"] == {
        "errors": {"code": "400", "message": page.ERROR_CODES[9].text},
        "warnings": None,
    }
    assert changed.response_examples(200)["no_response"]["warnings"] == [page.WARNING_MESSAGES[2]]
    assert under(data_on_error="partial-echo").response_examples(500)["engine_error"]["data"]["action"] == "ENROL"


@pytest.mark.parametrize(
    ("chosen", "name", "status"),
    [
        ({"validation_status": "422"}, "source_required", 422),
        ({"validation_status": "200"}, "source_required", 200),
        ({"validation_status": "422"}, "invalid_request", 400),
        ({"refusal_status": "404"}, "customer_not_found", 404),
        ({"refusal_status": "404"}, "generic_not_eligible", 400),
        ({"refusal_status": "200"}, "generic_not_eligible", 200),
        ({"engine_status": "503"}, "engine_error", 503),
        ({"unauthenticated": "403"}, "unauthenticated", 403),
        ({"unauthenticated": "any-refusal"}, "unauthenticated", 200),
        ({"unauthenticated": "403"}, "token_expired", 498),
    ],
)
def test_reading_decides_the_status_of_an_outcome(chosen: dict[str, str], name: str, status: int) -> None:
    assert outcome(under(**chosen), name).status == status


def test_status_that_no_outcome_uses_is_no_longer_declared() -> None:
    assert under(engine_status="503", unauthenticated="403").statuses == (200, 400, 404, 405, 413, 415, 498, 503, 403)
    assert 500 not in under(engine_status="200").statuses
    assert 401 not in under(unauthenticated="any-refusal").statuses


def test_renamed_promotion_ids_are_renamed_in_the_examples_too() -> None:
    changed = under(promotion_field_names="promoHexId-promoIntId", promotion_ids="either")
    assert [field.path for field in changed.request_fields if field.path[0] == "promotion"][1:] == [
        ("promotion", "promoHexId"),
        ("promotion", "promoIntId"),
    ]
    assert changed.request_examples()["enrol"]["promotion"] == {
        "promoHexId": page.ENROL_REQUEST["promotion"]["id"],
        "promoIntId": page.ENROL_REQUEST["promotion"]["promotionId"],
    }


def test_required_source_must_not_be_null_or_blank() -> None:
    source_node = field(under(source="required"), "customer", "source")
    assert (source_node["type"], source_node["pattern"]) == ("string", r"\S")
    assert None not in source_node["enum"]


def test_ignored_source_still_lists_the_known_sources_as_examples() -> None:
    node = field(under(unknown_value="ignored"), "customer", "source")
    assert "enum" not in node
    assert node["examples"] == list(page.BODY_PARAMETERS[8].lists)


@pytest.mark.parametrize(
    ("chosen", "form", "fits", "breaks"),
    [
        ({"malformed_id": "field-code"}, ("promotion", "id"), "6" * 24, ["6" * 23, "g" * 24, "6" * 25, ""]),
        ({"malformed_id": "field-code", "promotion_ids": "either"}, ("promotion", "id"), "", ["6" * 23]),
        ({"malformed_id": "field-code", "blank_value": "not-found"}, ("promotion", "id"), " ", ["6" * 23]),
        ({"wrong_type": "coerced"}, ("programId",), "3334", ["", "3334x", " 3334", "3" * 19]),
    ],
)
def test_pattern_of_a_field(chosen: dict[str, str], form: tuple[str, ...], fits: str, breaks: list[str]) -> None:
    changed = under(**chosen)
    pointer = next(field.pointer for field in changed.request_fields if field.path == form)
    validator = changed.validator(pointer)
    assert validator.is_valid(fits)
    assert [value for value in breaks if validator.is_valid(value)] == []


def test_outcome_of_a_keyword_must_be_in_the_catalogue() -> None:
    raw = under(unknown_value="plain-400").raw
    properties = raw["components"]["schemas"]["EnrolRequest"]["properties"]
    properties["action"]["x-outcome-by-keyword"]["enum"] = "invalid_requst"
    with pytest.raises(
        SourceError, match=r"x-outcome-by-keyword: no outcome is called 'invalid_requst' \(did you mean"
    ):
        document.parse(raw, known_questions=KNOWN)


def test_readings_of_a_document_must_be_known() -> None:
    raw = under(source="required").raw
    raw["x-readings"] = {"source": "requird"}
    with pytest.raises(SourceError, match="/x-readings: source: 'requird' is none of its readings"):
        document.parse(raw, known_questions=KNOWN)


def test_envelope_is_derived_from_the_document() -> None:
    usual = envelope.read(CONTRACT.raw)
    assert usual == envelope.Envelope(
        errors_listed=True,
        codes_spelled=False,
        warnings_listed=True,
        warnings_bare=False,
        data_beside_errors=True,
        echoes=False,
    )
    assert usual.result(1) == {"data": 1, "errors": None, "warnings": None}


def test_pair_overrides_the_readings_of_a_file(tmp_path: Path, open_questions: Mapping[str, Question]) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("source: required\nengine-status: 503\n", encoding="utf-8")
    chosen = questions.choose(open_questions, path=path, pairs=["engine-status=200", "engine-status=500"])
    assert chosen == {"source": "required", "engine-status": "500"}
    assert questions.choose(open_questions) == {}


def test_loaded_document_follows_file_pairs_and_revision(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("source: required\n", encoding="utf-8")
    loaded = effective.load(path, ["engine-status=503"], revised=True)
    assert loaded.raw["x-readings"] == {"source": "required", "engine-status": "503"}
    assert ("optinDate",) in [field.path for field in loaded.request_fields]


def test_exported_document_reads_back_and_has_no_yaml_anchors(tmp_path: Path) -> None:
    path = tmp_path / "exported.yaml"
    path.write_text(source.text(under(engine_status="200").raw), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    assert "description: |" in text
    assert "&id" not in text
    assert document.load(path).raw == under(engine_status="200").raw


# The newer revision of the page.


def revised() -> Document:
    return document.parse(overlay.apply(CONTRACT.raw, overlay.load()), known_questions=KNOWN)


def test_revision_adds_the_field_and_the_three_codes() -> None:
    added = {name: one for name, one in revised().outcomes.items() if name not in CONTRACT.outcomes}
    assert {one.code: one.status for one in added.values()} == {310229: 400, 310230: 400, 310238: 400}
    assert all(one.section is None for one in added.values()), "they are on other pages only, so they are assumed"
    node = field(revised(), "optinDate")
    assert (node["type"], node["format"]) == (["string", "null"], "date-time")
    assert not next(one.required for one in revised().request_fields if one.path == ("optinDate",))
    assert "optinDate" in revised().request_examples()["optInDated"]


def test_revision_changes_no_claim() -> None:
    assert revised().claims.keys() == CONTRACT.claims.keys()


@pytest.mark.parametrize("chosen", [{}, {"null-optional": "refused", "unknown-fields": "refused"}], ids=str)
def test_revised_document_is_valid_openapi_under_readings_too(chosen: dict[str, str]) -> None:
    changed = effective.effective(revised(), chosen, known_questions=KNOWN)
    assert list(OpenAPIV31SpecValidator(changed.raw).iter_errors()) == []


def test_null_optional_refused_applies_to_the_new_field_too() -> None:
    changed = effective.effective(revised(), {"null-optional": "refused"}, known_questions=KNOWN)
    assert extensions.types(field(changed, "optinDate")) == ("string",)
