"""Health from outside: whether a mock answers at an address, and if not, why."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

from mockserver.control.plane import HEALTH
from mockserver.errors import MockError
from mockserver.serving import unix_socket
from mockserver.serving.asking import asked
from mockserver.serving.readiness import SECONDS, connection

_PAUSE = 0.05  # seconds between two tries
_MOST = 64 * 1024  # bytes of an answer


class Unhealthy(Exception):
    """No mock answers at the address; the text says what is there instead."""


def health(url: str, *, wait: float = 0) -> dict[str, Any]:
    """Return what a mock at a URL says of its health: its `version`, and `uptimeSeconds`.

    `url`: http:, https: or unix:, with a base path or a session if need be. `wait`: seconds to go on asking. Raises
    Unhealthy if none answers by then, and MockError for what is no URL.
    """
    at, path = _place(url)
    until = time.monotonic() + wait
    while True:
        try:
            return _asked(at, path)
        except Unhealthy:
            if time.monotonic() >= until:
                raise
        time.sleep(_PAUSE)


def _asked(at: str, path: str) -> dict[str, Any]:
    asking = connection(at)
    try:
        status, text = asked(asking, "GET", path, seconds=SECONDS, most=_MOST)
        said = json.loads(text)
    except (OSError, http.client.HTTPException) as error:
        raise Unhealthy(
            f"no mock answers: {getattr(error, 'strerror', None) or str(error) or type(error).__name__}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise Unhealthy(f"what answers is no mock: {path} is answered {status}, and not with JSON") from error
    finally:
        asking.close()
    if status != 200 or not isinstance(said, dict) or "uptimeSeconds" not in said:
        raise Unhealthy(f"what answers is no mock, or not at this path: {path} is answered {status}")
    return said


def _place(url: str) -> tuple[str, str]:
    """Return where to connect to, and the path to ask for."""
    if url.startswith(unix_socket.PREFIX):
        return url, HEALTH
    try:
        parts = urlsplit(url)
        usable = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname and parts.hostname.encode("idna"))
            and parts.port != 0
        )
    except ValueError:
        usable = False
    if not usable:
        raise MockError(f"{url} is no URL of a mock; give one such as http://127.0.0.1:8080, or unix:PATH")
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/") + HEALTH
