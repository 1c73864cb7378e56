"""The front page: GET / says what this is, to people and to programs."""

from __future__ import annotations

import html
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import cache

from mockserver.asgi import Application, Send
from mockserver.control.version import version
from mockserver.exchange.header_values import accepted
from mockserver.receiving.doors import Receive, Scope
from openapi.document import Document

_HTML, _TEXT = "text/html", "text/plain"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: what it is about, and where that is. Without `link` it cannot be opened in a browser."""

    about: str
    where: str
    link: str = ""


def before(document: Document, base: str, app: Application) -> Application:
    """Return the application with a front page at its root. `base` is the base path, '' for none."""
    lines = (
        _Line("the call", f"{document.method.upper()} {base}{document.path}"),
        _Line("the console", f"GET {base}/_mock/", f"{base}/_mock/"),
        _Line("why it answered so", f"GET {base}/_mock/journal", f"{base}/_mock/journal"),
        _Line("the documented page", document.raw["externalDocs"]["url"], document.raw["externalDocs"]["url"]),
    )

    @cache
    def page(kind: str) -> bytes:
        title = f"enrol-mock {version()}: a mock of the loyalty call {document.path}"
        return (_as_html if kind == _HTML else _as_text)(title, lines)

    def layer(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["raw_path"] != b"/" or scope["method"] not in ("GET", "HEAD") or "outside" in scope:
            return app(scope, receive, send)
        return show(scope, send)

    async def show(scope: Scope, send: Send) -> None:
        kind = _wanted(b", ".join(value for name, value in scope["headers"] if name == b"accept").decode("latin-1"))
        headers = [
            (b"content-type", f"{kind}; charset=utf-8".encode()),
            (b"content-length", str(len(page(kind))).encode()),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            (b"vary", b"Accept"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else page(kind)})

    return layer


def _wanted(accept: str) -> str:
    """Return the type of the page that a client wants. One that takes everything, such as curl, gets text."""
    return accepted(accept).best_match([_TEXT, _HTML], default=_TEXT)


def _as_text(title: str, lines: tuple[_Line, ...]) -> bytes:
    return "\n".join([title, "", *(f"{line.about:<21}{line.where}" for line in lines), ""]).encode()


def _as_html(title: str, lines: tuple[_Line, ...]) -> bytes:
    shown = "\n".join(f"<dt>{html.escape(line.about)}</dt>\n<dd>{_linked(line)}</dd>" for line in lines)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>enrol-mock</title>
<link rel="icon" href="data:,">
<h1>{html.escape(title)}</h1>
<dl>
{shown}
</dl>
</html>
""".encode()


def _linked(line: _Line) -> str:
    text = html.escape(line.where)
    return f'<a href="{html.escape(line.link)}">{text}</a>' if line.link else f"<code>{text}</code>"
