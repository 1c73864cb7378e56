"""The mock: receive a request, match it, let one of three doors answer it, reply, and write the journal."""

from __future__ import annotations

import contextlib
import random
import time
import traceback
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from mockserver.client_record import ClientRecord
from mockserver.control import plane
from mockserver.control.access import Access
from mockserver.control.metrics import Metrics
from mockserver.control.near_miss import near_miss
from mockserver.control.plane import ControlPlane, Times
from mockserver.documented_calls import DocumentedCalls
from mockserver.errors import Unavailable
from mockserver.exchange.answers import Answer, Data, Refusal, Text
from mockserver.exchange.handling import Handling
from mockserver.exchange.received import Received
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.plan import Plan
from mockserver.plans import Plans
from mockserver.receiving.doors import from_wsgi, to_wsgi
from mockserver.receiving.host import host_problem
from mockserver.receiving.unfinished import UNFINISHED
from mockserver.replying.replies import reply_to_bug
from mockserver.sessions import MemorySessions, Session, Sessions, addressed
from mockserver.state import State
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from mockserver.sharing.store import SharedStore


def _random_ids() -> Callable[[], str]:
    draw = random.Random().getrandbits  # the system's own takes 1 µs
    return lambda: f"{draw(128):032x}"


_OF_THE_CONTROL_PLANE: Final = (Data, Text)


class Mock:
    """Serves a state by a plan, and for each session one that begins like it.

    `now` returns the Unix time in seconds; `new_id` returns the id of the next exchange, a random one without it;
    `heard` gets each exchange.
    `access` says who may use the control plane.
    """

    def __init__(
        self,
        plan: Plan,
        state: State,
        *,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] | None = None,
        heard: Callable[[Handling], None] | None = None,
        access: Access | None = None,
        sessions: Sessions | None = None,
    ) -> None:
        """Without `sessions` it has its own."""
        self._heard = heard
        self._now = now
        self._new_id = new_id or _random_ids()
        self._access = access or Access()
        self._started = now()
        self._metrics = Metrics((plan.enrol_route.path, plan.token_route.path))
        self.client: Final = ClientRecord(plan.enrol_route.path)
        self.renew(Plans(plan), sessions or MemorySessions(state, now=self._started))

    @classmethod
    def of(
        cls,
        document: Document,
        world: World,
        readings: Readings,
        *,
        auth: bool = True,
        store: SharedStore | None = None,
        faults: Faults | None = None,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] | None = None,
        heard: Callable[[Handling], None] | None = None,
        access: Access | None = None,
    ) -> Mock:
        """Return a mock with a plan and a state of its own, or with what it shares with others in a store.

        Raises MockError when the parts do not fit together.
        """
        faults = faults or Faults(Abilities(document.outcomes))
        state, plan = State.of(world, readings, auth=auth, faults=faults), Plan.of(document, readings)
        sessions = store.sessions(plan, state, now=now()) if store else None
        return cls(plan, state, now=now, new_id=new_id, heard=heard, access=access, sessions=sessions)

    @property
    def sessions(self) -> Sessions:
        """The sessions there are."""
        return self._sessions

    def renew(self, plans: Plans, sessions: Sessions) -> None:
        """Serve these sessions by these plans from now on. What was counted stays."""
        self._plans, self._sessions = plans, sessions
        times = Times(started=self._started, planned=self._now())
        self._control = ControlPlane(self._plans, sessions, self._metrics, self.client, self._access, times, calls=self)
        self._calls = DocumentedCalls(plans.own)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Receive a request from a WSGI server, such as Werkzeug's test client, and answer it."""
        handling = self.send(from_wsgi(environ), by_client=True)
        self.client.coverage.shown(handling)
        assert handling.response is not None
        return to_wsgi(handling.response)(environ, start_response)

    async def ready(self, request: Received) -> None:
        """Wait until a request to the control plane can be answered."""
        to = addressed(request)
        with contextlib.suppress(Unavailable):  # the answer says so
            await self._control.ready(to.request, lambda: self._sessions.use(to.name, now=self._now()))

    def send(self, request: Received, *, by_client: bool = False) -> Handling:
        """Match a request, (admit, validate, judge, commit), reply, journal. Its handling has the response.

        What a client has sent is judged as well.
        """
        at, to = self._now(), addressed(request)
        handling = Handling(self._new_id(), at, to.request, request.path)
        session = self._sessions.use(to.name, now=at)
        failure = ""
        try:
            plan = self._plans.under(session.chosen)
            handling.readings = plan.readings
            handling.answer = self._match(handling, plan, session, to.problem)
            if isinstance(handling.answer, Refusal):
                handling.near_miss = near_miss(handling, handling.answer, plan, session.state)
            handling.response = plan.replies.reply(handling.answer, handling.id)
            if handling.headers:
                handling.response = handling.response.with_headers(handling.headers)
        except Unavailable as error:
            failure, plan = f"The store cannot be used. {error}", self._plans.own
            handling.answer = plan.refuse("engine_error", failure)
            if to.request.path.startswith(plane.PREFIX):
                handling.answer = self._control.away(to.request, failure)
            handling.response = plan.replies.reply(handling.answer, handling.id)
        except Exception as error:  # a refusal is an answer, so what is raised is a bug of the kit
            failure, handling.answer = traceback.format_exc(), None
            handling.response = reply_to_bug(error, handling.id)
        finally:
            self._record(handling, session, failure)
            if self._heard:
                self._heard(handling)
        if by_client and not failure:
            self.client.judge(handling, session, plan)
        return handling

    def rehearse(self, request: Received, plan: Plan, state: State) -> Answer:
        """Return the answer that a request to a call would get by a plan from a state. Only that state changes."""
        handling = Handling("", self._now(), request, sent_path=request.path)
        return self._calls.usual(handling, plan, state)

    def _record(self, handling: Handling, session: Session, failure: str) -> None:
        """Write an exchange into the journal of its session, and count it."""
        if isinstance(handling.answer, _OF_THE_CONTROL_PLANE):
            return
        path, handling.ended = handling.request.path, self._now()
        keep_body = path == self._plans.own.enrol_route.path
        entry = session.state.journal.record(handling, keep_body=keep_body, failure=failure)
        outcome = entry.outcomes[0] if entry.outcomes else ""
        self._metrics.count(path, entry.status, outcome, entry.duration / 1000)

    def _match(self, handling: Handling, plan: Plan, session: Session, unclear: str) -> Answer:
        """Hand the request to the control plane, or to a call unless a fault answers it.

        `unclear` says why the request names no session, or is ''.
        """
        request = handling.request
        if unfinished := UNFINISHED.get(request.extent):
            return unfinished
        if unclear := host_problem(request) or unclear:
            return plan.refuse("invalid_request", unclear, text=unclear)
        if session.away:
            raise session.away
        if request.outside:
            text = f"There is no path {request.path}. This mock is served below {request.outside} (--base-path)."
            return plan.refuse("path_not_found", text, text=text)
        if request.path.startswith(plane.PREFIX):
            return self._control.answer(request, session, at=handling.at)
        if session.stage:  # each call changes it
            return self._sessions.change(session, lambda: self._calls.staged(handling, plan, session))
        return self._calls.usual(handling, plan, session.state)
