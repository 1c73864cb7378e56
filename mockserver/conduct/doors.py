"""The door GET /_mock/findings."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl

from mockserver.control.visit import Visit
from mockserver.exchange.answers import Data, problem
from mockserver.sessions import NAMES, is_name

PATH: Final = "/_mock/findings"
_SESSION: Final = "session"


def show(visit: Visit) -> Data:
    """List what is wrong with what clients have sent since the start, the worst first; in one session, if it is named."""
    asked = parse_qsl(visit.request.query, keep_blank_values=True)
    unknown = [name for name, _ in asked if name != _SESSION]
    if unknown:
        return problem(f"There is no filter {unknown[0][:80]!r}; there is {_SESSION}.")
    name = dict(asked).get(_SESSION)
    if name and not is_name(name):
        return problem(f"No session can have the name {name[:80]!r}; {NAMES}.")
    return Data({"findings": visit.client.conduct.findings(name)})
