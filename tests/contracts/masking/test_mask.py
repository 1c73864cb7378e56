"""Masking: personal data is replaced in every spelling, and the same target can restore it."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.exchange import Answer, Exchange, Request, decode
from contracts.host.login import Login, OAuthClient
from contracts.host.target import Target
from contracts.masking.mask import Mask, mask_of
from contracts.masking.secrets import SECRET
from contracts.masking.unmask import unmask
from openapi import world
from openapi.world import Customer
from tests.contracts.conftest import make_record, make_target

TARGET = make_target()
MASK = Mask(TARGET)
# Without a login: a secret cannot be restored, and the sample's password, 123, may be drawn as a number.
PEOPLE = Mask(make_target(login=Login()))
PERSONAL = [value for customer in TARGET.data.customers for value in (customer.mobile, customer.email) if value]

SPELLINGS = (
    lambda value: value,
    str.upper,
    str.title,
    str.swapcase,
    lambda value: value[:-1],
    lambda value: value.replace("@", " @"),
    lambda value: value.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    lambda value: "".join(c.upper() if i % 3 else c for i, c in enumerate(value)),
)


def make_people(*customers: Customer) -> Target:
    return replace(TARGET, data=msgspec.structs.replace(world.load(), customers=customers))


def values() -> st.SearchStrategy[Any]:
    """JSON values that hold personal data, as whole texts and inside texts."""
    data = st.builds(lambda value, spell: spell(value), st.sampled_from(PERSONAL), st.sampled_from(SPELLINGS))
    # No digit after a dot or a space: together with the number before, it would be another number that is not restored.
    behind = st.text("cd .}\n", max_size=4) | st.just("9")
    texts = st.builds(lambda a, b, c: a + b + c, st.text('ab 0@<"\\é', max_size=4), data, behind)
    numbers = st.sampled_from([int(value) for value in PERSONAL if value.isdigit()])
    leaves = texts | numbers | st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
    )


@settings(deadline=None)
@given(values())
def test_a_masked_value_can_be_restored(value: Any) -> None:
    assert unmask(json.loads(json.dumps(PEOPLE.value(value))), TARGET) == value


@settings(deadline=None)
@given(values(), st.booleans())
def test_no_personal_data_stays_in_a_body(value: Any, ascii_only: bool) -> None:
    masked = PEOPLE.body(json.dumps(value, ensure_ascii=ascii_only).encode()).decode()
    for shown in (masked, json.dumps(decode(masked.encode()), ensure_ascii=False)):
        assert [datum for datum in PERSONAL if datum.casefold() in shown.casefold()] == []


@settings(deadline=None)
@given(values())
def test_a_masked_body_is_still_json(value: Any) -> None:
    assert unmask(decode(PEOPLE.body(json.dumps(value).encode())), TARGET) == value


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("919800000003", "<mobile of customer 3>"),
        ("+919800000003!", "+<mobile of customer 3>!"),
        ("9198000000031", "<mobile of customer 3>1"),
        ("91980000000", "<mobile of customer 1 without its last character>"),
        ("91 98000-00003", "<mobile of customer 3 spelled otherwise>"),
        ("٩١٩٨٠٠٠٠٠٠٠٣", "<mobile of customer 3 in digits from U+0660>"),
        ("CHEN@EXAMPLE.COM", "<email of customer 3 in upper case>"),
        ("cHen@example.com", "<email of customer 3 with capitals at 1>"),
        ("chen @example.com", "<email of customer 3 with a space before @>"),
        ("chen%40example.com", "<email of customer 3 spelled otherwise>"),
        ("hana%2Bloyal%40example.com", "<email of customer 8 spelled otherwise>"),
        ("hana&#43;loyal&#64;example.com", "<email of customer 8 spelled otherwise>"),
        ("no customer chen@example.com, 919800000003.", "no customer <email of customer 3>, <mobile of customer 3>."),
        ("chen@example.org", "chen@example.org"),
        ("919800000099", "919800000099"),
        ("388369579 enr-58 EXT-0001", "388369579 enr-58 EXT-0001"),
    ],
)
def test_a_placeholder_says_whose_data_it_replaces(text: str, masked: str) -> None:
    assert MASK.text(text) == masked


def test_a_masked_number_becomes_a_text_and_is_restored_as_a_number() -> None:
    assert MASK.value({"v": 919800000003}) == {"v": "<the number <mobile of customer 3>>"}
    assert unmask("<the number <mobile of customer 3>>", TARGET) == 919800000003


def test_a_mobile_is_found_without_its_grouping() -> None:
    mask = Mask(make_people(Customer(id=1, mobile="+91 98000-00001")))
    assert mask.text("sent to +919800000001") == "sent to <mobile of customer 1 spelled otherwise>"
    assert mask.text("+91 98000-00001") == "<mobile of customer 1>"


def test_a_short_mobile_is_masked_as_a_whole_word_only() -> None:
    mask = Mask(make_people(Customer(id=1, mobile="4711")))
    assert mask.text("4711 and 247113") == "<mobile of customer 1> and 247113"


def test_an_address_inside_another_is_not_mistaken_for_it() -> None:
    mask = Mask(make_people(Customer(id=1, email="ana@example.com"), Customer(id=2, email="joana@example.com")))
    assert mask.text("joana@example.com ana@example.com") == "<email of customer 2> <email of customer 1>"


def test_a_placeholder_of_an_unknown_customer_stays() -> None:
    assert (
        unmask("<mobile of customer 99> <email of customer 0>", TARGET)
        == "<mobile of customer 99> <email of customer 0>"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_body_that_may_hide_personal_data_is_withheld(encoding: str) -> None:
    content = '{"value": "chen@example.com"}'.encode(encoding)
    assert MASK.body(content) == f"<{len(content)} bytes that hold personal data or a secret>".encode()


def test_a_binary_body_is_kept_except_for_personal_data() -> None:
    assert MASK.body(b"\xff\x00\x01 chen@example.com") == b"<20 bytes that hold personal data or a secret>"
    assert MASK.body(b"\xff chen@example.com") == b"\xff <email of customer 3>"
    assert MASK.body(b"\xff\x00\x01") == b"\xff\x00\x01"


@pytest.mark.parametrize(
    "content", [b'"\\u0063hen\\u0040example.com"', b'"\\\\u0063"', b'{"a": "\\u0022", "b": "\\ud83d"}']
)
def test_escapes_of_json_hide_nothing_and_change_nothing(content: bytes) -> None:
    masked = MASK.body(content)
    assert decode(masked) == MASK.value(decode(content))


def test_secrets_are_masked_in_every_form_in_which_they_are_sent() -> None:
    login = Login(
        basic=("till.seven", "opensesame!"),
        oauth=OAuthClient("client-key-1", "client/secret+1", "/token"),
        headers=(("X-Gateway", 'gate"way-value'),),
    )
    mask = Mask(replace(TARGET, login=login), ["token.of.this.run"])
    digest = hashlib.md5(b"opensesame!").hexdigest()
    forms = [
        *("till.seven", "opensesame!", digest, "client-key-1", "client/secret+1", "token.of.this.run"),
        *(base64.b64encode(f"till.seven:{form}".encode()).decode() for form in ("opensesame!", digest)),
        *(quote("client/secret+1", safe=""), 'gate"way-value', 'gate\\"way-value'),
    ]
    for form in forms:
        assert mask.text(f"({form})") == f"({SECRET})", form


@pytest.mark.parametrize("text", ["Basic credentials are accepted", "basic %%%", "Basic bm9ib2R5", "Basic A"])
def test_not_everything_called_basic_is_a_login(text: str) -> None:
    assert MASK.text(text) == text


def test_basic_credentials_of_other_users_are_masked_too() -> None:
    login = base64.b64encode(b"nobody:wrong").decode().rstrip("=")
    assert MASK.text(f"Authorization: Basic {login}!") == f"Authorization: Basic {SECRET}!"


def test_cookies_that_the_host_issued_are_secrets() -> None:
    headers = {"set-cookie": "sid=abc123def; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT, cf=xyz; Secure"}
    record = make_record()
    record.add(Exchange(1, Request(), Answer(status=200, headers=headers, content=b"")))
    assert mask_of(record).text("sid abc123def, cf xyz") == f"sid {SECRET}, cf {SECRET}"


def test_a_short_secret_is_masked_as_a_whole_word_only() -> None:
    assert MASK.text('{"password": "123"} 1133590053 31230') == f'{{"password": "{SECRET}"}} 1133590053 31230'


def test_only_headers_that_are_known_to_be_harmless_show_their_value() -> None:
    headers = (
        ("Authorization", "Basic abc"),
        ("set-cookie", "sid=1"),
        ("X-Echo", "on"),
        ("Server", "chen@example.com"),
    )
    assert MASK.headers(headers) == (
        ("Authorization", SECRET),
        ("set-cookie", SECRET),
        ("X-Echo", SECRET),
        ("Server", "<email of customer 3>"),
    )


def test_a_cookie_that_holds_a_word_of_the_page_or_a_number_is_masked_in_its_header_only() -> None:
    record = make_record()
    for value in ("customer", "INSTORE", "1133590053", "1"):
        headers = {"set-cookie": f"shop={value}"}
        record.add(Exchange(1, Request(), Answer(status=200, headers=headers, content=b"")))
        assert mask_of(record).headers(headers.items()) == (("set-cookie", SECRET),)
    body = b'{"customer": {"source": "INSTORE"}, "promotion": {"promotionId": 1133590053}}'
    assert mask_of(record).body(body) == body


def test_an_exchange_is_masked_on_both_sides() -> None:
    content = b'{"data": {"customer": {"identifierValue": "chen@example.com"}}}'
    exchange = Exchange(
        1,
        Request(body={"customer": {"identifierValue": "chen@example.com"}}, path="/v3/chen@example.com"),
        Answer(status=200, headers={"location": "/chen@example.com"}, content=content, json=decode(content)),
    )
    assert "chen" not in repr(MASK.exchange(exchange))
