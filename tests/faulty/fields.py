"""Step "check": read the fields of the body into `turn.asked`, and collect what is wrong in `turn.problems`."""

import math
import re
from typing import Any

from tests.faulty.turn import Problem, Turn
from tests.faulty.words import ACTIONS, SOURCES

# Bounded, because Python converts at most 4,300 digits.
NUMBER = re.compile(r"-?[0-9]{1,4000}(\.[0-9]{1,4000})?")
IDENTIFIERS = {
    "id-mobile-email": ("id", "mobile", "email"),
    "with-externalId": ("id", "mobile", "email", "externalId"),
    "all-spellings": ("id", "mobile", "email", "externalId", "external_id", "userid"),
}


def check(turn: Turn) -> None:
    """Fill in `turn.asked` and `turn.problems`; the problems are in the order of the page's codes."""
    if turn.unreadable:
        return
    body, asked = turn.body, turn.asked
    milestones = turn.reading("milestone-action") == "accepted"
    _unknown_fields(turn, body, "", ("requestId", "action", "promotion", "customer", "programId"))

    asked.request_id = _text(turn, body, "requestId", row=None, required=False)
    actions = (*ACTIONS, "ENROL_MILESTONES") if milestones else ACTIONS
    asked.action = _listed(turn, "action", _text(turn, body, "action", row="action"), actions)
    promotion = _object(turn, body, "promotion", "promotion")
    if promotion is not None:
        asked.promotion = _ids(turn, promotion)
    customer = _object(turn, body, "customer", "customer")
    program = _number(turn, body, "programId", "programId")
    if program is not None and not _possible(program) and turn.reading("malformed-id", "programId") == "field-code":
        turn.problems.append(Problem("programId", "malformed", "programId"))
        program = None
    asked.program = program
    if customer is not None:
        _customer(turn, customer, milestones)
    _in_order(turn)


def _customer(turn: Turn, customer: dict[str, Any], milestones: bool) -> None:
    asked = turn.asked
    known = ("identifierName", "identifierValue", "source", *(("milestone",) if milestones else ()))
    _unknown_fields(turn, customer, "customer.", known)
    name = _text(turn, customer, "identifierName", row="identifierName")
    asked.name = _listed(turn, "identifierName", name, IDENTIFIERS[turn.reading("identifier-names")])
    asked.value = _text(turn, customer, "identifierValue", row="identifierValue")
    if (
        asked.name in ("id", "userid")
        and asked.value
        and turn.reading("malformed-id", "identifierValue") == "field-code"
    ):
        digits = asked.value.strip() if turn.reading("value-folding") in ("trimmed", "both") else asked.value
        if asked.value.strip() and not (digits.isascii() and digits.isdigit()):
            turn.problems.append(Problem("identifierValue", "malformed", "identifierValue"))
            asked.value = None
    source = _text(turn, customer, "source", row="source", required=turn.reading("source") == "required")
    if turn.reading("unknown-value", "source") == "ignored":
        asked.source = source if source in SOURCES else None
    else:
        asked.source = _listed(turn, "source", source, SOURCES)
    if asked.action == "ENROL_MILESTONES":
        holder = customer.get("milestone")
        if isinstance(holder, dict):
            _unknown_fields(turn, holder, "customer.milestone.", ("targetRuleId",))
        else:
            holder = {}
        asked.rule = _number(turn, holder, "targetRuleId", "targetRuleId")


def _ids(turn: Turn, promotion: dict[str, Any]) -> dict[str, Any] | None:
    """Return the given ids by kind ("id", "promotionId", "identifier"), or None if one of them is not valid."""
    old = turn.reading("promotion-field-names") == "id-promotionId"
    hexadecimal, number = ("id", "promotionId") if old else ("promoHexId", "promoIntId")
    by_identifier = turn.reading("promotion-ids") == "identifier-too"
    _unknown_fields(turn, promotion, "promotion.", (hexadecimal, number, *(("identifier",) if by_identifier else ())))
    before = len(turn.problems)
    given: dict[str, Any] = {
        "id": _text(turn, promotion, hexadecimal, row="promotion", silent=True),
        "promotionId": _number(turn, promotion, number, "promotion", silent=True),
        "identifier": _text(turn, promotion, "identifier", row="promotion", silent=True) if by_identifier else None,
    }
    code = {kind: turn.reading("malformed-id", kind) == "field-code" for kind in ("id", "promotionId")}
    if code["id"] and given["id"] and given["id"].strip() and not re.fullmatch("[0-9a-fA-F]{24}", given["id"]):
        turn.problems.append(Problem("promotion.id", "malformed", "promotion"))
    if code["promotionId"] and given["promotionId"] is not None and not _possible(given["promotionId"]):
        turn.problems.append(Problem("promotion.promotionId", "malformed", "promotion"))
    given = {kind: value for kind, value in given.items() if value is not None}
    missing = [kind for kind, name in (("id", hexadecimal), ("promotionId", number)) if promotion.get(name) is None]
    missing += [kind for kind in ("id",) if kind not in given and isinstance(promotion.get(hexadecimal), str)]
    wants_both = turn.reading("promotion-ids") == "both"
    is_refused = False
    if missing and (wants_both or (len(missing) == 2 and not given)):
        place = "both" if len(missing) == 2 else missing[0]
        is_refused = turn.reading("one-promotion-id-missing", place) == "promotion-required"
        if is_refused:
            turn.problems.extend(Problem(f"promotion.{kind}", "missing", "promotion") for kind in missing)
    if is_refused or len(turn.problems) > before:
        return None
    return {} if missing and wants_both else given


