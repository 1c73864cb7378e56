"""The doors of the console. What draws its pages is imported with the first page, so the start of the mock goes without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mockserver.console.places import EXCHANGE, FILE, PAGE
from mockserver.exchange.answers import Data, Text
from mockserver.exchange.header_values import accepted
from mockserver.exchange.received import Received

if TYPE_CHECKING:
    from mockserver.control.visit import Visit

DOORS: Final = (("GET", PAGE), ("POST", PAGE), ("GET", EXCHANGE), ("GET", FILE))
_PAGE, _DATA = "text/html", "application/json"


def wants_page(request: Received) -> bool:
    """Return whether a client prefers a page to data, as browsers do."""
    return accepted(request.header("Accept")).best_match([_DATA, _PAGE], default=_DATA) == _PAGE


def answer(visit: Visit) -> Text:
    """Answer a request whose method and path are one of DOORS, or GET of the home of the console."""
    from mockserver.console import site

    return site.answer(visit)


def refused(visit: Visit, refusal: Data) -> Data | Text:
    """Answer a request that may not see a page: a browser gets one that says so, or asks for the token."""
    from mockserver.console import site

    return site.refused(visit, refusal) if wants_page(visit.request) else refusal
