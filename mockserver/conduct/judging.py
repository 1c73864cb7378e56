"""Judge one request by the rules. Most requests are right, so what is surely right is told first, and quickly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mockserver.conduct.page import Page
from mockserver.conduct.request import TOKEN, read
from mockserver.conduct.rule import Rule, Symptom
from mockserver.conduct.rules import credentials, fields, headers, json_text, media, repeats, target, values
from mockserver.exchange.case import Case
from mockserver.exchange.handling import Handling
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.request_fields import Path
from mockserver.plan import Plan
from openapi.places import MEDIA_TYPE

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

_TYPES: Final = frozenset({MEDIA_TYPE, f"{MEDIA_TYPE}; charset=utf-8", f"{MEDIA_TYPE};charset=utf-8"})
# What is surely fine; any other Accept is read.
_ACCEPTED: Final = frozenset({None, "*/*", MEDIA_TYPE, f"{MEDIA_TYPE}, text/plain, */*", f"{MEDIA_TYPE}, */*"})
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

    def symptoms(self, handling: Handling, lines: Mapping[str, str]) -> Iterator[Symptom]:
        """Yield what is wrong with a request by itself. `lines` are its headers by their names in lower case."""
        plan, request = self.page.plan, handling.request
        is_call = (request.path, request.method) == plan.enrol_route
        sent = read(handling, self.page, lines, is_call=is_call)
        yield from target.symptoms(sent)
        yield from credentials.of_target(sent)
        if is_call:
            for judge in (fields, values, json_text, media, credentials, headers):
                yield from judge.symptoms(sent)

    def is_plain(self, handling: Handling) -> bool:
        """Return whether no rule can find anything in a request of the call."""
        return (
            handling.payload is not None
            and not handling.violations
            and not handling.request.query
            and handling.request.headers.known(has_plain_lines)
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


def has_plain_lines(headers: HeaderLines) -> bool:
    """Return whether the headers are surely right, beside a login that was accepted."""
    lines = headers.by_name
    return (
        lines.get("content-type") in _TYPES
        and lines.get("accept") in _ACCEPTED
        and bool(lines.get("user-agent"))
        and ("authorization" in lines) != (TOKEN in lines)
        and "cookie" not in lines
        and "expect" not in lines
        and "content-encoding" not in lines
    )
