"""How a client took the cases of the gauntlet, as far as it went through them."""

from __future__ import annotations

from proof.records import CaseResult


class Results:
    """The results of the cases, one for each. A case that failed once has failed."""

    def __init__(self) -> None:
        self._by_case: dict[str, CaseResult] = {}

    def add(self, result: CaseResult) -> None:
        """Take the result of a case."""
        known = self._by_case.get(result.case)
        if known is None or result.problems or not known.problems:
            self._by_case[result.case] = result

    def all(self) -> tuple[CaseResult, ...]:
        """Return the results, in the order in which the cases came."""
        return tuple(self._by_case.values())
