"""Forms: what a page of the console sends back."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mockserver.control.visit import Visit

_MOST_FIELDS = 100


class BadForm(Exception):
    """Raised when a form cannot be followed, with one sentence that says why, and the HTTP status of the answer."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def fields(visit: Visit) -> Mapping[str, str]:
    """Return the fields of a form that was posted; lines end with LF. Raises BadForm."""
    if visit.request.extent == "too large":
        raise BadForm("The form is too large; the console takes 1 MiB.", 413)
    if visit.request.extent == "cut short":
        raise BadForm("The form ended before its announced length.")
    pairs = _pairs(visit.request.body.decode(errors="replace"))
    return {name: value.replace("\r\n", "\n") for name, value in pairs.items()}


def query(visit: Visit) -> Mapping[str, str]:
    """Return the values of the query, without those that are empty."""
    return {name: value for name, value in _pairs(visit.request.query).items() if value}


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise BadForm(f"The form has more than {_MOST_FIELDS} fields.") from error
