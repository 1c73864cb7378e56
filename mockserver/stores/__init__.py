"""Stores: what is recorded of an enrolment, and the interface that every store has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from msgspec import Struct

from openapi.world import World

T = TypeVar("T")

# A longer id is not counted on: the ids that the mock gives out will not reach it.
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


class EnrolmentRecord(Struct, frozen=True, gc=False):
    """One enrolment of a customer into a promotion.

    `customer` and `promotion` are their ids in the world. `sequence` counts the customer's enrolments into
    this promotion, from 1.
    """

    customer: int
    promotion: str
    sequence: int
    enrollment_id: str
    optin_id: str | None
    opted_in: bool


class Standing(Struct, frozen=True, gc=False):
    """The enrolments recorded so far, for one customer and one promotion.

    `enrolments`: how many the customer has. `latest`: the last of them. `awaiting`: the last of them
    without an opt-in. `taken`: how many all customers together have in the promotion.
    """

    enrolments: int = 0
    latest: EnrolmentRecord | None = None
    awaiting: EnrolmentRecord | None = None
    taken: int = 0


class Transaction(Protocol):
    """What a request reads and writes while it is judged and committed."""

    def standing(self, customer: int, promotion: str) -> Standing:
        """Return the standing by the committed records. It does not change until the transaction ends."""
        ...

    def new_id(self) -> str:
        """Return an id that no record has or had. Ids may be skipped but never repeated."""
        ...

    def put(self, record: EnrolmentRecord) -> None:
        """Record it at the end of the transaction. It replaces a record with the same customer, promotion and sequence."""
        ...


class Store(Protocol):
    """Keeps the enrolments. Whatever a store does may raise Unavailable, unless it keeps them in memory."""

    def transact(self, work: Callable[[Transaction], T]) -> T:
        """Call `work` isolated from all other transactions, and return its result.

        If `work` raises, the exception passes through and nothing is recorded. A store may call `work` more
        than once, so `work` must change nothing but the transaction.
        """
        ...

    def records(self) -> tuple[EnrolmentRecord, ...]:
        """Return every record, by promotion, customer and sequence."""
        ...

    def count(self) -> int:
        """Return how many records there are."""
        ...

    def reset(self) -> None:
        """Go back to the records of the start. Ids given out since may be given out again."""
        ...

    def fork(self) -> Store:
        """Return a store of its own that has the records of this one's start. Both share what they keep of these."""
        ...

    def beginning(self, world: World) -> Store:
        """Return a store that begins with the enrolments of another world, and takes the place of this one."""
        ...


def seed(world: World) -> tuple[EnrolmentRecord, ...]:
    """Return the records of the enrolments in a world. One with an optinId has opted in."""
    records: list[EnrolmentRecord] = []
    counts: Counter[tuple[int, str]] = Counter()
    for entry in world.enrolments:
        counts[entry.customer, entry.promotion] += 1
        records.append(
            EnrolmentRecord(
                customer=entry.customer,
                promotion=entry.promotion,
                sequence=counts[entry.customer, entry.promotion],
                enrollment_id=entry.enrollment_id,
                optin_id=entry.optin_id,
                opted_in=entry.optin_id is not None,
            )
        )
    return tuple(records)


def first_id(world: World) -> int:
    """Return the lowest number above every numeric id in the world's enrolments and pinned ids."""
    entries = (*world.enrolments, *world.pinned)
    ids = [text for entry in entries for text in (entry.enrollment_id, entry.optin_id or "")]
    return max((int(text) for text in ids if _NUMBER.fullmatch(text)), default=0) + 1
