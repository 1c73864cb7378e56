"""Requests and bodies: which request is an ordinary call, how a body is encoded, what counts as JSON."""

from __future__ import annotations

import pytest

from contracts.exchange import NOTHING, Request, decode, encode, is_json


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


def test_nothing_is_false_and_has_a_name() -> None:
    assert not NOTHING
    assert repr(NOTHING) == "nothing"
