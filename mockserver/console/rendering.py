"""Rendering: the only place that makes HTML. All that is shown is escaped, and nothing of it can be run or hide text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from command_line.printable import printable
from mockserver.console.menu import MENU
from mockserver.control.version import version
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Headers, Text
from mockserver.sessions import HEADER

HTML: Final = "text/html; charset=utf-8"
_HERE: Final = Path(__file__).parent / "templates"
# What a page may load and do: only what comes from the mock itself, and no script or style within the page.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFETY: Final[Headers] = (
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
_SESSIONS_SHOWN: Final = 50
# What a page says after a form was followed, by the word that its address then has.
_DONE: Final = {
    "added": "The entries were added to the world of this session.",
    "cleared": "The journal is empty.",
    "fault-off": "The fault is off.",
    "fault-on": "The fault is on.",
    "faults-off": "All faults of this session are off.",
    "forgotten": "The enrolments are those of the world again.",
    "reset": "The session is as it was at the start.",
}


def page(visit: Visit, template: str, *, status: int = 200, headers: Headers = (), **values: Any) -> Text:
    """Return a page. `template` is the name of its file without the ending."""
    shown = _environment().get_template(f"{template}.html").render(**_frame(visit), **values)
    return Text(shown, HTML, status, (*SAFETY, ("Cache-Control", "no-store"), *headers))


def fragment(visit: Visit, template: str, **values: Any) -> Text:
    """Return a part of a page, which a script puts in its place."""
    return page(visit, template, **values)


def redirect(to: str, *, headers: Headers = ()) -> Text:
    """Send the browser to another page by GET. `to` is relative to the page that was asked for."""
    return Text("", HTML, 303, (*SAFETY, ("Location", to), ("Cache-Control", "no-store"), *headers))


def root(visit: Visit) -> str:
    """Return the way from the page that was asked for to /_mock/, whatever stands before that in the address."""
    return "../" * (visit.request.path.count("/") - 2)


def way_to_session(visit: Visit, name: str) -> str:
    """Return the way from the page that was asked for to the console of a session."""
    in_path = visit.session.name and visit.request.header(HEADER) is None
    base = root(visit) + ("../../../" if in_path else "../")
    return f"{base}_s/{name}/_mock/" if name else f"{base}_mock/"


def visible(text: str, *, lines: bool = True) -> str:
    """Return text with an escape in place of what cannot be seen or turns the direction; `lines` keeps ends of lines."""
    return printable(text, kept="\n\t" if lines else "")


def _frame(visit: Visit) -> dict[str, Any]:
    """Return what every page shows."""
    here = root(visit)
    sessions = [one.name for one in visit.sessions.all(now=visit.at)]
    return {
        "root": here or "./",
        "up": f"{here}../",
        "menu": MENU,
        "here": visit.request.path.removeprefix("/_mock/").removeprefix("console/"),
        "version": version(),
        "session": visit.session.name,
        "sessions": [sessions[0], *sessions[1:][-_SESSIONS_SHOWN:]],
        "call": visit.plan.enrol_route,
        "faults_on": visit.session.state.faults.ready,
        "needs_token": visit.access.needs_token,
        "done": _done(visit.request.query),
        "source": visit.plan.document.raw["externalDocs"]["url"],
    }


def _done(query: str) -> str:
    name, _, word = query.partition("=")
    return _DONE.get(word, "") if name == "done" else ""


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        finalize=_finalized,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["line"] = lambda text: visible(str(text), lines=False)
    return environment


def _finalized(shown: Any) -> Any:
    return visible(shown) if isinstance(shown, str) and not isinstance(shown, Markup) else shown
