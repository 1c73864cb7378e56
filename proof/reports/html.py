"""proof.html: the proof as one page without external files, in the look of the contract tests' report."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from command_line.html_page import Template, compiled
from proof.gates import KINDS, Gates, of_kind
from proof.records import ClientFinding, Proof
from proof.reports.page_map import sections
from proof.reports.words import headline, seen, times


def render(proof: Proof, gates: Gates) -> str:
    """Return the HTML page. Everything of the proof is escaped."""
    numbers = {id(one): number for number, one in enumerate(proof.met, 1)}
    never = any(not one.count for one in proof.met)
    is_broken = (
        gates.failed(proof) or any(case.problems for case in proof.cases) or any(map(_is_broken, proof.findings))
    )
    return _template().render(
        proof=proof,
        kinds=KINDS,
        state="broken" if is_broken else "partial" if never else "kept",
        headline=headline(proof),
        missed=[str(one) for one in gates.missed(proof)],
        sections=sections(proof.met),
        faults=of_kind(proof, "fault"),
        number=lambda one: numbers[id(one)],
        cases=sorted(proof.cases, key=lambda case: not case.problems),
        seen=seen,
        times=times,
    )


def _is_broken(finding: ClientFinding) -> bool:
    return finding.level == "broken"


@cache
def _template() -> Template:
    return compiled(Path(__file__).with_name("proof.html"))
