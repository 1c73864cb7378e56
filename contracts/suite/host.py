"""The host as the tests of the suite see it: they send requests to it, and read what is known about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contracts.exchange import Request
from contracts.host.connection import IDLE
from contracts.oracle.history import History
from contracts.session.ahead import Ahead
from contracts.session.overlapping import Overlapping
from contracts.session.session import Session

if TYPE_CHECKING:
    from contracts.inputs.failing import Failing


class _RunStopped(KeyboardInterrupt):
    """Raised when the run has stopped. As a KeyboardInterrupt it ends pytest and Hypothesis at once."""


class Host:
    """The host under test. `examples`: the folder of Failing, or None."""

    def __init__(self, session: Session, ahead: Ahead, examples: Path | None):
        self.failing: Final = _failing(examples, session) if examples else None
        self._session = session
        self._ahead = ahead
        self._in_order = False
        self._overlapping = Overlapping(session)
        self.target: Final = session.record.target
        self.document: Final = session.record.document
        self.request_ids: Final = session.request_ids

    def ask(self, request: Request, *about: str, opening: bool = False) -> None:
        """Send a request and let the record judge the answer. `about`, `opening`: see Session.ask.

        A slow host may get it later, side by side with others; see Ahead.
        """
        if opening or self._in_order or not self._ahead.take(request, about):
            self._ahead.flush()
            self._session.ask(request, *about, opening=opening)
        self._go_on()

    def ask_at_once(self, requests: Sequence[Request], *about: str) -> None:
        """Send requests at the same moment, each over a new connection; see Overlapping."""
        self.settle()
        self._overlapping.ask(requests, *about)
        self._go_on()

    def seconds_to_end_of_token(self) -> float | None:
        """Return the seconds until the access token that requests carry has surely expired; None if nobody knows."""
        client = self.target.login.oauth
        return self._session.wire.tokens.seconds_to_end(client) if client else None

    def call(self, body: Any, *about: str) -> None:
        """Send an ordinary JSON body; see ask."""
        self.ask(Request(body=body), *about)

    def call_at_once(self, bodies: Sequence[Any], *about: str) -> None:
        """Send ordinary JSON bodies at the same moment; see ask_at_once."""
        self.ask_at_once([Request(body=body) for body in bodies], *about)

    @property
    def is_slow(self) -> bool:
        """Requests whose order does not matter are sent side by side; see Ahead."""
        return self._ahead.is_on

    def reconnect(self, *, idle: float = IDLE) -> None:
        """Let the next request open a new connection, and send all requests of this test in order; see Wire.reconnect."""
        self.settle()
        self._in_order = True
        self._session.wire.reconnect(idle=idle)

    def rest(self, seconds: float) -> None:
        """Send nothing for so many seconds."""
        self.settle()
        self._session.pacer.rest(seconds)

    @property
    def history(self) -> History:
        """What the host has done so far."""
        self.settle()
        return self._session.record.history

    def settle(self) -> None:
        """Send everything that waits; see Ahead."""
        self._ahead.flush()
        self._go_on()

    def begin(self) -> None:
        """Begin a test."""
        self._in_order = False
        self.change_connection()

    def change_connection(self) -> None:
        """Let the next request open a new connection: a host may give each to another node, of which one may be older."""
        self._session.wire.reconnect()

    def _go_on(self) -> None:
        if self._session.stopped:
            raise _RunStopped


def _failing(examples: Path, session: Session) -> Failing:
    from contracts.inputs.failing import Failing  # it imports Hypothesis, which must not be before the run is isolated

    return Failing(examples, session.record.findings.broken)
