"""Judge one request by the rules. Most requests are right, so what is surely right is told first, and quickly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from mockserver.conduct.page import Page
from mockserver.conduct.request import read
from mockserver.conduct.rule import Rule, Symptom
from mockserver.conduct.rules import credentials, fields, headers, json_text, media, repeats, target, values
from mockserver.exchange.case import Case
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.request_fields import Path
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

_KEY: Final = re.compile(rb'"\s*:')


class Judge:
    """Judges requests by the document of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.page = Page(plan)
        fields = self.page.fields
        holders: list[Path] = [(), *(path for path in fields if len(path) == 1 and self.page.names(path))]
        # The body itself, and each object in it: its name, the names of its fields, and of those that are numbers.
        self._objects = [
            (
                str(holder[0]) if holder else "",
                frozenset(self.page.names(holder)),
                [path[-1] for path in self.page.integers if path[:-1] == holder],
            )
            for holder in holders
        ]

    def symptoms(self, handling: Handling, *, is_call: bool) -> Iterator[Symptom]:
        """Yield what is wrong with a request by itself. `is_call`: whether it is sent to the call, and with its method."""
        sent = read(handling, self.page, is_call=is_call)
        yield from target.symptoms(sent)
        yield from credentials.of_target(sent)
        if is_call:
            for of_body in (fields.symptoms, values.symptoms, json_text.symptoms, credentials.of_body):
                yield from of_body(sent)
            yield from sent.request.headers.known(of_lines)
            yield from headers.symptoms(sent)
            login = handling.grounds.login
            if login is not None:  # otherwise it was accepted, or not looked at
                yield from credentials.of_refusal(login, sent.headers)

    def is_plain(self, handling: Handling) -> bool:
        """Return whether nothing but its header lines can be wrong with a call."""
        return (
            handling.payload is not None
            and not handling.violations
            and handling.grounds.login is None
            and not handling.request.query
            and self._has_plain_body(handling.payload, handling.request.body)
            and (_found_all(handling.case) or values.has_plain_forms(handling.payload, self.page))
        )

    def _has_plain_body(self, payload: Any, body: bytes) -> bool:
        """Return whether a valid body has listed fields only, each once, and numbers that every parser reads alike."""
        count = 0
        for holder, names, numbers in self._objects:
            held = payload.get(holder) if holder else payload
            if held is None:
                continue
            if not held.keys() <= names:
                return False
            count += len(held)
            for name in numbers:
                value = held.get(name)
                if value is not None and (type(value) is not int or not -values.EXACT <= value <= values.EXACT):
                    return False
        return body.count(b":") == count or len(_KEY.findall(body)) == count


def _found_all(case: Case) -> bool:
    return case.customer is not None and case.promotion is not None and case.program is not None


def of_lines(lines: HeaderLines) -> tuple[Symptom, ...]:
    """Return what is wrong with the headers of a call by themselves."""
    return tuple(symptom for judge in (media, credentials, headers) for symptom in judge.of_lines(lines.by_name))
