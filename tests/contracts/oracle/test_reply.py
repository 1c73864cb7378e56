"""Reading replies: the envelope of the page in whichever of its shapes, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import NOTHING
from contracts.oracle.reply import ReplyReader, is_gateway, part
from openapi.document import Document
from tests.contracts.answers import ALREADY, made, refused, text, warned
from tests.contracts.conftest import make_answer


@pytest.fixture(scope="module")
def reader(contract: Document) -> ReplyReader:
    return ReplyReader(contract)


@pytest.mark.parametrize(
    ("body", "status", "decision"),
    [
        (made(), 200, "success"),
        (made(), 201, "success"),
        (made(), 400, "refusal"),
        (made(), 302, "refusal"),
        (refused("program_not_found"), 200, "refusal"),
        (refused("program_not_found"), 400, "refusal"),
        (warned(ALREADY), 200, "warned"),
        (warned(ALREADY) | {"data": None}, 200, "warned"),
        ({"warnings": [text(ALREADY)]}, 200, "warned"),
        (warned("milestones_failed", ids=("1", "2")), 200, "success"),
        ({}, 200, "success"),
        ([], 200, "refusal"),
        (b"ok", 200, "refusal"),
    ],
)
def test_an_answer_says_what_the_host_did(reader: ReplyReader, body: Any, status: int, decision: str) -> None:
    assert reader.read(make_answer(body, status)).decision == decision


@pytest.mark.parametrize(
    ("item", "names", "extent", "plain"),
    [
        ({"code": 310005, "message": text("program_id_required")}, {"program_id_required"}, "whole", False),
        ({"code": 310005, "message": f" {text('program_id_required')}\n"}, {"program_id_required"}, "whole", False),
        ({"code": 310005, "message": "programId is required"}, {"program_id_required"}, "first-sentence", False),
        ({"code": 310005, "message": "programId is requ"}, {"program_id_required"}, "cut", False),
        ({"code": 310003, "message": "programId is required."}, set(), "first-sentence", False),
        ({"code": 310005, "message": "no"}, {"program_id_required"}, "any-text", False),
        ({"code": 7, "message": "no"}, set(), "any-text", True),
        ({"code": 310005}, set(), None, False),
        ({"message": "no"}, set(), "any-text", True),
        ({"code": 310005, "message": text(ALREADY)}, set(), None, False),
    ],
)
def test_an_error_may_be(
    reader: ReplyReader, item: dict[str, Any], names: set[str], extent: str | None, plain: bool
) -> None:
    (read,) = reader.read(make_answer({"errors": [item]}, 400)).errors
    assert (set(read.names), read.extent, read.plain) == (names, extent, plain)


def test_code_400_with_free_text_may_be_each_of_its_rows_or_none(reader: ReplyReader) -> None:
    (read,) = reader.read(make_answer({"errors": [{"code": 400, "message": "no"}]}, 400)).errors
    rows = {"promotion_not_found", "program_not_found", "customer_not_found", "generic_not_eligible"}
    assert (set(read.names), read.plain) == (rows | {"opt_in_not_supported"}, True)


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_no_errors_and_no_warnings_have_three_forms(reader: ReplyReader, nothing: Any) -> None:
    reply = reader.read(make_answer({"data": {}, "errors": nothing, "warnings": nothing}))
    assert (reply.errors, reply.warnings, reply.malformed) == ((), (), ())


@pytest.mark.parametrize(
    ("warnings", "texts", "shape", "malformed"),
    [
        ([{"message": "a"}, {"message": "b"}], ("a", "b"), "list", ()),
        (["a"], ("a",), "strings", ()),
        ({"message": "a"}, ("a",), "object", ()),
        ({"text": "a"}, (None,), "object", ()),
        ([{"message": "a"}, "b"], ("a", "b"), "list", ('warnings is [{"message": "a"}, "b"], and holds neither only objects nor only strings',)),
        ("a", ("a",), None, ('warnings is "a"',)),
        (5, (5,), None, ("warnings is 5",)),
    ],
)  # fmt: skip
def test_warnings_have_three_shapes(
    reader: ReplyReader, warnings: Any, texts: tuple[Any, ...], shape: str | None, malformed: tuple[str, ...]
) -> None:
    reply = reader.read(make_answer({"data": {}, "warnings": warnings}))
    assert (reply.warnings, reply.warning_shape, reply.malformed) == (texts, shape, malformed)


def test_an_answer_without_data_has_nothing_for_data(reader: ReplyReader) -> None:
    assert reader.read(make_answer({})).data is NOTHING
    assert reader.read(make_answer(b"")).data is NOTHING
    assert reader.read(make_answer({"data": None})).data is None


@pytest.mark.parametrize(
    ("body", "status", "gateway"),
    [
        (b"<html>", 502, True),
        (b"", 429, True),
        (b"", 522, True),
        (refused("engine_error"), 503, False),
        (b"<html>", 500, False),
        (b"<html>", 200, False),
    ],
)
def test_a_gateway_answers_without_json(body: Any, status: int, gateway: bool) -> None:
    assert is_gateway(make_answer(body, status)) is gateway


def test_a_part_that_is_not_there_is_none() -> None:
    assert part({"a": {"b": 1}}, "a", "b") == 1
    values: tuple[Any, ...] = ({"a": []}, {}, None, 5, {"a": {"b": None}})
    for value in values:
        assert part(value, "a", "b") is None
