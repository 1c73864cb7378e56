"""CORS: what lets the script of a web page from another origin make the call, but never the control plane."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from mockserver.asgi import Application, Send
from mockserver.errors import MockError
from mockserver.exchange.header_lines import HeaderLines
from mockserver.receiving.auth import TOKEN_HEADER
from mockserver.receiving.doors import Receive, Scope

ANY = "*"
_OPAQUE = "null"  # the origin of a page from a file, or in a sandbox
_METHODS = "GET, HEAD, POST"
_ASKED = f"Authorization, Content-Type, Prefer, X-Mock-Session, {TOKEN_HEADER}"
_SHOWN = "Preference-Applied, Retry-After, WWW-Authenticate, X-Cap-Requestid"
_AGE = "600"  # seconds for which a browser may remember the answer to a preflight
_PORTS = {"http": 80, "https": 443}
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_CONTROL = re.compile(r"(?:/_s/[^/]*)?/_mock(?:/|$)")


def parse(text: str) -> str:
    """Return an origin as browsers write it. Raises MockError unless it is one, or *, or null."""
    if text in (ANY, _OPAQUE):
        return text
    advice = f"--cors {text!r} is no origin: give a scheme, a host and a port, such as http://localhost:3000, or *"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise MockError(advice) from error
    rest = parts.path or parts.query or parts.fragment or text.endswith(("?", "#"))
    if rest or not parts.scheme or not text.isprintable() or not _AUTHORITY.fullmatch(parts.netloc):
        raise MockError(advice)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, _PORTS.get(parts.scheme)) else "")


def allowed(origins: tuple[str, ...], app: Application) -> Application:
    """Return the application with answers that web pages of these origins may read (Fetch standard, section 3.3)."""

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode(errors="backslashreplace")
        if _CONTROL.match(path):
            await app(scope, receive, send)
            return
        headers = HeaderLines([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]])
        origin = next(iter(headers.getlist("Origin")), "")
        granted = _granted(origin) if origin and (ANY in origins or origin in origins) else []
        if granted and scope["method"] == "OPTIONS" and "Access-Control-Request-Method" in headers:
            await _answer_preflight([*granted, *_preflight(headers)], send)
            return

        async def send_granted(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                # Also without a grant: a cache must not give this answer to a page of another origin.
                message = {**message, "headers": [*message["headers"], *granted, (b"vary", b"Origin")]}
            await send(message)

        await app(scope, receive, send_granted)

    return layer if origins else app


def _granted(origin: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that let a page of this origin read an answer, also if it sends cookies."""
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", _SHOWN.encode()),
    ]


def _preflight(headers: HeaderLines) -> list[tuple[bytes, bytes]]:
    """Return the headers that say what a page may send."""
    said = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _ASKED,
        "Access-Control-Max-Age": _AGE,
        "Vary": "Origin, Access-Control-Request-Private-Network",
    }
    # A page from the internet that calls a machine of a private network asks for this, too (Private Network Access).
    if headers.get("Access-Control-Request-Private-Network") == "true":
        said["Access-Control-Allow-Private-Network"] = "true"
    return [(name.lower().encode(), value.encode()) for name, value in said.items()]


async def _answer_preflight(headers: list[tuple[bytes, bytes]], send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
