"""The record of a client: what the proof of it is made of, over all sessions and since the start of the mock."""

from __future__ import annotations

from mockserver.conduct.conduct import Conduct
from mockserver.coverage.coverage import Coverage
from mockserver.gauntlet.results import Results
from mockserver.plans import Plans
from proof.records import Proof


class ClientRecord:
    """What is recorded of a client while the mock serves. Neither a reset nor a reload changes it.

    `coverage`: what answers showed it; `conduct`: what is wrong with what it sent; `results`: how it took the cases.
    """

    def __init__(self, path: str) -> None:
        """`path`: that of the documented call."""
        self.coverage = Coverage(path)
        self.conduct = Conduct()
        self.results = Results()

    def proof(self, plans: Plans, *, tls: bool) -> Proof:
        """Return the proof of the client so far, in the words of the page. `tls`: whether the mock speaks it."""
        met = self.coverage.met(plans.usual, plans.shapes, tls=tls)
        return Proof(met=met, findings=tuple(self.conduct.findings(None)), cases=self.results.all())
