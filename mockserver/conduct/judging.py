"""Judge one request by the rules. Most requests are right, so what is surely right is told first, and quickly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from mockserver.conduct.page import Page
from mockserver.conduct.request import read
from mockserver.conduct.rule import Rule, Symptom
from mockserver.conduct.rules import credentials, fields, headers, json_text, media, repeats, target, values
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.plan import Plan

RULES: Final[tuple[Rule, ...]] = (
    *fields.RULES,
    *values.RULES,
    *json_text.RULES,
    *media.RULES,
    *target.RULES,
    *credentials.RULES,
    *headers.RULES,
    *repeats.RULES,
)

_EXACT: Final = values.EXACT
_KEY: Final = re.compile(rb'"\s*:')


class Judge:
    """Judges requests by the document of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.page = Page(plan)
        self._names = frozenset(self.page.names(()))
        # The objects in the body: the name of each, and those of its fields.
        self._objects = [(name, frozenset(inner)) for name in self._names if (inner := self.page.names((name,)))]
        # The numbers of the body and of these objects: the name of the object, '' for the body, and that of the field.
        self._numbers = [(path[0] if path[1:] else "", path[-1]) for path in self.page.integers if len(path) <= 2]

    def symptoms(self, handling: Handling, *, is_call: bool) -> Iterator[Symptom]:
        """Yield what is wrong with a request by itself. `is_call`: whether it is sent to the call, and with its method."""
        sent = read(handling, self.page, is_call=is_call)
        yield from target.symptoms(sent)
        if handling.request.query:
            yield from credentials.of_target(sent)
        if is_call:
            has_plain_names = self._has_plain_names(sent.payload, handling.request.body)
            yield from fields.symptoms(sent, all_listed=has_plain_names)
            yield from values.symptoms(sent)
            if not has_plain_names:
                yield from json_text.symptoms(sent)
                yield from credentials.of_body(sent)
            yield from sent.request.headers.known(of_lines)
            yield from headers.symptoms(sent)
            login = handling.grounds.login
            if login is not None:  # otherwise it was accepted, or not looked at
                yield from credentials.of_refusal(login, sent.headers)

    def is_plain(self, handling: Handling) -> bool:
        """Return whether nothing but its header lines can be wrong with a call."""
        case = handling.case
        has_found_all = case.customer is not None and case.promotion is not None and case.program is not None
        return (
            handling.payload is not None
            and not handling.violations
            and handling.grounds.login is None
            and not handling.request.query
            and self._has_plain_names(handling.payload, handling.request.body)
            and self._has_plain_numbers(handling.payload)
            and (has_found_all or values.has_plain_forms(handling.payload, self.page))
        )

    def _has_plain_names(self, payload: Any, body: bytes) -> bool:
        """Return whether a body has listed fields only, each once."""
        if type(payload) is not dict or not self._names.issuperset(payload):
            return False
        count = len(payload)
        for holder, names in self._objects:
            held = payload.get(holder)
            if type(held) is dict:
                if not names.issuperset(held):
                    return False
                count += len(held)
        return body.count(b":") == count or len(_KEY.findall(body)) == count

    def _has_plain_numbers(self, payload: Any) -> bool:
        """Return whether every parser reads the numbers of a valid body alike."""
        for holder, name in self._numbers:
            held = payload.get(holder) if holder else payload
            value = held.get(name) if held else None
            if type(value) is int:
                if not -_EXACT <= value <= _EXACT:
                    return False
            elif value is not None:
                return False
        return True


def of_lines(lines: HeaderLines) -> tuple[Symptom, ...]:
    """Return what is wrong with the headers of a call by themselves."""
    return tuple(symptom for judge in (media, credentials, headers) for symptom in judge.of_lines(lines.by_name))
