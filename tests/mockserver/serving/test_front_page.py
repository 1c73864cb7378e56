"""GET /: what this is, for people and for programs."""

from __future__ import annotations

import json

import pytest

from tests import page
from tests.mockserver.serving.conftest import MakeLayered


@pytest.mark.parametrize("accept", ["", "*/*", "text/plain", "application/json", "text/plain, text/html;q=0.5"])
def test_a_program_gets_text(layered: MakeLayered, accept: str) -> None:
    answer = layered().send("GET", "/", **({"Accept": accept} if accept else {}))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    said = answer.body.decode()
    for part in ("a mock of the loyalty call", f"POST {page.PATH}\n", "/_mock/\n", "https://docs.capillarytech.com/"):
        assert part in said


@pytest.mark.parametrize("accept", ["text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"])
def test_a_browser_gets_a_page_with_links(layered: MakeLayered, accept: str) -> None:
    answer = layered(base="/a&b").send("GET", "/a&b/", Accept=accept)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b'<a href="/a&amp;b/_mock/">' in answer.body
    assert b"/a&b" not in answer.body
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Vary"] == "Accept"


def test_head_gets_the_headers_only(layered: MakeLayered) -> None:
    got, head = (layered().send(method, "/") for method in ("GET", "HEAD"))
    assert (head.status, head.headers, head.body) == (200, got.headers, b"")
    assert int(head.headers["Content-Length"]) == len(got.body)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/"), ("GET", "/index.html"), ("GET", "//"), ("GET", "/v3"), ("GET", "/favicon.ico")]
)
def test_every_other_unknown_path_keeps_the_documented_envelope(layered: MakeLayered, method: str, path: str) -> None:
    answer = layered().send(method, path)
    assert answer.status == 404
    assert json.loads(answer.body) == {
        "data": None,
        "errors": [{"code": 404, "message": answer.message}],
        "warnings": None,
    }
