"""A page of another origin in a real browser: it makes the page's ENROL, and gets nothing from the control plane."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import page
from tests.in_thread import in_thread
from tests.mockserver.caller import AUTHORIZED
from tests.mockserver.process import Process
from tests.mockserver.raw import enrolled, journal

pytestmark = pytest.mark.slow

Serve = Callable[..., Process]
Options = dict[str, Any]
Fetch = Callable[..., tuple[Process, list[dict[str, Any]]]]

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=10000",
    "--dump-dom",
]
SCRIPT = """<!doctype html><pre id="said">nothing</pre><script>
(async () => {
  const said = [];
  for (const [url, how] of %s) {
    try {
      const answer = await fetch(url, how);
      said.push({status: answer.status, id: answer.headers.get("X-Cap-Requestid"), body: await answer.text()});
    } catch (error) {
      said.push({failed: error.name});
    }
  }
  document.getElementById("said").textContent = JSON.stringify(said);
})();
</script>"""


@contextmanager
def shop() -> Iterator[tuple[str, list[str]]]:
    """Serve an HTML page at an origin of its own: the origin, and a list with the text of the page."""
    text = [""]

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text[0].encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    with in_thread(server) as address:
        yield f"http://{address}", text


@pytest.fixture
def fetch(serve: Serve, tmp_path: Path) -> Fetch:
    """Return a function that lets a web page send requests to a mock, each a path and the options of `fetch`.

    It returns the mock, and what the script of the page saw of each answer. `granted` is the origin that the mock
    grants, instead of that of the page.
    """

    def ask(*requests: tuple[str, Options], granted: str = "") -> tuple[Process, list[dict[str, Any]]]:
        with shop() as (origin, text):
            process = serve("--cors", granted or origin)
            text[0] = SCRIPT % json.dumps([[process.url + path, how] for path, how in requests])
            done = subprocess.run(
                ["chromium", *QUIET, f"--user-data-dir={tmp_path / 'browser'}", origin],
                capture_output=True,
                text=True,
                timeout=60,
                check=True,
            )
        found = re.search(r'<pre id="said">(.*?)</pre>', done.stdout, re.DOTALL)
        assert found, done.stdout + done.stderr
        said: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
        return process, said

    return ask


ENROL: Options = {
    "method": "POST",
    "credentials": "include",
    "headers": {"Content-Type": "application/json", **AUTHORIZED},
    "body": json.dumps(page.ENROL_REQUEST),
}
READ: tuple[str, Options] = ("/_mock/journal", {})
RESET: tuple[str, Options] = ("/_mock/reset", {"method": "POST"})
REFUSED = {"failed": "TypeError"}  # all that a script learns of an answer that it may not read


@pytest.mark.parametrize("granted", ["", "*"])
def test_a_page_that_is_granted_enrols_and_gets_nothing_else(fetch: Fetch, granted: str) -> None:
    in_session = {**ENROL, "headers": {**ENROL["headers"], "X-Mock-Session": "shop", "Prefer": "wait=0"}}
    _, (enrolment, read, reset) = fetch((page.PATH, in_session), READ, RESET, granted=granted)
    assert enrolment["status"] == 200
    assert json.loads(enrolment["body"]) == page.ENROL_RESPONSE
    assert enrolment["id"], "headers of the answer may be read as well"
    assert (read, reset) == (REFUSED, REFUSED)


def test_a_page_that_is_not_granted_enrols_nobody(fetch: Fetch) -> None:
    process, said = fetch((page.PATH, ENROL), ("/", {}), READ, granted="http://localhost:1")
    assert said == [REFUSED] * 3
    assert enrolled(process) == 0
    assert [one["method"] for one in journal(process)["exchanges"]] == ["OPTIONS"], (
        "the browser asked, and sent no more"
    )
