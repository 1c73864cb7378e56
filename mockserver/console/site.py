"""The site: which function answers which page of the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mockserver.console import (
    data_pages,
    fault_pages,
    files,
    finding_pages,
    forms,
    places,
    provoking,
    traffic,
    trying,
    word_pages,
)
from mockserver.console.forms import BadForm
from mockserver.console.rendering import page, redirect, root
from mockserver.control.visit import Visit
from mockserver.exchange.answers import Data, Text

View = Callable[[Visit], Text]


def answer(visit: Visit) -> Text:
    """Answer a request for a page, a file or a part of a page, or follow a form."""
    path = visit.request.path
    place, name = places.named(path), path.rpartition("/")[2]
    try:
        if place == places.HOME:
            return traffic.home(visit)
        if place == places.EXCHANGE:
            return traffic.exchange(visit)
        if place == places.FILE:
            return files.file(name) or _message(
                visit, 404, "There is no such file", "The console has no file of this name."
            )
        return _view(visit, name)(visit)
    except BadForm as problem:
        return _message(visit, problem.status, "That cannot be done", str(problem))


def refused(visit: Visit, refusal: Data) -> Text:
    """Tell a browser why it may not see a page, or ask for the token."""
    if refusal.status == 401:
        return _ask_for_token(visit, wrong=False)
    return _message(visit, refusal.status, "This console is not for you", refusal.body["error"], template="closed")


def _view(visit: Visit, name: str) -> View:
    method = "GET" if visit.request.method == "HEAD" else visit.request.method
    return _VIEWS.get((method, name), _missing)


def _missing(visit: Visit) -> Text:
    return _message(visit, 404, "There is no such page", "The menu has those there are.")


def _message(visit: Visit, status: int, headline: str, text: str, *, template: str = "") -> Text:
    """Say one thing. Who may see no page gets one without the menu, since that names the sessions there are."""
    usual = "closed" if places.kind(visit.request.path) == "open" else "message"
    return page(visit, template or usual, status=status, headline=headline, text=text)


def _login(visit: Visit) -> Text:
    """Ask for the token; without one there is nothing to ask for."""
    return _ask_for_token(visit, wrong=False) if visit.access.needs_token else redirect(root(visit))


def _log_in(visit: Visit) -> Text:
    cookies = visit.access.log_in(forms.fields(visit).get("token", ""), visit.request)
    return redirect(root(visit), headers=cookies) if cookies else _ask_for_token(visit, wrong=True)


def _log_out(visit: Visit) -> Text:
    return redirect(root(visit), headers=visit.access.log_out(visit.request))


def _ask_for_token(visit: Visit, *, wrong: bool) -> Text:
    challenge = (("WWW-Authenticate", 'Bearer realm="mock"'),)
    return page(visit, "login", status=401, headers=challenge, wrong=wrong)


_VIEWS: Final[dict[tuple[str, str], View]] = {
    ("GET", "rows"): traffic.rows,
    ("POST", "clear"): traffic.clear,
    ("GET", "try"): trying.show,
    ("POST", "try"): trying.send,
    ("GET", "outcomes"): provoking.show,
    ("GET", "faults"): fault_pages.show,
    ("POST", "faults"): fault_pages.change,
    ("GET", "world"): data_pages.world,
    ("POST", "world"): data_pages.add,
    ("GET", "enrolments"): data_pages.enrolments,
    ("POST", "enrolments"): data_pages.forget,
    ("GET", "findings"): finding_pages.findings,
    ("GET", "sessions"): data_pages.sessions,
    ("GET", "switch"): data_pages.switch,
    ("POST", "reset"): data_pages.reset,
    ("GET", "reference"): word_pages.reference,
    ("GET", "readings"): word_pages.readings,
    ("GET", "api"): word_pages.api,
    ("GET", "call.json"): word_pages.call_document,
    ("GET", "control.json"): word_pages.control_document,
    ("GET", "login"): _login,
    ("POST", "login"): _log_in,
    ("POST", "logout"): _log_out,
}
