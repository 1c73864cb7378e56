"""Everything that the documentation says can happen, and what a network adds: the client handles all of it."""

from __future__ import annotations

from typing import Final

import pytest
from enrol_client import Enrolment, HostFailed, NoAnswer, Refused, Unreadable

from enrol_kit import EveryOutcome, raises, retries, returns
from tests.clients import CLIENTS, EXAMPLE, LOGIN, Enrol


def is_kept(enrolment: Enrolment) -> bool:
    """Whether the warning of the answer is in what the client hands back."""
    return len(enrolment.warnings) == 1 and len(enrolment.warnings[0]) > 20


# What the client should do, by the name of the case, by the outcome of its answer, or else by its kind.
EXPECTED: Final = {
    "success": returns(lambda enrolment: enrolment.enrolled and not enrolment.warnings),
    "warning": returns(is_kept),
    "refusal": raises(Refused),
    "many-violations=all": raises(Refused, check=lambda error: len(error.errors) == 2),
    "unauthenticated": raises(Refused, HostFailed),
    # "Try again later": once more, and it succeeds.
    "engine_error": retries(),
    # So it is where the host is busy, and where the answer is lost on the way.
    **dict.fromkeys(("429", "502", "503", "504"), retries()),
    **dict.fromkeys(("reset-before", "reset-in", "close", "truncated", "silence", "dribble", "endless"), retries()),
    # What is no answer of the host is an error, and is not asked for again.
    **dict.fromkeys(("garbage", "empty", "length-too-short"), raises(Unreadable, NoAnswer)),
    "498": raises(Refused, HostFailed),
    **dict.fromkeys(("slow", "wrong-media-type", "reset-after"), returns()),
    "transport": raises(Unreadable, NoAnswer),
}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_every_outcome_is_handled(client: Enrol, every_outcome: EveryOutcome) -> None:
    every_outcome.assert_handled(lambda: client(every_outcome.url, LOGIN, EXAMPLE), EXPECTED)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("effect", ["engine_error", "502", "503", "reset-before", "truncated"])
def test_what_does_not_pass_is_an_error_in_the_end(client: Enrol, effect: str, enrol_mock: EveryOutcome) -> None:
    enrol_mock.fault(effect)
    with pytest.raises((Refused, HostFailed, NoAnswer)):
        client(enrol_mock.url, LOGIN, EXAMPLE)
    assert 2 <= len(enrol_mock.journal()) <= 3
