"""The console in a real browser: with the keyboard alone, on a phone, in the dark, and without a word to anybody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mockserver.console.menu import MENU
from tests import page
from tests.mockserver.console.conftest import Watched
from tests.mockserver.process import Process, post

pytestmark = pytest.mark.slow

Tab = Callable[..., Watched]
PLACES = [f"console/{name}" if name else "" for _, pages in MENU for name, _ in pages]
PHONE = {"viewport": {"width": 360, "height": 740}}
# What is wider than the window, but for what scrolls within itself.
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The contrast of two colours as WCAG 2 counts it.
CONTRAST = """([selector]) => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (colour, below) => {
    canvas.fillStyle = below; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const solid = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/(, 0\\)|\\/ 0\\))$/.test(colour)) return colour;
    }
    return "white";
  };
  return [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility() && one.textContent.trim()).map((one) => {
    const below = solid(one);
    const [ink, paper] = [light(getComputedStyle(one).color, below), light(below, "white")];
    return [(Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05), one.className || one.tagName];
  }).filter(([contrast]) => contrast < 4.5);
}"""


def filled(process: Process) -> str:
    """Let the mock answer with a success, a warning, a refusal and a failure, and return the address of its console."""
    for _ in range(2):
        post(process)
    post(process, {**page.ENROL_REQUEST, "programId": 1}, **{"User-Agent": "till/7"})
    post(process, Prefer="code=500")
    return f"{process.url}/_mock/"


def opened(tab: Watched, address: str) -> Page:
    tab.page.goto(address)
    return tab.page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_drawn_without_a_complaint_and_fits_a_phone(running: Process, tab: Tab, scheme: str) -> None:
    """No rule of the policy is broken, and nothing is asked of any other origin; both are checked when the tab closes."""
    home = filled(running)
    one = tab(running.url, color_scheme=scheme, **PHONE)
    exchange = opened(one, home).locator("tbody a").first.get_attribute("href") or ""
    for place in (*PLACES, exchange, "console/try?outcome=engine_error"):
        shown = opened(one, home + place)
        expect(shown.locator("h1").first).to_be_visible()
        if place == "console/api":
            expect(shown.locator(".opblock").first).to_be_visible()
            for name in ("The control plane", "The call"):
                shown.get_by_role("button", name=name).click()
                expect(shown.locator(".info .title")).to_contain_text("control" if "control" in name else "loyalty")
        else:
            assert shown.evaluate(CONTRAST, ["main *, header *, nav *"]) == [], place
        assert shown.evaluate(TOO_WIDE) <= 0, place
        background = shown.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) == (scheme == "dark")


def test_new_requests_appear_by_themselves_and_the_focus_stays(running: Process, tab: Tab) -> None:
    shown = opened(tab(running.url), filled(running))
    rows = shown.locator("#rows tr")
    expect(rows).to_have_count(4)
    rows.nth(3).locator("a").focus()
    kept = shown.evaluate("document.activeElement.getAttribute('href')")
    post(running, **{"User-Agent": "<img src=x onerror=alert(1)>"})
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text("<img src=x onerror=alert(1)>")
    assert shown.evaluate("document.activeElement.getAttribute('href')") == kept
    rows.first.locator("a").click()
    expect(shown.locator(".detail")).to_contain_text("already_enrolled")
    expect(shown.locator(".detail")).to_contain_text("<img src=x onerror=alert(1)>")
    running.reset()
    expect(rows).to_have_count(0)
    expect(shown.locator("#empty")).to_be_visible()


def test_a_hidden_tab_asks_nothing(running: Process, tab: Tab) -> None:
    one = tab(running.url)
    one.page.clock.install()  # so that seconds pass when the test says so
    shown = opened(one, filled(running))

    def looks() -> int:
        """Return how often the page looks for news within ten seconds."""
        before = len(one.requests)
        for _ in range(10):
            shown.clock.run_for(1000)
            shown.evaluate("new Promise(requestAnimationFrame)")
            shown.wait_for_load_state("networkidle")
        return len(one.requests) - before

    def hide(hidden: bool) -> None:
        shown.evaluate(
            "(hidden) => Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })", hidden
        )
        shown.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert looks() > 3
    hide(True)
    assert looks() <= 1, "at most the one that was under way"
    hide(False)
    assert looks() > 3
    live = shown.get_by_role("button", name="Live")
    live.click()
    assert looks() <= 1
    assert live.get_attribute("aria-pressed") == "false"


def test_the_keyboard_is_enough(running: Process, tab: Tab) -> None:
    """From the first key: skip to the content, send the page's request, look at it, switch a fault on, reset."""
    running.reset()
    shown = opened(tab(running.url), f"{running.url}/_mock/")
    press = shown.keyboard.press

    def reach(name: str) -> None:
        for _ in range(80):
            press("Tab")
            if shown.evaluate("(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()").startswith(name):  # fmt: skip
                assert shown.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", name
                return
        raise AssertionError(f"no key leads to {name!r}")

    press("Tab")
    expect(shown.get_by_text("Skip to the content")).to_be_focused()
    press("Enter")
    expect(shown.locator("main")).to_be_focused()
    reach("Send the page's example")
    press("Enter")
    expect(shown).to_have_title("Try it · enrol-mock")
    shown.wait_for_load_state()  # the script that knows the keys comes after the title
    shown.locator("[name=body]").focus()
    press("Control+Enter")
    expect(shown.locator(".answer .chip")).to_have_text("200")
    reach("Open it in the journal")
    press("Enter")
    expect(shown.locator(".detail")).to_contain_text("enrol-mock-console")
    reach("Faults")
    press("Enter")
    shown.locator("main").focus()
    reach("Engine error")
    press("Space")
    expect(shown.get_by_role("switch", name="Engine error")).to_be_checked()
    assert post(running)[0] == 500
    reach("Reset session")
    press("Enter")
    expect(shown.get_by_role("status")).to_contain_text("as it was at the start")
    assert post(running)[0] == 200


