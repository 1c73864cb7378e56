"""The kit on one server, in this process: the same run as `enrol-contract run`."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Final

from rich.console import Console

from contracts.commands.run import run
from contracts.inputs.profiles import PROFILES
from contracts.session.opening import Order
from tests.faulty.server import serve
from tests.measure.trials import BY_NAME, Trial
from tests.measure.workers import within
from tests.measure.worlds import target_file

_SECONDS: Final = 600
_PART: Final = re.compile(r"^  ([a-z]+) +\d+ requests? ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run said of a server. `claims`: of its findings, as found; `also`: broken for the same causes; `part`: of the suite, that it ended in;
    `seconds`: from the first request on.

    `verdict`: kept, broken, unjudged, or crashed, which is never right.
    """

    trial: Trial
    verdict: str
    why: str
    claims: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    part: str = ""
    requests: int = 0
    seconds: float = 0.0

    @property
    def is_right(self) -> bool:
        """A faulty server was found out, a conforming one passed. Of bad manners, the rule must be named."""
        if self.trial.level == "hygiene":
            return self.names_the_claim
        return self.verdict == ("broken" if self.trial.fault else "kept")

    @property
    def names_the_claim(self) -> bool:
        """A claim of the fault's own is among the broken ones."""
        return bool(self.trial.fault and {*self.claims, *self.also} & set(BY_NAME[self.trial.fault].claims))

    @property
    def names_it_first(self) -> bool:
        """The first finding is of a claim of the fault's own."""
        return bool(self.trial.fault and self.claims and self.claims[0] in BY_NAME[self.trial.fault].claims)


def judge(trial: Trial) -> Outcome:
    """Run the suite against the trial's server."""
    said = io.StringIO()
    with (
        serve(dict(trial.readings), trial.fault, forms=trial.forms) as host,
        target_file(trial.world) as target,
        redirect_stderr(io.StringIO()),
        within(_SECONDS),
    ):
        order = Order(
            host=host.url,
            target=target,
            profile=PROFILES[
                BY_NAME[trial.fault].profile if trial.fault and trial.profile == "quick" else trial.profile
            ],
            seed=trial.seed,
            readings=None,
            report_dir=None,
            fail_on=trial.level,
            fail_fast=not trial.to_the_end,
            timeout=10.0,
            parts=trial.parts,
        )
        result = run(order, Console(file=said, width=200))
    broken = [finding for finding in result.findings if finding.level in ("broken", trial.level)]
    return Outcome(
        trial=trial,
        verdict=result.verdict,
        why=f"{broken[0].claim}: expected {broken[0].expected}, got {broken[0].got}" if broken else result.why,
        claims=tuple(finding.claim for finding in broken),
        also=tuple(claim for finding in broken for claim in finding.claims[1:]),
        part=["connect", *_PART.findall(said.getvalue())][-1],
        requests=result.requests,
        seconds=result.seconds,
    )


def crashed(trial: Trial, why: str) -> Outcome:
    """Return the outcome of a trial that came to no end."""
    return Outcome(trial, "crashed", why)
