"""The documented call: admit, validate, judge and commit, in the order that the readings say."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.deciding.enrolments import commit
from mockserver.deciding.rules import first_error, judge
from mockserver.exchange.answers import Answer, Refusal, Result
from mockserver.exchange.handling import Grounds, Handling
from mockserver.plan import Plan
from mockserver.receiving.decoding import decode
from mockserver.state import State
from mockserver.stores import Transaction

Step = Callable[[Handling, State], Answer | None]


class EnrolCall:
    """Answers the documented call by a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._rulebook, self._preferences = plan, plan.rulebook, plan.preferences
        # The reading of `precedence` says which of credentials, validation and look-ups may refuse first.
        # `read` stands before the first step that needs the body.
        admit, read, validate, prefer, look_up = self._admit, self._read, self._validate, self._prefer, self._look_up
        self._steps: tuple[Step, ...] = {
            "credentials-validation-lookup": (admit, read, validate, prefer, look_up),
            "credentials-lookup-validation": (admit, read, look_up, validate, prefer),
            "validation-credentials-lookup": (read, validate, admit, prefer, look_up),
        }[plan.readings["precedence"]]

    def answer(self, handling: Handling, state: State) -> Answer:
        """Check the credentials, then answer. Without a keyring everyone may call."""
        keyring, outcomes = state.keyring, self._plan.document.outcomes
        login = keyring.refusal(handling.request, outcomes, now=handling.at) if keyring else None
        return self.judged(handling, state, Grounds(login, handling.demanded))

    def judged(self, handling: Handling, state: State, grounds: Grounds) -> Answer:
        """Answer a request whose credentials were checked: validate it, then judge and commit it in one transaction."""
        handling.grounds = grounds
        for step in self._steps:
            if answer := step(handling, state):
                return answer
        return state.store.transact(lambda transaction: self._judge_and_commit(handling, state, transaction))

    def _admit(self, handling: Handling, state: State) -> Refusal | None:
        """Refuse a request without valid credentials."""
        return handling.grounds.login

    def _read(self, handling: Handling, state: State) -> Refusal | None:
        """Read the body: its JSON, where it breaks the document, and what it names in the world."""
        undecodable = decode(handling, self._plan.document, self._plan.reader.names)
        if undecodable is None:
            handling.violations = self._plan.validation.violations(handling.payload)
            invalid = {violation.path for violation in handling.violations} if handling.violations else ()
            handling.case = state.directory.open_case(self._plan.reader.read(handling.payload, invalid=invalid))
        return undecodable

    def _validate(self, handling: Handling, state: State) -> Refusal | None:
        """Refuse a body that breaks the document."""
        violations, fields = handling.violations, handling.case.fields
        return self._plan.validation.refusal(violations, fields) if violations else None

    def _prefer(self, handling: Handling, state: State) -> Answer | None:
        """Give the answer that a fault or the header Prefer asks for, if there is one."""
        return self._preferences.answer(handling)

    def _look_up(self, handling: Handling, state: State) -> Refusal | None:
        """Refuse a request for what the world does not have or does not let enrol, going by the fields that are valid."""
        return first_error(handling.case, self._rulebook.lookups)

    def _judge_and_commit(self, handling: Handling, state: State, transaction: Transaction) -> Refusal | Result:
        """Judge a case by the enrolments recorded so far, and record its own unless a rule refuses it."""
        case, grounds = handling.case, handling.grounds
        key = case.key
        if key:
            case = case.with_standing(transaction.standing(*key))
            handling.grounds = Grounds(grounds.login, grounds.demanded, key, case.standing)
        verdict = judge(case, self._rulebook)
        if isinstance(verdict, Refusal):
            return verdict
        record = commit(case, verdict.warnings, transaction, pinned=state.pinned)
        return Result(case, verdict.warnings, record, verdict.why)
