"""The gauntlet for a command in any language: one run for each case."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from mockserver.running.command import Ran, run_within
from mockserver.running.crashes import crash_in
from mockserver.running.expectations import Expectation, Listed, Table, stated
from mockserver.running.own_mock import asked
from proof.records import CaseResult

# What the system ends a program with that has gone wrong: SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
_SIGNALS: Final = frozenset({128 + 4, 128 + 6, 128 + 7, 128 + 8, 128 + 11})
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TAIL: Final = 4  # lines of what a command has printed


@dataclass(frozen=True, slots=True)
class Met:
    """How the command took a case, and the end of what it printed."""

    result: CaseResult
    output: str


def variables(url: str) -> dict[str, str]:
    """Return the environment variables by which a command finds the mock: the base URL, and the control plane."""
    return {"ENROL_MOCK_URL": url, "ENROL_MOCK_CONTROL": f"{url}/_mock"}


def listed(url: str, *, token: str | None) -> tuple[Listed, ...]:
    """Return the cases of a mock."""
    found = asked(url, "GET", "/_mock/cases", token=token)["cases"]
    return msgspec.convert(found, type=tuple[Listed, ...], strict=True)


def each_case(
    url: str,
    cases: Sequence[Listed],
    command: Sequence[str],
    table: Table,
    *,
    deadline: float,
    token: str | None,
    progress: Callable[[str], None],
) -> Iterator[Met]:
    """Run the command once for each case, and yield how it took it. `deadline`: seconds that one run may take."""
    for number, case in enumerate(cases, 1):
        progress(f"{number}/{len(cases)} {case.name}")
        session, wanted = f"{url}/_s/gauntlet-{number}", stated(table, case)
        staging = {"times": wanted.retry if wanted else None, "test": f"gauntlet: {case.name}"}
        asked(session, "POST", f"/_mock/cases/{case.name}", staging, token=token)
        named = {**variables(session), "ENROL_MOCK_CASE": case.name, "ENROL_MOCK_CASE_KIND": case.kind}
        ran = run_within(command, named, deadline=deadline)
        told = _told(ran, wanted, case, deadline)
        found = asked(session, "POST", f"/_mock/cases/{case.name}/result", told, token=token)
        result = CaseResult(found["case"], found["place"], found["expected"], found["did"], tuple(found["problems"]))
        yield Met(result, "\n".join(ran.output.rstrip().splitlines()[-_TAIL:]))


def _told(ran: Ran, wanted: Expectation | None, case: Listed, deadline: float) -> dict[str, Any]:
    """Return what the mock is told of a run."""
    crash = crash_in(ran.output) if ran.code else ""
    told: dict[str, Any] = {
        "did": "hung" if ran.code is None else "raised" if ran.code else "returned",
        "seconds": deadline if ran.code is None else round(ran.seconds, 3),
        "error": f"exit code {ran.code}{f': {crash}' if crash else ''}" if ran.code else "",
        "loss": loss_in(ran.output, case.losses) if ran.code == 0 else "",
        "crashed": bool(crash) or ran.code in _SIGNALS,
        "problems": [*_unlike(ran, wanted)] if wanted else [],
    }
    if wanted:
        do = _do(wanted)
        told |= {"says": wanted.says}
        if wanted.retry is not None:
            told |= {"expected": "retry", "then": do or "return"}
        elif do:
            told["expected"] = do
    return told


def _do(wanted: Expectation) -> str:
    if wanted.codes:
        return "any" if 0 in wanted.codes and len(wanted.codes) > 1 else "return" if 0 in wanted.codes else "raise"
    return "raise" if wanted.failure else ""


def _unlike(ran: Ran, wanted: Expectation) -> Iterator[str]:
    """Yield how a run differs from what its developer states."""
    if ran.code is not None and wanted.codes and ran.code not in wanted.codes:
        yield f"The command ended with exit code {ran.code}, and should {wanted.says}."
    if wanted.output is not None and wanted.output not in ran.output:
        yield f"The command did not print {wanted.output!r}."


def loss_in(output: str, losses: Collection[str]) -> str:
    """Return the number in an output that shows that the command lost digits of a large id, or ''."""
    return next((number for number in _NUMBER.findall(output) if number in losses), "")
