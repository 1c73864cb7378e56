"""The control plane under /_mock/: its doors, and who may use them. It shows no credentials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from mockserver.client_record import ClientRecord
from mockserver.conduct import doors as finding_doors
from mockserver.console import doors as console
from mockserver.console import places
from mockserver.control import journal_doors, readings_doors, reset_door, world_doors
from mockserver.control.access import Access, Kind
from mockserver.control.metrics import MEDIA_TYPE as METRICS
from mockserver.control.metrics import Metrics
from mockserver.control.other_readings import OtherReadings
from mockserver.control.version import version
from mockserver.control.visit import Calls, Door, Visit
from mockserver.exchange.answers import Data, Text, problem
from mockserver.exchange.received import Received
from mockserver.faults import doors as fault_doors
from mockserver.gauntlet import doors as case_doors
from mockserver.plans import Plans
from mockserver.sessions import Session, Sessions
from mockserver.stores import EnrolmentRecord
from openapi import source

PREFIX = "/_mock/"
HEALTH = "/_mock/health"
_JOURNAL = journal_doors.PATH
_YAML = "application/yaml"  # RFC 9512


class Times(NamedTuple):
    """Since when a mock is up, and since when it follows its plan: Unix times in seconds."""

    started: float
    planned: float


class ControlPlane:
    """Answers the requests whose path begins with PREFIX."""

    def __init__(
        self,
        plans: Plans,
        sessions: Sessions,
        metrics: Metrics,
        client: ClientRecord,
        access: Access,
        times: Times,
        *,
        calls: Calls,
    ) -> None:
        self._plans = plans
        self._sessions = sessions
        self._metrics = metrics
        self._client = client
        self._access = access
        self._calls = calls
        self._started = times.started
        self._other_readings = OtherReadings(plans, since=times.planned)

    def answer(self, request: Received, session: Session, *, at: float) -> Data | Text:
        """Answer a request that came at the Unix time `at`. If it names no door, list the doors there are."""
        if request.method in ("GET", "HEAD"):
            return self._answered(request, session, at=at)
        return self._sessions.change(session, lambda: self._answered(request, session, at=at))

    def _answered(self, request: Received, session: Session, *, at: float) -> Data | Text:
        method = "GET" if request.method == "HEAD" else request.method
        place = places.named(case_doors.named(journal_doors.named(fault_doors.named(request.path))))
        if door := DOORS.get((method, place)):
            visit = Visit(
                request,
                self._plans.under(session.chosen),
                self._plans,
                session,
                self._sessions,
                self._metrics,
                self._client,
                self._other_readings,
                at,
                self._started,
                self._access,
                self._calls,
            )
            if refusal := self._refusal(request):
                return console.refused(visit, refusal) if place in places.PAGES else refusal
            return (place not in places.PAGES and _not_whole(request)) or door(visit)
        allowed = [known for known, path in DOORS if path == place]
        if allowed:
            return Data(_doors(), status=405, headers=(("Allow", ", ".join(allowed)),))
        return Data(_doors(), status=404)

    def away(self, request: Received, why: str) -> Data:
        """Answer a request while the store is away. Only who may use the control plane learns why."""
        shown = "The store cannot be used." if self._kind(request) == "open" else why
        return self._refusal(request) or problem(shown, 503)

    async def ready(self, request: Received, session: Callable[[], Session]) -> None:
        """Wait as long as the request asks for, while other requests go on. `session` returns the one that it names."""
        if request.method == "GET" and not self._refusal(request):
            await journal_doors.ready(request, self._plans.own, self._sessions, session, self._other_readings)

    def _refusal(self, request: Received) -> Data | None:
        return self._access.refusal(request, kind=self._kind(request))

    @staticmethod
    def _kind(request: Received) -> Kind:
        return "open" if request.path == HEALTH else places.kind(request.path)


def _not_whole(request: Received) -> Data | None:
    """Return why a body cannot be followed, of which the mock has only a part; the console says so on a page of its own."""
    match request.extent:
        case "too large":
            return problem("The body is too large; the mock takes 1 MiB.", 413)
        case "cut short":
            return problem("The body ended before its announced length.")
    return None


def _health(visit: Visit) -> Data:
    sessions = len(visit.sessions.all(now=visit.at))
    uptime = round(visit.at - visit.started, 3)
    return Data({"status": "ok", "version": version() or "unknown", "uptimeSeconds": uptime, "sessions": sessions})


def _sessions(visit: Visit) -> Data:
    """List the sessions, the one without a name first, then the one that was not used for longest."""
    listed = [
        {
            "name": one.name,
            "idleSeconds": max(0.0, round(visit.at - one.used, 3)),
            "requests": one.state.journal.seen(),
            "enrolments": one.state.store.count(),
        }
        for one in visit.sessions.all(now=visit.at)
    ]
    return Data({"sessions": listed})


def _enrolments(visit: Visit) -> Data:
    return Data({"enrolments": [_recorded(record) for record in visit.session.state.store.records()]})


def _forget_enrolments(visit: Visit) -> Data:
    """Go back to the enrolments of the world. The journal and the world stay."""
    visit.session.state.store.reset()
    return _enrolments(visit)


def _outcomes(visit: Visit) -> Data:
    return Data({"outcomes": list(visit.plan.document.outcomes.values())})


def _proof(visit: Visit) -> Data:
    return Data(visit.client.proof(visit.plans, tls=visit.session.first.faults.abilities.tls))


def _faults(visit: Visit) -> Data:
    others = (one for one in visit.sessions.all(now=visit.at) if one is not visit.session)
    return fault_doors.answer(
        visit.request, visit.session.state.faults, others=sum(one.state.faults.size for one in others)
    )


def _metrics(visit: Visit) -> Text:
    sessions = visit.sessions.all(now=visit.at)
    enrolments = sum(session.state.store.count() for session in sessions)
    return Text(visit.metrics.text(sessions=len(sessions), enrolments=enrolments), METRICS)


def _document(visit: Visit) -> Text:
    """Show the document of the call as the chosen readings have it."""
    return Text(source.text(visit.plan.document.raw), _YAML)


def _own_document(visit: Visit) -> Text:
    return Text(source.CONTROL.read_text(encoding="utf-8"), _YAML)


def _home(visit: Visit) -> Data | Text:
    """Show the console to a browser, and the list of doors to a program."""
    return console.answer(visit) if console.wants_page(visit.request) else Data(_doors())


def _doors() -> dict[str, list[str]]:
    return {"doors": [f"{method} {path}" for method, path in DOORS]}


DOORS: dict[tuple[str, str], Door] = {
    ("GET", HEALTH): _health,
    ("GET", _JOURNAL): journal_doors.show,
    ("DELETE", _JOURNAL): journal_doors.clear,
    ("GET", journal_doors.ONE): journal_doors.one,
    ("GET", "/_mock/enrolments"): _enrolments,
    ("DELETE", "/_mock/enrolments"): _forget_enrolments,
    ("GET", "/_mock/world"): world_doors.show,
    ("PUT", "/_mock/world"): world_doors.replace,
    ("POST", "/_mock/world"): world_doors.add,
    ("PATCH", "/_mock/world"): world_doors.add,
    ("GET", "/_mock/outcomes"): _outcomes,
    ("GET", readings_doors.PATH): readings_doors.show,
    ("PUT", readings_doors.PATH): readings_doors.replace,
    ("POST", "/_mock/reset"): lambda visit: reset_door.answer(visit) or _enrolments(visit),
    ("GET", "/_mock/proof"): _proof,
    ("GET", "/_mock/sessions"): _sessions,
    ("GET", finding_doors.PATH): finding_doors.show,
    ("GET", "/_mock/metrics"): _metrics,
    ("GET", "/_mock/openapi.yaml"): _document,
    ("GET", "/_mock/control.yaml"): _own_document,
    **dict.fromkeys(fault_doors.DOORS, _faults),
    ("GET", case_doors.PATH): case_doors.show,
    ("POST", case_doors.ONE): case_doors.stage,
    ("POST", case_doors.RESULT): case_doors.judge,
    ("GET", places.HOME): _home,
    **dict.fromkeys(console.DOORS, console.answer),
}


def _recorded(record: EnrolmentRecord) -> dict[str, Any]:
    return {
        "customer": record.customer,
        "promotion": record.promotion,
        "sequence": record.sequence,
        "enrollmentId": record.enrollment_id,
        "optinId": record.optin_id,
        "optedIn": record.opted_in,
    }
