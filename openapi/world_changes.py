"""Changes of a world: entries that are added to it, checked as if they stood in its file."""

from __future__ import annotations

from typing import Any

import msgspec

from openapi import source
from openapi.world import Customer, Program, Promotion, World, problems


class Addition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What can be added to a world."""

    programs: tuple[Program, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    customers: tuple[Customer, ...] = ()


def added(raw: Any, base: World) -> World:
    """Convert plain data to a world that holds only what is new, and check it together with the base.

    Raises SourceError with the JSON pointer of the entry in `raw`.
    """
    more = source.shape(raw, Addition)
    new = World(more.programs, more.promotions, more.customers)
    whole = msgspec.structs.replace(  # what is new stands first, so that its pointers are those of `raw`
        base,
        programs=new.programs + base.programs,
        promotions=new.promotions + base.promotions,
        customers=new.customers + base.customers,
    )
    for _, problem in problems(whole):
        raise source.SourceError(problem)
    return new


def joined(base: World, new: World) -> World:
    """Return the base with the programs, promotions and customers that are new."""
    return msgspec.structs.replace(
        base,
        programs=base.programs + new.programs,
        promotions=base.promotions + new.promotions,
        customers=base.customers + new.customers,
    )
