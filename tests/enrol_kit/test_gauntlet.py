"""The gauntlet passes a client that follows the page, and names the row for each of ten mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from enrol_kit import EnrolMock, EveryOutcome
from enrol_kit.every_outcome import cases
from tests.enrol_kit.client import EXPECTED, Client, Mistake

Meet = Callable[[str], EveryOutcome]


@pytest.fixture
def meet(enrol_mock: EnrolMock) -> Meet:
    """Return the mock in one case."""
    known = {case.name: case for case in cases(enrol_mock)}
    return lambda name: EveryOutcome(enrol_mock, known[name])


def test_client_that_follows_the_page_takes_every_case(every_outcome: EveryOutcome) -> None:
    client = Client(every_outcome.url)
    every_outcome.assert_handled(client.enrol, EXPECTED)


# For each mistake the case that shows it, and the words of the message.
SHOWN: dict[Mistake, tuple[str, tuple[str, ...]]] = {
    "never retries": ("engine_error", ("Error codes, row 14", "did not send the request again", "Try again later")),
    "retries a refusal": ("promotion_not_found", ("Error codes, row 9", "sent the refused request 2 times")),
    "looks at the status only": (
        "refusal-status=200",
        ("Error codes, row 9", "returned as if the customer were enrolled", "HTTP 200 with errors filled"),
    ),
    "compares codes as numbers": (
        "error-shape=list-string",
        ("Response parameters, row 22", "raised Refused", "should raise PromotionRequired", "the code as a string"),
    ),
    "reads data first": ("customer_not_found", ("Error codes, row 11", "crashed with TypeError")),
    "takes all for JSON": ("502", ("502 of a gateway, as HTML", "crashed with JSONDecodeError")),
    "waits for each byte": ("dribble", ("byte by byte", "hung: it gave no result within 2 s")),
    "drops warnings": ("already_enrolled", ("Warning messages, row 1", "check of Enrolled", "already enrolled")),
    "has 32 bits for ids": ("enrolled-large-ids", ("Response parameters, row 7", "3000000007", "returned -1294967289")),
    "has floats for ids": (
        "enrolled-huge-ids",
        ("Response parameters, row 7", "9007199254740993", "returned 900719925474"),
    ),
}


@pytest.mark.parametrize("mistake", [mistake for mistake in get_args(Mistake) if mistake])
def test_each_mistake_is_told_with_its_row(meet: Meet, mistake: Mistake) -> None:
    name, words = SHOWN[mistake]
    mock = meet(name)
    with pytest.raises(AssertionError) as failure:
        mock.assert_handled(Client(mock.url, mistake).enrol, EXPECTED, deadline=2)
    for word in (name, *words):
        assert word in str(failure.value)
    meet(name).assert_handled(Client(mock.url).enrol, EXPECTED)
