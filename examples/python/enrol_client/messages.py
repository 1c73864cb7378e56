"""What is asked and what is answered, in plain types."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class EnrolRequest:
    """Enrol one customer in one promotion. The page asks for both ids of the promotion.

    `request_id` stays the same when the request is sent again.
    """

    promotion_id: str
    promotion_number: int
    program_id: int
    identifier: str
    identifier_name: Literal["id", "mobile", "email"] = "id"
    source: str | None = None
    action: Literal["ENROL", "OPT_IN"] = "ENROL"
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def body(self) -> bytes:
        """Return the request as JSON."""
        customer = {"identifierName": self.identifier_name, "identifierValue": self.identifier}
        if self.source is not None:
            customer["source"] = self.source
        return json.dumps(
            {
                "requestId": self.request_id,
                "action": self.action,
                "programId": self.program_id,
                "promotion": {"id": self.promotion_id, "promotionId": self.promotion_number},
                "customer": customer,
            }
        ).encode()


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone that the customer was entered into."""

    target_group_id: int | None
    target_rule_id: int | None
    initial_balance: int | Decimal | None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An answer without errors. What the host left out, or sent as null, is None.

    `status`: SUCCESS or FAILED. `warnings`: their texts; "already enrolled or limit reached" is one of them.
    `requests`: how many were sent. After more than one, that warning may be about the first of them.
    """

    status: str | None
    request_id: str | None
    customer_id: int | None
    enrollment_id: str | None
    optin_id: str | None
    milestones: tuple[Milestone, ...]
    warnings: tuple[str, ...]
    requests: int = 1

    @property
    def enrolled(self) -> bool:
        """Whether this call has enrolled the customer."""
        return self.status == "SUCCESS"
