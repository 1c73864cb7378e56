"""What a host usually does: the readings that its other answers show, and the defaults where they show none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from contracts.oracle.reasons import Implied, Option, Reason, Scene

_Any = TypeVar("_Any")

# How strange readings are: of how many questions the host has shown others, and of how many more they are not the
# default.
Strangeness = tuple[int, int]


class Usual(Protocol):
    """Knows which readings the other answers of a host show."""

    def strangeness(self, implied: Implied) -> Strangeness:
        """Return how strange these readings are for the host."""


class _Unknown:
    """Knows nothing of a host."""

    def strangeness(self, implied: Implied) -> Strangeness:
        return (0, 0)


UNKNOWN: Usual = _Unknown()


def usual_options(reason: Reason, usual: Usual) -> tuple[Option, ...]:
    """Return what the host most likely does about a reason."""
    return tuple(_least(reason.options, usual, lambda option: option.implies))


def usual_scenes(scenes: Iterable[Scene], usual: Usual) -> tuple[Scene, ...]:
    """Return the scenes that the host most likely finds, with what it most likely does about their reasons."""
    return tuple(
        replace(scene, reasons=usual_reasons(scene.reasons, usual))
        for scene in _least(scenes, usual, lambda scene: scene.implies)
    )


def usual_reasons(reasons: Iterable[Reason], usual: Usual) -> tuple[Reason, ...]:
    """Return the reasons, each with what the host most likely does about it."""
    return tuple(replace(reason, options=usual_options(reason, usual)) for reason in reasons)


def _least(things: Iterable[_Any], usual: Usual, implied: Callable[[_Any], Implied]) -> list[_Any]:
    ranked = [(usual.strangeness(implied(thing)), thing) for thing in things]
    least = min((rank for rank, _ in ranked), default=(0, 0))
    return [thing for rank, thing in ranked if rank == least]
