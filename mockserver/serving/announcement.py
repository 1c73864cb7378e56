"""The announcement: what the mock prints once it answers."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from mockserver.catalogue import curl
from mockserver.receiving import auth
from mockserver.serving import unix_socket
from openapi.document import Document
from openapi.places import MEDIA_TYPE
from openapi.world import World


def shown(url: str, base: str) -> str:
    """Return the base URL for clients. A Unix socket has no place for a base path in its address."""
    return url if url.startswith(unix_socket.PREFIX) else url + base


def lines(url: str, document: Document, login: World | None, *, base: str, authority: Path | None) -> list[str]:
    """Return the lines: the URL, the page's first example request as a curl command, and the file of the authority.

    `login` is the world whose credentials the command uses, None for none. `authority`: the file with the certificate
    that clients must trust.
    """
    headers = {"Content-Type": MEDIA_TYPE}
    if login:
        name, value = auth.sample(login.credentials, now=time.time())
        headers[name] = value
    body = msgspec.json.encode(next(iter(document.request_examples().values())))
    options = ["--cacert", str(authority)] if authority else []
    origin = url
    if url.startswith(unix_socket.PREFIX):
        options, origin = ["--unix-socket", url.removeprefix(unix_socket.PREFIX)], "http://localhost"
    command = curl.command(f"{origin}{base}{document.path}", headers=headers, body=body, options=options)
    found = [f"listening on {shown(url, base)}", command]
    return [*found, f"clients must trust the certificate in {authority}"] if authority else found