def test_an_outcome_is_a_click_away(running: Process, tab: Tab) -> None:
    running.reset()
    shown = opened(tab(running.url), f"{running.url}/_mock/console/outcomes")
    shown.get_by_role("button", name="Send milestones_failed").click()
    expect(shown.locator(".answer")).to_contain_text("failed to enrol into milestones")
    shown.get_by_role("link", name="Requests").click()
    expect(shown.locator("#rows")).to_contain_text("milestones_failed")


def test_sessions_are_switched_in_the_bar(running: Process, tab: Tab) -> None:
    running.reset()
    shown = opened(tab(running.url), f"{running.url}/_mock/console/sessions")
    shown.locator("main [name=to]").fill("checkout")
    shown.get_by_role("button", name="Open, or make it").click()
    expect(shown).to_have_url(f"{running.url}/_s/checkout/_mock/")
    expect(shown.locator(".address code")).to_have_text(f"{running.url}/_s/checkout{page.PATH}")
    shown.locator("#session").select_option("without a name")
    shown.get_by_role("button", name="Switch").click()
    expect(shown).to_have_url(f"{running.url}/_mock/")


def test_swagger_ui_sends_to_this_mock_in_this_session(running: Process, tab: Tab) -> None:
    running.reset()
    one = tab(running.url)
    one.complaints = _Without401()
    shown = opened(one, f"{running.url}/_s/one/_mock/console/api")
    shown.locator(".opblock-summary-control").first.click()
    shown.get_by_role("button", name="Try it out").click()
    shown.get_by_role("button", name="Execute").click()
    expect(shown.locator(".live-responses-table .response-col_status").last).to_contain_text("401")
    assert json.loads(_read(running, "/_s/one/_mock/journal"))["matching"] == 1


