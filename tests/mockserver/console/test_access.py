"""Who may see the console: links lead there, forms and frames of other origins do not, and a token is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.datastructures import Headers
from werkzeug.test import Client, TestResponse

from mockserver.app import Mock
from mockserver.control.access import Access
from mockserver.plan import Plan
from mockserver.state import State
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests.mockserver.caller import Caller
from tests.mockserver.console.conftest import BROWSER
from tests.mockserver.test_control_document import STRANGER

TOKEN = "correct-horse-ü"
# What Chromium sends after a click on a link of another site.
LINK = {**BROWSER, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FORM = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
PATHS = ("/_mock/", "/_mock/console/try", "/_mock/console/world", "/_mock/console/exchanges/x")
MakeClient = Callable[..., Client]


@pytest.fixture
def closed(contract: Document, readings: Readings, sample_world: World) -> MakeClient:
    """Return a function that makes a browser of a mock with a token; it keeps no cookies by itself."""
    plan, state = Plan.of(contract, readings), State.of(sample_world, readings)

    def make(base: str = "") -> Client:
        return Client(Mock(plan, state, access=Access(TOKEN, base=base)), use_cookies=False)

    return make


def log_in(browser: Client, token: str = TOKEN, **headers: str) -> TestResponse:
    return browser.post("/_mock/console/login", data={"token": token}, headers=BROWSER | headers)


def cookie_of(answer: TestResponse) -> str:
    return answer.headers.getlist("Set-Cookie")[0].partition(";")[0]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_on_another_site_leads_to_the_console(mock: Caller, path: str, site: str) -> None:
    answer = mock.client.get(path, headers=LINK | {"Sec-Fetch-Site": site})
    assert answer.status_code == (404 if path.endswith("/x") else 200)
    assert answer.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "changed",
    [
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Dest": "embed"},
        {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": ""},
        {"Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Mode": "cors"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_nothing_but_a_link_does(mock: Caller, changed: dict[str, str]) -> None:
    for path in PATHS:
        answer = mock.client.get(path, headers=LINK | changed)
        assert answer.status_code == 403
        assert "another origin" in answer.text
        assert "nav" not in answer.text, "the menu names the sessions there are"


def test_a_link_leads_to_no_data_and_to_no_style(mock: Caller) -> None:
    for path in (
        "/_mock/journal",
        "/_mock/world",
        "/_mock/health",
        "/_mock/openapi.yaml",
        "/_mock/console/static/console.css",
    ):
        assert mock.client.get(path, headers=LINK).status_code == 403


@pytest.mark.parametrize("form", ["reset", "clear", "faults", "world", "enrolments", "try", "login", "logout"])
def test_no_form_of_another_origin_is_followed(mock: Caller, form: str) -> None:
    mock.send()
    for headers in (
        LINK,
        FORM,
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        answer = mock.client.post(f"/_mock/console/{form}", data={"switch": "Slow", "clear": "1"}, headers=headers)
        assert answer.status_code == 403
    assert len(mock.journal()) == 1
    assert mock.client.get("/_mock/faults").get_json() == {"faults": []}


def test_a_form_of_the_console_itself_is_followed(mock: Caller) -> None:
    mock.send()
    own = {**BROWSER, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert mock.client.post("/_mock/console/clear", headers=own).status_code == 303
    assert mock.journal() == []


def test_another_machine_is_told_why_it_sees_nothing(mock: Caller) -> None:
    mock.client.get("/_s/secret-session/_mock/health")
    for path in (*PATHS, "/_mock/console/static/nothing"):
        answer = mock.client.get(path, headers=BROWSER, environ_overrides=STRANGER)
        assert answer.status_code == (404 if path.endswith("nothing") else 403)
        assert "secret-session" not in answer.text
    assert "Only this machine" in mock.client.get("/_mock/", headers=BROWSER, environ_overrides=STRANGER).text
    here = {"REMOTE_ADDR": "127.0.0.1"}
    for headers in (BROWSER, LINK):
        named = headers | {"Host": "evil.example"}
        assert mock.client.get("/_mock/", headers=named, environ_overrides=here).status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_with_a_token_a_browser_is_asked_for_it(closed: MakeClient, path: str) -> None:
    browser = closed()
    browser.get("/_s/secret-session/_mock/health")
    for headers in (BROWSER, LINK, BROWSER | {"Cookie": "enrol-mock=1"}):
        answer = browser.get(path, headers=headers, environ_overrides=STRANGER)
        assert answer.status_code == 401
        assert 'action="' in answer.text
        assert "secret-session" not in answer.text


@pytest.mark.parametrize(
    ("base", "paths"), [("", ["/_mock", "/_s"]), ("/a/b", ["/a/b/_mock", "/a/b/_s"]), ("/a;b", ["/"])]
)
def test_the_cookie_is_for_the_control_plane(closed: MakeClient, base: str, paths: list[str]) -> None:
    given = log_in(closed(base)).headers.getlist("Set-Cookie")
    assert [line.partition("Path=")[2].partition("; HttpOnly")[0] for line in given] == paths


def test_the_token_gives_a_cookie_that_opens_the_console(closed: MakeClient) -> None:
    browser = closed("/loyalty")
    answer = log_in(browser)
    assert (answer.status_code, answer.headers["Location"]) == (303, "../")
    given = answer.headers.getlist("Set-Cookie")
    for line in given:
        assert "HttpOnly" in line
        assert "SameSite=Strict" in line
        assert TOKEN not in line
    with_cookie = {**BROWSER, "Cookie": f"a=b; {cookie_of(answer)}"}
    for path in ("/_mock/", "/_mock/console/world", "/_s/one/_mock/", "/_mock/journal"):
        assert browser.get(path, headers=with_cookie, environ_overrides=STRANGER).status_code == 200
    assert browser.post("/_mock/console/reset", headers=with_cookie).status_code == 303


def test_the_cookie_lets_no_page_of_another_origin_in(closed: MakeClient) -> None:
    browser = closed()
    cookie = {"Cookie": cookie_of(log_in(browser))}
    for headers in (FORM, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}, LINK):
        assert browser.post("/_mock/reset", headers=headers | cookie).status_code == 403
        assert browser.get("/_mock/journal", headers=headers | cookie).status_code == 403


@pytest.mark.parametrize("wrong", ["", "x", TOKEN[:-1], f"{TOKEN} ", "\udcff"])
def test_a_wrong_token_gives_none(closed: MakeClient, wrong: str) -> None:
    answer = closed().post("/_mock/console/login", data=f"token={wrong}".encode(errors="replace"), headers=BROWSER)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    assert "not the token" in answer.text


def test_a_cookie_of_another_mock_or_of_before_opens_nothing(closed: MakeClient) -> None:
    cookie = cookie_of(log_in(closed()))
    for sent in (cookie, cookie.partition("=")[0] + "=", f"{cookie}x"):
        assert closed().get("/_mock/", headers=BROWSER | {"Cookie": sent}).status_code == 401


def test_logging_out_takes_the_cookie_away(closed: MakeClient) -> None:
    browser = closed()
    own = {**BROWSER, "Cookie": cookie_of(log_in(browser))}
    assert "Log out" in browser.get("/_mock/", headers=own).text
    answer = browser.post("/_mock/console/logout", headers=own)
    assert all("Max-Age=0" in line for line in answer.headers.getlist("Set-Cookie"))


def test_the_cookie_is_for_https_only_where_the_console_is(closed: MakeClient) -> None:
    assert "Secure" not in log_in(closed()).headers["Set-Cookie"]
    own = {"Host": "mock.example", "Origin": "https://mock.example"}
    assert "Secure" in log_in(closed(), **own).headers["Set-Cookie"]


def test_without_a_token_there_is_no_login(mock: Caller) -> None:
    assert mock.client.get("/_mock/console/login", headers=BROWSER).status_code == 303
    answer = log_in(mock.client, "")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (401, False)


def test_a_program_without_the_token_still_gets_data(closed: MakeClient) -> None:
    answer = closed().get("/_mock/", headers=Headers({"Accept": "*/*"}))
    assert (answer.status_code, list(answer.get_json())) == (401, ["error"])
