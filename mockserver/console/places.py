"""The places of the console: the paths of its pages and files."""

from __future__ import annotations

import re
from typing import Final

from mockserver.control.access import Kind

HOME: Final = "/_mock/"
PAGE: Final = "/_mock/console/{page}"
EXCHANGE: Final = "/_mock/console/exchanges/{id}"
FILE: Final = "/_mock/console/static/{file}"
LOGIN: Final = "/_mock/console/login"
PAGES: Final = frozenset({HOME, PAGE, EXCHANGE})

_PLACES: Final = re.compile(r"/_mock/console/(?:(?P<file>static/)|(?P<exchange>exchanges/))?[^/]+")


def named(path: str) -> str:
    """Return the path of a place: {page}, {id} and {file} stand for what they may be. Other paths stay as they are."""
    found = _PLACES.fullmatch(path)
    if found is None:
        return path
    return FILE if found["file"] else EXCHANGE if found["exchange"] else PAGE


def kind(path: str) -> Kind:
    """Return who may ask for a path. The page for those who have not logged in needs its style."""
    if path == LOGIN or named(path) == FILE:
        return "open"
    return "page" if named(path) in PAGES else "data"
