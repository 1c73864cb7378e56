"""What a request names: the promotion, the program and the customer, under every reading of "to find".

Source: the page, "Error codes" rows 9 to 13.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from contracts.oracle.reasons import PLAIN, Asked, Implied, Option, Reason, Scene, reading
from openapi.world import Customer, Program, Promotion, World

ENROLABLE: Final = ("LIVE", "UPCOMING")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known to exist. `complete`: nothing else does."""

    data: World
    complete: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """One way a look-up may end: what it found, or the reason why not; `known` False: nobody can tell."""

    promotion: Promotion | None = None
    program: Program | None = None
    customer: Customer | None = None
    reasons: tuple[Reason, ...] = ()
    implies: Implied = ()
    known: bool = True


def scenes(asked: Asked, knowledge: Knowledge) -> tuple[Scene, ...]:
    """Return every way to find what a request names, the default reading first."""
    ways = (_promotions(asked, knowledge), _programs(asked, knowledge), _customers(asked, knowledge))
    return tuple(
        Scene(
            implies=(*promotion.implies, *customer.implies),
            reasons=(
                *promotion.reasons,
                *program.reasons,
                *customer.reasons,
                *_eligibility(asked, promotion.promotion, program.program),
            ),
            promotion=promotion.promotion,
            program=program.program,
            customer=customer.customer,
            known=promotion.known and customer.known and program.known,
        )
        for promotion, program, customer in product(*ways)
    )


def _promotions(asked: Asked, knowledge: Knowledge) -> list[_Found]:
    if not asked.promotion_given:
        return [_Found()]
    if _has_fraction(asked.promotion_id):
        whole = _promotions(replace(asked, promotion_id=int(asked.promotion_id or 0)), knowledge)
        nothing = _Found(reasons=(replace(_NO_PROMOTION, worded=False, absent=False),))
        return [nothing, *(replace(found, implies=()) for found in whole)]
    promotions = knowledge.data.promotions
    by_hex = next((p for p in promotions if p.id == asked.promotion), None)
    by_int = next((p for p in promotions if p.promotion_id == asked.promotion_id), None)
    if asked.promotion is not None and not asked.promotion.strip():
        # A blank id counts as missing, or as one that finds nothing.
        missing = _promotions(replace(asked, promotion=None), knowledge)
        return [*missing, *(_disagreeing(None, by_int) if by_int else [])]
    if asked.promotion is not None and asked.promotion_id is not None:
        if by_hex is by_int:
            return [_found(by_hex)] if by_hex or not _maybe_promotion(asked, knowledge) else [_UNKNOWN]
        return _disagreeing(by_hex, by_int)
    return list(_one_missing(asked, by_hex or by_int, knowledge))


def _disagreeing(by_hex: Promotion | None, by_int: Promotion | None) -> list[_Found]:
    # One id that exists nowhere and two ids of two promotions are two situations: a host may treat them apart.
    key = f"promotion-ids-disagree/{'two' if by_hex and by_int else 'id-only' if by_hex else 'promotionId-only'}"
    winners = {"id-wins": by_hex, "promotionId-wins": by_int}
    nothing = ["promotion-not-found", *(name for name, winner in winners.items() if winner is None)]
    return [
        _Found(
            reasons=(replace(_NO_PROMOTION, what="the ids disagree", worded=False, absent=False),),
            implies=(reading(key, *nothing),),
        ),
        *(replace(_found(w), implies=(reading(key, name),)) for name, w in winners.items() if w is not None),
    ]


def _one_missing(asked: Asked, other: Promotion | None, knowledge: Knowledge) -> Iterator[_Found]:
    """Yield what becomes of a promotion that is named by one id, by `identifier`, or by nothing."""
    missing = "id" if asked.promotion is None else "promotionId"
    if asked.promotion is None and asked.promotion_id is None:
        missing = "both"
    key = f"one-promotion-id-missing/{missing}"
    needed = reading("promotion-ids", "both")
    claims = tuple(f"request.promotion.{name}.required" for name in ("id", "promotionId") if missing in (name, "both"))
    options = (
        Option("promotion_required", (reading(key, "promotion-required"),)),
        Option("promotion_not_found", (reading(key, "promotion-not-found"),)),
        Option(PLAIN),
    )
    implies = () if missing == "both" else (needed,)
    yield _Found(reasons=(Reason(f"promotion.{missing} is missing", claims, options),), implies=implies)
    if missing != "both":
        either = (reading("promotion-ids", "either", "identifier-too"),)
        found = _found(other) if other or not _maybe_promotion(asked, knowledge) else _UNKNOWN
        yield replace(found, implies=either)
    elif asked.identifier is not None:
        named = next((p for p in knowledge.data.promotions if p.identifier == asked.identifier), None)
        yield replace(_found(named), implies=(reading("promotion-ids", "identifier-too"),))


