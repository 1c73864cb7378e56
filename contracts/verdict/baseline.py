"""The baseline: broken claims that are accepted until a given day, so that they do not fail a run."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from contracts.oracle.observation import HYGIENE
from contracts.verdict.claims import Standing, is_selected
from contracts.verdict.findings import Finding
from openapi import source
from openapi.document import Document

State = Literal["known", "expired", "gone", "not tested"]


class Deviation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim that may be broken. `reason`: why. `expires`: the last day on which it may."""

    claim: str
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    expires: date


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class DeviationStatus:
    """The state of a deviation after a run.

    `known`: the claim is broken, which is accepted. `expired`: it is broken, but its last day is over. `gone`: the host
    keeps it. `not tested`: no answer tested it.
    """

    deviation: Deviation
    state: State


def load(path: Path, document: Document) -> tuple[Deviation, ...]:
    """Read a baseline. Raises SourceError for a malformed file, an unknown claim and a claim that is listed twice."""
    deviations = source.shape(source.read(path), _File, path=path).deviations
    seen = set()

    def where(index: int) -> str:
        pointer = f"/deviations/{index}/claim"
        return f"{source.where(path, pointer)}{pointer}: "

    for index, deviation in enumerate(deviations):
        claim = deviation.claim
        if claim not in document.claims and not claim.startswith(HYGIENE):
            hint = source.nearest(claim, document.claims)
            raise source.SourceError(f"{where(index)}there is no claim {claim!r}{hint}")
        if claim in seen:
            raise source.SourceError(f"{where(index)}{claim!r} is listed twice")
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
    """Return the state of each deviation after a run. `only`: patterns of the claims that the run reported on."""
    broken = {claim for finding in findings for claim in finding.claims}
    tested = {standing.claim.id for standing in standings if standing.answers}
    # Hygiene rules have no standings: every run tests those that `only` selects.
    tested |= {d.claim for d in deviations if d.claim.startswith(HYGIENE) and is_selected(d.claim, only)}
    return tuple(DeviationStatus(deviation, _state(deviation, broken, tested, today)) for deviation in deviations)


def _state(deviation: Deviation, broken: set[str], tested: set[str], today: date) -> State:
    if deviation.claim in broken:
        return "known" if today <= deviation.expires else "expired"
    return "gone" if deviation.claim in tested else "not tested"
