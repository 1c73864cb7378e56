"""Signs: by which two refusals are known to be wrong in the same way, whatever was asked."""

from __future__ import annotations

from typing import Final

from contracts.exchange import NOTHING
from contracts.json_value import as_json
from contracts.oracle.observation import Symptom
from contracts.oracle.refusal.explanations import NO_ERROR
from contracts.oracle.reply import ErrorItem, Reply

# "Error codes" rows 9 to 13 share this code, so it does not say which row is meant.
SHARED: Final = 400


def sign_of(reply: Reply, error: ErrorItem) -> Symptom:
    """Return the sign of one error: the row that it names, otherwise its code and message, or what came instead."""
    if error is NO_ERROR and reply.garbled:
        return ("garbled",)
    if error is NO_ERROR:
        return ("silent" if reply.body is not NOTHING else "no JSON", str(reply.status))
    if error.says or len(error.names) == 1:
        return ("error", error.says or "".join(error.names))
    if error.names or (isinstance(error.code, int) and error.code != SHARED):
        return ("error", as_json(error.code))
    return ("error", as_json(error.code), as_json(error.message))


def signs_of(reply: Reply) -> tuple[Symptom, ...]:
    """Return the signs of a refusal."""
    return tuple(sign_of(reply, error) for error in reply.errors or (NO_ERROR,))
