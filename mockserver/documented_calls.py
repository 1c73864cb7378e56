"""The documented calls: the enrol call and the token call, each at its path, and what may answer in their place."""

from __future__ import annotations

from mockserver.enrol_call import EnrolCall
from mockserver.exchange.answers import Answer
from mockserver.exchange.handling import Handling
from mockserver.faults.striking import answered
from mockserver.plan import Plan
from mockserver.sessions import Session
from mockserver.state import State


class DocumentedCalls:
    """Answers them by any plan, and by the mock's own without making anything anew."""

    def __init__(self, own: Plan) -> None:
        self._own = own
        self._enrol_call = EnrolCall(own)

    def staged(self, handling: Handling, plan: Plan, session: Session) -> Answer:
        """Let a fault answer, or the case that is staged in the session, if there still is one."""
        state, stage = session.state, session.stage
        if stage is None:
            return self.usual(handling, plan, state)

        def of_case(usual: Handling) -> Answer:
            return stage.answered(usual, plan, state, lambda plain: self._call(plain, plan, state))

        strike = state.faults.strike(handling.request, usual_path=plan.enrol_route.path)
        return answered(handling, plan, state.faults, strike, of_case) if strike else of_case(handling)

    def usual(self, handling: Handling, plan: Plan, state: State) -> Answer:
        """Let a fault answer, or the call. Nothing but the state changes."""
        strike = state.faults.strike(handling.request, usual_path=plan.enrol_route.path)
        if strike is None:
            return self._call(handling, plan, state)
        return answered(handling, plan, state.faults, strike, lambda usual: self._call(usual, plan, state))

    def _call(self, handling: Handling, plan: Plan, state: State) -> Answer:
        """Hand the request to the call that its path and method name, as they were sent."""
        request = handling.request
        match request.path, request.method:
            case plan.enrol_route:
                call = self._enrol_call if plan is self._own else EnrolCall(plan)
                return call.answer(handling, state)
            case plan.token_route:
                return plan.tokens.answer(request, state.start.credentials.oauth, now=handling.at)
            case (plan.enrol_route.path | plan.token_route.path) as path, method:
                return plan.refuse("method_not_allowed", f"{path} takes no {method}.")
            case _:
                return plan.refuse("path_not_found", f"There is no path {handling.sent_path}.")
