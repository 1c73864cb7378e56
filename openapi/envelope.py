"""The envelope: how a response body holds data, errors and warnings. It is derived from the schemas of a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Echo = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """The shapes that the document allows: section "Response parameters", rows 1, 22 and 23.

    `errors_listed`, `warnings_listed`: the field holds a list, not a single object. `codes_spelled`: a code is a
    string, not a number. `warnings_bare`: a warning is a string, not an object. `data_beside_errors`: a body with
    errors has the field `data`; `echoes`: that field repeats the request instead of being null.
    """

    errors_listed: bool
    codes_spelled: bool
    warnings_listed: bool
    warnings_bare: bool
    data_beside_errors: bool
    echoes: bool

    def error(self, code: int | None, message: str) -> dict[str, Any]:
        """Return one item of `errors`."""
        return {"code": str(code) if self.codes_spelled else code, "message": message}

    def refusal(self, errors: Iterable[tuple[int | None, str]], *, echo: Echo | None) -> dict[str, Any]:
        """Return a body with errors, each given as (code, message); `echo` is the part of the request to repeat."""
        items = [self.error(code, message) for code, message in errors]
        data = {"data": echo if self.echoes else None} if self.data_beside_errors else {}
        return {**data, "errors": items if self.errors_listed else items[0], "warnings": None}

    def result(self, data: Any, *, warnings: Iterable[str] = ()) -> dict[str, Any]:
        """Return a body without errors; each warning is given as its text."""
        items = [message if self.warnings_bare else {"message": message} for message in warnings]
        held = (items if self.warnings_listed else items[0]) if items else None
        return {"data": data, "errors": None, "warnings": held}


def read(raw: Mapping[str, Any]) -> Envelope:
    """Derive the envelope from the schemas EnrolAnswer, ErrorAnswer and ErrorItem of a document."""
    schemas = raw["components"]["schemas"]
    failed, done = schemas["ErrorAnswer"]["properties"], schemas["EnrolAnswer"]["properties"]
    warning = done["warnings"].get("items")
    return Envelope(
        errors_listed="items" in failed["errors"],
        codes_spelled=schemas["ErrorItem"]["properties"]["code"]["type"] == "string",
        warnings_listed=warning is not None,
        warnings_bare=warning is not None and "$ref" not in warning,
        data_beside_errors="data" in failed,
        echoes="const" not in failed.get("data", {"const": None}),
    )
