"""Which bodies the mock reads as JSON: their bytes, their length, and the headers about them."""

from __future__ import annotations

import json
from io import BytesIO

import msgspec
import pytest

from mockserver.receiving.body import BODY_LIMIT
from openapi.world import Customer, World
from tests import page
from tests.mockserver.caller import AUTHORIZED, Caller, caller, codes, errors
from tests.mockserver.conftest import MakeMock

GOOD = json.dumps(page.ENROL_REQUEST).encode()


def with_program(literal: str) -> bytes:
    return GOOD.replace(b"3334", literal.encode())


MALFORMED = {
    "nothing": b"",
    "blanks": b" \n",
    "half an object": GOOD[:-1],
    "two values": GOOD + GOOD,
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without a mark": GOOD.decode().encode("utf-16-le"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "no UTF-8": GOOD.replace(b"some-test-id", b"\xff\xfe"),
    "surrogates in UTF-8": GOOD.replace(b"some-test-id", b"\xed\xa0\x80"),
    "lone high surrogate": GOOD.replace(b"some-test-id", b"\\ud800 and more"),
    "lone low surrogate": GOOD.replace(b"some-test-id", b"\\udc00 and more"),
    "lone surrogate in a key": GOOD.replace(b"requestId", b"\\ud800requestId"),
    "raw control character": GOOD.replace(b"some-test-id", b"a\x00b"),
    "NaN": with_program("NaN"),
    "Infinity": with_program("-Infinity"),
    "number beyond a double": with_program("1e400"),
    "integer beyond 4,300 digits": with_program("1" * 5000),
    "single quotes": GOOD.replace(b'"', b"'"),
    "comment": GOOD + b"// done",
    "nested too deep": b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_body_is_malformed(mock: Caller, body: bytes) -> None:
    response = mock.send_raw(body)
    assert response.status_code == 400
    assert response.get_json()["errors"] == [{"code": 400, "message": "The body is not valid JSON."}]
    assert mock.journal()[-1]["outcomes"] == ["malformed_json"]


@pytest.mark.parametrize("digits", ["9223372036854775808", "18446744073709551616", "9" * 400])
def test_integer_beyond_64_bits_is_a_number_that_names_nothing(mock: Caller, digits: str) -> None:
    response = mock.send_raw(with_program(digits))
    assert response.get_json()["errors"][0]["message"].startswith("Program not found")


def test_integer_beyond_64_bits_is_compared_digit_by_digit(mock: Caller) -> None:
    just_beside = GOOD.replace(b"1133590053", b"1133590053.0000000000000000001")
    assert mock.send_raw(GOOD.replace(b"1133590053", b"1" + b"0" * 30)).status_code == 400
    assert mock.send_raw(just_beside).status_code == 200, "a fraction too small for a double counts as none"


def test_of_a_key_given_twice_the_last_one_counts(mock: Caller) -> None:
    assert mock.send_raw(b'{"action":"NONSENSE",' + GOOD[1:]).status_code == 200
    assert codes(mock.send_raw(GOOD[:-1] + b',"action":"NONSENSE"}')) == [310002]


def nested(levels: int, kind: str) -> bytes:
    return b"[" * levels + b"]" * levels if kind == "lists" else b'{"a":' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize("kind", ["lists", "objects"])
@pytest.mark.parametrize("levels", [31, 32, 33, 100, 254, 255, 256, 500, 900, 918, 919])
def test_nesting_is_followed_and_judged(mock: Caller, levels: int, kind: str) -> None:
    deep = nested(levels, kind)
    assert mock.send_raw(GOOD[:-1] + b',"x":' + deep + b"}").status_code == 200
    assert codes(mock.send_raw(GOOD.replace(b"3334", deep))) == [310005]
    assert codes(mock.send_raw(GOOD.replace(b'"some-test-id"', deep))) == [400]
    assert mock.send_raw(deep).get_json()["errors"][0]["code"] != 999999


@pytest.mark.parametrize("kind", ["lists", "objects"])
@pytest.mark.parametrize("levels", [920, 1000, 1100, 2000, 5000, 100_000])
def test_nesting_beyond_the_limit_is_malformed(mock: Caller, levels: int, kind: str) -> None:
    deep = nested(levels, kind)
    for body in (GOOD[:-1] + b',"x":' + deep + b"}", GOOD.replace(b"3334", deep), b"[" + deep + b"]"):
        response = mock.send_raw(body)
        assert response.get_json()["errors"] == [{"code": 400, "message": "The body is not valid JSON."}]
        assert mock.journal()[-1]["why"] == "The JSON is nested deeper than 920 levels."
    assert mock.client.post("/v3/oauth/token/generate", data=deep).status_code == 400


def test_brackets_in_strings_are_no_levels(mock: Caller) -> None:
    for text in ("[" * 2000, '\\"' + "{[" * 1000, "\\\\"):
        assert mock.send_raw(GOOD[:-1] + f',"x":"{text}"}}'.encode()).status_code == 200


def test_many_levels_beside_each_other_are_few(mock: Caller) -> None:
    assert mock.send_raw(GOOD[:-1] + b',"x":[' + b"[[]]," * 20_000 + b"[]]}").status_code == 200


def test_escaped_pair_of_surrogates_is_one_character(mock: Caller) -> None:
    response = mock.send_raw(GOOD.replace(b"some-test-id", b"\\ud83d\\ude00"))
    assert response.get_json()["data"]["requestId"] == "\U0001f600"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset=UTF8",
        "application/json; version=1",
    ],
)
def test_json_in_utf_8_is_taken(mock: Caller, content_type: str) -> None:
    assert mock.send_raw(GOOD, content_type).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "cause"),
    [
        (None, "The request has no Content-Type."),
        ("", "The request has no Content-Type."),
        ("text/plain", "The media type is 'text/plain'."),
        ("text/json", "The media type is 'text/json'."),
        ("application/vnd.api+json", "The media type is 'application/vnd.api+json'."),
        ("application/json, application/json", "The media type is 'application/json, application/json'."),
        ("application/x-www-form-urlencoded", "The media type is 'application/x-www-form-urlencoded'."),
        ("json", "The media type is 'json'."),
        (";;;", "The media type is ''."),
        ("application/json; charset=latin-1", "The charset is 'latin-1'."),
        ('application/json; charset="UTF-16"', "The charset is 'UTF-16'."),
    ],
)
def test_other_media_types_are_not_supported_and_the_answer_says_why(
    mock: Caller, content_type: str | None, cause: str
) -> None:
    response = mock.send_raw(GOOD, content_type)
    assert response.status_code == 415
    assert errors(response) == [(415, f"The body must be application/json in UTF-8. {cause}")]


