"""The curl command that sends a request again. Credentials appear as names of variables, never as values."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final

from command_line.printable import printable
from contracts.exchange import Request
from contracts.host.carried import in_curl, query
from contracts.verdict.result import Result

# Characters of a command: Linux takes no word of more than 128 KiB (MAX_ARG_STRLEN).
_LONGEST: Final = 100_000


def curl(request: Request, result: Result, *, url: str = "") -> str:
    """Return the command in one line. Without `url`, the host is the variable ENROL_HOST."""
    line = printable(_curl(request, result, url))
    return (
        line
        if len(line) <= _LONGEST
        else f"# {len(line):,} characters, which no shell takes; run.har holds the request"
    )


def _curl(request: Request, result: Result, url: str) -> str:
    translated = request.with_promotion_names(result.promotion_names)
    payload = translated.payload()
    text = _as_text(payload)
    path = translated.path or result.document.path
    # A path may come from somebody's archive: without the slash, it could go on with the name of the host.
    path = path if path.startswith("/") else f"/{path}"
    words = ["curl -sSi -X", _quoted((translated.method or result.document.method).upper())]
    words.append((shlex.quote(url) if url else '"$ENROL_HOST"') + _quoted(path + query(request.credentials)))
    words += _headers(translated, result, has_body=bool(payload))
    if not payload:
        return " ".join(words)
    if text is None:
        return f"printf {_octal(payload)} | {' '.join(words)} --data-binary @-"
    return f"{' '.join(words)} --data-raw {shlex.quote(text)}"


def _headers(request: Request, result: Result, *, has_body: bool) -> Iterator[str]:
    for name, value in request.headers:
        # Without the @, of which curl would read a file.
        yield "-H " + _quoted(f"{name.lstrip('@')}: {value}")
    if has_body and not any(name.lower() == "content-type" for name, _ in request.headers):
        yield "-H 'Content-Type:'"  # otherwise curl sends one of its own
    login = result.target.login
    for name, _ in login.headers:
        variable = re.sub(r"[^A-Z0-9]", "_", name.upper())
        plain = re.fullmatch(r"[A-Za-z0-9-]+", name)
        yield f'-H "{name}: ${variable}"' if plain else f'-H {_quoted(f"{name}: ")}"${variable}"'
    words = in_curl(login.first if request.credentials == "valid" else request.credentials)
    if words:
        yield words


def _quoted(text: str) -> str:
    """Return a text as one word of a shell, in one line."""
    return shlex.quote(printable(text))


def _as_text(payload: bytes) -> str | None:
    """Return a body as text if it is UTF-8 without control characters, otherwise None."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if printable(text) == text else None


def _octal(payload: bytes) -> str:
    plain = {ord("%"): "%%", ord("\\"): "\\\\"}
    letters = [plain.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in payload]
    if payload.startswith(b"-"):  # printf would take it for an option
        letters[0] = "\\055"
    return shlex.quote("".join(letters))
