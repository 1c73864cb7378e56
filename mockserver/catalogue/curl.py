"""Writes a request as a curl command for the shell."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_LONGEST = 4096  # bytes; a longer body is not put on the command line


@dataclass(frozen=True, slots=True)
class Address:
    """How curl reaches a mock: the URL before the path of a call, and the options that it takes."""

    url: str = "http://127.0.0.1:8080"
    options: tuple[str, ...] = ()


def command(url: str, *, headers: Mapping[str, str], body: bytes, options: Sequence[str] = ()) -> str:
    """Return the command that posts the body, or that gets the URL if the body is empty. `options` are of curl.

    If the body is too long for a command line, the command posts as many blanks instead.
    """
    words = ["curl", "--silent", *options, url]
    for name, value in headers.items():
        words += ["--header", f"{name}: {value}"]
    if len(body) > _LONGEST:
        return f"printf '%{len(body)}s' '' | " + shlex.join([*words, "--data-binary", "@-"])
    return shlex.join([*words, "--data", body.decode()] if body else words)
