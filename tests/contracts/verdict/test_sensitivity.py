"""How rare a defect may be that a run still sees."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import Exchange, Request
from contracts.verdict.sensitivity import rarest_seen, sensitivity
from tests.contracts.answers import ALREADY, ASHA, ask, made, refused, warned
from tests.contracts.conftest import make_answer


@pytest.mark.parametrize(("answers", "rate"), [(0, 0), (1, 1), (2, 1), (30, 10), (299, 100), (3000, 1001)])
def test_the_rarest_defect_that_so_many_answers_show(answers: int, rate: int) -> None:
    assert rarest_seen(answers) == rate
    assert not answers or 1 - (1 - 1 / rate) ** answers >= 0.95 > 1 - (1 - 1 / (rate + 1)) ** answers


def exchanges(number: int, body: Any, answer: Any, **request: Any) -> list[Exchange]:
    return [Exchange(1, Request(body=body, **request), make_answer(answer))] * number


def test_each_kind_of_answer_counts_for_itself() -> None:
    sent = [
        *exchanges(299, ask(), made()),
        *exchanges(30, ask("earn-61", ASHA, action="OPT_IN"), made("earn-61", ASHA, action="OPT_IN")),
        *exchanges(59, ask(programId=None), refused("program_id_required")),
    ]
    assert sensitivity(sent) == (
        "a defect that comes and goes would have been seen with 95 % confidence if it spoils "
        "1 in 100 answers to ENROL, 1 in 10 answers to OPT_IN, 1 in 20 answers to requests that are refused"
    )


@pytest.mark.parametrize(
    "sent",
    [
        [],
        exchanges(2, ask(), made()),
        exchanges(99, ask(), warned(ALREADY)),
        exchanges(99, ask(), refused("program_id_required"), credentials="none"),
        exchanges(99, ask(), made(), method="PUT"),
    ],
)
def test_what_shows_nothing_promises_nothing(sent: list[Exchange]) -> None:
    assert sensitivity(sent) == ""
