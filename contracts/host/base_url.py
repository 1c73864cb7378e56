"""The base URL of a host: scheme, authority and base path, as a user gives them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from contracts.errors import Misuse
from contracts.host.loopback import names_this_machine

# The ports that a URL need not name.
PORTS: Final = {"http": 80, "https": 443}
# Where a URL may hold a secret: before an @, and in a query or fragment, unless that is very short.
_SECRET_PART: Final = re.compile(r"[^/]*@|(?<=[?#]).{5,}", re.DOTALL)
# Characters that stand in no name and in no address of a host, and how long a URL may be.
_NO_NAME: Final = re.compile(r"[\s\\<>\"'`{}|^]")
_LONGEST: Final = 2000


def base_url(host: str | None, test_host: str | None) -> str:
    """Return the URL of a host without a slash at its end. `test_host`: see target.load. Raises Misuse."""
    if not host:
        raise Misuse("no host is given; give HOST, such as http://127.0.0.1:8080, or set `host` in the target file")
    if len(host) > _LONGEST:
        raise Misuse(f"the host has {len(host):,} characters; a URL has at most {_LONGEST:,}")
    shown = repr(_SECRET_PART.sub("…", host))
    try:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        if "@" in host:
            raise Misuse(
                "the host has a user name in its URL; put credentials in environment variables and name those in the target file"
            )
        parts.port  # noqa: B018  raises ValueError for an invalid port
    except ValueError as error:
        raise Misuse(f"{shown} is not a valid host: {error}") from error
    name = "" if _NO_NAME.search(parts.netloc) else parts.hostname or ""
    if parts.scheme not in ("http", "https") or not name or parts.query or parts.fragment:
        raise Misuse(
            f"{shown} is not a valid host; expected a URL such as https://eu.api.example.com or http://127.0.0.1:8080"
        )
    if test_host is not None and parts.netloc.lower() != test_host.lower():
        raise Misuse(f"--this-is-a-test-host {test_host} is not the host under test, {parts.netloc}; nothing was sent")
    if parts.scheme == "http" and test_host is None and not names_this_machine(name):
        raise Misuse(
            f"{shown} would get the credentials unencrypted; use https:// for a host that is not this machine, "
            "or name a service container with --this-is-a-test-host"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def is_this_machine(host: str) -> bool:
    """A host, as a URL or by its name, has a loopback address."""
    try:
        return names_this_machine(urlsplit(host if "://" in host else f"https://{host}").hostname or "")
    except ValueError:
        return False
