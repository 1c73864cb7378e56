"""Which requests a fault meets. The request is looked at as it was sent: no step of the mock has judged it."""

from __future__ import annotations

from typing import Any

import msgspec

from mockserver.exchange.received import Received
from mockserver.faults.fault import Fault

ANY_PATH = "*"


class Asked:
    """A request, whose body is read when the first fault wants to know it."""

    def __init__(self, request: Received) -> None:
        self._request = request
        self._body: dict[str, Any] | None = None

    def meets(self, fault: Fault, *, usual_path: str) -> bool:
        """Return whether a fault is about this request. `usual_path` is the path of a fault that names none."""
        request = self._request
        if fault.path != ANY_PATH and request.path != (fault.path or usual_path):
            return False
        if fault.method is not None and request.method != fault.method.upper():
            return False
        if fault.header is not None and not _has(request, fault.header):
            return False
        if fault.action is not None and _text(self._top("action")) != fault.action:
            return False
        if fault.customer is not None and fault.customer not in _texts(self._top("customer"), "identifierValue"):
            return False
        return fault.promotion is None or fault.promotion in _texts(self._top("promotion"))

    def _top(self, name: str) -> Any:
        if self._body is None:
            self._body = _object(self._request.body)
        return self._body.get(name)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _has(request: Received, wanted: str) -> bool:
    name, mark, value = wanted.partition(":")
    found = request.header(name.strip())
    return found is not None and (not mark or found == value.strip())


def _texts(group: Any, *names: str) -> set[str | None]:
    """Return the values of an object as texts: those with the names, or all of them."""
    if not isinstance(group, dict):
        return set()
    return {_text(value) for name, value in group.items() if not names or name in names}


def _text(value: Any) -> str | None:
    """Return a text, or a number as a text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None
