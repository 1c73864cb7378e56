"""Traffic: the recent requests of a session, and each of them as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from markupsafe import Markup

from mockserver.catalogue.curl import Address
from mockserver.conduct.shown import as_curl
from mockserver.console import forms, json_view
from mockserver.console.rendering import SAFETY, fragment, page, redirect, root
from mockserver.control import filters
from mockserver.control.filters import Filter
from mockserver.control.journal import Entry
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Text
from openapi.document import Outcome

_ROWS: Final = 100  # the latest exchanges
_FILTERS: Final = ("status", "outcome", "customer")
_URL: Final = "URL-OF-THE-MOCK"
_LONGEST: Final = 60  # characters of each value in a row


@dataclass(frozen=True, slots=True)
class Row:
    """One exchange in the list. `asks` says what the body asks for, or is ''; `mood` names the colour of the status."""

    id: str
    at: str
    clock: str
    status: int
    mood: str
    method: str
    path: str
    asks: str
    outcomes: tuple[str, ...]
    agent: str
    milliseconds: str


def home(visit: Visit, *, selected: Entry | None = None, status: int = 200, missing: bool = False) -> Text:
    """Show the recent requests, and beside them the one that is selected."""
    asked = forms.query(visit)
    given = {name: asked[name] for name in _FILTERS if name in asked}
    return page(
        visit,
        "requests",
        status=status,
        **_listed(visit, _found(visit, given)),
        given=given,
        outcomes=[filters.SUCCESS, *visit.plan.document.outcomes],
        zone=_clock(visit.at).tzname(),
        selected=selected and _detail(visit, selected),
        missing=missing,
    )


def rows(visit: Visit) -> Text:
    """Give the rows anew, for the page that is open. Without news the answer is empty, with 204."""
    asked = forms.query(visit)
    given = {name: asked[name] for name in _FILTERS if name in asked}
    found = _found(visit, given)
    if asked.get("state") == found.state:
        return Text("", "text/html; charset=utf-8", 204, SAFETY)
    return fragment(visit, "rows", **_listed(visit, found), given=given, selected=None)


def exchange(visit: Visit) -> Text:
    """Show one exchange beside the list."""
    wanted = visit.request.path.rpartition("/")[2]
    found = visit.session.state.journal.find(wanted)
    return home(visit, selected=found) if found else home(visit, status=404, missing=True)


def clear(visit: Visit) -> Text:
    """Forget the exchanges of the session."""
    visit.session.state.journal.clear()
    return redirect(f"{root(visit)}?done=cleared")


def last_in(visit: Visit, name: str) -> dict[str, Any] | None:
    """Return what is shown of the exchange with an id, None if the journal does not have it."""
    found = visit.session.state.journal.find(name)
    return _detail(visit, found) if found else None


@dataclass(frozen=True, slots=True)
class _Found:
    """The exchanges that match, oldest first. `state` is a word that differs when they do."""

    matching: list[Entry]
    seen: int
    kept: int
    state: str
    problem: str


def _found(visit: Visit, given: Mapping[str, str]) -> _Found:
    entries, seen = visit.session.state.journal.entries()
    asked = filters.read(urlencode(given), outcomes=visit.plan.document.outcomes)
    chosen = asked if isinstance(asked, Filter) else Filter()
    matching = chosen.matching(entries, visit.session.name) if given else [*entries]
    state = f"{seen}-{len(matching)}-{matching[-1].id if matching else ''}"
    return _Found(matching, seen, len(entries), state, asked if isinstance(asked, str) else "")


def _listed(visit: Visit, found: _Found) -> dict[str, Any]:
    """Return what a list shows: the latest rows, newest first, and how many there are."""
    return {
        "rows": [_row(visit, entry) for entry in reversed(found.matching[-_ROWS:])],
        "state": found.state,
        "totals": _totals(found),
        "problem": found.problem,
    }


def _totals(found: _Found) -> str:
    matching, seen = len(found.matching), found.seen
    said = [f"The latest {_ROWS} of {matching} are shown."] if matching > _ROWS else []
    kept = f", of which the journal keeps {found.kept}" if found.kept < seen else ""
    return " ".join([*said, f"{seen} {'request' if seen == 1 else 'requests'} since the last reset{kept}."])


def _row(visit: Visit, entry: Entry) -> Row:
    return Row(
        id=entry.id,
        at=_clock(entry.at).isoformat(timespec="milliseconds"),
        clock=_clock(entry.at).strftime("%H:%M:%S"),
        status=entry.status,
        mood=mood(entry.status, entry.outcomes),
        method=entry.method[:_LONGEST],
        path=entry.path[: 2 * _LONGEST],
        asks=_asks(visit, entry.request_body),
        outcomes=entry.outcomes,
        agent=next((value for name, value in entry.request_headers if name == "User-Agent"), "")[: 2 * _LONGEST],
        milliseconds=f"{entry.duration:.1f}",
    )


def mood(status: int, outcomes: tuple[str, ...] | tuple[Outcome, ...] = ()) -> str:
    """Return the name of the colour of a status: that of a warning for a success that has one."""
    if not status:
        return "lost"
    if status < 300:
        return "warning" if outcomes else "success"
    return "refusal" if status < 500 else "failure"


def _asks(visit: Visit, body: str) -> str:
    """Return in one line what a body asks for, or '' if that cannot be told. A promotion is called by its short identifier."""
    try:
        asked = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return ""
    if not isinstance(asked, dict):
        return ""
    customer, promotion = (asked.get(name) for name in ("customer", "promotion"))
    who = [customer.get(name) for name in ("identifierName", "identifierValue")] if isinstance(customer, dict) else []
    into = next(iter(promotion.values()), None) if isinstance(promotion, dict) else None
    name = _short(visit, _word(into)) if into is not None else ""
    words = [_word(asked.get("action")), *map(_word, who), "→" if name else "", name]
    return " ".join(word for word in words if word)


def _short(visit: Visit, sent: str) -> str:
    """Return the short identifier of the promotion that has this id, or what was sent."""
    found = visit.session.state.directory.promotions_with(sent)
    return next((one.identifier for one in found.values() if one.identifier), sent)[:_LONGEST]


def _word(value: Any) -> str:
    return str(value)[:_LONGEST] if isinstance(value, str | int) else ""


def _clock(at: float) -> datetime:
    """Return a time of the mock, in the time zone of its machine."""
    return datetime.fromtimestamp(at, UTC).astimezone()


def _detail(visit: Visit, entry: Entry) -> dict[str, Any]:
    before, _, after = as_curl(entry, Address(_URL)).partition(_URL)
    known = visit.plan.document.outcomes
    return {
        "row": _row(visit, entry),
        "date": _clock(entry.at).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
        "target": f"{entry.path}?{entry.query}" if entry.query else entry.path,
        "why": entry.why,
        "near_miss": entry.near_miss,
        "outcomes": [known[name] for name in entry.outcomes if name in known],
        "headers": entry.request_headers,
        "request": _body(entry.request_body, entry.request_bytes, entry.request_kept),
        "response": _body(entry.response_body, entry.response_bytes, entry.response_kept),
        "curl": (before, after),
    }


def _body(text: str, size: int, kept: int) -> dict[str, Any]:
    return {"text": json_view.shown(text) if text else Markup(""), "size": size, "cut": size > kept, "kept": kept}
