"""The case: an acceptance to be looked at, with all that was known before it."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.oracle.history import History, Membership
from contracts.oracle.reasons import Asked
from openapi.world import Customer, Milestone, Promotion


@dataclass(frozen=True, slots=True)
class Case:
    """An acceptance to look at: what was asked, who and what was found, and what was known before.

    `milestones` of None: nobody knows which the promotion has. `strict`: the data is complete, so
    what it does not provoke must not happen.
    """

    asked: Asked
    promotion: Promotion
    customer: Customer
    membership: Membership
    history: History
    milestones: tuple[Milestone, ...] | None
    strict: bool

    @property
    def is_late_opt_in(self) -> bool:
        """An OPT_IN of somebody who is known to be enrolled, and can be only once: else each enrolment may be opted in to."""
        member = self.membership
        once = self.promotion.limit_per_customer == 1
        return self.asked.action == "OPT_IN" and once and member.certain and member.enrolments > 0

    @property
    def seats_gone(self) -> bool:
        """The promotion has no seat left."""
        limit = self.promotion.limit_per_promotion
        return limit is not None and self.history.seats_taken(self.promotion) >= limit

    @property
    def seats_certain(self) -> bool:
        """No seat can have been taken that is not known of."""
        return self.promotion.limit_per_promotion is None or self.history.seats_certain(self.promotion)
