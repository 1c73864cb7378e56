"""The doors of the control plane by which the faults of a session are shown, set and removed."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from mockserver.errors import MockError
from mockserver.exchange.answers import Data
from mockserver.exchange.received import Received
from mockserver.faults import spelling
from mockserver.faults.armed import Faults
from openapi.source import SourceError

PATH: Final = "/_mock/faults"
DOORS: Final = (("GET", PATH), ("POST", PATH), ("DELETE", PATH), ("DELETE", f"{PATH}/ID"))


def leads_here(path: str) -> bool:
    """Return whether a path is that of the faults, or of one of them."""
    return path == PATH or path.startswith(f"{PATH}/")


def answer(request: Received, faults: Faults) -> Data:
    """Answer a request whose path leads here."""
    name = request.path.removeprefix(PATH).removeprefix("/")
    if name:
        return _remove(name, faults) if request.method == "DELETE" else _not_allowed("DELETE")
    match request.method:
        case "GET" | "HEAD":
            return Data({"faults": faults.shown()})
        case "POST":
            return _add(request, faults)
        case "DELETE":
            faults.clear()
            return Data({"faults": []})
        case _:
            return _not_allowed("GET, POST, DELETE")


def _add(request: Received, faults: Faults) -> Data:
    """Set the fault, or the list of faults, in the body of a request. All of them are set, or none."""
    if request.extent != "whole":
        return _refused(f"the body is {request.extent}")
    try:
        raw: Any = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, RecursionError) as error:
        return _refused(f"the body is not JSON: {error}")
    try:
        return Data({"faults": faults.add(spelling.from_json(raw))}, status=201)
    except (SourceError, MockError) as error:
        return _refused(str(error))


def _remove(name: str, faults: Faults) -> Data:
    if name.isascii() and name.isdigit() and len(name) < 20 and faults.remove(int(name)):
        return Data({"faults": faults.shown()})
    return Data({"error": f"there is no fault {name[:80]!r}; GET {PATH} shows the ids"}, status=404)


def _not_allowed(allowed: str) -> Data:
    return Data({"error": f"this path takes {allowed}"}, status=405, headers=(("Allow", allowed),))


def _refused(text: str) -> Data:
    return Data({"error": text}, status=400)
