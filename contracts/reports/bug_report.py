"""A finding as a good bug report: what is wrong in one line, the steps that show it, and where to look.

Every report format writes these parts, so that they all say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contracts.exchange import NOTHING, shortened
from contracts.json_value import as_json
from contracts.oracle.observation import Difference
from contracts.reports.curl import curl
from contracts.reports.look_at import look_at
from contracts.reports.story import earlier_requests
from contracts.reports.words import got, plural, shown, status
from contracts.verdict.findings import CONTRADICTION, Finding
from contracts.verdict.result import Result

_VALUE: Final = 120
_TITLE: Final = 240
_ANSWER: Final = 200


@dataclass(frozen=True, slots=True)
class Step:
    """A request, in its turn. `number`: that of the exchange; `curl`: the command that sends it again; `answer`: what came."""

    number: int
    curl: str
    answer: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer differs. `where`: such as "errors[0].code"; `expected`, `got`: JSON values, or "absent".

    `expected` is "" where the page names no value.
    """

    where: str
    expected: str
    got: str

    @property
    def sentence(self) -> str:
        """The difference in one line."""
        came = f"{self.where} is {self.got}"
        return f"{came} instead of {self.expected}" if self.expected else came


@dataclass(frozen=True, slots=True)
class BugReport:
    """The parts of a finding. `steps`: the earlier requests that matter, and last the one that shows it.

    `differs`: the field that shows it, if one does. `also`: what else is broken for the same cause, a line for each
    claim.
    """

    title: str
    steps: tuple[Step, ...]
    differs: Place | None
    also: tuple[str, ...]
    look_at: str


def bug_report(finding: Finding, result: Result) -> BugReport:
    """Return the parts of a finding. `result`: that of the run, for its exchanges and the names of the host."""
    return BugReport(
        title=title(finding),
        steps=_steps(finding, result),
        differs=_differs(finding),
        also=tuple(f"{a.claim}, shown by {plural(a.times, 'answer')} (request {a.exchange})" for a in finding.also),
        look_at=look_at(finding.claim),
    )


def title(finding: Finding) -> str:
    """Return what is wrong, in one line."""
    differs = _differs(finding)
    if finding.expected.startswith(CONTRADICTION):
        wrong = f"{got(finding)}, but in other answers: {finding.expected.partition(': ')[2]}"
    elif differs:
        wrong = differs.sentence
    else:
        wrong = f"{_field(finding.claim)}{got(finding)} instead of {finding.expected}"
    occasion = f", although {finding.occasion}" if finding.occasion else ""
    return shortened(f"{wrong}{occasion}", _TITLE)


def steps_of(finding: Finding, result: Result) -> tuple[int, ...]:
    """Return the numbers of the earlier exchanges that matter for a finding."""
    return finding.steps or earlier_requests(finding, result)


def _steps(finding: Finding, result: Result) -> tuple[Step, ...]:
    numbers = {*steps_of(finding, result)}
    earlier = [exchange for exchange in result.exchanges if exchange.number in numbers]
    return tuple(
        Step(
            one.number,
            curl(one.request, result),
            f"{status(one.answer.status)} {shown(one.answer.content, _ANSWER)}".strip(),
        )
        for one in (*earlier, finding.exchange)
    )


def _field(claim: str) -> str:
    """Return the field of the answer that a claim is about, as the beginning of a title; "" if it is about no field."""
    words = claim.split(".")
    return f"{'.'.join(words[1:-1])}: " if words[0] == "response" and len(words) > 2 else ""


def _differs(finding: Finding) -> Place | None:
    difference = finding.difference
    # Where a host accepts what it must refuse, that says more than which error is not there.
    is_told = difference and not (difference.got is NOTHING and difference.place.startswith("/errors"))
    return _place(difference) if difference and is_told else None


def _place(difference: Difference) -> Place:
    expected = " or ".join(as_json(value, _VALUE) for value in difference.expected)
    return Place(_dotted(difference.place), expected, as_json(difference.got, _VALUE))


def _dotted(pointer: str) -> str:
    """Return a place in an answer as programs write it: "/errors/0/code" as errors[0].code."""
    if pointer == "status":
        return "the HTTP status"
    words = [word.replace("~1", "/").replace("~0", "~") for word in pointer.split("/")[1:]]
    return "".join(f"[{word}]" if word.isdecimal() else f".{word}" for word in words).lstrip(".") or "the body"