def _found(promotion: Promotion | None) -> _Found:
    if promotion is None:
        return _Found(reasons=(_NO_PROMOTION,))
    if promotion.status not in ENROLABLE:
        what = f"the promotion is {promotion.status}"
        inactive = Reason(what, ("error.promotion_inactive",), (Option("promotion_not_found"),), worded=True)
        return _Found(promotion, reasons=(inactive,))
    return _Found(promotion)


_NO_PROMOTION: Final = Reason(
    "no such promotion", ("error.promotion_not_found",), (Option("promotion_not_found"),), worded=True, absent=True
)
_UNKNOWN: Final = _Found(
    reasons=(Reason("nobody knows whether it exists", (), (Option(None), Option("promotion_not_found"))),),
    known=False,
)


def _maybe_promotion(asked: Asked, knowledge: Knowledge) -> bool:
    """The promotion may exist although the test data does not list it."""
    if knowledge.complete:
        return False
    absent = knowledge.data.absent.promotion if knowledge.data.absent else None
    return absent is None or (asked.promotion != absent.id and asked.promotion_id != absent.promotion_id)


def _programs(asked: Asked, knowledge: Knowledge) -> list[_Found]:
    if asked.program_id is None:
        return [_Found()]
    if _has_fraction(asked.program_id):
        whole = _programs(replace(asked, program_id=int(asked.program_id)), knowledge)
        return [_Found(reasons=(replace(_NO_PROGRAM, worded=False, absent=False),)), *whole]
    program = next((p for p in knowledge.data.programs if p.id == asked.program_id), None)
    if program:
        return [_Found(program=program)]
    absent = knowledge.data.absent
    if knowledge.complete or (absent and asked.program_id == absent.program_id):
        return [_Found(reasons=(_NO_PROGRAM,))]
    options = (Option(None), Option("program_not_found"))
    return [_Found(reasons=(Reason("nobody knows whether the program exists", (), options),), known=False)]


def _has_fraction(number: float | None) -> bool:
    """The number is no whole one: as an id it names nothing, but parsers of many languages cut it off without a word."""
    return isinstance(number, float) and math.isfinite(number) and not number.is_integer()


_NO_PROGRAM: Final = Reason(
    "no such program", ("error.program_not_found",), (Option("program_not_found"),), worded=True, absent=True
)


def _eligibility(asked: Asked, promotion: Promotion | None, program: Program | None) -> Iterator[Reason]:
    if promotion is None:
        return
    if program and program.id != promotion.program_id:
        options = tuple(
            Option(name.replace("-", "_"), (reading("program-mismatch", name),))
            for name in ("promotion-not-found", "program-not-found")
        )
        claims = ("error.promotion_not_found",)
        yield Reason("the promotion belongs to another program", claims, options)
    if promotion.type == "GENERIC":
        options = (Option("generic_not_eligible"),)
        yield Reason("the promotion is GENERIC", ("error.generic_not_eligible",), options, worded=True)
    if asked.action == "OPT_IN" and promotion.type != "LOYALTY_EARNING":
        options = (Option("opt_in_not_supported", (reading("opt-in-types", "loyalty-earning"),)),)
        if promotion.type == "LOYALTY":
            options += (Option(None, (reading("opt-in-types", "loyalty-too"),), decides=False),)
        what = f"OPT_IN to a promotion of type {promotion.type}"
        yield Reason(what, ("error.opt_in_not_supported",), options, worded=True, late=True)
    if promotion.engine == "down":
        yield Reason("the engine is down", ("error.engine_error",), (Option("engine_error"),), worded=True, late=True)


