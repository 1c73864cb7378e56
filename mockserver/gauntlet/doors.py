"""The doors of the gauntlet: list the cases, stage one in a session, and judge how a client took it."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import unquote

import msgspec

from mockserver.conduct.page import Page
from mockserver.control.filters import Filter
from mockserver.control.journal import Entry
from mockserver.control.visit import Visit
from mockserver.errors import MockError
from mockserver.exchange.answers import Data, problem
from mockserver.gauntlet import verdicts
from mockserver.gauntlet.cases import Case, cases
from mockserver.gauntlet.large_ids import spellings_of_loss
from mockserver.gauntlet.staging import Stage
from mockserver.gauntlet.verdicts import Told
from openapi import source
from openapi.source import SourceError, nearest

PATH: Final = "/_mock/cases"
ONE: Final = f"{PATH}/{{name}}"
RESULT: Final = f"{ONE}/result"


class _Staging(msgspec.Struct, forbid_unknown_fields=True):
    """How a case is staged: `times` calls meet it, all of them without that.

    `test`: the test that begins. Without a `reset`, the session keeps its journal, its world and its enrolments.
    """

    times: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    test: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    reset: bool = True


def named(path: str) -> str:
    """Return the path of a door: a path of one case has {name} in place of its name. Other paths stay as they are."""
    if not path.startswith(f"{PATH}/"):
        return path
    name, slash, rest = path.removeprefix(f"{PATH}/").partition("/")
    if not name or (slash and rest != "result"):
        return path
    return RESULT if slash else ONE


def show(visit: Visit) -> Data:
    """List the cases, in the order of the page."""
    return Data({"cases": [_shown(case) for case in _cases(visit).values()]})


def stage(visit: Visit) -> Data:
    """Let every call in the session meet one case. It goes back to the start first, unless the body says otherwise."""
    case, session = _case(visit), visit.session
    if isinstance(case, Data):
        return case
    try:
        raw = source.parse_json(visit.request.body) if visit.request.body.strip() else {}
        wanted = source.shape(raw, _Staging)
        if wanted.reset:
            session.reset()
        session.state.faults.clear()
        session.follow(case.readings, own=visit.plans.own.readings)
        if case.fault:
            session.state.faults.add((msgspec.structs.replace(case.fault, count=wanted.times),))
    except (SourceError, MockError) as error:
        return problem(str(error))
    session.stage = Stage(case, wanted.times)
    if wanted.test is not None:
        session.test = wanted.test
    return Data(_shown(case))


def judge(visit: Visit) -> Data:
    """Judge what a client did in the case that is staged in the session, and record the result."""
    case, session = _case(visit), visit.session
    if isinstance(case, Data):
        return case
    if session.stage is None or session.stage.case.name != case.name:
        return problem(f"The case {case.name} is not staged in this session; POST {PATH}/{case.name} first.", 409)
    try:
        told = source.shape(source.parse_json(visit.request.body), Told)
    except SourceError as error:
        return problem(str(error))
    path = visit.plan.enrol_route.path
    later = Filter(since=told.since or None).matching(session.state.journal.entries()[0], session.name)
    entries = [one for one in later if one.path in (path, f"/_s/{session.name}{path}")]
    result = verdicts.judge(case, told, entries, Page(visit.plan))
    visit.client.took(result)
    shown: dict[str, Any] = msgspec.to_builtins(result)
    return Data({**shown, "words": case.words, "requests": [_line(entry) for entry in entries[:20]]})


def _cases(visit: Visit) -> dict[str, Case]:
    own, sockets = visit.plans.own, visit.session.first.faults.abilities.sockets
    return cases(own.document, visit.plans.questions, own.readings, sockets=sockets)


def _case(visit: Visit) -> Case | Data:
    name = unquote(visit.request.path.removeprefix(f"{PATH}/").removesuffix("/result"))
    known = _cases(visit)
    if name in known:
        return known[name]
    return problem(f"There is no case {name[:80]!r}{nearest(name, list(known))}; GET {PATH} lists all.", 404)


def _shown(case: Case) -> dict[str, Any]:
    return {
        "name": case.name,
        "kind": case.kind,
        "place": case.place,
        "words": case.words,
        "expected": case.expected,
        "outcome": case.shows,
        "customerId": case.customer_id,
        "losses": spellings_of_loss(case.customer_id) if case.customer_id else (),
        "keys": case.keys,
    }


def _line(entry: Entry) -> str:
    what = f" {', '.join(entry.outcomes)}" if entry.outcomes else ""
    return f"{entry.method} {entry.status or 'no answer'}{what}: {entry.why}"
