"""Gates say how much must be met, and which findings fail the tests of a client."""

from __future__ import annotations

from typing import Literal

import pytest

from openapi.source import SourceError
from proof.gates import FailOn, Gates
from proof.records import CaseResult, ClientFinding, Met, Proof

BAD = CaseResult("502", "", "retries", "crashed", ("It crashed.",))
GOOD = CaseResult("429", "", "retries", "retried")


def met(kind: Literal["outcome", "shape", "fault"], *counts: int) -> tuple[Met, ...]:
    return tuple(Met(kind, f"{kind}-{number}", "words", "", count) for number, count in enumerate(counts))


def finding(level: Literal["broken", "hygiene", "note"]) -> ClientFinding:
    return ClientFinding(level, "rule", "title", "page", "place", "curl", "advice")


PROOF = Proof((*met("outcome", 3, 1, 0), *met("shape", 0, 0), *met("fault", 1)))


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        (Gates(), []),
        (Gates(outcomes=2, shapes=0, faults=1), []),
        (Gates(outcomes=3), ["2 of the 3 outcomes that are required were met"]),
        (Gates(shapes=1, faults=1), ["0 of the 1 answer shapes that are required were met"]),
        (Gates(outcomes=3, shapes=2, fail_on="never"), ["2 of the 3 outcomes", "0 of the 2 answer shapes"]),
    ],
)
def test_gate_is_missed_where_less_was_met(gates: Gates, said: list[str]) -> None:
    missed = [str(one) for one in gates.missed(PROOF)]
    assert len(missed) == len(said)
    assert all(text.startswith(beginning) for text, beginning in zip(missed, said, strict=True))
    assert gates.failed(PROOF) is bool(said)


@pytest.mark.parametrize("gates", [Gates(outcomes=4), Gates(shapes=3), Gates(faults=2)])
def test_gate_that_nothing_can_reach_is_refused(gates: Gates) -> None:
    with pytest.raises(
        SourceError, match=r"--require-(outcomes 4: there are 3|shapes 3: there are 2|faults 2: there are 1) "
    ):
        gates.missed(PROOF)


@pytest.mark.parametrize(
    ("fail_on", "levels"),
    [("broken", {"broken", "case"}), ("hygiene", {"broken", "hygiene", "case"}), ("never", set())],
)
def test_findings_fail_as_the_option_says(fail_on: FailOn, levels: set[str]) -> None:
    gates = Gates(fail_on=fail_on)
    for level in ("broken", "hygiene", "note"):
        assert gates.failed(Proof(findings=(finding(level),))) is (level in levels)
    assert gates.failed(Proof(cases=(GOOD, BAD))) is ("case" in levels)
    assert not gates.failed(Proof(cases=(GOOD,)))
