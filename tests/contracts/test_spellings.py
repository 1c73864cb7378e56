"""Spellings: each is the same JSON value, written in a way of its own."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from contracts.exchange import Request, decode
from contracts.spellings import SPELLINGS, Spelling, spelled

BODY: Final[dict[str, Any]] = {
    "requestId": 'é/😀 "\\\n',
    "promotion": {"id": "68c3", "promotionId": 113},
    "list": [1, {}],
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_is_the_same_value(spelling: Spelling) -> None:
    assert decode(Request(body=BODY, spelling=spelling).payload()) == BODY


def test_each_spelling_has_bytes_of_its_own() -> None:
    assert len({spelled(BODY, spelling) for spelling in SPELLINGS}) == len(SPELLINGS)


@pytest.mark.parametrize(
    ("spelling", "part"),
    [
        ("compact", '{"requestId":"'),
        ("pretty", '\r\n\t"promotion" : {\r\n\t\t"id" : "68c3" , \r\n'),
        ("ascii", "\\u00e9\\/\\ud83d\\ude00"),
        ("escaped", '"\\u0069\\u0064": "\\u0036\\u0038\\u0063\\u0033"'),
        ("reversed", '"promotion": {"promotionId": 113, "id": "68c3"}, "requestId"'),
        ("padded", '"list": [1, {}]\n   '),
    ],
)
def test_a_spelling_writes(spelling: Spelling, part: str) -> None:
    assert part in spelled(BODY, spelling)


@pytest.mark.parametrize(("spelling", "size"), [("padded", 32 * 1024), ("padded-more", 256 * 1024)])
def test_padding_is_white_space_of_a_known_size(spelling: Spelling, size: int) -> None:
    assert len(spelled(BODY, spelling)) == size + len(json.dumps(BODY, ensure_ascii=False))


def test_a_body_that_utf_8_cannot_hold_is_escaped() -> None:
    assert Request(body={"a": "\ud800"}, spelling="compact").payload() == b'{"a": "\\ud800"}'
