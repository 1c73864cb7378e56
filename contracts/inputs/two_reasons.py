"""Requests that two rows of the page refuse. A host may answer with either row, and must answer with one.

Each of the two reasons is asked about elsewhere by itself. Of two at once the second is met by code that relies on the
first: on a promotion that was found, or on a field that is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, product
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.inputs.products import ACTIONS
from contracts.inputs.roles import IDENTIFIERS, Roles, identifier_value
from contracts.inputs.wrong_values import WrongValue
from openapi.world import Promotion

_WRONG_FIELDS: Final = (
    WrongValue(("action",), NOTHING),
    WrongValue(("action",), "UNENROL"),
    WrongValue(("programId",), NOTHING),
    WrongValue(("programId",), []),
    WrongValue(("customer", "identifierName"), NOTHING),
    WrongValue(("customer", "identifierName"), "card"),
    WrongValue(("customer", "identifierValue"), NOTHING),
    WrongValue(("customer", "source"), "NOWHERE"),
)
_ANOTHER: Final = "that of another promotion"


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with a request in one place. `promotions`: any of them will do; None is one that does not exist.

    `program`: the programId, or _ANOTHER. `action`: the only one with which it is wrong.
    """

    promotions: tuple[Promotion | None, ...] = ()
    program: int | str | None = None
    nobody: bool = False
    action: str | None = None

    def __or__(self, other: _Wrong) -> _Wrong:
        return _Wrong(self.promotions, self.program or other.program, self.nobody or other.nobody, self.action)


def two_reasons(roles: Roles, *, with_each_action: bool) -> Iterator[dict[str, Any]]:
    """Yield bodies with each two reasons; the kinds of identifier take turns.

    `with_each_action`: otherwise the actions take turns, too.
    """
    if not roles.customers or not roles.general_purpose:
        return
    ways = cycle(product(ACTIONS, IDENTIFIERS))
    both = ACTIONS if with_each_action else ACTIONS[:1]
    nobody, no_program, another = (
        _Wrong(nobody=True),
        _Wrong(program=roles.target.absent.program_id),
        _Wrong(program=_ANOTHER),
    )
    promotions, others = _promotions(roles), (nobody, no_program, another)
    pairs = [
        first | second for first in promotions for second in others if first.promotions[0] or second is not another
    ]
    pairs += [nobody | no_program, nobody | another]
    for wrong, _ in product(pairs, both):
        yield _body(roles, wrong, *next(ways))
    for (field, wrong), _ in product(product(_WRONG_FIELDS, (*promotions, *others)), both):
        if not _hides(field.path[-1], wrong):
            yield field.put(_body(roles, wrong, *next(ways)))


def _hides(field: str, wrong: _Wrong) -> bool:
    """Return whether nothing else is wrong any more where this field is."""
    if field == "action":
        return wrong.action is not None
    if field == "programId":
        return wrong.program is not None
    return wrong.nobody and field in ("identifierName", "identifierValue")


def _promotions(roles: Roles) -> list[_Wrong]:
    """Return what may be wrong with a promotion: that there is none, its status, its type, and the engine."""
    kinds = (roles.inactive, roles.generic, roles.engine_down)
    return [
        _Wrong((None,)),
        *(_Wrong(promotions) for promotions in kinds if promotions),
        *(_Wrong(promotions, action="OPT_IN") for promotions in (roles.loyalty,) if promotions),
    ]


def _body(roles: Roles, wrong: _Wrong, action: str, by: str) -> dict[str, Any]:
    action = wrong.action or action
    good = (*(roles.loyalty_earning if action == "OPT_IN" else ()), *roles.general_purpose)[:1]
    promotion = roles.random.choice(wrong.promotions or good)
    customer = None if wrong.nobody else roles.random.choice(roles.customers)
    name = by if identifier_value(customer or roles.target.absent.customer, by) else None
    program = wrong.program
    if program == _ANOTHER:
        known = promotion.program_ids if promotion else ()
        programs = (one.id for one in roles.target.data.programs if one.id not in known)
        program = next(programs, roles.target.absent.program_id)
    changes = {} if program is None else {"programId": program}
    return roles.body(promotion, customer, action=action, by=name, **changes)
