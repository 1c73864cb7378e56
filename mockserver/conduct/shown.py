"""What is shown of a request: nothing that controls a screen, nothing long, and no secret."""

from __future__ import annotations

import re

from command_line.printable import printable
from mockserver.catalogue import curl
from mockserver.control.journal import Entry
from mockserver.receiving.auth import TOKEN_HEADER

JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")  # an access token, as the mock and others make it
HIDDEN = "***"
# What curl sends by itself, or what is said of the mock and not of the call.
_LEFT_OUT = {"host", "content-length", "connection", "accept-encoding", "user-agent", "x-mock-session"}


def plain(text: str, *, most: int = 80) -> str:
    """Return text in one line, at most so long, with an escape in place of what cannot be seen or turns the direction."""
    shown = printable(text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def as_curl(entry: Entry, mock: curl.Address) -> str:
    """Return the curl command for an exchange of the journal, but for what the journal does not keep of it.

    `USER:PASSWORD` and `TOKEN` stand for credentials.
    """
    names = {name.lower() for name, _ in entry.request_headers}
    headers = {
        name: value
        for name, value in entry.request_headers
        if name.lower() not in _LEFT_OUT
        and HIDDEN not in value
        and not name.lower().startswith("sec-")
        and (name, value) != ("Accept", "*/*")
    }
    if TOKEN_HEADER.lower() in names:
        headers[TOKEN_HEADER] = "TOKEN"
    options = [*mock.options, *(["--user", "USER:PASSWORD"] if "authorization" in names else [])]
    if entry.method != ("POST" if entry.request_body else "GET"):
        options += ["--request", entry.method]
    body = entry.request_body.encode(errors="replace")
    query = f"?{entry.query}" if entry.query else ""
    return curl.command(f"{mock.url}{entry.path}{query}", headers=headers, body=body, options=options)
