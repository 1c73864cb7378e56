"""The doors of the control plane by which the faults of a session are shown, set and removed."""

from __future__ import annotations

from typing import Final

from mockserver.errors import MockError
from mockserver.exchange.answers import Data, problem
from mockserver.exchange.received import Received
from mockserver.faults import spelling
from mockserver.faults.armed import Faults
from openapi import source
from openapi.source import SourceError

PATH: Final = "/_mock/faults"
ONE: Final = f"{PATH}/{{id}}"
DOORS: Final = (("GET", PATH), ("POST", PATH), ("DELETE", PATH), ("DELETE", ONE))


def named(path: str) -> str:
    """Return the path of a door: a path of one fault has {id} in place of its id. Other paths stay as they are."""
    parent, slash, name = path.rpartition("/")
    return ONE if parent == PATH and slash and name else path


def answer(request: Received, faults: Faults, *, others: int) -> Data:
    """Answer a request whose method and path are one of DOORS. `others`: the bytes of the faults of other sessions."""
    name = request.path.removeprefix(PATH).removeprefix("/")
    if name:
        return _remove(name, faults)
    if request.method == "POST":
        return _add(request, faults, others)
    if request.method == "DELETE":
        faults.clear()
    return Data({"faults": faults.shown()})


def _add(request: Received, faults: Faults, others: int) -> Data:
    """Set the fault, or the list of faults, in the body of a request. All of them are set, or none."""
    try:
        raw = source.parse_json(request.body)
        return Data({"faults": faults.add(spelling.from_json(raw), others=others)})
    except (SourceError, MockError) as error:
        return problem(str(error))


def _remove(name: str, faults: Faults) -> Data:
    if name.isascii() and name.isdigit() and len(name) < 20 and faults.remove(int(name)):
        return Data({"faults": faults.shown()})
    return problem(f"there is no fault {name[:80]!r}; GET {PATH} shows the ids", 404)
