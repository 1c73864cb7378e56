"""Faults in the values that the response repeats from the request, and in the resolved customer."""

import html
import re
import urllib.parse
import uuid
from typing import Any

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import edit, get, named, opting_in, put, succeeded
from tests.faulty.turn import Turn

REQUEST_ID = "data.requestId"
ACTION = "data.action"
NAME = "data.customer.identifierName"
VALUE = "data.customer.identifierValue"
CUSTOMER_ID = "data.customer.customerId"


def _in_latin_1(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")


def _repeat_the_first(turn: Turn) -> None:
    """Return the requestId of this customer's first request."""
    seen = turn.memory.notes.setdefault("ids", {})
    if turn.customer and get(turn.document, REQUEST_ID):
        put(turn.document, REQUEST_ID, seen.setdefault(turn.customer.id, turn.document["data"]["requestId"]))


def _repeat_the_last(turn: Turn) -> None:
    """Return the requestId of the previous request if this one has none."""
    last = turn.memory.notes.get("id")
    turn.memory.notes["id"] = turn.asked.request_id or last
    if turn.asked.request_id is None and isinstance(turn.document.get("data"), dict):
        turn.document["data"]["requestId"] = last


def _as_uuid(text: str) -> str:
    return str(uuid.UUID(text)) if re.fullmatch(r"[0-9A-Fa-f-]{32,36}", text) else text


def _name_the_last_customer(turn: Turn) -> None:
    """Return the customer of the previous request."""
    if turn.customer:
        last = turn.memory.notes.get("customer", turn.customer.id)
        turn.memory.notes["customer"] = turn.customer.id
        put(turn.document, CUSTOMER_ID, last)


def _answer_with_the_mobile(turn: Turn) -> None:
    if turn.customer and get(turn.document, CUSTOMER_ID):
        put(turn.document, CUSTOMER_ID, int(turn.customer.mobile))


def _masked(text: str) -> str:
    return "*" * (len(text) - 4) + text[-4:]


def _through_32_bits(number: int) -> int:
    return (number + 2**31) % 2**32 - 2**31


def _resolve(turn: Turn) -> None:
    if turn.customer and get(turn.document, "data.customer"):
        put(turn.document, NAME, "id")


def _resolve_value(turn: Turn) -> None:
    if turn.customer and get(turn.document, "data.customer"):
        put(turn.document, VALUE, str(turn.customer.id))


def _number(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() else text


FAULTS = (
    Fault(
        "request-id-lost-when-not-ascii",
        "A requestId with a letter beyond ASCII comes back as null.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, lambda text: text if text.isascii() else None),),
    ),
    Fault(
        "request-id-lost-on-opt-in",
        "OPT_IN comes back without the requestId.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, lambda _: None, opting_in),),
    ),
    Fault(
        "request-id-garbled-when-not-ascii",
        "A requestId in UTF-8 is read as Latin-1.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, _in_latin_1),),
    ),
    Fault(
        "request-id-loses-letters-beyond-16-bits",
        "A requestId with an emoji comes back with question marks.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, lambda text: re.sub("[\U00010000-\U0010ffff]", "??", text)),),
    ),
    Fault(
        "request-id-trimmed",
        "A requestId comes back without its outer spaces.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, str.strip),),
    ),
    Fault(
        "request-id-loses-inner-spaces",
        "Two spaces inside a requestId come back as one.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, lambda text: re.sub("  +", " ", text)),),
    ),
    Fault(
        "request-id-cut-at-64",
        "A requestId longer than 64 letters comes back cut.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, lambda text: text[:64]),),
    ),
    Fault(
        "request-id-in-lower-case",
        "A requestId comes back in lower case.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, str.lower),),
    ),
    Fault(
        "request-id-escaped-for-html",
        "A requestId with <, & or quotes comes back escaped for HTML.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, html.escape),),
    ),
    Fault(
        "request-id-of-an-earlier-request",
        "The requestId is that of the customer's first request.",
        ("response.data.requestId.echo",),
        (after("compose", _repeat_the_first),),
    ),
    Fault(
        "request-id-of-digits-is-a-number",
        "A requestId of digits comes back as a number.",
        ("response.data.requestId.type", "response.data.requestId.echo"),
        (edit(REQUEST_ID, _number),),
    ),
    Fault(
        "action-echoed-in-lower-case",
        "action comes back in lower case.",
        ("response.data.action.echo",),
        (edit(ACTION, str.lower),),
    ),
    Fault(
        "opt-in-echoed-as-enrol",
        "OPT_IN comes back as ENROL.",
        ("response.data.action.echo", "example.opt_in"),
        (edit(ACTION, lambda _: "ENROL"),),
    ),
    Fault(
        "action-echoed-as-past-tense",
        "action comes back as ENROLLED or OPTED_IN.",
        ("response.data.action.echo",),
        (edit(ACTION, lambda text: {"ENROL": "ENROLLED", "OPT_IN": "OPTED_IN"}.get(text, text)),),
    ),
    Fault(
        "action-echoed-as-ordinal",
        "action comes back as 0 or 1.",
        ("response.data.action.type",),
        (edit(ACTION, lambda text: int(text == "OPT_IN")),),
    ),
    Fault(
        "customer-echoed-as-a-list",
        "customer comes back as a list of one.",
        ("response.data.customer.type", "example.response"),
        (edit("data.customer", lambda value: [value]),),
    ),
    Fault(
        "identifier-name-echoed-as-id",
        "identifierName is always id in the answer.",
        ("response.data.customer.identifierName.echo",),
        (after("compose", _resolve),),
    ),
    Fault(
        "identifier-name-echoed-in-capitals",
        "identifierName comes back in capitals.",
        ("response.data.customer.identifierName.echo",),
        (edit(NAME, str.upper),),
    ),
    Fault(
        "identifier-name-echoed-as-ordinal",
        "identifierName comes back as a number.",
        ("response.data.customer.identifierName.type",),
        (edit(NAME, lambda text: ("id", "mobile", "email").index(text) if text in ("id", "mobile", "email") else 9),),
    ),
    Fault(
        "identifier-value-echoed-as-id",
        "identifierValue is always the customer id in the answer.",
        ("response.data.customer.identifierValue.echo",),
        (after("compose", _resolve_value),),
    ),
    Fault(
        "mobile-echoed-with-stars",
        "A mobile comes back with all but its last four digits masked.",
        ("response.data.customer.identifierValue.echo",),
        (edit(VALUE, _masked, named("mobile")),),
    ),
    Fault(
        "email-echoed-without-plus",
        "The + of an email comes back as a space.",
        ("response.data.customer.identifierValue.echo",),
        (edit(VALUE, urllib.parse.unquote_plus, named("email")),),
    ),
    Fault(
        "leading-zeros-lost-in-the-echo",
        "An externalId loses its leading zeros in the answer.",
        ("response.data.customer.identifierValue.echo",),
        (edit(VALUE, lambda text: text.lstrip("0")),),
        under={"identifier-names": "with-externalId"},
    ),
    Fault(
        "identifier-value-echoed-in-lower-case",
        "An externalId comes back in lower case.",
        ("response.data.customer.identifierValue.echo",),
        (edit(VALUE, str.lower),),
        under={"identifier-names": "with-externalId"},
    ),
    Fault(
        "identifier-value-of-digits-is-a-number",
        "An identifierValue of digits comes back as a number.",
        ("response.data.customer.identifierValue.type",),
        (edit(VALUE, _number),),
    ),
    Fault(
        "customer-id-is-text",
        "customerId comes back as a string.",
        ("response.data.customer.customerId.type",),
        (edit(CUSTOMER_ID, str),),
    ),
    Fault(
        "customer-id-is-text-beyond-32-bits",
        "A customerId beyond 32 bits comes back as a string.",
        ("response.data.customer.customerId.type",),
        (edit(CUSTOMER_ID, lambda number: number if number < 2**32 else str(number)),),
    ),
    Fault(
        "customer-id-missing",
        "customerId is left out.",
        ("response.data.customer.customerId.type", "example.response"),
        (after("compose", lambda turn: (get(turn.document, "data.customer") or {}).pop("customerId", None)),),
    ),
    Fault(
        "customer-id-null-by-email",
        "customerId is null when the customer is named by email.",
        ("response.data.customer.customerId.resolved", "response.data.customer.customerId.type"),
        (edit(CUSTOMER_ID, lambda _: None, named("email")),),
    ),
    Fault(
        "customer-id-is-the-mobile",
        "customerId is the mobile, as a number, when the customer is named by mobile.",
        ("response.data.customer.customerId.resolved",),
        (after("compose", lambda turn: _answer_with_the_mobile(turn) if named("mobile")(turn) else None),),
    ),
    Fault(
        "customer-id-through-a-double",
        "customerId is kept in a double: 9007199254740993 becomes 9007199254740992.",
        ("response.data.customer.customerId.resolved",),
        (edit(CUSTOMER_ID, lambda number: int(float(number))),),
    ),
    Fault(
        "customer-id-through-32-bits",
        "customerId is kept in 32 bits: 5000000011 becomes 705032715.",
        ("response.data.customer.customerId.resolved",),
        (edit(CUSTOMER_ID, _through_32_bits),),
    ),
    Fault(
        "customer-id-shared-by-two",
        "Customer 388600004 is answered with the id of customer 388600003.",
        ("response.data.customer.customerId.resolved",),
        (edit(CUSTOMER_ID, lambda number: 388600003 if number == 388600004 else number),),
    ),
    Fault(
        "customer-id-of-the-request-before",
        "customerId is that of the customer asked for before.",
        ("response.data.customer.customerId.resolved",),
        (after("compose", lambda turn: _name_the_last_customer(turn) if succeeded(turn) else None),),
    ),
    Fault(
        "request-id-of-the-request-before",
        "Where the request has no requestId, the answer has that of the request before.",
        ("response.data.requestId.echo",),
        (after("compose", _repeat_the_last),),
    ),
    Fault(
        "request-id-read-as-a-template",
        "A requestId is put in as a replacement text: $$ becomes $.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, lambda text: text.replace("$$", "$")),),
    ),
    Fault(
        "request-id-in-canonical-form",
        "A requestId that is a UUID comes back in small letters and with hyphens.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, _as_uuid),),
    ),
    Fault(
        "request-id-on-one-line",
        "Line ends in a requestId come back as spaces.",
        ("response.data.requestId.echo",),
        (edit(REQUEST_ID, lambda text: re.sub(r"[\r\n]+", " ", text)),),
    ),
)
