"""The scenes of a request: every combination of what its promotion, its program and its customer may be found to be."""

from __future__ import annotations

from itertools import product

from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.customers import find_customers
from contracts.oracle.lookups.eligibility import ineligible
from contracts.oracle.lookups.programs import find_programs
from contracts.oracle.lookups.promotions import find_promotions
from contracts.oracle.reasons import Asked, Scene


def list_scenes(asked: Asked, knowledge: Knowledge) -> tuple[Scene, ...]:
    """Return every way to find what a request names, the default reading first."""
    ways = (find_promotions(asked, knowledge), find_programs(asked, knowledge), find_customers(asked, knowledge))
    return tuple(
        Scene(
            implies=(*promotion.implies, *customer.implies),
            reasons=(
                *promotion.reasons,
                *program.reasons,
                *customer.reasons,
                *ineligible(asked, promotion.promotion, program.program),
            ),
            promotion=promotion.promotion,
            customer=customer.customer,
        )
        for promotion, program, customer in product(*ways)
    )
