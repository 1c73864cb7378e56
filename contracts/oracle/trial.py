"""The trial: one answer held against one scene, with everything that is known about both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contracts.oracle.history import History, Membership
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.reasons import ANY, PLAIN, Asked, Option, Reason, Scene, reading
from contracts.oracle.reply import Reply
from contracts.oracle.usual import UNKNOWN, Usual
from openapi.document import Outcome
from openapi.world import Customer, Milestone, Promotion

_SENT_BEFORE: Final = Reason("the requestId was sent before", (), (Option(None), Option(PLAIN)))


@dataclass(frozen=True, slots=True)
class Candidate:
    """The customer and the promotion that a scene finds, with what was known of the two before the answer.

    `milestones` is None where nobody knows which milestones the promotion has. `seats_gone`: all enrolments that the
    promotion allows are known to be made. `seats_certain`: no enrolment can have been made that is not known of.
    `named_by_strangers`: requests with wrong credentials have named both, and were refused.
    """

    action: str | None
    customer: Customer
    promotion: Promotion
    membership: Membership
    milestones: tuple[Milestone, ...] | None
    seats_gone: bool
    seats_certain: bool
    named_by_strangers: bool = False

    @property
    def opts_in(self) -> bool:
        """The request is an OPT_IN."""
        return self.action == "OPT_IN"

    @property
    def is_late_opt_in(self) -> bool:
        """The request is an OPT_IN of a customer who is known to be enrolled, and can be only once.

        Where a customer may be enrolled several times, each enrolment may be opted in to.
        """
        member = self.membership
        return self.opts_in and self.promotion.limit_per_customer == 1 and member.certain and member.enrolments > 0

    @property
    def limit_reached(self) -> bool:
        """The limit of the customer or that of the promotion is known to be reached."""
        return self.membership.enrolments >= self.promotion.limit_per_customer or self.seats_gone

    @property
    def full_claim(self) -> str:
        """The claim that the warning keeps: that a limit is reached, or that the customer is enrolled already."""
        by_limit = self.seats_gone and not self.membership.enrolments
        return (
            "warning.limit_reached" if by_limit or self.promotion.limit_per_customer > 1 else "warning.already_enrolled"
        )

    @property
    def may_succeed(self) -> bool:
        """The host may enrol: no limit is known to be reached."""
        if self.opts_in and (self.membership.enrolments or not self.membership.certain):
            return True
        return not self.membership.full and not self.limit_reached

    @property
    def must_succeed(self) -> bool:
        """The host must enrol: no limit can have been reached."""
        if self.membership.full or not self.membership.certain or not self.seats_certain:
            return False
        # Whether a customer who is enrolled may still opt in is an open question.
        return not (self.opts_in and self.membership.enrolments) and not self.limit_reached


@dataclass(frozen=True, slots=True)
class Trial:
    """One answer held against one scene.

    `fields`: the reasons that the fields of the body give to refuse the request. `past`: those that the history gives.
    `candidate` is None where the scene finds no customer or no promotion. `outcomes`: the catalogue of the document.
    `about`: the claims that the request was meant to test, at least one. `aimed`: the sender named them. `usual`: what
    the other answers of the host show.
    """

    reply: Reply
    asked: Asked
    scene: Scene
    fields: tuple[Reason, ...]
    past: tuple[Reason, ...]
    candidate: Candidate | None
    history: History
    knowledge: Knowledge
    outcomes: Mapping[str, Outcome]
    about: tuple[str, ...]
    aimed: bool = False
    usual: Usual = UNKNOWN

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons to refuse the request: those of the fields, of the look-ups and of the history."""
        return (*self.fields, *self.scene.reasons, *self.past, *self._sent_before)

    @property
    def _sent_before(self) -> tuple[Reason, ...]:
        """The reason that a requestId gives which was sent before. "Body parameters" row 1 calls it unique.

        For a customer who is not enrolled it must have been carried out: a request that was refused may be sent again.
        """
        sent = self.asked.request_id
        if self.candidate is None or not isinstance(sent, str):
            return ()
        is_enrolled = self.candidate.membership.enrolments > 0
        used = self.history.request_ids if is_enrolled else self.history.carried_out
        return (_SENT_BEFORE,) if sent in used else ()

    @property
    def claim(self) -> str:
        """The claim to blame where nothing names a better one."""
        return self.about[0]


def find_candidate(asked: Asked, scene: Scene, history: History, knowledge: Knowledge) -> Candidate | None:
    """Return who would be enrolled into what, None where the scene finds no customer or no promotion."""
    promotion, customer = scene.promotion, scene.customer
    if promotion is None or customer is None:
        return None
    limit = promotion.limit_per_promotion
    # A promotion whose milestones the data does not list has none, if the data is complete.
    unlisted = () if knowledge.complete else None
    return Candidate(
        action=asked.action,
        customer=customer,
        promotion=promotion,
        membership=history.membership(customer, promotion),
        milestones=unlisted if promotion.milestones is None else promotion.milestones,
        seats_gone=limit is not None and history.seats_taken(promotion) >= limit,
        seats_certain=limit is None or history.seats_certain(promotion),
        named_by_strangers=history.key(customer, promotion) in history.named_by_strangers,
    )


def reasons_of_history(candidate: Candidate | None, about: str = "") -> tuple[Reason, ...]:
    """Return the reason that an OPT_IN of a customer who is not enrolled gives: whether it is refused is an open question.

    `about`: what the request tests. After wrong credentials, a refusal shows that they may have been taken.
    """
    if candidate is None or not candidate.opts_in or candidate.membership.enrolments:
        return ()
    certain = candidate.membership.certain
    enrols = Option(None, (reading("opt-in-first", "enrols"),) if certain else (), decides=False)
    refused = Option(ANY, (reading("opt-in-first", "refused"),), decides=False)
    claim = about if about == "auth.required" else "example.opt_in"
    return (Reason("OPT_IN without an enrolment", (claim,), (enrols, refused)),)
