"""Every link leads somewhere, whatever stands before /_mock/ in the address: a base path, a session, or both."""

from __future__ import annotations

import re
import subprocess
import sys
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from mockserver.console.menu import MENU
from tests import page
from tests.mockserver.console.conftest import BROWSER
from tests.mockserver.console.markup import Page
from tests.mockserver.serving.conftest import MakeLayered
from tests.mockserver.serving.layered import Layered

# Where the forms and the scripts of the pages send what GET does not answer.
FORMS = ("reset", "clear", "logout")


def get(layered: Layered, target: str) -> tuple[int, str]:
    parts = urlsplit(target)
    answer = layered.send("GET", parts.path, query=parts.query, **BROWSER)
    return answer.status, answer.body.decode()


@pytest.mark.parametrize(("base", "session"), [("", ""), ("", "/_s/one"), ("/loyalty", ""), ("/a&b/c", "/_s/one")])
def test_every_link_leads_to_a_page(layered: MakeLayered, base: str, session: str) -> None:
    app = layered(base=base)
    start = f"{base}{session}/_mock/"
    app.enrol(f"{base}{session}{page.PATH}")
    app.enrol(f"{base}{session}{page.PATH}", {})
    todo, seen = [start], {}
    while todo:
        target = todo.pop()
        status, text = get(app, target)
        seen[target] = status
        for link in (
            Page(text).links() if target.startswith(start) and not target.endswith((".js", ".css", ".svg")) else ()
        ):
            assert not link.startswith("/"), "only relative links are right behind a gateway"
            to = urldefrag(urljoin(target, link))[0]
            if not to.startswith("https://docs.capillarytech.com/") and to not in seen and to not in todo:
                todo.append(to)
    expected = {f"{base}{session}{page.PATH}": 405, f"{base}{session}/": None, f"{base}/": None}
    forms = {f"{start}console/{name}" for name in FORMS}
    wrong = {
        to: status for to, status in seen.items() if to not in expected and to not in forms and status not in (200, 303)
    }
    assert wrong == {}
    assert seen[f"{base}{session}{page.PATH}"] == 405, "the address of the call is that of this session"
    assert {f"{start}console/{name}" if name else start for _, pages in MENU for name, _ in pages} <= set(seen)
    assert any("/exchanges/" in target for target in seen)
    assert any(target.endswith("swagger-ui-bundle.js") for target in seen)


@pytest.mark.parametrize("base", ["", "/loyalty"])
def test_the_console_switches_between_sessions(layered: MakeLayered, base: str) -> None:
    app = layered(base=base)
    for here, there in (("", "two"), ("one", "two"), ("one", ""), ("one", "one")):
        prefix = f"{base}/_s/{here}" if here else base
        target = f"{prefix}/_mock/console/switch"
        answer = app.send("GET", target, query=f"to={there}", **BROWSER)
        assert answer.status == 303
        assert urljoin(target, answer.headers["Location"]) == (
            f"{base}/_s/{there}/_mock/" if there else f"{base}/_mock/"
        )


def test_a_console_that_looks_for_news_leaves_no_line_in_the_access_log(layered: MakeLayered) -> None:
    app = layered(log="text")
    for path in ("/_mock/console/rows", "/_s/one/_mock/console/rows", "/_mock/console/try"):
        app.send("GET", path, **BROWSER)
    app.send("GET", "/_mock/console/rows", **BROWSER, Origin="http://evil.example")
    app.send("GET", "/v3/_mock/console/rows", **BROWSER)
    assert [re.split(" +", line)[2:4] for line in app.lines] == [
        ["/_mock/console/try", "200"],
        ["/_mock/console/rows", "403"],
        ["/v3/_mock/console/rows", "404"],
    ]


def test_the_start_of_the_mock_imports_no_page() -> None:
    """Only the first page pays for the engine of its templates."""
    lines = "import sys, mockserver.server, mockserver.cli; print([n for n in sys.modules if n in ('jinja2', 'mockserver.console.site')])"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
