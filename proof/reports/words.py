"""Words that the reports share."""

from __future__ import annotations

from proof.gates import KINDS, number_met, of_kind
from proof.records import ClientFinding, Proof


def headline(proof: Proof) -> str:
    """Return how much was met: "12 of 17 outcomes, 3 of 47 answer shapes, 0 of 17 faults"."""
    known = {kind: of_kind(proof, kind) for kind in KINDS}
    return ", ".join(f"{number_met(all_of)} of {len(all_of)} {KINDS[kind]}" for kind, all_of in known.items())


def times(number: int, thing: str) -> str:
    """Return a number of things: "1 request", "3 requests"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def seen(finding: ClientFinding) -> str:
    """Return by how much a finding was seen, and by which tests."""
    return ", ".join((times(finding.count, "request"), *finding.tests))