def test_the_readings_that_mattered_are_told(running: Process, tab: Tab) -> None:
    mattered = {
        "question": "source",
        "asks": "Must <b>customer.source</b> be given?",
        "reading": "optional",
        "means": "it may be left out",
        "otherwise": [
            {"reading": "required", "means": "x", "status": 400, "outcomes": ["source_required"]},
            {"reading": "echoed", "means": "x", "status": 200, "outcomes": []},
        ],
    }
    one = tab(running.url)
    one.page.route(
        "**/_mock/journal/*", lambda route: route.fulfill(json={"status": 200, "outcomes": [], "readings": [mattered]})
    )
    shown = opened(one, filled(running))
    shown.locator("tbody a").first.click()
    shown.get_by_text("One reading mattered").click()
    found = shown.locator(".mattered")
    expect(found).to_contain_text("Must <b>customer.source</b> be given?")
    expect(found).to_contain_text("required: 400 source_required; echoed: another form of the body")
    found.get_by_role("link").click()
    expect(shown.locator("#source .readings")).to_be_visible()


def test_the_command_for_curl_has_the_whole_address(serve: Callable[..., Process], tab: Tab) -> None:
    mock = serve("--base-path", "/loyalty", "--auth", "off")
    shown = opened(tab(mock.url.removesuffix("/loyalty")), f"{mock.url}/_s/one/_mock/console/try")
    shown.get_by_role("button", name="Send").click()
    shown.get_by_role("link", name="Open it in the journal").click()
    shown.get_by_text("As a curl command").click()
    expect(shown.locator("#curl")).to_contain_text(f"{mock.url}/_s/one{page.PATH}")
    expect(shown.locator(".address code")).to_have_text(f"{mock.url}/_s/one{page.PATH}")


def test_the_token_is_typed_once(serve: Callable[..., Process], tab: Tab) -> None:
    mock = serve("--control-token", "geheim-ü")
    one = tab(mock.url)
    one.complaints = _Without401()
    shown = opened(one, f"{mock.url}/_mock/console/world")
    shown.get_by_label("Token").fill("wrong")
    shown.keyboard.press("Enter")
    expect(shown.get_by_role("alert")).to_contain_text("not the token")
    shown.get_by_label("Token").fill("geheim-ü")
    shown.keyboard.press("Enter")
    expect(shown.locator("h1")).to_have_text("Recent requests")
    for place in ("console/faults", "console/api"):
        opened(one, f"{mock.url}/_mock/{place}")
    opened(one, f"{mock.url}/_s/one/_mock/")
    expect(shown.locator("h1")).to_have_text("Recent requests")
    shown.get_by_role("button", name="Log out").click()
    expect(shown.locator("h1")).to_have_text("Log in to the console")
    assert one.page.context.cookies() == []


class _Ignored(list[str]):
    """Complaints that do not count."""

    def append(self, text: str) -> None:
        """Forget the complaint."""


class _Without401(list[str]):
    """The complaints of a tab, but for what Chromium says of a page with the status 401."""

    def append(self, text: str) -> None:
        if "401" not in text:
            super().append(text)


def test_no_other_site_can_frame_or_post_to_the_console(running: Process, chromium: object, tab: Tab) -> None:
    """A page at another port of this machine frames the console, posts its forms, and links to it."""
    home = filled(running)
    other = tab("http://127.0.0.2")
    other.complaints = _Ignored()  # what the browser says of the other page is no complaint about the console
    evil = f"""<iframe id=frame src="{home}"></iframe><a href="{home}">link</a>
      <form method=post action="{home}console/reset" target=hole><button>post</button></form><iframe name=hole></iframe>"""
    other.page.route("http://127.0.0.2:9/", lambda route: route.fulfill(body=evil, content_type="text/html"))
    shown = opened(other, "http://127.0.0.2:9/")
    shown.get_by_role("button", name="post").click()
    shown.wait_for_timeout(300)
    assert all("Recent requests" not in frame.content() for frame in shown.frames)
    assert len(json.loads(_read(running, "/_mock/journal"))["exchanges"]) == 4
    shown.get_by_role("link", name="link").click()
    expect(shown.locator("h1")).to_have_text("Recent requests")


def _read(process: Process, path: str) -> str:
    connection = process.connect()
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text
