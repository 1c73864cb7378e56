"""State: what is recorded of an enrolment, and the interface that every store keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from openapi.world import World

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Record:
    """One enrolment of a customer into a promotion; `sequence` counts that customer's, from 1."""

    customer: int
    promotion: str
    sequence: int
    enrollment_id: str
    optin_id: str | None
    opted_in: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand for a customer in a promotion.

    `enrolments`: how many the customer has. `latest`: the last of them. `awaiting`: the last of them
    without an opt-in. `taken`: how many all customers have in the promotion.
    """

    enrolments: int = 0
    latest: Record | None = None
    awaiting: Record | None = None
    taken: int = 0


class Transaction(Protocol):
    """What may be read and written between judging a request and answering it."""

    def standing(self, customer: int, promotion: str) -> Standing:
        """Return how things stand, committed records only; it holds until the transaction ends."""
        ...

    def new_id(self) -> str:
        """Return an id that no record has or had; ids may be skipped, never repeated."""
        ...

    def put(self, record: Record) -> None:
        """Keep the record, in place of one with the same customer, promotion and sequence."""
        ...


class Store(Protocol):
    """Where enrolments are kept."""

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Do the work as if nobody else were at it, and return what it returns.

        What it raises passes through and nothing is kept. A store may do the work over again, so it
        touches nothing but the transaction.
        """
        ...

    def records(self) -> tuple[Record, ...]:
        """Return every record, by promotion, customer and sequence."""
        ...

    def reset(self) -> None:
        """Forget what was recorded since the start, ids handed out included."""
        ...


def seed(world: World) -> tuple[Record, ...]:
    """Return the records a world starts with; one with an opt-in id has opted in."""
    records: list[Record] = []
    for entry in world.enrolments:
        earlier = sum(record.customer == entry.customer and record.promotion == entry.promotion for record in records)
        records.append(
            Record(
                customer=entry.customer,
                promotion=entry.promotion,
                sequence=earlier + 1,
                enrollment_id=entry.enrollment_id,
                optin_id=entry.optin_id,
                opted_in=entry.optin_id is not None,
            )
        )
    return tuple(records)


def first_id(world: World) -> int:
    """Return the number that is above every numeric id of the world's enrolments and pinned ids."""
    entries = (*world.enrolments, *world.pinned)
    ids = [text for entry in entries for text in (entry.enrollment_id, entry.optin_id or "")]
    return max((int(text) for text in ids if text.isascii() and text.isdigit()), default=0) + 1
