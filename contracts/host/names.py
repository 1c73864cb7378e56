"""Looking up the addresses of a name, within bounded time."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future


def addresses(host: str, port: int | None, seconds: float) -> list[str]:
    """Return the IP addresses of a host, each once, in the order of the system. Raises OSError, UnicodeError.

    The system has no limit of its own for a look-up. So a thread waits for it, and after so many seconds nobody waits
    for the thread: then TimeoutError is raised.
    """
    found: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.set_result(list(dict.fromkeys(str(address[0]) for *_, address in answers)))
        except Exception as error:  # raised where it is waited for
            found.set_exception(error)

    threading.Thread(target=look_up, daemon=True).start()
    return found.result(seconds)
