"""A finding as a good bug report: what is wrong in one line, the steps that show it, and where to look.

Every report format writes these parts, so that they all say the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from contracts.exchange import NOTHING, shortened
from contracts.json_value import as_json
from contracts.oracle.observation import Difference
from contracts.plural import plural
from contracts.reports.curl import curl
from contracts.reports.look_at import look_at
from contracts.reports.story import earlier_requests
from contracts.reports.words import got, shown, status
from contracts.verdict.findings import CONTRADICTION, Finding
from contracts.verdict.result import Result

_VALUE: Final = 120
_TITLE: Final = 240
_ANSWER: Final = 200
# Two texts that begin with so many equal characters are shown by where they part.
_ALIKE: Final = 40
_BEHIND: Final = 20  # characters from there on


@dataclass(frozen=True, slots=True)
class Step:
    """A request, in its turn. `number`: that of the exchange; `curl`: the command that sends it again; `answer`: what came."""

    number: int
    curl: str
    answer: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer differs. `where`: such as "errors[0].code"; `expected`, `got`: JSON values, or "absent".

    `expected` is "" where the page names no value. `parting`: of long texts that begin alike, how they go on, or "".
    """

    where: str
    expected: str
    got: str
    parting: str = ""

    @property
    def sentence(self) -> str:
        """The difference in one line."""
        if self.parting:
            return f"{self.where} {self.parting}"
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
    where, expected, got = _dotted(difference.place), difference.expected, difference.got
    if any(_look_alike(one, got) for one in expected):
        return Place(where, " or ".join(map(_escaped, expected)), _escaped(got))
    shown_expected = " or ".join(as_json(value, _VALUE) for value in expected)
    return Place(where, shown_expected, as_json(got, _VALUE), _parting(difference))


def _look_alike(one: object, other: object) -> bool:
    """Return whether two texts look the same, or nearly: letters that are composed in another way, wide ones, ligatures."""
    if not isinstance(one, str) or not isinstance(other, str) or max(len(one), len(other)) >= _ALIKE:
        return False
    return normalize("NFKC", one) == normalize("NFKC", other)


def _escaped(value: object) -> str:
    """Return a value as JSON with an escape for each character that is not ASCII, to tell it from others like it."""
    return shortened(json.dumps(value), _VALUE)


def _parting(difference: Difference) -> str:
    """Return how two long texts part that begin alike, since both are cut where they are shown; "" of others."""
    got = difference.got
    if len(difference.expected) != 1 or not isinstance(got, str) or not isinstance(difference.expected[0], str):
        return ""
    expected = difference.expected[0]
    pairs = enumerate(zip(expected, got, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(expected), len(got)))
    if same < _ALIKE:
        return ""
    if same == len(got):
        return f"ends after {same} of {len(expected)} characters"
    came, due = as_json(got[same : same + _BEHIND]), as_json(expected[same : same + _BEHIND])
    if same == len(expected):
        return f"goes on behind all {same} characters with {came}"
    return f"has {came} instead of {due} from character {same + 1} on"


def _dotted(pointer: str) -> str:
    """Return a place in an answer as programs write it: "/errors/0/code" as errors[0].code."""
    if pointer == "status":
        return "the HTTP status"
    words = [word.replace("~1", "/").replace("~0", "~") for word in pointer.split("/")[1:]]
    return "".join(f"[{word}]" if word.isdecimal() else f".{word}" for word in words).lstrip(".") or "the body"