def _customers(asked: Asked, knowledge: Knowledge) -> list[_Found]:
    name, value = asked.identifier_name, asked.identifier_value
    if name is None or value is None:
        return [_Found()]
    exact = _customer(name, value, knowledge)
    if exact:
        found = [_Found(customer=exact)]
    else:
        folded = [(implies, _customer(name, other, knowledge)) for implies, other in _foldings(name, value)]
        hits = [_Found(customer=customer, implies=implies) for implies, customer in folded if customer]
        found = [_Found(implies=_opposite(hits)), *hits]
    return [outcome for one in found for outcome in _selected(asked, one, knowledge)]


def _customer(name: str, value: str, knowledge: Knowledge) -> Customer | None:
    return next((customer for customer in knowledge.data.customers if _matches(customer, name, value)), None)


def _foldings(name: str, value: str) -> Iterator[tuple[Implied, str]]:
    """Yield a value as a host may fold it, with the readings under which it does."""
    # Some databases ignore spaces behind a text, and none before it.
    side = "before" if value != value.lstrip() else "behind"
    spaces = (reading(f"value-folding/spaces {side}:{name}", "trimmed", "both"),)
    case = (reading("value-folding/case:email", "case-folded", "both"),)
    bare = value.strip()
    if value != bare:
        yield spaces, bare
    if name == "email" and value != value.lower():
        yield (case, value.lower()) if value == bare else ((*spaces, *case), bare.lower())
    if name in ("id", "userid") and value == bare:
        yield from _as_numbers(value)
    if name == "mobile":
        # Sibling pages write mobiles as digits without a plus; a host may well keep them as numbers.
        yield from (((), number) for _, number in _as_numbers(bare))


def _as_numbers(value: str) -> Iterator[tuple[Implied, str]]:
    """Yield an id as a host reads it that compares ids as numbers."""
    try:
        number = str(int(value[:-2] if value.endswith(".0") else value))
    except ValueError:
        return
    if number != value:
        # Signs, fractions, other digits and underscores tell nothing: parsers of numbers take them or not.
        yield ((reading("leading-zeros/id", "ignored"),) if value.isascii() and value.isdigit() else ()), number


def _opposite(hits: list[_Found]) -> Implied:
    """Return what it implies that a value finds nobody whom folding would find."""
    if len(hits) != 1 or len(hits[0].implies) != 1:
        return ()
    key = hits[0].implies[0][0]
    if key.startswith("leading-zeros"):
        return (reading(key, "significant"),)
    return (reading(key, "exact", "case-folded" if "spaces" in key else "trimmed"),)


def _matches(customer: Customer, name: str, value: str) -> bool:
    if name in ("id", "userid"):
        return customer.id is not None and str(customer.id) == value
    if name in ("externalId", "external_id"):
        return customer.external_id == value
    if name == "email":
        return customer.email is not None and value in (customer.email, customer.email.lower())
    return name == "mobile" and customer.mobile == value


def _selected(asked: Asked, one: _Found, knowledge: Knowledge) -> Iterator[_Found]:
    """Yield what becomes of a customer when `source` may take part in finding."""
    if one.customer is None:
        if not knowledge.complete and not _is_absent(asked, knowledge):
            options = (Option(None), Option("customer_not_found"))
            yield replace(one, reasons=(Reason("nobody knows whether the customer exists", (), options),), known=False)
            return
        yield replace(one, reasons=(_NO_CUSTOMER,))
        return
    registered = one.customer.source
    if asked.source is None or asked.source == "ALL" or registered in (asked.source, "ALL"):
        yield one
        return
    yield replace(one, implies=(*one.implies, reading("source-selects", "no")))
    selects = (*one.implies, reading("source-selects", "yes"))
    elsewhere = replace(_NO_CUSTOMER, what="the customer registered elsewhere", worded=False, absent=False)
    yield _Found(reasons=(elsewhere,), implies=selects)


_NO_CUSTOMER: Final = Reason(
    "no such customer", ("error.customer_not_found",), (Option("customer_not_found"),), worded=True, absent=True
)


def _is_absent(asked: Asked, knowledge: Knowledge) -> bool:
    absent = knowledge.data.absent
    if absent is None or asked.identifier_name is None or asked.identifier_value is None:
        return False
    return _matches(absent.customer, asked.identifier_name, asked.identifier_value)
