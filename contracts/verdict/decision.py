"""The decision: the verdict on a whole run, why, and the headline that says what was judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from contracts.host.target import Target
from contracts.plural import plural
from contracts.verdict.claims import Standing
from contracts.verdict.findings import Finding

RunVerdict = Literal["kept", "broken", "unjudged"]
# The budget for nearly all answers of a load together.
P95: Final = "budget.p95"
FailOn = Literal["broken", "hygiene", "unreached"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the decision is made of.

    `findings`: without those that the baseline accepts. `successes`: how many enrolments succeeded. `stopped`: the
    limit of the user's that cut the run short, or "". `recorded`: somebody else sent the requests. `permitted`: how
    many requests that were permitted to enrol somebody were sent to a live host.
    """

    target: Target
    standings: tuple[Standing, ...]
    findings: tuple[Finding, ...]
    successes: int
    stopped: str
    recorded: bool = False
    permitted: int = 0

    @property
    def is_partial(self) -> bool:
        """Only refusals were judged, or a limit cut the run short."""
        return self.refusals_only or bool(self.stopped)

    @property
    def refusals_only(self) -> bool:
        """The host is live or its traffic was recorded, and it enrolled nobody."""
        return (self.target.live or self.recorded) and not self.successes

    def count(self, verdict: str) -> int:
        """Return the number of claims with a verdict."""
        return sum(standing.verdict == verdict for standing in self.standings)

    def of_level(self, level: str) -> int:
        """Return the number of findings of a level."""
        return sum(finding.level == level for finding in self.findings)

    @property
    def broken(self) -> int:
        """The number of broken claims. A finding may break several for one cause."""
        return len({claim for finding in self.findings if finding.level == "broken" for claim in finding.claims})

    @property
    def reached(self) -> str:
        """How many claims are kept, in words."""
        return f"{self.count('kept')} of {len(self.standings)} claims kept"


def decide(judged: Judged, unfinished: str, *, fail_on: FailOn) -> tuple[RunVerdict, str]:
    """Return the verdict on a run and the reason for it. `unfinished`: why a run without findings has no verdict."""
    broken, hygiene = judged.broken, judged.of_level("hygiene")
    slow = next((finding for finding in judged.findings if finding.level == "budget"), None)
    over = _over(slow) if slow else ""
    if broken:
        rest = f"; {over}" if over else ""
        return "broken", f"{broken} of {len(judged.standings)} claims broken, {judged.count('kept')} kept{rest}"
    if over:
        return "broken", f"over your budget, though no claim is broken: {over}; {_kept(judged)}"
    if fail_on != "broken" and hygiene:
        return (
            "broken",
            f"{plural(hygiene, 'finding')} of hygiene (--fail-on {fail_on}); {_kept(judged)}",
        )
    if unfinished:
        return "unjudged", unfinished
    if not judged.count("kept"):
        return "unjudged", "no answer could be judged"
    if not judged.target.live and not judged.recorded and judged.target.data.promotions and not judged.successes:
        return "unjudged", (
            "no enrolment succeeded: every customer of the test data may be enrolled already; "
            "restart the host, or give test data with customers who are not enrolled"
        )
    if fail_on == "unreached" and judged.count("unreached"):
        return "broken", f"{_kept(judged)} (--fail-on {fail_on})"
    return "kept", _kept(judged)


def _over(slow: Finding) -> str:
    if slow.claim == P95:
        return f"{slow.got}, and not {slow.expected}"
    return f"{plural(slow.times, 'answer')} took longer than --max-latency"


def headline(judged: Judged, verdict: RunVerdict) -> str:
    """Return in a few words what was judged, to stand beside the verdict."""
    broken = judged.broken
    if verdict == "broken" and broken:
        return f"{broken} of {len(judged.standings)} claims broken"
    if verdict == "broken":
        return f"no claim broken, but {'over your budget' if judged.of_level('budget') else 'failed by --fail-on'}"
    return judged.reached + _scope(judged)


def _kept(judged: Judged) -> str:
    """Return what was judged: the claims kept, the others by verdict, and the limits of what was asked."""
    words = {
        "undetermined": "undetermined",
        "unreached": "not reached",
        "broken": "broken but accepted by the baseline",
    }
    rest = "".join(f", {judged.count(name)} {word}" for name, word in words.items() if judged.count(name))
    return f"{judged.reached}{rest}{_scope(judged)}"


def _nobody(judged: Judged) -> str:
    """Return what a run is worth that enrolled nobody."""
    if not judged.permitted:
        return "refusals only"
    return f"nobody could be enrolled with {plural(judged.permitted, 'permitted request')}"


def _scope(judged: Judged) -> str:
    limits = [_nobody(judged) if judged.refusals_only else "", judged.stopped and f"cut short, {judged.stopped}"]
    said = "; ".join(filter(None, limits))
    return f": {said}" if said else ""
