"""--cors: what a browser is told of the call, and that it is told nothing of the control plane."""

from __future__ import annotations

import pytest

from mockserver.errors import MockError
from mockserver.serving import cors
from tests import page
from tests.mockserver.serving.conftest import MakeLayered

SHOP = "http://localhost:3000"
PREFLIGHT = {
    "Origin": SHOP,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


def words(value: str) -> set[str]:
    return {word.strip().lower() for word in value.split(",")}


@pytest.mark.parametrize("origins", [(SHOP,), ("https://other.example", SHOP), ("*",)])
def test_a_preflight_is_told_what_the_call_needs(layered: MakeLayered, origins: tuple[str, ...]) -> None:
    answer = layered(origins=origins).send("OPTIONS", page.PATH, **PREFLIGHT)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "post" in words(answer.headers["Access-Control-Allow-Methods"])
    needed = {"authorization", "content-type", "x-cap-api-oauth-token", "x-mock-session", "prefer"}
    assert words(answer.headers["Access-Control-Allow-Headers"]) == needed
    assert "origin" in words(answer.headers["Vary"])
    assert "Access-Control-Allow-Private-Network" not in answer.headers


def test_a_page_of_a_public_network_may_call_a_private_one(layered: MakeLayered) -> None:
    asked = {**PREFLIGHT, "Access-Control-Request-Private-Network": "true"}
    answer = layered(origins=(SHOP,)).send("OPTIONS", page.PATH, **asked)
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"
    other = layered(origins=("http://localhost:1",)).send("OPTIONS", page.PATH, **asked)
    assert "Access-Control-Allow-Private-Network" not in other.headers


@pytest.mark.parametrize("path", [page.PATH, "/nowhere", "/v3/oauth/token/generate", "/", "/_s/one" + page.PATH])
def test_every_answer_outside_the_control_plane_may_be_read(layered: MakeLayered, path: str) -> None:
    for method in ("POST", "GET"):
        answer = layered(origins=(SHOP,)).send(method, path, Origin=SHOP)
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [SHOP]
        assert "x-cap-requestid" in words(answer.headers["Access-Control-Expose-Headers"])
        assert "origin" in words(", ".join(answer.headers.getlist("Vary")))


@pytest.mark.parametrize("origin", ["http://localhost:3001", "https://localhost:3000", "http://localhost:3000.evil.example", "null", "http://LOCALHOST:3000", SHOP + "/", ""])  # fmt: skip
def test_another_origin_is_granted_nothing(layered: MakeLayered, origin: str) -> None:
    mock = layered(origins=(SHOP,))
    preflight = mock.send("OPTIONS", page.PATH, **{**PREFLIGHT, "Origin": origin})
    assert preflight.status == 405
    for answer in (preflight, mock.enrol(Origin=origin), mock.enrol()):
        assert [name for name, _ in answer.headers if name.lower().startswith("access-control")] == []
        assert answer.headers["Vary"] == "Origin"  # a cache must not give it to the page that may read it


@pytest.mark.parametrize("base", ["", "/loyalty"])
@pytest.mark.parametrize("path", ["/_mock/reset", "/_mock/journal", "/_mock/", "/_mock", "/_s/one/_mock/journal", "/_s//_mock/reset"])  # fmt: skip
def test_the_control_plane_is_never_granted(layered: MakeLayered, path: str, base: str) -> None:
    mock = layered(origins=("*",), base=base)
    for answer in (
        mock.send("OPTIONS", base + path, **{**PREFLIGHT, "Access-Control-Request-Private-Network": "true"}),
        mock.send("GET", base + path, Origin=SHOP),
        mock.send("POST", base + path, Origin=SHOP),
    ):
        assert [name for name, _ in answer.headers if name.lower().startswith("access-control")] == []


def test_without_the_option_nothing_is_granted(layered: MakeLayered) -> None:
    mock = layered()
    assert mock.send("OPTIONS", page.PATH, **PREFLIGHT).status == 405
    assert "Vary" not in mock.enrol(Origin=SHOP).headers


def test_options_that_is_no_preflight_is_a_method_like_any_other(layered: MakeLayered) -> None:
    assert layered(origins=("*",)).send("OPTIONS", page.PATH, Origin=SHOP).status == 405


@pytest.mark.parametrize(
    ("given", "origin"),
    [("*", "*"), ("null", "null"), (SHOP, SHOP), ("HTTP://LocalHost:80", "http://localhost"), ("https://a.b:443", "https://a.b"), ("https://a.b:80", "https://a.b:80"), ("http://[::1]:3000", "http://[::1]:3000"), ("app://shop", "app://shop")],
)  # fmt: skip
def test_an_origin_is_kept_as_browsers_write_it(given: str, origin: str) -> None:
    assert cors.parse(given) == origin


@pytest.mark.parametrize("given", ["", "localhost:3000", "localhost", "http://", SHOP + "/", SHOP + "/x", SHOP + "?", SHOP + "#", "http://u@h", "http://h:x", "http://h:99999", "http://h\n", "http://a b", "http://*.example", "*.example"])  # fmt: skip
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(MockError, match="is no origin: give a scheme, a host and a port"):
        cors.parse(given)
