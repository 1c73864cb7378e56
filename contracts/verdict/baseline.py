"""The baseline: deviations of a host that somebody knows of and accepts until a day, so that they fail no run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from contracts.verdict.claims import Standing, is_selected
from contracts.verdict.findings import Finding
from openapi import source
from openapi.document import Document

_HYGIENE = "hygiene."

State = Literal["known", "expired", "gone", "not tested"]


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim that is known to be broken: why that is accepted, and the last day on which it is."""

    claim: str
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    expires: date


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class DeviationStatus:
    """How a deviation of the baseline stands after a run.

    `known`: it shows and is accepted; `expired`: it shows and is accepted no more; `gone`: the host
    keeps the claim; `not tested`: no answer spoke to the claim.
    """

    deviation: Deviation
    state: State


def load(path: Path, document: Document) -> tuple[Deviation, ...]:
    """Read a baseline. Raises SourceError for a malformed file and for a claim that does not exist."""
    deviations = source.shape(source.read(path), _File, path=path).deviations
    seen = set()
    for index, deviation in enumerate(deviations):
        claim = deviation.claim
        if claim not in document.claims and not claim.startswith(_HYGIENE):
            hint = source.nearest(claim, document.claims)
            raise source.SourceError(f"{path}: /deviations/{index}/claim: no claim is called {claim!r}{hint}")
        if claim in seen:
            raise source.SourceError(f"{path}: /deviations/{index}/claim: {claim!r} is given twice")
        seen.add(claim)
    return deviations


def accepted(deviations: Iterable[Deviation], today: date) -> frozenset[str]:
    """Return the claims that may be broken today."""
    return frozenset(deviation.claim for deviation in deviations if today <= deviation.expires)


def compare(
    deviations: Iterable[Deviation],
    findings: Iterable[Finding],
    standings: Iterable[Standing],
    today: date,
    *,
    only: Collection[str] = (),
) -> tuple[DeviationStatus, ...]:
    """Return how each deviation stands after a run. `only`: patterns of the claims that counted in it."""
    broken = {finding.claim for finding in findings}
    tested = {standing.claim.id for standing in standings if standing.answers}
    # Hygiene has no list of claims: what it asks for is tested in every run that it counts in.
    tested |= {d.claim for d in deviations if d.claim.startswith(_HYGIENE) and is_selected(d.claim, only)}
    return tuple(DeviationStatus(deviation, _state(deviation, broken, tested, today)) for deviation in deviations)


def _state(deviation: Deviation, broken: set[str], tested: set[str], today: date) -> State:
    if deviation.claim in broken:
        return "known" if today <= deviation.expires else "expired"
    return "gone" if deviation.claim in tested else "not tested"
