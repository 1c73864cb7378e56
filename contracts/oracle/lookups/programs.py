"""Finding the program. "Error codes" row 10."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.found import Found, has_fraction, maybe_missing
from contracts.oracle.reasons import Asked, Option, Reason

_NO_PROGRAM: Final = Reason(
    "no such program", ("error.program_not_found",), (Option("program_not_found"),), worded=True, absent=True
)


def find_programs(asked: Asked, knowledge: Knowledge) -> list[Found]:
    """Return every way in which the look-up of the program may end."""
    if asked.program_id is None:
        return [Found()]
    if has_fraction(asked.program_id):
        nothing = Found(reasons=(replace(_NO_PROGRAM, worded=False, absent=False),))
        return [nothing, *find_programs(replace(asked, program_id=int(asked.program_id)), knowledge)]
    program = next((p for p in knowledge.data.programs if p.id == asked.program_id), None)
    if program:
        return [Found(program=program)]
    absent = knowledge.data.absent
    if knowledge.complete or (absent and asked.program_id == absent.program_id):
        return [Found(reasons=(_NO_PROGRAM,))]
    return [Found(reasons=maybe_missing("nobody knows whether the program exists", "program_not_found"))]
