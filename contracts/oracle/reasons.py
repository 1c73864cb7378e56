"""Reasons to refuse a request, what a host may do about each, and what that says of the readings it follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from contracts.exchange import NOTHING
from openapi.world import Customer, Promotion

# Two refusals beside the outcomes of the catalogue.
PLAIN: Final = "plain"  # an error without a documented code and without a documented text
ANY: Final = "any refusal"  # a refusal of whatever form, for which the page has no words

# Pairs of a question and the readings of it that fit. The key is question/field where a host may read each field in its
# own way.
Implied = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a host may do about a reason.

    `outcome`: the name of the outcome it answers with, PLAIN, ANY, or None if it lets the request pass. `implies`: the
    readings under which it does so. `decides`: the host keeps the claims of the reason by doing so; otherwise they
    stay undetermined.
    """

    outcome: str | None
    implies: Implied = ()
    decides: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """Something about a request for which a host may or must refuse it.

    `claims`: those that the answer puts to the test. `options`: what a host may do about it.
    `hint`: its options only suggest a reading; two different answers are not a finding.
    `worded`: a text of the page describes exactly this. Otherwise a host may describe it in its own words, under the
    code of the page.
    `late`: a host may first find that the customer is already enrolled, or that the limit is reached.
    `kind`: what is wrong with a value, such as "missing" or "type"; a host may answer each kind under a status of its
    own. "" where several kinds may be meant.
    `absent`: what the request names exists nowhere. A row that says "not found" may also answer a request that names
    something which exists, or names nothing.
    """

    what: str
    claims: tuple[str, ...]
    options: tuple[Option, ...]
    hint: bool = False
    worded: bool = False
    late: bool = False
    kind: str = ""
    absent: bool = False

    @property
    def passing(self) -> tuple[Option, ...]:
        """The options that let the request pass."""
        return tuple(option for option in self.options if option.outcome is None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for; None where a field is missing or cannot be read.

    A value of the wrong type stands here as a host may convert it. `promotion` is the string id. `unreadable`: the
    names of the promotion's ids that are sent and cannot be looked up.
    """

    action: str | None = None
    promotion_given: bool = False
    unreadable: frozenset[str] = frozenset()
    promotion: str | None = None
    promotion_id: float | None = None
    identifier: str | None = None
    program_id: float | None = None
    identifier_name: str | None = None
    identifier_value: str | None = None
    source: str | None = None
    request_id: Any = NOTHING


@dataclass(frozen=True, slots=True)
class Scene:
    """What a request may be found to name, under one combination of readings.

    `implies`: these readings. `reasons`: why the request may be refused then. `promotion` and `customer` are None
    where nothing is found, or where the test data does not say what exists.
    """

    implies: Implied
    reasons: tuple[Reason, ...]
    promotion: Promotion | None
    customer: Customer | None


def reading(question: str, *names: str) -> tuple[str, frozenset[str]]:
    """Return the pair of a question and the readings of it that fit."""
    return question, frozenset(names)
