"""What a failing test is told of its exchanges with the mock."""

from __future__ import annotations

import urllib.request
from typing import Any, Final
from urllib.parse import urlsplit

from enrol_kit.enrol_mock import EnrolMock

TITLE: Final = "enrol mock"
_SHOWN: Final = 5  # exchanges


def exchanges(mock: EnrolMock) -> str:
    """Return a text about the last exchanges of a session, without headers, bodies and queries."""
    try:
        found = mock.journal()
        lines = [line for one in found[-_SHOWN:] for line in _lines(one, mock)]
        strays = mock.strays().strip()
    except (OSError, ValueError, RuntimeError) as error:
        return f"The mock does not say what it was asked: {error}"
    if len(found) > _SHOWN:
        lines.insert(0, f"… and {len(found) - _SHOWN} earlier")
    if not found:
        lines.append("The client has sent no request to the mock.")
        if _goes_by_proxy(mock.url):
            lines.append("It may have asked the proxy that HTTP_PROXY names; let NO_PROXY name 127.0.0.1.")
    return "\n".join([*lines, *([f"Requests without the session: {strays}"] if strays else [])])


def _goes_by_proxy(url: str) -> bool:
    """Return whether programs ask a proxy in place of the mock, as the environment says."""
    return "http" in urllib.request.getproxies() and not urllib.request.proxy_bypass(urlsplit(url).hostname or "")


def _lines(one: dict[str, Any], mock: EnrolMock) -> list[str]:
    path = one["path"].removeprefix(mock.path)
    shown = f"{one['method']} {path} → {one['status'] or 'no answer'}"
    if one["outcomes"]:
        shown += f" {', '.join(one['outcomes'])}"
    lines = [shown, f"    why: {one['why']}"]
    if one["nearMiss"]:
        lines.append(f"    near miss: {one['nearMiss']}")
    return [_printable(line) for line in lines]


def _printable(text: str) -> str:
    """Return a text that cannot control a terminal."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
