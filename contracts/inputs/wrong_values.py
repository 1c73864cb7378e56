"""Wrong values: for each field of a request, values that are missing, of a wrong type, or almost right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.spellings import WIDE

Path = tuple[str, ...]

FIELDS: Final[tuple[Path, ...]] = (
    ("requestId",),
    ("action",),
    ("promotion",),
    ("promotion", "id"),
    ("promotion", "promotionId"),
    ("customer",),
    ("customer", "identifierName"),
    ("customer", "identifierValue"),
    ("customer", "source"),
    ("programId",),
)

_LONG: Final = "x" * 10_000
_TEXTS: Final[tuple[Any, ...]] = ("", "   ", 5, 0, 3.5, True, False, [], ["ENROL"], {}, {"value": "ENROL"})
_NUMBERS: Final[tuple[Any, ...]] = ("abc", "", " ", True, False, [], [1], {}, 1.5, -1, 0)
_OBJECTS: Final[tuple[Any, ...]] = ("", "x", 5, True, [], [{}], {})

_NEAR: Final[dict[Path, tuple[str, ...]]] = {
    # The homoglyphs are the Cyrillic capital Ie and the Cyrillic small and capital Byelorussian-Ukrainian I.
    ("action",): (
        *(
            "enrol",
            "Enrol",
            " ENROL",
            "ENROL ",
            "ENROL\n",
            "ENROLL",
            "ENROL_",
            "\u0415NROL",
            "ENROL\u200b",
            "ENROL,OPT_IN",
        ),
        *("opt_in", "Opt_In", "OPT-IN", "OPTIN", "OPT IN", " OPT_IN", "OPT_OUT", "UNENROL", "ENROL_MILESTONES", "null"),
        # What enums of .NET and objects of JavaScript take for a listed value, here and below.
        *("1", "constructor"),
    ),
    ("customer", "identifierName"): (
        *("ID", "Id", " id", "id ", "\u0456d", "MOBILE", "Mobile", "mobile ", "EMAIL", "Email", " email", "e-mail"),
        *("externalId", "external_id", "userid", "card", "phone", "customerId", "name", "constructor"),
    ),
    ("customer", "source"): (
        *("instore", "InStore", "Instore", " INSTORE", "INSTORE ", "IN_STORE", "\u0406NSTORE", "INSTORE\u200b"),
        *("facebook", "all", "WEB", "website", "MOBILE_APP", "NONE", "UNKNOWN", "2", "constructor", "IN\u017fTORE"),
    ),
    ("promotion", "id"): (
        *("0" * 24, "f" * 23, "f" * 25, "z" * 24, "1133590053", "../etc/passwd", "' OR '1'='1", _LONG, "\u0000" * 24),
    ),
    ("customer", "identifierValue"): ("nobody", "-1", "1e9", "٣٨٨", "' OR '1'='1", "*", "%", _LONG, "😀", "\u0000"),
}
# What careless code most often lets pass, or answers with the code of another field, made from the valid value.
TELLING: Final[tuple[Callable[[Any], Any], ...]] = (
    lambda value: NOTHING,
    lambda value: None,
    lambda value: "",
    lambda value: [value],
    lambda value: {"value": value} if isinstance(value, dict) else _in_the_other_type(value),
    lambda value: value.swapcase() if isinstance(value, str) else "x",
    lambda value: "NOWHERE" if isinstance(value, str) else -1,
)
_LISTED: Final = (("action",), ("customer", "identifierName"), ("customer", "source"))
_WIDTHS: Final = (2**31, 2**32, 2**53 + 1, 2**63, 2**64, 10**30)


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A value to put at a path of a request body; NOTHING removes the field."""

    path: Path
    value: Any

    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a copy of a body with this value. If the path does not exist in the body, return an unchanged copy."""
        changed = deepcopy(body)
        parent: Any = changed
        for step in self.path[:-1]:
            parent = parent.get(step)
            if not isinstance(parent, dict):
                return changed
        if self.value is NOTHING:
            parent.pop(self.path[-1], None)
        else:
            parent[self.path[-1]] = deepcopy(self.value)
        return changed


def wrong_values_of(path: Path, body: dict[str, Any]) -> Iterator[WrongValue]:
    """Yield the wrong values of a field. Some are made from its value in `body`, a valid one."""
    yield WrongValue(path, NOTHING)
    yield WrongValue(path, None)
    value = value_at(path, body)
    if path in (("promotion",), ("customer",)):
        yield from (WrongValue(path, wrong) for wrong in _OBJECTS)
        if isinstance(value, dict):
            yield WrongValue(path, [value])
            yield from (WrongValue(path, part) for part in value.values())
    elif path in (("programId",), ("promotion", "promotionId")):
        yield from (WrongValue(path, wrong) for wrong in _NUMBERS)
        yield from (WrongValue(path, width) for width in _WIDTHS)
        if isinstance(value, int):
            near = (
                [value],
                str(value),
                f" {value}",
                f"{value}abc",
                value + 1,
                -value,
                value + 2**32,
                value + 2**53,
                value + 0.5,
            )
            yield from (WrongValue(path, wrong) for wrong in near)
    else:
        yield from (WrongValue(path, wrong) for wrong in _TEXTS)
        yield from (WrongValue(path, near) for near in _NEAR.get(path, ()))
        if isinstance(value, str):
            yield WrongValue(path, [value])
        if path in _LISTED and isinstance(value, str):
            yield WrongValue(path, value.translate(WIDE))
        if path == ("promotion", "id") and isinstance(value, str):
            last = "0" if value[-1] != "0" else "1"
            yield from (WrongValue(path, near) for near in (value[:-1] + last, value[:-1], value + "0"))
        if path == ("customer", "identifierValue") and isinstance(value, str):
            yield from (WrongValue(path, near) for near in _near_values(value))


def value_at(path: Path, body: Any) -> Any:
    """Return what stands at a path of a request body, NOTHING where there is nothing."""
    for step in path:
        body = body.get(step, NOTHING) if isinstance(body, dict) else NOTHING
    return body


def _in_the_other_type(value: Any) -> Any:
    """Return a number for a text, and a text for a number: the same one if it can be."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() else 5
    return str(value)


def _near_values(value: str) -> Iterator[Any]:
    yield from (value + "0", value[:-1], value.upper() + "x", f" {value}", f"{value} ", f"0{value}")
    if value.isdigit():
        yield int(value)
        yield str(int(value) + 2**32)
        yield f"{value}.0"
        yield f"+{value}"
        yield value.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
