"""The case: everything a rule may look at."""

from __future__ import annotations

from msgspec import Struct

from mockserver.exchange.request_fields import NOTHING, RequestFields
from mockserver.stores import Standing
from openapi.questions import Readings
from openapi.world import Customer, Milestone, Program, Promotion


class Case(Struct, frozen=True, gc=False):
    """What a request asks for, what that names in the world, and the enrolments recorded so far.

    `program`, `promotion` and `customer` are None where the world has no such entry. `standing` is empty
    until the case is judged inside a transaction; the look-up rules do not need it. `readings` are the
    chosen answers to the open questions.
    """

    fields: RequestFields
    program: Program | None
    promotion: Promotion | None
    customer: Customer | None
    standing: Standing
    readings: Readings

    @property
    def opts_in(self) -> bool:
        """Whether the action is OPT_IN; any other action enrols."""
        return self.fields.action == "OPT_IN"

    @property
    def key(self) -> tuple[int, str] | None:
        """The ids of customer and promotion, under which enrolments are recorded; None unless both were found."""
        customer, promotion = self.customer, self.promotion
        if customer is None or customer.id is None or promotion is None:
            return None
        return customer.id, promotion.id

    @property
    def elsewhere(self) -> bool:
        """Whether promotion and program both exist, but the promotion does not belong to the program."""
        promotion, program = self.promotion, self.program
        if promotion is None or program is None or program.id == promotion.program_id:
            return False
        return program.id not in promotion.other_program_ids

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """The milestones that the request enrols into.

        ENROL enrols into all milestones of the promotion, ENROL_MILESTONES into the one it names, OPT_IN
        into none.
        """
        if self.promotion is None or self.opts_in:
            return ()
        wanted = self.fields.target_rule_id if self.fields.action == "ENROL_MILESTONES" else None
        there = self.promotion.milestones or ()
        return there if wanted is None else tuple(one for one in there if one.target_rule_id == wanted)

    def with_standing(self, standing: Standing) -> Case:
        """Return the same case with the enrolments recorded so far."""
        return Case(self.fields, self.program, self.promotion, self.customer, standing, self.readings)


NOBODY = Standing()  # where nobody is enrolled
# The case of a request whose body has not been read.
UNREAD = Case(NOTHING, None, None, None, NOBODY, {})
