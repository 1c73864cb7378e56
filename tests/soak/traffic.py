"""The requests of a soak, with the statuses that each may get."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from tests import page
from tests.bench.versus import page_request
from tests.mockserver.tours import tour

_LOGIN: Final = "Basic c3RvcmUuc2VydmVyOjEyMw=="
_CALL: Final = frozenset({200, 400, 500})  # 500 is the documented answer of an engine that does not work
_DONE: Final = frozenset({200})
# What a session is put through, one after the other: the effect, and the statuses of the call that it strikes.
_FAULTS: Final = {"429": 429, "503": 503, "engine_error": 500, "garbage": 200}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it goes over the wire, and the statuses that are right for it."""

    raw: bytes
    right: frozenset[int]


def asked(
    method: str, path: str, body: bytes = b"", right: frozenset[int] = _DONE, *, login: str = _LOGIN, **headers: str
) -> Asked:
    """Return a request with JSON. A keyword `header_name` is sent as the header `header-name`."""
    named = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    if login:
        named["Authorization"] = login
    lines = [
        f"{method} {path} HTTP/1.1",
        *(f"{name.replace('_', '-')}: {value}" for name, value in named.items()),
        "",
        "",
    ]
    return Asked("\r\n".join(lines).encode() + body, right)


def calls(session: str) -> list[Asked]:
    """Return every kind of documented call in a session, '' for the one without a name. Its enrolments are forgotten in the end."""
    base = f"/_s/{session}" if session else ""
    path = base + page.PATH
    tours = [asked("POST", path, json.dumps(body).encode(), _CALL) for body in tour()]
    without_end = asked("POST", path, page_request().body)
    body = json.dumps(page.ENROL_REQUEST).encode()
    others = [
        asked("POST", path, b'{"requestId": ', frozenset({400})),
        asked("POST", path, body, frozenset({401}), login=""),
        asked("POST", path, body, frozenset({401}), login="Basic eDp5"),
        asked("POST", path, body, frozenset({415}), Content_Type="text/plain"),
        asked("GET", path, right=frozenset({405})),
        asked("POST", base + "/v3/promotions", body, frozenset({404})),
        asked("POST", path, body, frozenset({400}), Prefer="outcome=promotion_not_found"),
        asked("POST", path, body, right=frozenset({429}), Prefer="code=429"),
        asked("POST", path, body, Prefer="delay=0.01"),
        asked("POST", path, body, _CALL, Cookie="a=" + "b" * 2000),
    ]
    # So what is kept stays small, but for the journal, which has a bound of its own.
    forgotten = asked("DELETE", f"{base}/_mock/enrolments")
    return [*(each for one in (*tours, *others) for each in (one, without_end)), forgotten]


def control(session: str) -> list[Asked]:
    """Return what is asked of the control plane for a session: its state is read, changed and reset, and faults strike."""
    base = f"/_s/{session}" if session else ""
    call = json.dumps(page.ENROL_REQUEST).encode()
    customer = {"customers": [{"id": 700000001, "mobile": "4915550000001"}]}
    found: list[Asked] = [
        asked("GET", f"{base}/_mock/{door}")
        for door in (
            "journal?limit=50",
            "journal?status=4xx&limit=5",
            "enrolments",
            "findings",
            "metrics",
            "proof",
            "world",
        )
    ]
    found.append(asked("GET", f"{base}/_mock/sessions"))
    found.append(_changed("POST", f"{base}/_mock/world", customer))
    found.append(_changed("PUT", f"{base}/_mock/readings", {"refusal-status": "200"}))
    found.append(asked("POST", base + page.PATH, b"{}", _CALL))
    found.append(asked("POST", f"{base}/_mock/reset"))
    for effect, status in _FAULTS.items():
        found.append(_changed("POST", f"{base}/_mock/faults", {"effect": effect, "count": 1}))
        found.append(asked("POST", base + page.PATH, call, frozenset({status})))
    found.append(asked("DELETE", f"{base}/_mock/faults"))
    return found


def _changed(method: str, path: str, body: Any) -> Asked:
    return asked(method, path, json.dumps(body).encode(), frozenset({200, 201, 204}))
