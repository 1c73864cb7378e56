"""What is counted as a kill, and what is not."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from contracts.host.target import load
from contracts.suite.runner import PARTS
from tests.measure import found_in, kit, page, stock
from tests.measure.figures import Figures
from tests.measure.trials import BY_NAME, Trial, conforming, faulty
from tests.measure.workers import each, within
from tests.measure.worlds import target_file

FAULTY = Trial(1, "quick", next(iter(BY_NAME)))
CONFORMING = Trial(1, "quick", to_the_end=True)


def test_page_of_the_faults_is_what_is_known_of_them() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.render(), "run `make docs`"


def test_crash_is_never_a_kill_and_always_a_false_alarm() -> None:
    assert not kit.crashed(FAULTY, "KeyError").is_right
    assert not kit.crashed(CONFORMING, "KeyError").is_right
    assert not stock.crashed(FAULTY, "KeyError").accuses


@pytest.mark.parametrize(
    ("trial", "verdict", "right"),
    [
        (FAULTY, "broken", True),
        (FAULTY, "kept", False),
        (FAULTY, "unjudged", False),
        (CONFORMING, "kept", True),
        (CONFORMING, "broken", False),
        (CONFORMING, "unjudged", False),
    ],
)
def test_verdict_is_right_for_one_kind_of_server(trial: Trial, verdict: str, right: bool) -> None:
    assert kit.Outcome(trial, verdict, "").is_right is right


def test_kill_by_another_claim_is_a_side_effect() -> None:
    own = BY_NAME[FAULTY.name].claims[0]
    named = kit.Outcome(FAULTY, "broken", "", claims=(own,))
    beside = kit.Outcome(FAULTY, "broken", "", claims=("no.claim", own))
    assert Figures(faulty=[named]).side_effects == []
    figures = Figures(faulty=[beside], again=[named])
    assert len(figures.side_effects) == 1
    assert figures.never_named == set()
    figures.again = [replace(named, claims=("no.claim",))]
    assert figures.never_named == {FAULTY.name}
    # It is named, as what is broken for the same cause.
    figures.again = [replace(named, claims=("no.claim",), also=(own,))]
    assert figures.never_named == set()


def test_figures_tell_how_well_findings_explain_a_fault() -> None:
    own = BY_NAME[FAULTY.name].claims[0]
    named = kit.Outcome(FAULTY, "broken", "", claims=(own,))
    beside = kit.Outcome(FAULTY, "broken", "", claims=("no.claim", own))
    told = list(Figures(faulty=[named, beside], again=[named, beside], worlds={"bare": [named]}).totals())
    assert "diagnosis: the first finding names the fault's own claim for 1 / 2" in told
    assert "diagnosis: 1.50 findings per fault in a whole run of 2" in told
    assert "diagnosis where the kit knows the world bare: 1.00 findings per fault in a whole run of 1" in told


def test_world_leaves_out_what_the_kit_is_not_told() -> None:
    with target_file("sample") as path:
        assert path is None
    for world, is_known in (("listed", True), ("sourceless", False), ("bare", False)):
        with target_file(world) as path:
            assert path is not None
            data = load("http://127.0.0.1:9", path).data
        assert any(customer.source for customer in data.customers) is is_known
        assert all(customer.id for customer in data.customers)


def test_every_server_is_tried_for_every_seed() -> None:
    assert len(list(faulty(2, "quick"))) == 2 * len(BY_NAME)
    assert {trial.name for trial in faulty(1, "quick", only="echo")} < set(BY_NAME)
    trials = list(conforming(2, "quick", combinations=3))
    assert {trial.seed for trial in trials} == {1, 2}
    assert trials[0].name == "all defaults"
    # Random combinations, and hosts that answer each field in a way of their own.
    assert len([trial for trial in trials if len(trial.readings) > 1]) == 2 * (3 + 3)


def test_faulty_server_is_found_broken_and_the_part_is_told() -> None:
    outcome = kit.judge(Trial(1, "quick", next(name for name in BY_NAME if "echo" in name)))
    assert outcome.verdict == "broken", outcome.why
    assert outcome.part in PARTS
    assert outcome.requests > 0
    assert outcome.claims


def _dying(status: int) -> None:
    """End the process: not os._exit itself, which under coverage is a closure and travels to no worker."""
    os._exit(status)


def test_worker_that_raises_or_dies_is_a_crash() -> None:
    def crashed(item: object, why: str) -> str:
        return f"crashed: {why.partition(':')[0]}"

    assert list(each(str, [7], crashed, processes=1)) == ["7"]
    assert list(each(chr, [-1], crashed, processes=1)) == ["crashed: ValueError"]
    assert list(each(_dying, [3, 3], crashed, processes=1)) == ["crashed: the process died"] * 2
    assert sorted(each(str, range(60), crashed, processes=2)) == sorted(map(str, range(60)))
    assert list(each(str, [], crashed, processes=2)) == []


def test_run_without_an_end_is_ended() -> None:
    with pytest.raises(TimeoutError, match="no end within 1 s"), within(1):
        time.sleep(30)


def test_parts_that_are_known_to_find_a_fault_exist() -> None:
    known = {name: found_in.parts_for(name) for name in BY_NAME}
    assert all(parts[:1] == ("examples",) and set(parts) <= set(PARTS) for parts in known.values())
    assert found_in.parts_for("no-such-fault") == ()