def test_compressed_body_is_not_supported(mock: Caller) -> None:
    for encoding in ("gzip", "identity, gzip"):
        response = mock.send_raw(GOOD, Content_Encoding=encoding)
        cause = f"The Content-Encoding is '{encoding}'."
        assert errors(response) == [(415, f"The body must be application/json in UTF-8. {cause}")]
    assert mock.send_raw(GOOD, Content_Encoding="identity").status_code == 200


def test_body_up_to_the_limit_is_taken_and_one_byte_more_is_not(mock: Caller) -> None:
    assert mock.send_raw(GOOD.ljust(BODY_LIMIT)).status_code == 200
    assert mock.send_raw(GOOD.ljust(BODY_LIMIT + 1)).status_code == 413
    assert mock.send_raw(GOOD.ljust(2 * BODY_LIMIT), "text/plain").status_code == 413


def test_body_is_read_to_its_end_before_an_early_answer(mock: Caller) -> None:
    for length in (100_000, 10 * BODY_LIMIT):
        stream = BytesIO(b" " * length)
        mock.client.post(page.PATH, input_stream=stream, content_length=length, content_type="text/plain")
        assert stream.tell() == length


def test_endless_body_is_left_unread_at_some_point(mock: Caller) -> None:
    stream = BytesIO(b" " * (80 * BODY_LIMIT))
    response = mock.client.post(
        page.PATH, input_stream=stream, content_length=80 * BODY_LIMIT, headers={**AUTHORIZED, "Content-Type": "x/y"}
    )
    assert response.status_code == 413
    assert stream.tell() < 65 * BODY_LIMIT


@pytest.mark.parametrize("terminated", [True, False])
def test_body_shorter_than_declared_is_malformed_even_when_it_is_json(mock: Caller, terminated: bool) -> None:
    response = mock.client.post(
        page.PATH,
        input_stream=BytesIO(GOOD),
        headers={**AUTHORIZED, "Content-Type": "application/json"},
        environ_overrides={"CONTENT_LENGTH": str(len(GOOD) + 1), "wsgi.input_terminated": terminated},
    )
    assert response.status_code == 400
    assert mock.journal()[-1]["why"] == "The body is shorter than its Content-Length."


def test_ids_beyond_64_bits_are_answered_digit_by_digit(make_mock: MakeMock, sample_world: World) -> None:
    world = msgspec.structs.replace(sample_world, customers=(Customer(id=10**30),), enrolments=(), pinned=())
    response = caller(make_mock(world=world), world).enrol("1" + "0" * 30, "enr-58")
    assert b'"customerId":1000000000000000000000000000000}' in response.data
