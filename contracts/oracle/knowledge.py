"""The knowledge: what is known to exist at the host that is tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from openapi.world import Customer, World

# The identifiers of a customer by each identifierName of the page, and by the names that other rows of the page use.
KINDS: Final[Mapping[str, str]] = {
    "id": "id",
    "userid": "id",
    "mobile": "mobile",
    "email": "email",
    "externalId": "externalId",
    "external_id": "externalId",
}


@dataclass(frozen=True)
class Knowledge:
    """The test data. `complete`: nothing exists at the host but what the data lists."""

    data: World
    complete: bool

    def customer(self, name: str, value: str) -> Customer | None:
        """Return the first customer of the data with this identifier, None if there is none."""
        return self._customers.get((KINDS.get(name, ""), value))

    @cached_property
    def _customers(self) -> Mapping[tuple[str, str], Customer]:
        found: dict[tuple[str, str], Customer] = {}
        for customer in self.data.customers:
            for key in identifiers(customer):
                found.setdefault(key, customer)
        return found


def identifiers(customer: Customer) -> Iterator[tuple[str, str]]:
    """Yield the identifiers of a customer, each with its kind. An e-mail address is also known in lower case."""
    if customer.id is not None:
        yield "id", str(customer.id)
    if customer.mobile is not None:
        yield "mobile", customer.mobile
    if customer.email is not None:
        yield "email", customer.email
        yield "email", customer.email.lower()
    if customer.external_id is not None:
        yield "externalId", customer.external_id
