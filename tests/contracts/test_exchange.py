"""Requests and bodies: which request is an ordinary call, how a body is encoded, what counts as JSON."""

from __future__ import annotations

import pytest

from contracts.exchange import NOTHING, Request, decode, decode_answer, encode
from contracts.media_types import is_json, is_some_json


@pytest.mark.parametrize(
    ("request_", "plain"),
    [
        (Request(body={}), True),
        (Request(body=None), True),
        (Request(), False),
        (Request(body={}, raw=b"{}"), False),
        (Request(body={}, method="PUT"), False),
        (Request(body={}, path="/"), False),
        (Request(body={}, headers=()), False),
        (Request(body={}, headers=(("content-TYPE", "application/json"),)), True),
    ],
)
def test_only_json_to_the_documented_path_and_method_is_an_ordinary_call(request_: Request, plain: bool) -> None:
    assert request_.is_plain_call is plain


@pytest.mark.parametrize(
    ("media_type", "json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=UTF-8", True),
        ('application/json;charset="utf-8"', True),
        ('application/json; profile="x"; charset=utf-8', True),
        ('application/json; profile="a; charset=latin-1"', True),
        ('application/json; profile="x"; charset=latin-1', False),
        ("application/json; charset=latin-1", False),
        ("application/problem+json", False),
        ("text/json", False),
        ("", False),
    ],
)
def test_json_is_declared_as_such_in_utf_8(media_type: str, json: bool) -> None:
    assert is_json(media_type) is json


@pytest.mark.parametrize(
    ("request_", "payload"),
    [
        (Request(), b""),
        (Request(raw=b"\xff"), b"\xff"),
        (Request(body=None), b"null"),
        (Request(body={"a": "é"}), '{"a": "é"}'.encode()),
    ],
)
def test_a_body_is_encoded_as_utf_8(request_: Request, payload: bytes) -> None:
    assert request_.payload() == payload


def test_what_utf_8_cannot_encode_is_escaped() -> None:
    assert encode({"a": "\ud800é"}) == b'{"a": "\\ud800\\u00e9"}'


@pytest.mark.parametrize("content", [b"", b"{", b"NaN", b'{"a": Infinity}', b"\xff", b'{"a": "\xe9"}', b"[" * 100_000])
def test_a_body_that_is_not_json_is_nothing(content: bytes) -> None:
    assert decode(content) is NOTHING


def test_big_numbers_keep_their_value() -> None:
    assert decode(b'{"a": 9007199254740993}') == {"a": 9007199254740993}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("400.0", 400),
        ("4E2", 400),
        ("9007199254740993.0", 9007199254740993),
        ("1.8446744073709553E19", 18446744073709553000),
    ],
)
def test_a_number_of_an_answer_is_what_it_means_however_it_is_written(written: str, meant: int) -> None:
    value = decode_answer(f'{{"a": {written}}}'.encode())["a"]
    assert (value, type(value)) == (meant, int)


@pytest.mark.parametrize("written", ["12.5", "1e999", "-0.0", "1e-999999999999999999999", "9007199254740992.5"])
def test_other_numbers_of_an_answer_stay_as_they_are(written: str) -> None:
    assert repr(decode_answer(f'{{"a": {written}}}'.encode())["a"]) == repr(float(written))


def test_a_byte_order_mark_is_passed_over_in_an_answer_only() -> None:
    content = b'\xef\xbb\xbf{"a": 1}'
    assert (decode_answer(content), decode(content)) == ({"a": 1}, NOTHING)


@pytest.mark.parametrize(
    ("content_type", "exact", "some"),
    [
        ("application/vnd.x+json; charset=utf-8", False, True),
        ("application/problem+json", False, True),
        ("Application/JSON", True, True),
        ("application/jsonp", False, False),
        ("text/json", False, False),
        ("application/vnd.x+json; charset=latin-1", False, False),
        ("", False, False),
    ],
)
def test_a_subtype_of_json_is_json_of_some_kind(content_type: str, exact: bool, some: bool) -> None:
    assert (is_json(content_type), is_some_json(content_type)) == (exact, some)


def test_nothing_is_false_and_has_a_name() -> None:
    assert not NOTHING
    assert repr(NOTHING) == "nothing"
