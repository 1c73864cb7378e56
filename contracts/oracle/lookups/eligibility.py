"""Whether a customer may be enrolled into the promotion that was found. "Error codes" rows 10 and 12 to 14."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.oracle.reasons import Asked, Option, Reason, reading
from openapi.world import Program, Promotion


def ineligible(asked: Asked, promotion: Promotion | None, program: Program | None) -> Iterator[Reason]:
    """Yield the reasons to refuse an enrolment into the promotion that was found."""
    if promotion is None:
        return
    if program and program.id not in promotion.program_ids:
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
