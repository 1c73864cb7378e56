"""A long body is only checked where nobody looks at it, and is judged as a short one is."""

from __future__ import annotations

import json
import random
from itertools import accumulate
from typing import Any

import pytest

from mockserver.receiving.nesting import depth
from mockserver.receiving.parsing import parse
from openapi import document
from tests.mockserver.caller import Caller, codes
from tests.mockserver.test_bodies import GOOD, MALFORMED, with_program

NAMES = frozenset({"action", "customer", "programId"})
PADDING = b"a" * 5000


def long(body: bytes) -> bytes:
    """Return a body with a field more, which is longer than all that is made whole."""
    return body.replace(b"{", b'{"padding":"%b",' % PADDING, 1)


@pytest.mark.parametrize("body", [body for body in MALFORMED.values() if body.startswith(b"{")], ids=str)
def test_long_body_is_malformed_where_a_short_one_is(mock: Caller, body: bytes) -> None:
    assert codes(mock.send_raw(long(body))) == [400]
    assert mock.journal()[-1]["outcomes"] == ["malformed_json"]


@pytest.mark.parametrize(
    "text",
    ["1e400", "-1e400", "1E+400", "9" * 5000, "-" + "9" * 5000, "9" * 250 + "e99", "[0.5,[1e400]]", '{"y":1e999}'],
)
def test_number_that_nothing_holds_is_refused_wherever_it_stands(mock: Caller, text: str) -> None:
    assert codes(mock.send_raw(long(GOOD)[:-1] + f',"x":{text}}}'.encode())) == [400]


@pytest.mark.parametrize(
    "text", ["1e300", "1e-400", "9" * 4300, "0." + "9" * 5000, '"1e400"', '"\\"1e400"', '"9e999,' + "9" * 5000 + '"']
)
def test_number_that_can_be_held_is_taken_wherever_it_stands(mock: Caller, text: str) -> None:
    assert mock.send_raw(long(GOOD)[:-1] + f',"x":{text}}}'.encode()).status_code == 200


def test_long_body_is_judged_by_its_fields(mock: Caller) -> None:
    assert mock.send_raw(long(GOOD)).status_code == 200
    assert codes(mock.send_raw(long(with_program('"3334"')))) == [310005]
    assert codes(mock.send_raw(long(GOOD).replace(b'"action"', b'"actions"'))) == [310002]
    assert mock.journal()[-1]["nearMiss"] == "There is no action (is it 'actions'?)"


def test_listed_fields_are_found_among_and_behind_any_number_of_others() -> None:
    others = {str(number): number for number in range(5000)}
    body = {
        **others,
        "customer": {**others, "action": [1, {"a": None}]},
        "x": {**others},
        "action": "A",
        "y": [0] * 5000,
    }
    made = parse(json.dumps(body).encode(), NAMES)
    assert made["action"] == "A"
    assert made["customer"]["action"] == [1, {"a": None}]
    assert len(made) == len(made["customer"]) + 1 == 102
    assert list(made)[:2] == ["0", "1"]


def test_of_a_key_given_twice_in_a_long_body_the_last_one_counts(mock: Caller) -> None:
    assert mock.send_raw(long(b'{"action":"NONSENSE",' + GOOD[1:])).status_code == 200
    assert codes(mock.send_raw(long(GOOD[:-1] + b',"action":"NONSENSE"}'))) == [310002]


@pytest.mark.parametrize("value", [[], {}, [[1]], {"a": {"b": 1}}, "text", 7, 1.5, None, True])
@pytest.mark.parametrize("pad", ["", " " * 3000])
def test_short_values_of_a_long_body_are_whole(value: Any, pad: str) -> None:
    text = f'{pad}{{"action": {pad}{json.dumps(value)}{pad},{pad}"x":{pad}{json.dumps(value)}{pad}}}{pad}'
    assert parse(text.encode(), NAMES) == {"action": value, "x": value}


def test_document_has_no_list_in_the_request() -> None:
    """Long lists are not made, so a document that describes one needs more than that."""
    kinds = {str(field.schema.get("type")) for field in document.load().request_fields}
    assert kinds
    assert not any("array" in kind for kind in kinds)


def test_depth_is_counted_eight_brackets_at_a_time() -> None:
    drawn = random.Random(17)
    for _ in range(500):
        text = _nested(drawn, drawn.randrange(60))
        assert depth(text.encode()) == max(accumulate(1 if bracket in "[{" else -1 for bracket in text), default=0)


def _nested(drawn: random.Random, number: int) -> str:
    """Return so many lists and objects, inside and behind each other."""
    text = ""
    while number > 0:
        inside = drawn.randrange(number)
        text += drawn.choice(["[%s]", "{%s}"]) % _nested(drawn, inside)
        number -= inside + 1
    return text
