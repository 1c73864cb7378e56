"""Preferences: `Prefer: code=404`, `example=NAME` or `outcome=NAME` asks the mock for a certain answer.

Nothing is recorded then. `wait=SECONDS` or `delay=SECONDS` asks for an answer that comes late. The request must be
valid and have valid credentials, or it is refused as usual. Preferences with other names are ignored, as RFC 7240
demands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from msgspec.structs import replace

from mockserver.exchange.answers import Answer, Example, Refusal, Result, Undocumented
from mockserver.exchange.case import Case
from mockserver.exchange.handling import Handling
from mockserver.faults import answers
from mockserver.stores import EnrolmentRecord
from openapi.document import Document, Outcome
from openapi.source import nearest

_KNOWN: Final[tuple[str, ...]] = ("outcome", "example", "code")
LONGEST: Final = 30.0  # seconds of a preferred delay

# What stands between two commas, of which those in quotes do not count. No pattern here goes back: a header may be
# hostile.
_ITEM = re.compile(r"""(?:"(?:[^"\\]++|\\.?)*+"?|[^,"]++)++""", re.DOTALL)
_MOST = 100  # preferences of one request
# One preference: its name, its value (which may be in quotes), and its parameters, which mean nothing to the mock.
_PREFERENCE = re.compile(r"""([^\s=;"]++)\s*+(?:=\s*+(?:"((?:[^"\\]++|\\.)*+)"\s*+|([^;]*+)))?(?:;.*+)?""", re.DOTALL)
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_STATUS = re.compile(r"[2-5][0-9][0-9]")

# The record shown beside a warning that was asked for. Its ids are "0", because nothing was recorded.
_STAND_IN = EnrolmentRecord(customer=0, promotion="", sequence=0, enrollment_id="0", optin_id="0", opted_in=False)

Offer = Example | Outcome | Undocumented


class Preferences:
    """All answers that may be preferred: the outcomes, examples and statuses of the document, and bare statuses."""

    def __init__(self, document: Document) -> None:
        self._invalid = document.outcomes["invalid_request"]
        self._outcomes = document.outcomes
        self._examples = {
            name: Example(status, body, f"Preferred: example {name}.", _named(document, name))
            for status in document.statuses
            for name, body in document.response_examples(status).items()
        }
        documented_first = sorted(document.outcomes.values(), key=lambda outcome: outcome.section is None)
        self._documented: dict[int, Example | Outcome] = {}
        offers: tuple[Example | Outcome, ...] = (*self._examples.values(), *documented_first)
        for offer in offers:
            self._documented.setdefault(offer.status, offer)

    def documented(self, status: int) -> Refusal | Example | None:
        """Return the answer that the document has for a status, or None."""
        offer = self._documented.get(status)
        return Refusal((offer,), f"Preferred: {offer.name}.") if isinstance(offer, Outcome) else offer

    def answer(self, handling: Handling) -> Answer | None:
        """Return the answer that a fault or the header Prefer asks for, or None if the request is to be judged.

        The header may also ask for a delay. What of it was followed is named in the answer's Preference-Applied.

        A value that does not exist is refused with a list of those that do. Several preferences must have the same
        status; then outcome goes before example, and example before code.
        """
        header = handling.demanded or handling.request.headers.by_name.get("prefer")
        if not header:
            return None
        requested = _read(header)
        known: dict[str, str] = {name: requested[name] for name in _KNOWN if name in requested}
        chosen: list[Offer] = []
        for name, value in known.items():
            offer = self._offer(name, value)
            if isinstance(offer, str):
                return self._refuse(offer)
            chosen.append(offer)
        if len({offer.status for offer in chosen}) > 1:
            return self._refuse(f"Prefer: {_joined(known)} ask for more than one status.")
        late = _late(requested)
        if isinstance(late, str):
            return self._refuse(late)
        answer = _applied(chosen[0], handling.case, _joined(known)) if chosen else None
        applied = (known if answer else {}) | late
        if applied and not handling.demanded:
            handling.headers += (("Preference-Applied", _joined(applied)),)
        if late:
            delay = handling.manner.delay + sum(map(float, late.values()))
            handling.manner = replace(handling.manner, delay=delay)
        return answer

    def _offer(self, name: str, value: str) -> Offer | str:
        """Return what a preference asks for, or what to tell a client that asks for what there is not."""
        offers: Mapping[str, Offer] = self._examples if name == "example" else self._outcomes
        if name == "code":
            if not _STATUS.fullmatch(value):
                return f"Prefer: code may be an HTTP status from 200 to 599; not {value!r}."
            return self._documented.get(int(value)) or answers.of_status(int(value))
        if value not in offers:
            return f"Prefer: {name} may be {', '.join(offers)}{nearest(value, offers)}; not {value!r}."
        return offers[value]

    def _refuse(self, text: str) -> Refusal:
        return Refusal((self._invalid,), text, text=text)


def _named(document: Document, name: str) -> tuple[Outcome, ...]:
    """Return the outcome that an example shows. The two have the same name."""
    return (document.outcomes[name],) if name in document.outcomes else ()


def _read(header: str) -> dict[str, str]:
    """Return the value of each preference, by its name in lower case. Of several of one name the first counts.

    The value is '' where none is given (RFC 7240, section 2).
    """
    found: dict[str, str] = {}
    for item in islice(_ITEM.finditer(header), _MOST):
        if match := _PREFERENCE.fullmatch(item[0].strip()):
            name, quoted, bare = match.groups()
            found.setdefault(
                name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (bare or "").strip()
            )
    return found


def _late(requested: Mapping[str, str]) -> dict[str, str] | str:
    """Return the preferred delay as the preference that is applied, at most LONGEST seconds, or what is wrong with it.

    `delay` goes before `wait`. Beside `respond-async`, `wait` means what RFC 7240 says in section 4.3, and is no delay.
    """
    names = [name for name in ("delay", "wait") if name in requested]
    if not names or (names == ["wait"] and "respond-async" in requested):
        return {}
    value = requested[names[0]]
    if not _SECONDS.fullmatch(value):
        return f"Prefer: {names[0]} may be a number of seconds from 0 to {LONGEST:g}; not {value!r}."
    return {names[0]: value if float(value) <= LONGEST else f"{LONGEST:g}"}


def _joined(preferences: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in preferences.items())


def _applied(offer: Offer, case: Case, preferences: str) -> Answer | None:
    """Return the offer as an answer, or None for a warning if the request names no promotion or customer to show."""
    if isinstance(offer, Example):
        return offer
    if isinstance(offer, Undocumented):
        return replace(offer, why=f"Preferred: {preferences}.")
    why = f"Preferred: {offer.name}."
    if offer.kind == "error":
        return Refusal((offer,), why, case.fields)
    if case.promotion is None or case.customer is None:
        return None
    record = None if offer.name == "already_enrolled" else _STAND_IN
    return Result(case, (offer,), record, why)
