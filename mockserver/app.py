"""The mock: eight steps, in order."""

from __future__ import annotations

import secrets
import time
import traceback
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from mockserver.control import plane
from mockserver.deciding.enrolments import commit
from mockserver.deciding.rules import first_error, judge
from mockserver.exchange.answers import Answer, Refusal, Result
from mockserver.exchange.case import Case
from mockserver.exchange.handling import Handling
from mockserver.exchange.manner import Manner
from mockserver.exchange.received import Received
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.faults.striking import answered
from mockserver.plan import Plan
from mockserver.receiving.decoding import decode
from mockserver.receiving.doors import from_wsgi
from mockserver.receiving.host import host_problem
from mockserver.replying.replies import reply_to_bug
from mockserver.state import State
from mockserver.stores import Store, Transaction
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Step = Callable[[Handling], Answer | None]


def _random_id() -> str:
    return secrets.token_hex(16)


class Mock:
    """Serves one state by one plan.

    `now` returns the Unix time in seconds; `new_id` returns the id of the next exchange.
    """

    def __init__(
        self,
        plan: Plan,
        state: State,
        *,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] = _random_id,
    ) -> None:
        self._plan = plan
        self._state = state
        self._now = now
        self._new_id = new_id
        # The reading of `precedence` says which of credentials, validation and look-ups may refuse first.
        # `read` stands before the first step that needs the body.
        admit, read, validate, prefer, look_up = self._admit, self._read, self._validate, self._prefer, self._look_up
        self._steps: tuple[Step, ...] = {
            "credentials-validation-lookup": (admit, read, validate, prefer, look_up),
            "credentials-lookup-validation": (admit, read, look_up, validate, prefer),
            "validation-credentials-lookup": (read, validate, admit, prefer, look_up),
        }[plan.readings["precedence"]]

    @classmethod
    def of(
        cls,
        document: Document,
        world: World,
        readings: Readings,
        *,
        auth: bool = True,
        store: Store | None = None,
        faults: Faults | None = None,
        now: Callable[[], float] = time.time,
        new_id: Callable[[], str] = _random_id,
    ) -> Mock:
        """Return a mock with a plan and a state of its own. Raises MockError when the parts do not fit together."""
        state = State.of(world, readings, auth=auth, store=store, faults=faults or Faults(Abilities(document.outcomes)))
        return cls(Plan.of(document, readings), state, now=now, new_id=new_id)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Receive a request from a WSGI server, such as Werkzeug's test client, and answer it."""
        request = from_wsgi(environ)
        return self.answer(request)(environ, start_response)

    def answer(self, request: Received) -> Response:
        """Answer a request that was received."""
        return self.handle(request)[0]

    def handle(self, request: Received) -> tuple[Response, Manner]:
        """Return the answer and how to send it: match, (admit, validate, judge, commit), reply, journal."""
        handling = Handling(self._new_id(), self._now(), request)
        failure = ""
        try:
            handling.answer = self._match(handling)
            handling.response = self._plan.replies.reply(handling.answer, handling.id)
            if handling.headers:
                handling.response.headers.update(handling.headers)
        except Exception as error:  # a refusal is an answer, so what is raised is a bug of the kit
            failure = traceback.format_exc()
            handling.response = reply_to_bug(error, handling.id)
        finally:
            keep_body = request.path == self._plan.enrol_route.path
            self._state.journal.record(handling, ended=self._now(), keep_body=keep_body, failure=failure)
        return handling.response, handling.manner

    def _match(self, handling: Handling) -> Answer:
        """Hand the request to the control plane, or to a call unless a fault answers it."""
        plan, state, request = self._plan, self._state, handling.request
        if problem := host_problem(request):
            return plan.refuse("invalid_request", problem, text=problem)
        if request.path.startswith(plane.PREFIX):
            return plane.answer(request, plan, state)
        return answered(handling, plan, state.faults, self._call)

    def _call(self, handling: Handling) -> Answer:
        """Hand the request to the call that its path and method name, as they were sent."""
        plan, state, request = self._plan, self._state, handling.request
        match request.path, request.method:
            case plan.enrol_route:
                return self._enrol(handling)
            case plan.token_route:
                return plan.tokens.answer(request, state.world.credentials.oauth, now=handling.at)
            case (plan.enrol_route.path | plan.token_route.path) as path, method:
                return plan.refuse("method_not_allowed", f"{path} takes no {method}.")
            case _:
                return plan.refuse("path_not_found", f"There is no path {request.path}.")

    def _enrol(self, handling: Handling) -> Answer:
        """Answer the documented call: admit and validate it, then judge and commit it in one transaction."""
        for step in self._steps:
            if answer := step(handling):
                return answer
        return self._state.store.transact(lambda transaction: self._judge_and_commit(handling.case, transaction))

    def _admit(self, handling: Handling) -> Refusal | None:
        """Refuse a request without valid credentials. Without a keyring everyone may call."""
        keyring, outcomes = self._state.keyring, self._plan.document.outcomes
        return keyring.refusal(handling.request, outcomes, now=handling.at) if keyring else None

    def _read(self, handling: Handling) -> Refusal | None:
        """Read the body: its JSON, where it breaks the document, and what it names in the world."""
        undecodable = decode(handling, self._plan.document.outcomes)
        if undecodable is None:
            handling.violations = self._plan.validation.violations(handling.payload)
            invalid = {violation.path for violation in handling.violations}
            handling.case = self._state.directory.open_case(self._plan.reader.read(handling.payload, invalid=invalid))
        return undecodable

    def _validate(self, handling: Handling) -> Refusal | None:
        """Refuse a body that breaks the document."""
        violations, fields = handling.violations, handling.case.fields
        return self._plan.validation.refusal(violations, fields) if violations else None

    def _prefer(self, handling: Handling) -> Answer | None:
        """Give the answer that a fault or the header Prefer asks for, if there is one."""
        return self._plan.preferences.answer(handling)

    def _look_up(self, handling: Handling) -> Refusal | None:
        """Refuse a request for what the world does not have or does not let enrol, going by the fields that are valid."""
        return first_error(handling.case, self._plan.rulebook.lookups)

    def _judge_and_commit(self, case: Case, transaction: Transaction) -> Refusal | Result:
        """Judge a case by the enrolments recorded so far, and record its own unless a rule refuses it."""
        if case.key:
            case = case.with_standing(transaction.standing(*case.key))
        verdict = judge(case, self._plan.rulebook)
        if isinstance(verdict, Refusal):
            return verdict
        record = commit(case, verdict.warnings, transaction, pinned=self._state.pinned)
        return Result(case, verdict.warnings, record, verdict.why)
