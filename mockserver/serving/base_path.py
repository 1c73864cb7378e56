"""The base path: a prefix below which the whole mock is served, as behind a gateway."""

from __future__ import annotations

import re

from mockserver.asgi import Application, Send
from mockserver.errors import MockError
from mockserver.receiving.doors import Receive, Scope

# Characters that a path has as they are (RFC 3986, section 3.3), so that it can be compared as it was sent.
_SEGMENTS = re.compile(r"(?:/[A-Za-z0-9\-._~!$&'()*+,;=:@]+)+")


def parse(text: str) -> str:
    """Return a base path, '' for none. Raises MockError unless it is like /loyalty or /a/b."""
    path = text.removesuffix("/")
    if path and (not _SEGMENTS.fullmatch(path) or {".", ".."} & set(path.split("/"))):
        raise MockError(f"--base-path {text!r} is no path such as /loyalty, of plain characters, with a slash first")
    return path


def below(base: str, app: Application) -> Application:
    """Return the application served below a base path.

    It gets the path without the base. For a path elsewhere, the scope says under `outside` what the base is.
    """

    async def layer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["raw_path"].decode(errors="backslashreplace")
        if path == base or path.startswith(f"{base}/"):
            rest = scope["raw_path"][len(base) :] or b"/"
            await app({**scope, "raw_path": rest}, receive, send)
        else:
            await app({**scope, "outside": base}, receive, send)

    return layer if base else app
