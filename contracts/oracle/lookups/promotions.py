"""Finding the promotion by its two ids, which may be missing, blank, or of two promotions. "Error codes" row 9."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from contracts.exchange import PROMOTION_NAMES
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.found import Found, has_fraction, maybe_missing
from contracts.oracle.reasons import PLAIN, Asked, Option, Reason, reading
from openapi.world import Promotion

_ENROLABLE: Final = ("LIVE", "UPCOMING")
_NO_PROMOTION: Final = Reason(
    "no such promotion", ("error.promotion_not_found",), (Option("promotion_not_found"),), worded=True, absent=True
)
_UNKNOWN: Final = Found(reasons=maybe_missing("nobody knows whether it exists", "promotion_not_found"))


def find_promotions(asked: Asked, knowledge: Knowledge) -> list[Found]:
    """Return every way in which the look-up of the promotion may end."""
    if not asked.promotion_given:
        return [Found()]
    if asked.unreadable:
        return [Found(reasons=_beside_unreadable(asked))]
    if has_fraction(asked.promotion_id):
        nothing = Found(reasons=(replace(_NO_PROMOTION, worded=False, absent=False),))
        whole = find_promotions(replace(asked, promotion_id=int(asked.promotion_id or 0)), knowledge)
        return [nothing, *(replace(found, implies=()) for found in whole)]
    folded = _folded(asked.promotion, knowledge.data.promotions)
    if folded is not None:
        # No reading follows from either way of taking such an id.
        other = find_promotions(replace(asked, promotion=folded), knowledge)
        return [*_by_ids(asked, knowledge), *(replace(found, implies=()) for found in other)]
    return _by_ids(asked, knowledge)


def _by_ids(asked: Asked, knowledge: Knowledge) -> list[Found]:
    promotions = knowledge.data.promotions
    by_hex = next((p for p in promotions if p.id == asked.promotion), None)
    by_int = next((p for p in promotions if p.promotion_id == asked.promotion_id), None)
    if asked.promotion is not None and not asked.promotion.strip():
        # A host may take a blank id for a missing one, or look it up and find nothing.
        missing = find_promotions(replace(asked, promotion=None), knowledge)
        return [*missing, *(_ids_disagree(None, by_int) if by_int else [])]
    if asked.promotion is None or asked.promotion_id is None:
        return list(_id_missing(asked, by_hex or by_int, knowledge))
    if by_hex is not by_int:
        return _ids_disagree(by_hex, by_int)
    return [_found(by_hex)] if by_hex or not _may_exist(asked, knowledge) else [_UNKNOWN]


def _folded(sent: str | None, promotions: Iterable[Promotion]) -> str | None:
    """Return the id of a promotion that a text may stand for with spaces around it, or in another case.

    Hexadecimal digits have no case, and some parsers skip outer spaces.
    """
    ids = [promotion.id for promotion in promotions]
    bare = sent.strip() if sent else ""
    if not bare or sent in ids:
        return None
    is_hex = re.fullmatch(r"[0-9a-fA-F]{24}", bare)
    return next((one for one in ids if one == bare or (is_hex and one.lower() == bare.lower())), None)


def _beside_unreadable(asked: Asked) -> tuple[Reason, ...]:
    """Return the reason that the other id gives where one cannot be looked up: an error may be about the other."""
    sent = {"id": asked.promotion, "promotionId": asked.promotion_id}
    missing = next((name for name in PROMOTION_NAMES if sent[name] is None and name not in asked.unreadable), None)
    if missing is None:
        return ()
    options = (Option("promotion_required"), Option("promotion_not_found"), Option(PLAIN), Option(None))
    return (Reason(f"promotion.{missing} is missing", (), options),)


def _ids_disagree(by_hex: Promotion | None, by_int: Promotion | None) -> list[Found]:
    """Return what a host may find by two ids that do not name the same promotion.

    A host may treat two ids of two promotions otherwise than one good id beside one that exists nowhere, so these are
    questions apart.
    """
    key = f"promotion-ids-disagree/{'two' if by_hex and by_int else 'id-only' if by_hex else 'promotionId-only'}"
    winners = {"id-wins": by_hex, "promotionId-wins": by_int}
    nothing = ["promotion-not-found", *(name for name, winner in winners.items() if winner is None)]
    disagree = replace(_NO_PROMOTION, what="the ids disagree", worded=False, absent=False)
    return [
        Found(reasons=(disagree,), implies=(reading(key, *nothing),)),
        *(replace(_found(w), implies=(reading(key, name),)) for name, w in winners.items() if w is not None),
    ]


def _id_missing(asked: Asked, other: Promotion | None, knowledge: Knowledge) -> Iterator[Found]:
    """Yield what a host may find by one id, by `identifier`, or by none of them. `other`: what the one id names."""
    if asked.promotion is None and asked.promotion_id is None:
        missing = "both"
    else:
        missing = "id" if asked.promotion is None else "promotionId"
    key = f"one-promotion-id-missing/{missing}"
    claims = tuple(f"request.promotion.{name}.required" for name in ("id", "promotionId") if missing in (name, "both"))
    options = (
        Option("promotion_required", (reading(key, "promotion-required"),)),
        Option("promotion_not_found", (reading(key, "promotion-not-found"),)),
        Option(PLAIN),
    )
    implies = () if missing == "both" else (reading("promotion-ids", "both"),)
    yield Found(reasons=(Reason(f"promotion.{missing} is missing", claims, options),), implies=implies)
    if missing != "both":
        either = (reading("promotion-ids", "either", "identifier-too"),)
        found = _found(other) if other or not _may_exist(asked, knowledge) else _UNKNOWN
        yield replace(found, implies=either)
    elif asked.identifier is not None:
        named = next((p for p in knowledge.data.promotions if p.identifier == asked.identifier), None)
        yield replace(_found(named), implies=(reading("promotion-ids", "identifier-too"),))


def _found(promotion: Promotion | None) -> Found:
    if promotion is None:
        return Found(reasons=(_NO_PROMOTION,))
    if promotion.status not in _ENROLABLE:
        what = f"the promotion is {promotion.status}"
        inactive = Reason(what, ("error.promotion_inactive",), (Option("promotion_not_found"),), worded=True)
        return Found(promotion, reasons=(inactive,))
    return Found(promotion)


def _may_exist(asked: Asked, knowledge: Knowledge) -> bool:
    """The promotion may exist although the test data does not list it."""
    if knowledge.complete:
        return False
    absent = knowledge.data.absent.promotion if knowledge.data.absent else None
    return absent is None or (asked.promotion != absent.id and asked.promotion_id != absent.promotion_id)
