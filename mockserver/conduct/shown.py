"""What is shown of a request: nothing that controls a screen, nothing long, and no secret."""

from __future__ import annotations

import re

from mockserver.catalogue import curl
from mockserver.control.journal import Entry
from mockserver.exchange.received import Received
from mockserver.receiving.auth import TOKEN_HEADER
from openapi.world import Credentials

JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")  # an access token, as the mock and others make it
# The same in a text, and what stands before it. Each letter is looked at once or twice, however hostile the text is.
_JWT_INSIDE = re.compile(r"(?<![\w-])(?>([\w-]*?)eyJ)[\w-]++\.[\w-]++\.[\w-]*+")
_HIDDEN = "***"
_LONGEST = 2000  # characters of a curl line
_SHORTEST_SECRET = 6  # characters; a shorter one may be a part of other words
# What curl sends by itself, or what is said of the mock and not of the call.
_LEFT_OUT = {"host", "content-length", "connection", "accept-encoding", "user-agent", "x-mock-session"}


def plain(text: str, *, most: int = 80) -> str:
    """Return text in one line, at most so long, with an escape in place of what cannot be seen or turns the direction."""
    if len(text) <= most and text.isprintable():
        return text
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text[: most + 1])
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def secrets_of(request: Received, known: Credentials) -> tuple[str, ...]:
    """Return the credentials that a request was sent with, and those of the world, as they may stand elsewhere in it."""
    authorization, token = request.header("Authorization") or "", request.header(TOKEN_HEADER) or ""
    sent = (authorization.partition(" ")[2].strip(), authorization, token, request.header("Cookie") or "")
    of_world = (*(one.password for one in known.basic), *(one.secret for one in known.oauth))
    found = sorted({*sent, *of_world}, key=len, reverse=True)
    return tuple(secret for secret in found if len(secret) >= _SHORTEST_SECRET)


def without(text: str, secrets: tuple[str, ...]) -> str:
    """Return text with stars in place of secrets, and of whatever looks like an access token."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return _JWT_INSIDE.sub(rf"\1{_HIDDEN}", text)


def as_curl(entry: Entry, url: str) -> str:
    """Return the curl command for an exchange of the journal, but for what the journal does not keep of it.

    `url` stands for the address of the mock. `USER:PASSWORD` and `TOKEN` stand for credentials.
    """
    names = {name.lower() for name, _ in entry.request_headers}
    headers = {
        name: value
        for name, value in entry.request_headers
        if name.lower() not in _LEFT_OUT
        and _HIDDEN not in value
        and not name.lower().startswith("sec-")
        and (name, value) != ("Accept", "*/*")
    }
    if TOKEN_HEADER.lower() in names:
        headers[TOKEN_HEADER] = "TOKEN"
    options = ["--user", "USER:PASSWORD"] if "authorization" in names else []
    if entry.method != ("POST" if entry.request_body else "GET"):
        options += ["--request", entry.method]
    body = entry.request_body.encode(errors="replace")
    query = f"?{entry.query}" if entry.query else ""
    return curl.command(f"{url}{entry.path}{query}", headers=headers, body=body, options=options)


def sent(entry: Entry, url: str, secrets: tuple[str, ...]) -> str:
    """Return the curl command for an exchange in one line that is safe to print."""
    return plain(without(as_curl(entry, url), secrets), most=_LONGEST)
