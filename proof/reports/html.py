"""proof.html: the proof as one page without external files, in the look of the contract tests' report."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2

from command_line.printable import printable_lines
from proof.gates import KINDS, Gates, number_met, of_kind
from proof.records import ClientFinding, Proof
from proof.reports.page_map import sections
from proof.reports.words import headline, seen, times

_TEMPLATE: Final = Path(__file__).parent / "proof.html"


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
        counts={kind: (number_met(known), len(known)) for kind in KINDS if (known := of_kind(proof, kind))},
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
def _template() -> jinja2.Template:
    """Compile the template. Its content security policy allows only its own style, by its hash."""
    source = _TEMPLATE.read_text(encoding="utf-8")
    style = re.search("<style>(.*?)</style>", source, re.DOTALL)
    digest = hashlib.sha256(style[1].encode() if style else b"").digest()
    environment = jinja2.Environment(
        autoescape=True, finalize=_shown, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source.replace("style-hash", f"sha256-{base64.b64encode(digest).decode()}"))


def _shown(value: Any) -> Any:
    is_markup = hasattr(value, "__html__")  # what a macro of the template has made, which is escaped already
    return printable_lines(value) if isinstance(value, str) and not is_markup else value
