"""Preferences: `Prefer: code=404`, `example=NAME` or `outcome=NAME` asks the mock for a certain answer.

Nothing is recorded then. The request must be valid and have valid credentials, or it is refused as usual.
Preferences with other names are ignored, as RFC 7240 demands.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from mockserver.exchange.answers import Answer, Example, Refusal, Result
from mockserver.exchange.case import Case
from mockserver.stores import EnrolmentRecord
from openapi.document import Document, Outcome
from openapi.source import nearest

# What stands between two commas, of which those in quotes do not count.
_ITEM = re.compile(r"""(?:"(?:[^"\\]|\\.)*(?:"|$)|[^,"])+""", re.DOTALL)
# One preference: its name, its value (which may be in quotes), and its parameters, which mean nothing to the mock.
_PREFERENCE = re.compile(r"""([^\s=;"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*)))?\s*(?:;.*)?""", re.DOTALL)

# The record shown beside a warning that was asked for. Its ids are "0", because nothing was recorded.
_STAND_IN = EnrolmentRecord(customer=0, promotion="", sequence=0, enrollment_id="0", optin_id="0", opted_in=False)


class Preferences:
    """All answers that may be preferred. They come from the document: its outcomes, examples and statuses."""

    def __init__(self, document: Document) -> None:
        self._invalid = document.outcomes["invalid_request"]
        examples = {
            name: Example(status, body, f"Preferred: example {name}.")
            for status in document.statuses
            for name, body in document.response_examples(status).items()
        }
        documented_first = sorted(document.outcomes.values(), key=lambda outcome: outcome.section is None)
        codes: dict[str, Example | Outcome] = {}
        offers: tuple[Example | Outcome, ...] = (*examples.values(), *documented_first)
        for offer in offers:
            codes.setdefault(str(offer.status), offer)
        self._offers: dict[str, Mapping[str, Example | Outcome]] = {
            "outcome": document.outcomes,
            "example": examples,
            "code": codes,
        }

    def answer(self, header: str, case: Case) -> Answer | None:
        """Return the preferred answer, or None if the header prefers none and the request is to be judged.

        A value that does not exist is refused with a list of those that do. Several preferences must have
        the same status; then outcome goes before example, and example before code.
        """
        requested = _read(header)
        known = {name: requested[name] for name in self._offers if name in requested}
        for name, value in known.items():
            if value not in self._offers[name]:
                offers = self._offers[name]
                meant = f"{', '.join(offers)}{nearest(value, offers)}"
                return self._refuse(f"Prefer: {name} may be {meant}; not {value!r}.")
        chosen = [self._offers[name][value] for name, value in known.items()]
        applied = ", ".join(f"{name}={value}" for name, value in known.items())
        if len({offer.status for offer in chosen}) > 1:
            return self._refuse(f"Prefer: {applied} ask for more than one status.")
        return _apply(chosen[0], case, applied) if chosen else None

    def _refuse(self, text: str) -> Refusal:
        return Refusal((self._invalid,), text, text=text)


def _read(header: str) -> dict[str, str]:
    """Return the value of each preference, by its name in lower case. Of several of one name the first counts.

    The value is '' where none is given (RFC 7240, section 2).
    """
    found: dict[str, str] = {}
    for item in _ITEM.findall(header):
        if match := _PREFERENCE.fullmatch(item.strip()):
            name, quoted, bare = match.groups()
            found.setdefault(
                name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (bare or "").strip()
            )
    return found


def _apply(offer: Example | Outcome, case: Case, preferences: str) -> Answer | None:
    """Return the offer as an answer, or None for a warning if the request names no promotion or customer to show."""
    applied = (("Preference-Applied", preferences),)
    if isinstance(offer, Example):
        return dataclasses.replace(offer, headers=applied)
    why = f"Preferred: {offer.name}."
    if offer.kind == "error":
        return Refusal((offer,), why, case.fields, headers=applied)
    if case.promotion is None or case.customer is None:
        return None
    record = None if offer.name == "already_enrolled" else _STAND_IN
    return Result(case, (offer,), record, why, headers=applied)
