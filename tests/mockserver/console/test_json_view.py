"""JSON is shown with line ends and colours, and every letter of it as it was sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.console.json_view import shown
from tests.mockserver.console.markup import Page

QUICK = settings(max_examples=100, deadline=None, derandomize=True)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4))  # fmt: skip


@QUICK
@given(values, st.sampled_from([None, 1]))
def test_what_is_shown_is_the_same_json(value: Any, indent: int | None) -> None:
    found = Page(str(shown(json.dumps(value, indent=indent))))
    assert json.loads(found.text) == value
    assert found.runs() == []


@pytest.mark.parametrize(
    "text", ['{"a": 1e400, "a": 1.0, "b": 12345678901234567890123}', '["\\u0041\\/", -0.0]', '{"a":{},"b":[]}']
)
def test_numbers_escapes_and_equal_keys_stay(text: str) -> None:
    assert "".join(Page(str(shown(text))).text.split()) == "".join(text.split())


def test_each_entry_has_a_line() -> None:
    assert Page(str(shown('{"a":{"b":[1,2]},"c":[]}'))).text == (
        '{\n  "a": {\n    "b": [\n      1,\n      2\n    ]\n  },\n  "c": []\n}'
    )


@pytest.mark.parametrize("text", ["{", "no JSON", '{"a": 1} 2', "<b>", "[" * 200 + "]" * 200, '{"a": "\x00'])
def test_other_text_is_shown_as_it_was_sent(text: str) -> None:
    assert Page(str(shown(text))).text == text.replace("\x00", "\\x00")