def _text(
    turn: Turn, holder: dict[str, Any], key: str, *, row: str | None, required: bool = True, silent: bool = False
) -> str | None:
    """Read a string. With `silent` a missing or blank field is no problem here; the caller decides."""
    value = holder.get(key)
    if _absent(turn, holder, key, required):
        if required and not silent:
            turn.problems.append(Problem(key, "missing", row))
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and _wrong(turn, key, value) == "coerced":
        value = str(value)
    if not isinstance(value, str):
        _wrong_type(turn, key, value, row, "a string")
        return None
    kind = "blank" if value else "empty"
    if required and not value.strip() and turn.reading("blank-value", _place(key), kind) == "field-code":
        if not silent:
            turn.problems.append(Problem(key, "blank", row))
        return None
    return value


def _number(turn: Turn, holder: dict[str, Any], key: str, row: str, *, silent: bool = False) -> float | None:
    value = holder.get(key)
    if _absent(turn, holder, key, True):
        if not silent:
            turn.problems.append(Problem(key, "missing", row))
        return None
    if isinstance(value, str) and _wrong(turn, key, value) == "coerced" and NUMBER.fullmatch(value):
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        _wrong_type(turn, key, value, row, "a number")
        return None
    return value


def _object(turn: Turn, holder: dict[str, Any], key: str, row: str) -> dict[str, Any] | None:
    value = holder.get(key)
    if value is None:
        turn.problems.append(Problem(key, "missing", row))
        return None
    if not isinstance(value, dict):
        _wrong_type(turn, key, value, row, "an object")
        return None
    return value


def _absent(turn: Turn, holder: dict[str, Any], key: str, required: bool) -> bool:
    """Return whether the field counts as left out: absent, or null unless the reading calls null a wrong type."""
    if key not in holder:
        return True
    return holder[key] is None and (required or turn.reading("null-optional", key) == "absent")


def _listed(turn: Turn, key: str, value: str | None, allowed: tuple[str, ...]) -> str | None:
    if value is None or value in allowed:
        return value
    if turn.reading("unknown-value", key) == "plain-400":
        turn.problems.append(Problem(key, "unlisted", None, f"[INVALID_VALUE] {key} must be one of {list(allowed)}"))
    else:
        turn.problems.append(Problem(key, "unlisted", key))
    return None


def _place(key: str) -> str:
    """Return the name of a field in `readings.PLACES`."""
    return {"promoHexId": "id", "promoIntId": "promotionId"}.get(key, key)


def _wrong(turn: Turn, key: str, value: Any) -> str:
    """Return how a value of the wrong type is taken."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return turn.reading("wrong-type", _place(key), names.get(type(value), "null"))


def _wrong_type(turn: Turn, key: str, value: Any, row: str | None, wanted: str) -> None:
    plain = row is None or _wrong(turn, key, value) == "plain-400"
    turn.problems.append(Problem(key, "type", None if plain else row, f"[INVALID_TYPE] {key} must be {wanted}"))


def _unknown_fields(turn: Turn, holder: dict[str, Any], path: str, known: tuple[str, ...]) -> None:
    if turn.reading("unknown-fields", path.rstrip(".") or "body") == "refused":
        for key in holder:
            if key not in known:
                turn.problems.append(Problem(path + key, "unknown", None, f"[UNKNOWN_FIELD] {path}{key}"))


def _possible(number: float) -> bool:
    """Return whether a number can be an id: whole and positive."""
    whole = isinstance(number, int) or (math.isfinite(number) and number.is_integer())
    return whole and number > 0


def _in_order(turn: Turn) -> None:
    """Sort the problems in the order of the page's codes; those without a code come last."""
    rows = ("action", "promotion", "customer", "programId", "identifierName", "identifierValue", "source")
    order = {row: place for place, row in enumerate((*rows, "targetRuleId"))}
    turn.problems.sort(key=lambda problem: order.get(problem.row or "", len(order)))
