"""The gauntlet: the one call of a client is put through everything that the page says can happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from enrol_kit.calling import Ended, ended, is_crash, loss
from enrol_kit.enrol_mock import EnrolMock
from enrol_kit.expectations import Case, Expectation, Table, stated

DEADLINE: Final = 10.0  # seconds that a call may take


class EveryOutcome(EnrolMock):
    """A session in which every call meets one case. `case` says which; `others` are all there are."""

    def __init__(self, mock: EnrolMock, case: Case, others: Sequence[Case], *, test: str | None = None) -> None:
        super().__init__(mock.url, mock.connection)
        self.case: Final = case
        self._others: Final = others
        self._stage(None, reset=True, test=test)

    def assert_handled(
        self, call: Callable[[], Any], expected: Expectation | Table | None = None, *, deadline: float | None = DEADLINE
    ) -> None:
        """Make the client's call, and raise AssertionError if the client does not take the case as it should.

        `call`: makes one call that the mock's world lets through. It may return a coroutine. `expected`: what the
        client should do, or a table of that by case, outcome or kind. Where nothing is stated, it must not return from
        a refusal or a broken answer, must not raise on a warning or a success, and must nowhere crash, hang, or send a
        refused request again. `deadline`: seconds after which the call counts as hung; None lets it run in this thread,
        as long as it takes. Raises ValueError for a table that names what is no case, outcome or kind, and TypeError
        for what is no call or no expectation.
        """
        __tracebackhide__ = True
        if not callable(call):
            raise TypeError("assert_handled makes the call itself; give it a function, as lambda: client.enrol(…)")
        wanted = stated(expected, self.case, self._others)
        if wanted and wanted.retries is not None:
            self._stage(wanted.retries, reset=False)
        before = self.journal(limit=1)
        end = ended(call, deadline=deadline)
        told = _told(end, wanted, self.case) | {"since": before[0]["id"] if before else ""}
        result = self.ask("POST", f"/_mock/cases/{self.case.name}/result", told)
        if result["problems"]:
            raise AssertionError(_message(self.case, result))

    def _stage(self, times: int | None, *, reset: bool, test: str | None = None) -> None:
        body = {"times": times, "reset": reset, "test": test}
        self.ask("POST", f"/_mock/cases/{self.case.name}", body)


def cases(mock: EnrolMock) -> tuple[Case, ...]:
    """Return the cases of a mock, in the order of the page."""
    return tuple(
        Case(
            name=one["name"],
            kind=one["kind"],
            place=one["place"],
            words=one["words"],
            expected=one["expected"],
            outcome=one["outcome"],
            customer_id=one["customerId"],
            losses=tuple(one["losses"]),
            keys=tuple(one["keys"]),
        )
        for one in mock.ask("GET", "/_mock/cases")["cases"]
    )


def gauntlet(mock: EnrolMock) -> Iterator[EveryOutcome]:
    """Yield the mock once for each case, for other runners than pytest: a session in which every call meets that case."""
    listed = cases(mock)
    for number, case in enumerate(listed, 1):
        yield EveryOutcome(mock.session(f"gauntlet-{number}"), case, listed)


def _told(end: Ended, wanted: Expectation | None, case: Case) -> dict[str, Any]:
    """Return what the mock is told of a call."""
    error = end.error
    told: dict[str, Any] = {"did": end.did, "seconds": round(end.seconds, 3), "problems": _problems(end, wanted)}
    if error is not None:
        is_stated = wanted is not None and bool(wanted.errors) and isinstance(error, wanted.errors)
        told |= {"error": _shown(error), "crashed": is_crash(error) and not is_stated}
    if end.did == "returned":
        told["loss"] = loss(end.value, case.losses)
    if wanted:
        do = wanted.do if wanted.retries is None else "retry"
        told |= {"expected": do, "then": wanted.do, "says": wanted.says}
    return told


def _problems(end: Ended, wanted: Expectation | None) -> list[str]:
    """Return what is wrong with what a call returned or raised."""
    found: list[str] = []
    if wanted is None:
        return found
    if wanted.do == "raise" and wanted.errors and end.error is not None and not isinstance(end.error, wanted.errors):
        found.append(f"The client raised {_shown(end.error)}, and should {wanted.says}.")
    elif wanted.check and end.did == ("raised" if wanted.do == "raise" else "returned"):
        subject = end.error if wanted.do == "raise" else end.value
        found += _checked(wanted.check, subject)
    return found


def _checked(check: Callable[[Any], object], subject: Any) -> list[str]:
    try:
        passed = check(subject)
    except Exception as error:  # a check of somebody else may fail in any way
        return [f"The check of {subject!r:.300} failed: {_shown(error)}"]
    return [f"The check of {subject!r:.300} failed."] if passed is not None and not passed else []


def _message(case: Case, result: dict[str, Any]) -> str:
    about = f'{case.place}: "{case.words}"' if case.place else case.words
    lines = [
        f"{case.name} ({about})",
        *(f"  - {problem}" for problem in result["problems"]),
        f"  the client should: {result['expected']}",
        f"  the client did: {result['did']}",
        "  the mock was asked:",
        *(f"    {line}" for line in result["requests"] or ["nothing"]),
    ]
    return "\n".join(lines)


def _shown(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:500]
