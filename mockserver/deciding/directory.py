"""The directory: finds the entries of the world that a request names."""

from __future__ import annotations

import copy
from collections import ChainMap
from collections.abc import Callable, Mapping
from functools import cached_property
from operator import attrgetter
from typing import TypeVar, cast

from mockserver.errors import MockError
from mockserver.exchange.case import NOBODY, Case
from mockserver.exchange.request_fields import PromotionIds, RequestFields
from openapi.questions import Readings
from openapi.world import Customer, Program, Promotion, World

K = TypeVar("K")
V = TypeVar("V")

# One index for each: 100,000 customers with an entry for each identifierName would take 200 MB.
_IDENTIFIERS: Mapping[str, Callable[[Customer], int | str | None]] = {
    "id": attrgetter("id"),
    "mobile": attrgetter("mobile"),
    "email": attrgetter("email"),
    "externalId": attrgetter("external_id"),
}
# The index of each identifierName. Names that the chosen reading does not accept do no harm: validation refuses them
# (identifier-names).
_FIELDS: Mapping[str, str] = {
    **{name: name for name in _IDENTIFIERS},
    "userid": "id",
    "external_id": "externalId",
}


class Directory:
    """The world, indexed by the values a request may send.

    The readings say how these values are compared. Raises MockError for a world that lacks what an answer
    shows.
    """

    def __init__(self, world: World, readings: Readings, *, below: Directory | None = None) -> None:
        """`below`: a directory that is asked for what the world does not have. It may be shared by many."""
        refuse_gaps(world)
        self._readings = readings
        self._below = below
        self._refolded: dict[str, Mapping[str, Mapping[str, Customer]]] = {}
        self._programs: Mapping[int | None, Program] = {program.id: program for program in world.programs}
        self._by_id: Mapping[str, Promotion] = {promotion.id: promotion for promotion in world.promotions}
        self._by_promotion_id: Mapping[int, Promotion] = {one.promotion_id: one for one in world.promotions}
        self._by_identifier: Mapping[str | None, Promotion] = {one.identifier: one for one in world.promotions}
        self._customers: Mapping[str, Mapping[str, Customer]] = {
            name: {
                _folded(name, str(value), readings): customer
                for customer in world.customers
                if (value := read(customer)) is not None
            }
            for name, read in _IDENTIFIERS.items()
        }
        if below is not None:
            self._programs = _stacked(self._programs, below._programs)
            self._by_id = _stacked(self._by_id, below._by_id)
            self._by_promotion_id = _stacked(self._by_promotion_id, below._by_promotion_id)
            self._by_identifier = _stacked(self._by_identifier, below._by_identifier)
            self._customers = {name: _stacked(index, below._customers[name]) for name, index in self._customers.items()}

    def extended(self, added: World) -> Directory:
        """Return a directory of the same first world and of all that was added to it."""
        return Directory(added, self._readings, below=self._below or self)

    def under(self, readings: Readings) -> Directory:
        """Return a directory of the same world under other readings. Both share what the readings leave as it is."""
        other = copy.copy(self)
        other._readings = readings
        other._below = self._below and self._below.under(readings)
        folding = readings["value-folding"]
        if folding != self._readings["value-folding"] and self._has_unfolded:
            if folding not in self._refolded:
                everybody = tuple(self._customers["id"].values())
                self._refolded[folding] = Directory(World(customers=everybody), readings)._customers
            other._customers = self._refolded[folding]
        return other

    @cached_property
    def _has_unfolded(self) -> bool:
        """Whether a customer of the world has an identifier that value-folding changes."""
        most = {"value-folding": "both", "leading-zeros": "significant"}
        return any(
            (value := read(customer)) is not None and _folded(name, str(value), most) != str(value)
            for customer in self._customers["id"].values()
            for name, read in _IDENTIFIERS.items()
        )

    def open_case(self, fields: RequestFields) -> Case:
        """Return the case of a request, without its standing."""
        return Case(
            fields,
            self._programs.get(fields.program_id),
            self._promotion(fields.promotion) if fields.promotion else None,
            self._customer(fields),
            NOBODY,
            self._readings,
        )

    def has(self, customer: int, promotion: str) -> bool:
        """Return whether there is a customer with this id, and a promotion with this string id."""
        return promotion in self._by_id and _folded("id", str(customer), self._readings) in self._customers["id"]

    def promotions_with(self, value: str) -> dict[str, Promotion]:
        """Return the promotions that have a value as one of their ids, by the name of that id."""
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1
        found = {
            "id": self._by_id.get(value),
            "promotionId": self._by_promotion_id.get(number),
            "identifier": self._by_identifier.get(value),
        }
        return {name: promotion for name, promotion in found.items() if promotion}

    def customers_with(self, value: str) -> dict[str, Customer]:
        """Return the customers who have a value as one of their identifiers, by the identifierName, of any source."""
        found = {
            name: self._customers[index].get(_folded(index, value, self._readings)) for name, index in _FIELDS.items()
        }
        return {name: customer for name, customer in found.items() if customer}

    def _promotion(self, named: PromotionIds) -> Promotion | None:
        """Return the promotion with the ids that are given (promotion-ids, promotion-ids-disagree).

        If a blank id counts as given, no promotion is found, whichever id wins (blank-value).
        """
        if named.identifier is None and named.id is not None and named.promotion_id is not None:
            agreed = self._by_id.get(named.id)
            if agreed is not None and agreed.promotion_id == named.promotion_id:
                return agreed  # on this all readings agree
        if any(text is not None and not text.strip() for text in (named.id, named.identifier)):
            return None
        if self._readings["promotion-ids"] == "both" and (named.id is None or named.promotion_id is None):
            return None
        found = []
        if named.id is not None:
            found.append(self._by_id.get(named.id))
        if named.promotion_id is not None:
            found.append(self._by_promotion_id.get(named.promotion_id))
        if named.id is not None and self._readings["promotion-ids-disagree"] == "promotionId-wins":
            found.reverse()
        if named.identifier is not None:
            found.append(self._by_identifier.get(named.identifier))
        if self._readings["promotion-ids-disagree"] == "promotion-not-found" and any(
            promotion is not found[0] for promotion in found
        ):
            return None
        return found[0] if found else None

    def _customer(self, fields: RequestFields) -> Customer | None:
        """Return the customer with the identifier, and with the source if the source selects (source-selects)."""
        name, value = fields.identifier_name, fields.identifier_value
        if name is None or value is None:
            return None
        field = _FIELDS.get(name)
        customer = self._customers[field].get(_folded(field, value, self._readings)) if field else None
        if (
            customer
            and self._readings["source-selects"] == "yes"
            and fields.source not in (None, "ALL", customer.source)
        ):
            return None
        return customer


def _folded(name: str, value: str, readings: Readings) -> str:
    """Return the form of an identifier in which it is compared (value-folding, leading-zeros)."""
    folding = readings["value-folding"]
    if folding in ("trimmed", "both"):
        value = value.strip()
    if folding in ("case-folded", "both") and name == "email":
        value = value.casefold()
    if name == "id" and readings["leading-zeros"] == "ignored" and value.isascii() and value.isdigit():
        return value.lstrip("0") or "0"
    return value


def _stacked(upper: Mapping[K, V], lower: Mapping[K, V]) -> Mapping[K, V]:
    """Return one index of two. No entry is copied, since the lower one may be large."""
    return ChainMap(cast("dict[K, V]", upper), cast("dict[K, V]", lower))


def refuse_gaps(world: World) -> None:
    """Refuse a world that leaves out what every answer shows. The world format allows that, for target files."""
    for index, promotion in enumerate(world.promotions):
        if promotion.identifier is None:
            raise MockError(f"the world's /promotions/{index} has no identifier, which every answer shows")
    for index, customer in enumerate(world.customers):
        if customer.id is None:
            raise MockError(f"the world's /customers/{index} has no id, which every answer shows")
