"""The result of a run: plain data, from which every report is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from contracts.exchange import PROMOTION_NAMES, Exchange
from contracts.host.target import Target
from contracts.verdict import baseline
from contracts.verdict.baseline import Deviation, DeviationStatus
from contracts.verdict.claims import Standing
from contracts.verdict.evidence import QuestionState
from contracts.verdict.findings import Finding
from contracts.verdict.record import Note, Record
from openapi.document import Document
from openapi.questions import Question

RunVerdict = Literal["kept", "broken", "unjudged"]
FailOn = Literal["broken", "hygiene", "unreached"]

EXIT_CODES: Mapping[RunVerdict, int] = {"kept": 0, "broken": 1, "unjudged": 2}
UNTIMED: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run stopped early. `host_unusable`: the host refused or asked to wait, so a run without findings is unjudged."""

    why: str
    host_unusable: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a run.

    `why`: the reason for the verdict, in one line. `seconds`: how long the run took. `interrupted`: a user ended it.
    `readings`: the settled readings by question or question/field. `question_states`: what is known about every
    question. `promotion_names`: the host's names for the ids of a promotion. `began`: date and time of the start.
    `deviations`: the baseline, with the state of each entry.
    """

    verdict: RunVerdict
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
    question_states: tuple[QuestionState, ...] = ()
    promotion_names: tuple[str, str] = PROMOTION_NAMES
    began: datetime = UNTIMED
    deviations: tuple[DeviationStatus, ...] = ()

    def count(self, verdict: str) -> int:
        """Return the number of claims with a verdict."""
        return sum(standing.verdict == verdict for standing in self.standings)

    def is_known(self, claim: str) -> bool:
        """The claim is broken, and the baseline accepts that."""
        return any(known.deviation.claim == claim and known.state == "known" for known in self.deviations)


def conclude(
    record: Record,
    *,
    profile: str,
    seed: int,
    seconds: float,
    fail_on: FailOn,
    interrupted: bool = False,
    stopped: Stop | None = None,
    promotion_names: tuple[str, str] = PROMOTION_NAMES,
    began: datetime = UNTIMED,
    deviations: tuple[Deviation, ...] = (),
    recorded: bool = False,
) -> Result:
    """Conclude a record, and return its result with a verdict.

    `stopped`: why the run stopped early. `interrupted`: a user ended it. `began`: date and time of the start;
    `deviations` that are accepted on that day do not fail the run. `recorded`: somebody else sent the requests.
    """
    record.conclude()
    standings = record.tally.standings()
    findings = record.findings.all()
    states = baseline.compare(deviations, findings, standings, began.date(), only=record.only)
    accepted = baseline.accepted(deviations, began.date())
    unfinished = _unfinished(stopped, interrupted=interrupted)
    verdict, why = _verdict(record, standings, unfinished, fail_on=fail_on, accepted=accepted, recorded=recorded)
    if verdict == "kept" and stopped:
        why += f"; {stopped.why}"
    return Result(
        verdict=verdict,
        why=why,
        profile=profile,
        seed=seed,
        requests=len(record.exchanges),
        seconds=seconds,
        interrupted=interrupted,
        standings=standings,
        findings=findings,
        notes=tuple(record.notes),
        readings=record.evidence.settled(),
        exchanges=tuple(record.exchanges),
        target=record.target,
        document=record.document,
        questions=record.questions,
        question_states=record.evidence.states(),
        promotion_names=promotion_names,
        began=began,
        deviations=states,
    )


def _unfinished(stopped: Stop | None, *, interrupted: bool) -> str:
    """Return why a run without findings has no verdict; "" if it reached its end or one of its limits."""
    if interrupted:
        return "interrupted before the end"
    return f"the run stopped early: {stopped.why}" if stopped and stopped.host_unusable else ""


def _verdict(
    record: Record,
    standings: tuple[Standing, ...],
    unfinished: str,
    *,
    fail_on: FailOn,
    accepted: frozenset[str],
    recorded: bool,
) -> tuple[RunVerdict, str]:
    count = {
        name: sum(s.verdict == name for s in standings) for name in ("kept", "broken", "undetermined", "unreached")
    }
    found = {finding.claim: finding.level for finding in record.findings.all() if finding.claim not in accepted}
    broken, hygiene = (sum(level == wanted for level in found.values()) for wanted in ("broken", "hygiene"))
    if broken:
        return "broken", f"{broken} of {len(standings)} claims broken, {count['kept']} kept"
    if fail_on != "broken" and hygiene:
        return "broken", f"findings of hygiene: {hygiene}"
    if unfinished:
        return "unjudged", unfinished
    if not count["kept"]:
        return "unjudged", "no answer could be judged"
    if not recorded and not record.target.live and record.target.data.promotions and not record.successes:
        return "unjudged", (
            "no enrolment succeeded: every customer of the test data may be enrolled already; "
            "restart the host, or give test data with customers who are not enrolled"
        )
    if fail_on == "unreached" and count["unreached"]:
        return "broken", f"{count['unreached']} claims unreached"
    scope = "" if record.successes or not (record.target.live or recorded) else "refusals only: "
    rest = "".join(f", {count[name]} {name}" for name in ("undetermined", "unreached") if count[name])
    rest += f", {count['broken']} broken but accepted by the baseline" if count["broken"] else ""
    return "kept", f"{scope}{count['kept']} claims kept{rest}"
