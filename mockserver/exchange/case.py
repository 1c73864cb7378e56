"""The case: everything a rule may look at."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.exchange.asked import Asked
from mockserver.stores import Standing
from openapi.questions import Readings
from openapi.world import Customer, Milestone, Program, Promotion


@dataclass(frozen=True, slots=True)
class Case:
    """One request, what it names in the world, and how the customer stands.

    `program`, `promotion` and `customer` are None where nothing is found. `readings` are the chosen
    answers to the open questions.
    """

    asked: Asked
    program: Program | None
    promotion: Promotion | None
    customer: Customer | None
    standing: Standing
    readings: Readings

    @property
    def opts_in(self) -> bool:
        """Whether the request is an OPT_IN; else it enrols."""
        return self.asked.action == "OPT_IN"

    @property
    def key(self) -> tuple[int, str] | None:
        """The ids of customer and promotion, which the state is kept by; None unless both are found."""
        if self.customer is None or self.customer.id is None or self.promotion is None:
            return None
        return self.customer.id, self.promotion.id

    @property
    def elsewhere(self) -> bool:
        """The promotion exists, but in another program."""
        return bool(self.promotion and self.program and self.promotion.program_id != self.program.id)

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """The milestones that the request enrols into: an OPT_IN none, ENROL_MILESTONES one, an ENROL all."""
        if self.promotion is None or self.opts_in:
            return ()
        wanted = self.asked.target_rule_id if self.asked.action == "ENROL_MILESTONES" else None
        return tuple(one for one in self.promotion.milestones or () if wanted in (None, one.target_rule_id))
