"""Fixtures: a client that asks as a browser does, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright
from werkzeug.test import TestResponse

from tests.mockserver.caller import Caller
from tests.mockserver.console.markup import Page as Markup
from tests.mockserver.serving.conftest import layered as layered  # the fixture, for the tests of this folder too

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
_PATIENCE = 30_000  # milliseconds: a busy machine draws a page late
Look = Callable[..., Markup]
Post = Callable[..., TestResponse]


@pytest.fixture
def look(mock: Caller) -> Look:
    """Return a function that gets a page of the console, and takes it apart."""

    def get(path: str = "", *, status: int = 200, session: str = "") -> Markup:
        prefix = f"/_s/{session}" if session else ""
        answer = mock.client.get(f"{prefix}/_mock/{path}", headers=BROWSER)
        assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8"), answer.text
        return Markup(answer.text)

    return get


@pytest.fixture
def post(mock: Caller) -> Post:
    """Return a function that posts a form of the console."""

    def send(page: str, /, *, session: str = "", **fields: str) -> TestResponse:
        prefix = f"/_s/{session}" if session else ""
        return mock.client.post(f"{prefix}/_mock/console/{page}", data=fields, headers=BROWSER)

    return send


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "these tests need Chromium"
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Watched:
    """A tab that notes what must not happen: errors, broken rules of the page's policy, requests to elsewhere."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(_PATIENCE)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._origin = origin
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._count)

    def _note(self, message: ConsoleMessage) -> None:
        # An exchange that the journal has no more is no error of the page.
        if message.type in ("error", "warning") and "/_mock/journal/" not in message.location.get("url", ""):
            self.complaints.append(message.text)

    def _count(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((self._origin, "data:")):
            self.complaints.append(f"asks {request.url}")


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a tab for an origin; its options are those of a context of Playwright."""
    contexts: list[BrowserContext] = []
    opened: list[Watched] = []

    def make(origin: str, **options: object) -> Watched:
        contexts.append(chromium.new_context(**options))  # type: ignore[arg-type]  # a test's own options
        opened.append(Watched(contexts[-1], origin))
        return opened[-1]

    yield make
    for context in contexts:
        context.close()
    assert [one.complaints for one in opened if one.complaints] == []
