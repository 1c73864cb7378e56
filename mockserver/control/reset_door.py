"""The door by which a session goes back to the start, and learns which test uses it from then on."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from mockserver.control.visit import Visit
from mockserver.exchange.answers import Data, problem
from openapi import source
from openapi.source import SourceError

_LONGEST: Final = 500  # characters of the name of a test


class _Beginning(msgspec.Struct, forbid_unknown_fields=True):
    """What may be told with a reset."""

    test: Annotated[str, msgspec.Meta(max_length=_LONGEST)] | None = None


def answer(visit: Visit) -> Data | None:
    """Reset the session, or return what is wrong with the body. A body that names no test leaves its name as it is."""
    try:
        raw = source.parse_json(visit.request.body) if visit.request.body.strip() else {}
        beginning = source.shape(raw, _Beginning)
    except SourceError as error:
        return problem(str(error))
    visit.session.reset()
    if beginning.test is not None:
        visit.session.test = beginning.test
    return None
