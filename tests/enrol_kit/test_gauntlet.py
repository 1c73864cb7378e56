"""The gauntlet passes a client that follows the page, and names the row for each of ten mistakes."""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

import pytest

from enrol_kit import EnrolMock, EveryOutcome, raises, retries
from enrol_kit.calling import ended, is_crash, loss
from enrol_kit.every_outcome import cases
from tests.enrol_kit.client import EXPECTED, Client, EngineDown, EnrolError, Mistake

Meet = Callable[[str], EveryOutcome]


@pytest.fixture
def meet(enrol_mock: EnrolMock) -> Meet:
    """Return the mock in one case."""
    known = {case.name: case for case in cases(enrol_mock)}
    return lambda name: EveryOutcome(enrol_mock, known[name], tuple(known.values()))


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
    "waits for each byte": ("dribble", ("byte by byte", "hung: it gave no result within 4 s")),
    "drops warnings": ("already_enrolled", ("Warning messages, row 1", "check of Enrolled", "already enrolled")),
    "has 32 bits for ids": ("enrolled-large-ids", ("Response parameters, row 7", "3000000007", "shows -1294967289")),
    "has floats for ids": (
        "enrolled-huge-ids",
        ("Response parameters, row 7", "9123456789012345", "shows 912345678901234"),
    ),
}


@pytest.mark.parametrize("mistake", [mistake for mistake in get_args(Mistake) if mistake])
def test_each_mistake_is_told_with_its_row(meet: Meet, mistake: Mistake) -> None:
    name, words = SHOWN[mistake]
    mock = meet(name)
    with pytest.raises(AssertionError) as failure:
        mock.assert_handled(Client(mock.url, mistake).enrol, EXPECTED, deadline=4)
    for word in (name, *words):
        assert word in str(failure.value)
    meet(name).assert_handled(Client(mock.url).enrol, EXPECTED)


@pytest.mark.parametrize("name", ["promotion_not_fuond", "error-shape.list-string", "refusals"])
def test_table_with_an_unknown_name_is_refused(meet: Meet, name: str) -> None:
    mock = meet("promotion_not_found")
    with pytest.raises(ValueError, match=f"'{name}' is no case, outcome or kind of case; did you mean '"):
        mock.assert_handled(Client(mock.url).enrol, {name: raises()})


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (EnrolError, "is no expectation; write raises"),
        ({"refusal": EnrolError}, "^'refusal': <class .* is no expectation; write raises"),
        ({"warning": None}, "^'warning': None is no expectation"),
    ],
)
def test_what_is_no_expectation_is_refused_in_every_case(meet: Meet, expected: Any, said: str) -> None:
    mock = meet("enrolled")
    with pytest.raises(TypeError, match=said):
        mock.assert_handled(Client(mock.url).enrol, expected)


def test_what_is_no_exception_or_no_call_is_refused(meet: Meet) -> None:
    def check(error: Any) -> bool:
        return bool(error.code == 400)

    for errors in ((check,), ("EnrolError",), (EnrolError("x"),)):
        with pytest.raises(TypeError, match=r"raises takes classes of exceptions, .* a check is given as check="):
            raises(*errors)
    mock = meet("enrolled")
    returned: Any = Client(mock.url).enrol()
    with pytest.raises(TypeError, match=r"give it a function, as lambda: client\.enrol"):
        mock.assert_handled(returned)


def test_statement_for_a_case_goes_before_its_outcome_and_its_kind(meet: Meet) -> None:
    names = ("refusal-status=200", "promotion_not_found", "refusal", "*")
    for number, name in enumerate(names):
        mock = meet("refusal-status=200")
        table = {name: raises(EnrolError), **dict.fromkeys(names[number + 1 :], raises(KeyError))}
        mock.assert_handled(Client(mock.url).enrol, table)
        with pytest.raises(AssertionError, match="should raise KeyError"):
            mock.assert_handled(Client(mock.url).enrol, {name: raises(KeyError)})


