"""The record of a client: what the proof of it is made of, over all sessions and since the start of the mock."""

from __future__ import annotations

import traceback

from mockserver.conduct.conduct import Conduct
from mockserver.coverage.coverage import Coverage
from mockserver.exchange.handling import Handling
from mockserver.plan import Plan
from mockserver.plans import Plans
from mockserver.sessions import Session
from proof.records import CaseResult, Proof, worst


class ClientRecord:
    """What is recorded of a client while the mock serves. Neither a reset nor a reload changes it.

    `coverage`: what answers showed it; `conduct`: what is wrong with what it sent; `cases`: how it took each case, by
    its name.
    """

    def __init__(self, path: str) -> None:
        """`path`: that of the documented call."""
        self.coverage = Coverage(path)
        self.conduct = Conduct()
        self.cases: dict[str, CaseResult] = {}

    def judge(self, handling: Handling, session: Session, plan: Plan) -> None:
        """Judge what a client has sent. What is raised there is a bug of the kit: it is printed, and changes no answer."""
        try:
            self.conduct.take(handling, session, plan)
        except Exception:  # a bug of the kit
            traceback.print_exc()

    def proof(self, plans: Plans, *, tls: bool) -> Proof:
        """Return the proof of the client so far, in the words of the page. `tls`: whether the mock speaks it."""
        met = self.coverage.met(plans.usual, plans.shapes, tls=tls)
        return Proof(met=met, findings=tuple(self.conduct.findings(None)), cases=tuple(self.cases.values()))

    def took(self, result: CaseResult) -> None:
        """Record how it took a case."""
        self.cases[result.case] = worst(self.cases.get(result.case), result)
