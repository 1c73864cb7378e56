"""TLS failures: one line on stderr where a client cannot get as far as a request."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

# What Granian logs where a client speaks no TLS, or turns the certificate away.
_FAILED = re.compile(
    r"TlsAcceptError .*(?:InvalidMessage\((?P<plain>InvalidContentType)\)|AlertReceived\((?P<alert>\w+)\))"
    r".*peer_addr: (?P<peer>[\d.:\[\]a-fA-F%]+)"
)


def show(tell: Callable[[str], None]) -> None:
    """Tell the failures of all servers of this process from now on."""
    logger = logging.getLogger("_granian")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.handlers = [_Failures(tell)]


class _Failures(logging.Handler):
    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        found = _FAILED.search(record.getMessage())
        if found is None:
            return
        said = (
            "sent plain HTTP to a port that takes HTTPS; use https:// in its URL"
            if found["plain"]
            else f"broke off TLS ({found['alert']}); it may not trust the certificate, or not take it for this host"
        )
        self._tell(f"a client at {found['peer']} {said}")
