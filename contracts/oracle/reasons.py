"""What a host may do with a request: reasons to refuse it, the options each leaves, and the readings they imply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from contracts.exchange import NOTHING
from openapi.world import Customer, Promotion

# Two refusals beside the outcomes of the catalogue.
PLAIN: Final = "plain"  # an error that names no documented outcome: no code of its own, no documented text
ANY: Final = "any refusal"  # whatever says no; the page gives it no words

# (question, or question/field where a host may read each field its own way; the readings that fit)
Implied = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One way to deal with a reason: an outcome by name, PLAIN, ANY, or None, which lets the request pass."""

    outcome: str | None
    implies: Implied = ()
    decides: bool = True  # False: the claim stays undetermined when the host takes this option


@dataclass(frozen=True, slots=True)
class Reason:
    """Something about the request that may or must lead to a refusal, and the claims it puts to the test.

    `hint`: what its options imply tells a reading, but two answers may well differ. `worded`: a text of the
    page says just this; where none does, a host may say in its own words what is wrong, under the code of the page. `late`: a
    host may find that the customer is enrolled, or the limit reached, before it comes to this. `absent`: what is
    asked for exists nowhere; a row that says "not found" may also answer to what does, or is not asked for at all.
    """

    what: str
    claims: tuple[str, ...]
    options: tuple[Option, ...]
    hint: bool = False
    worded: bool = False
    late: bool = False
    absent: bool = False

    @property
    def passing(self) -> tuple[Option, ...]:
        """The options that let the request pass."""
        return tuple(option for option in self.options if option.outcome is None)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, as far as it can be read; None where it cannot.

    Values of the wrong type stand here as a host would coerce them.
    """

    action: str | None = None
    promotion_given: bool = False
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
    """One way to find what the request names: the reasons that follow, and who would be enrolled into what.

    `promotion` and `customer` are None where none is found, or where it is not known what exists.
    """

    implies: Implied
    reasons: tuple[Reason, ...]
    promotion: Promotion | None
    customer: Customer | None


def reading(question: str, *names: str) -> tuple[str, frozenset[str]]:
    """Return one implication: the readings of a question that fit."""
    return question, frozenset(names)
