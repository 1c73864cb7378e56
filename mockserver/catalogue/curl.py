"""curl: a request as a command for the shell."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

_LONGEST = 4096  # bytes of a body that fits a command line


def command(url: str, *, headers: Mapping[str, str], body: bytes) -> str:
    """Return the command that posts the body, or gets the URL when there is none.

    Instead of a body too long for a command line it sends as many blanks.
    """
    words = ["curl", "--silent", url]
    for name, value in headers.items():
        words += ["--header", f"{name}: {value}"]
    if len(body) > _LONGEST:
        return f"printf '%{len(body)}s' '' | " + shlex.join([*words, "--data-binary", "@-"])
    return shlex.join([*words, "--data", body.decode()] if body else words)
