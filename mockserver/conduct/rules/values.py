"""The values of the fields: their JSON types, the listed words, numbers that lose digits, and the forms of ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mockserver.conduct.page import Page, dotted
from mockserver.conduct.request import NOTHING, Sent, value_at
from mockserver.conduct.rule import OF_THE_FIELD, Rule, Standard, Symptom
from mockserver.conduct.rules import fields
from mockserver.conduct.shown import plain
from mockserver.control.near_miss import meant
from mockserver.exchange.handling import Violation
from mockserver.exchange.request_fields import Path
from openapi import extensions
from openapi.document import Field

WRONG_TYPE = Rule(
    "request.wrong_type",
    "broken",
    "A value of another JSON type than the page gives the field, such as a number as a string.",
    OF_THE_FIELD,
    "Send the value with the type of the table: numbers without quotes, strings with them.",
)
FLOAT_ID = Rule(
    "request.float_id",
    "broken",
    "An id that is written with a fraction or an exponent, as programs do that keep ids as floating-point numbers.",
    OF_THE_FIELD,
    "Keep ids as integers, and send them without a fraction.",
)
UNLISTED = Rule(
    "request.unlisted_value",
    "broken",
    "A value that the page does not list. It is a slip if it looks like a listed one, such as one in another case.",
    OF_THE_FIELD,
    "Send a listed value, letter by letter.",
)
HUGE_NUMBER = Rule(
    "request.huge_number",
    "hygiene",
    "A number that a double does not hold exactly, so many JSON parsers change it.",
    Standard(
        "RFC 8259",
        "6",
        "numbers that are integers and are in the range [-(2**53)+1, (2**53)-1] are interoperable",
    ),
    "Check where the number comes from; no id of the page's examples is so large.",
)
FORM = Rule(
    "request.form_of_an_identifier",
    "note",
    "An id or an identifier that was not found, and does not look like one.",
    OF_THE_FIELD,
    "Check the value, unless a test means to find nobody.",
)
RULES: Final = (WRONG_TYPE, FLOAT_ID, UNLISTED, HUGE_NUMBER, FORM)

EXACT: Final = 2**53 - 1  # the largest integer below which a double holds each
_LONGEST: Final = 40  # characters of a value that is compared with the listed ones
_NOT_FOUND: Final = {"customer_not_found", "promotion_not_found", "program_not_found"}
_OF_FORMS: Final = ("pattern", "minimum")
_TYPES: Final = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "an array", dict: "an object"}  # fmt: skip


def symptoms(sent: Sent) -> Iterator[Symptom]:
    """Yield what is wrong with the values of the fields."""
    mistyped = set()
    for violation in sent.violations:
        value = sent.value(violation.path)
        field = sent.page.fields.get(violation.path)
        is_missing = value is NOTHING or (value is None and field is not None and field.required)
        if violation.keyword == "type" and not is_missing:
            mistyped.add(violation.path)
            yield _type(violation.path, value, sent)
        elif violation.keyword == "enum" and not fields.is_absent(value):
            yield _unlisted(violation, value, sent)
        elif violation.keyword in _OF_FORMS and not fields.is_absent(value):
            yield _form(violation.path, sent)
    for path, value in integers(sent.payload, sent.page):
        if path not in mistyped:
            yield from _number(path, value, sent)
    if _NOT_FOUND & {outcome.name for outcome in sent.outcomes}:
        yield from _forms(sent)


def integers(payload: Any, page: Page) -> Iterator[tuple[Path, Any]]:
    """Yield what a body has in the fields whose numbers are integers, whatever that is."""
    for path in page.integers:
        yield path, value_at(payload, path)


def _type(path: Path, value: Any, sent: Sent) -> Symptom:
    found = _TYPES.get(type(value), "something else")
    if not path:
        return Symptom(WRONG_TYPE, f"The body is {found}, not an object", sent.page.words((), "type"))
    field = sent.page.fields.get(path)
    words, name = sent.page.words(path, "type"), dotted(path)
    if isinstance(value, float) and field and "integer" in extensions.types(field.schema):
        return Symptom(FLOAT_ID, f"{name} has a fraction", words)
    return Symptom(WRONG_TYPE, f"{name} is {found}, not {_wanted(field)}", words)


def _wanted(field: Field | None) -> str:
    """Return what a field should be, with the words of the page: its numbers are the document's integers."""
    kinds = {"integer": "a number", "number": "a number", "string": "a string", "object": "an object"}
    named = [kinds[one] for one in extensions.types(field.schema) if one in kinds] if field else []
    return " or ".join(named) or "what the page says"


def _unlisted(violation: Violation, value: Any, sent: Sent) -> Symptom:
    """A value that looks like a listed one is a slip. Any other may be sent to meet the row that lists the values."""
    field, name = sent.page.fields[violation.path], dotted(violation.path)
    listed = tuple(word for word in field.schema.get("enum", ()) if isinstance(word, str))
    shown, words = plain(str(value), most=_LONGEST), sent.page.words(violation.path, "values")
    if near := meant(str(value).strip(), listed) if len(str(value)) <= _LONGEST else "":
        return Symptom(UNLISTED, f"{name} is '{shown}'{near}", words)
    if row := fields.answered(violation, sent):
        return Symptom(fields.REFUSED, f"{name} has an unlisted value, which was answered with its own row", row)
    return Symptom(UNLISTED, f"{name} is '{shown}', which is not listed", words)


def _number(path: Path, value: Any, sent: Sent) -> Iterator[Symptom]:
    if isinstance(value, float):
        yield Symptom(FLOAT_ID, f"{dotted(path)} is written as a floating-point number", sent.page.words(path, "type"))
    if isinstance(value, int | float) and abs(value) > EXACT:
        yield Symptom(HUGE_NUMBER, f"{dotted(path)} is larger than a double holds exactly")


def has_plain_forms(payload: Any, page: Page) -> bool:
    """Return whether all ids of a valid body look like one."""
    customer = payload.get("customer") or {}
    return not _is_odd(customer.get("identifierName"), customer.get("identifierValue")) and not page.forms.violations(
        payload
    )


def _is_odd(kind: Any, value: Any) -> bool:
    """Return whether an identifier does not look like one of its kind."""
    bare = value.strip() if isinstance(value, str) else ""
    if not bare:
        return False
    if kind == "email" and "@" not in bare:
        return True
    return bare != value or (kind == "mobile" and not bare.removeprefix("+").isdecimal())


def _forms(sent: Sent) -> Iterator[Symptom]:
    """Yield the ids that were not found and look like none: whatever is found has the right form."""
    for violation in sent.page.forms.violations(sent.payload):
        if violation.keyword in _OF_FORMS and violation not in sent.violations:
            yield _form(violation.path, sent)
    if _is_odd(sent.value(("customer", "identifierName")), sent.value(("customer", "identifierValue"))):
        yield _form(("customer", "identifierValue"), sent)


def _form(path: Path, sent: Sent) -> Symptom:
    described = sent.page.fields[path].schema.get("description", "") if path in sent.page.fields else ""
    words = sent.page.words(path, "value")
    kind = sent.value(("customer", "identifierName"))
    of = f" for the identifier {plain(str(kind))}" if path[-1:] == ("identifierValue",) else ""
    return Symptom(FORM, f"{dotted(path)} has an unusual form{of}", words._replace(text=str(described) or words.text))
