"""What the value of a header says: Werkzeug reads it. Its import takes 20 ms, which values that say little go without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.datastructures import MIMEAccept


def with_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """Return a value such as a Content-Type without its parameters, and these."""
    if ";" not in value:
        return value.strip(), {}
    from werkzeug.http import parse_options_header

    return parse_options_header(value)


def accepted(value: str | None) -> MIMEAccept:
    """Return the media types that an Accept names, with their weights."""
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header

    return parse_accept_header(value, MIMEAccept)
