"""The result of a run, as plain data for every report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from contracts.exchange import Exchange
from contracts.host.target import Target
from contracts.session.session import Note, Session
from contracts.verdict import baseline
from contracts.verdict.baseline import Deviation, Known
from contracts.verdict.claims import Standing
from contracts.verdict.evidence import Told
from contracts.verdict.findings import Finding
from openapi.document import Document
from openapi.questions import Question

Verdict = Literal["kept", "broken", "unjudged"]

EXIT_CODES: Mapping[Verdict, int] = {"kept": 0, "broken": 1, "unjudged": 2}
UNTIMED: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Result:
    """How a run ended. `why`: one line that says what the verdict rests on; `readings` the host's, as far as known.

    `told`: what is known of every question; `promotion_names`: how the host calls the ids of the promotion;
    `began`: the wall clock when the run began; `deviations`: what was known before it, and how that stands.
    """

    verdict: Verdict
    why: str
    profile: str
    seed: int
    requests: int
    seconds: float
    interrupted: bool
    standings: tuple[Standing, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    readings: Mapping[str, str]
    exchanges: tuple[Exchange, ...]
    target: Target
    document: Document
    questions: Mapping[str, Question] = field(default_factory=dict)
    told: tuple[Told, ...] = ()
    promotion_names: tuple[str, str] = ("id", "promotionId")
    began: datetime = UNTIMED
    deviations: tuple[Known, ...] = ()
    fresh: bool = False

    def count(self, verdict: str) -> int:
        """Return how many claims have a verdict."""
        return sum(standing.verdict == verdict for standing in self.standings)

    def is_known(self, claim: str) -> bool:
        """The baseline accepts that this claim is broken."""
        return any(known.deviation.claim == claim and known.state == "known" for known in self.deviations)


def conclude(
    session: Session,
    *,
    profile: str,
    seed: int,
    seconds: float,
    interrupted: bool,
    fail_on: str,
    began: datetime = UNTIMED,
    deviations: tuple[Deviation, ...] = (),
) -> Result:
    """Turn what a session has seen into a result. `fail_on`: broken, hygiene or unreached.

    `began`: the wall clock; `deviations` that are accepted on that day fail no run.
    """
    session.conclude()
    standings = session.tally.standings()
    findings = session.findings.all()
    known = baseline.compare(deviations, findings, standings, began.date(), only=session.only)
    accepted = baseline.accepted(deviations, began.date())
    verdict, why = _verdict(session, standings, interrupted=interrupted, fail_on=fail_on, accepted=accepted)
    return Result(
        verdict=verdict,
        why=why,
        profile=profile,
        seed=seed,
        requests=len(session.exchanges),
        seconds=seconds,
        interrupted=interrupted,
        standings=standings,
        findings=findings,
        notes=tuple(session.notes),
        readings=session.evidence.settled(),
        exchanges=tuple(session.exchanges),
        target=session.target,
        document=session.document,
        questions=session.questions,
        told=session.evidence.told(),
        promotion_names=session.promotion_names,
        began=began,
        deviations=known,
        fresh=session.history.fresh,
    )


def _verdict(
    session: Session,
    standings: tuple[Standing, ...],
    *,
    interrupted: bool,
    fail_on: str,
    accepted: frozenset[str],
) -> tuple[Verdict, str]:
    count = {
        name: sum(s.verdict == name for s in standings) for name in ("kept", "broken", "undetermined", "unreached")
    }
    found = {finding.claim: finding.level for finding in session.findings.all() if finding.claim not in accepted}
    broken, hygiene = (sum(level == wanted for level in found.values()) for wanted in ("broken", "hygiene"))
    if broken:
        return "broken", f"{broken} of {len(standings)} claims broken, {count['kept']} kept"
    if fail_on != "broken" and hygiene:
        return "broken", f"hygiene: {hygiene} findings"
    if interrupted:
        return "unjudged", "interrupted before the end"
    if session.gave_up:
        return "unjudged", f"left the host alone: {session.stopped}"
    if not count["kept"]:
        return "unjudged", "no answer could be judged"
    if not session.target.live and session.target.data.promotions and not session.successes:
        return "unjudged", (
            "nobody could be enrolled: every customer of the test data is enrolled already, or none can be; "
            "restart the host or give other test data"
        )
    if fail_on == "unreached" and count["unreached"]:
        return "broken", f"{count['unreached']} claims unreached"
    scope = "" if session.successes or not session.target.live else "refusals only: "
    rest = "".join(f", {count[name]} {name}" for name in ("undetermined", "unreached") if count[name])
    rest += f", {count['broken']} broken as the baseline says" if count["broken"] else ""
    rest += f"; {session.stopped}" if session.stopped else ""
    return "kept", f"{scope}{count['kept']} claims kept{rest}"