def test_retries_say_how_often_the_case_is_met(meet: Meet) -> None:
    mock = meet("engine_error")
    mock.assert_handled(Client(mock.url).enrol, retries())
    with pytest.raises(AssertionError, match="The client raised EngineDown"):
        meet("engine_error").assert_handled(Client(mock.url).enrol, retries(times=2))
    meet("engine_error").assert_handled(Client(mock.url).enrol, retries(then=raises(EngineDown), times=2))


def test_crash_that_is_stated_is_none(meet: Meet) -> None:
    mock = meet("customer_not_found")
    crashing = Client(mock.url, "reads data first").enrol
    mock.assert_handled(crashing, raises(TypeError))


def test_each_call_is_judged_by_its_own_requests(meet: Meet) -> None:
    mock = meet("promotion_not_found")
    for _ in range(3):
        mock.assert_handled(Client(mock.url).enrol, EXPECTED)
    with pytest.raises(AssertionError, match="sent the refused request 2 times"):
        mock.assert_handled(Client(mock.url, "retries a refusal").enrol, EXPECTED)
    assert len(mock.journal()) == 5


@pytest.mark.parametrize(
    ("call", "is_mistake"),
    [
        (lambda: int("x"), True),
        (lambda: Fraction("x"), True),
        (lambda: json.loads("x"), True),
        (lambda: dict[str, int]()["x"], True),
        (lambda: struct.pack("i", 2**40), True),
        (lambda: on_purpose(ValueError), False),
        (lambda: on_purpose(OwnKeyError), False),
        (lambda: on_purpose(KeyError), True),
        (lambda: on_purpose(ConnectionError), False),
    ],
)
def test_crash_is_what_nobody_has_raised_on_purpose(call: Callable[[], object], is_mistake: bool) -> None:
    error = ended(call, deadline=None).error
    assert error is not None
    assert is_crash(error) is is_mistake


class OwnKeyError(KeyError):
    pass


def on_purpose(error: type[Exception]) -> None:
    raise error("promotion not found")


def test_call_may_be_a_coroutine(meet: Meet) -> None:
    mock = meet("customer_not_found")

    async def call() -> None:
        Client(mock.url).enrol()

    mock.assert_handled(call, raises(EnrolError))


def test_call_without_a_deadline_is_made_in_the_thread_of_the_test(meet: Meet) -> None:
    mock, threads = meet("enrolled"), []

    def call() -> None:
        threads.append(threading.current_thread())
        Client(mock.url).enrol()

    mock.assert_handled(call, deadline=None)
    mock.assert_handled(call, deadline=5)
    assert threads[0] is threading.current_thread()
    assert threads[1] is not threading.current_thread()


def test_skip_within_a_call_is_a_skip(meet: Meet) -> None:
    with pytest.raises(pytest.skip.Exception):
        meet("enrolled").assert_handled(lambda: pytest.skip("not here"))


def test_call_that_does_not_reach_the_mock_is_told(meet: Meet) -> None:
    with pytest.raises(AssertionError, match="sent no request to the mock"):
        meet("enrolled").assert_handled(lambda: None)


@pytest.mark.parametrize(
    ("value", "name", "found"),
    [
        ({"a": [1, {"b": 3000000007}]}, "enrolled-large-ids", ""),
        ({"a": [1, {"b": 3000000007.0}]}, "enrolled-large-ids", "3000000007.0"),
        (("-1294967289",), "enrolled-large-ids", "-1294967289"),
        ("3000000007.0", "enrolled", ""),
        ("9123456789012345", "enrolled-huge-ids", ""),
        ([9123456789012344], "enrolled-huge-ids", "9123456789012344"),
        ("9123456789012344.0", "enrolled-huge-ids", "9123456789012344.0"),
        ([True, None, b"x", 1, 0], "enrolled-huge-ids", ""),
    ],
)
def test_id_that_lost_digits_is_found_in_what_a_call_returns(meet: Meet, value: object, name: str, found: str) -> None:
    assert loss(value, meet(name).case.losses) == found
