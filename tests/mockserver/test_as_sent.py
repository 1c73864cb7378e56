"""What a client sends is judged and recorded as it was sent. All of it goes over a socket, byte by byte."""

from __future__ import annotations

import json
import socket

import pytest

from tests import page
from tests.mockserver.process import Process, wait_until
from tests.mockserver.raw import JSON, NEXT_JSON, enrolled, exchange, journal, request, status

UNTIDY = [
    "//v3/promotions/enrol",
    "///v3/promotions/enrol",
    "/v3//promotions/enrol",
    "/v3/promotions//enrol",
    "/v3/promotions/enrol/",
    "/v3/promotions/enrol//",
    "/v3/./promotions/enrol",
    "/./v3/promotions/enrol",
    "/v3/promotions/enrol/.",
    "/v3/x/../promotions/enrol",
    "/v3/promotions/enrol/..",
    "/%763/promotions/enrol",
    "/v3%2Fpromotions/enrol",
    "/v3%2fpromotions%2Fenrol",
    "/v3/promotions/%65nrol",
    "/v3/%2e/promotions/enrol",
    "/v3/promotions/enrol%20",
    "/v3/promotions/enrol%00",
    "/v3/promotions/enrol%3Fa=1",
    "/v3/promotions/enrol;x=1",
    "/v3;x/promotions/enrol",
    "/V3/promotions/enrol",
    "/v3/promotions/ENROL",
    "/v3/promotions/enrol,",
    "http://mock//v3/promotions/enrol",
    "http://mock/v3/promotions/%65nrol",
]


@pytest.mark.parametrize("target", UNTIDY)
def test_path_that_would_have_to_be_tidied_is_not_found(running: Process, target: str) -> None:
    code, _, body = exchange(running, request(target))
    assert (code, json.loads(body)["errors"][0]["code"]) == (404, 404)
    assert enrolled(running) == 0
    (entry,) = journal(running)["exchanges"]
    assert (entry["path"], entry["status"]) == (target.removeprefix("http://mock"), 404)


@pytest.mark.parametrize(
    "path", ["//v3/oauth/token/generate", "/v3/oauth/token/%67enerate", "/v3/oauth/token/generate/"]
)
def test_path_of_the_token_call_is_not_tidied_either(running: Process, path: str) -> None:
    assert status(running, request(path, body=b'{"key":"sample-key","secret":"sample-secret"}')) == 404


@pytest.mark.parametrize(
    "path",
    [
        "//_mock/reset",
        "/%5Fmock/reset",
        "/_mock//reset",
        "/_mock/reset/",
        "/_mock/%72eset",
        "/_mock/../v3/promotions/enrol",
    ],
)
def test_path_of_the_control_plane_is_not_tidied_either(running: Process, path: str) -> None:
    assert status(running, request()) == 200
    assert status(running, request(path)) == 404
    assert enrolled(running) == 1


@pytest.mark.parametrize("target", [f"http://mock{page.PATH}", f"HTTP://other:8080{page.PATH}?a=1"])
def test_whole_url_is_a_target_too(running: Process, target: str) -> None:
    """RFC 9112, section 3.2.2: a server must take it."""
    assert status(running, request(target)) == 200
    assert journal(running)["exchanges"][0]["path"] == page.PATH


@pytest.mark.parametrize("target", ["*", "http://mock"])
def test_target_without_a_path_is_not_found(running: Process, target: str) -> None:
    assert status(running, request(target, method="OPTIONS")) == 404


@pytest.mark.parametrize("method", ["post", "Post", "PoST", "pOST", "POSTS", "P", "get", "head", "X-Y", "QUERY"])
@pytest.mark.parametrize("path", [page.PATH, "/v3/oauth/token/generate"])
def test_method_is_taken_as_it_is_written(running: Process, path: str, method: str) -> None:
    code, headers, _ = exchange(running, request(path, method=method))
    assert (code, headers["Allow"]) == (405, "POST")
    assert enrolled(running) == 0
    assert journal(running)["exchanges"][0]["method"] == method


@pytest.mark.parametrize(("method", "code"), [("get", 405), ("Get", 405), ("HEAD", 200), ("GET", 200)])
def test_method_of_the_control_plane_is_taken_as_it_is_written(running: Process, method: str, code: int) -> None:
    connection = running.connect()
    connection.request(method, "/_mock/journal")
    assert connection.getresponse().status == code
    connection.close()


CHUNKED = "Transfer-Encoding: chunked"
WHOLE = b"%x\r\n%b\r\n" % (len(JSON), JSON)


@pytest.mark.parametrize("rest", [b"", b"5", b"5\r\nabc", b"0\r\n", b"zz\r\n", b"-1\r\n", b"0\r\nX"])
def test_chunked_body_that_ends_before_its_last_chunk_enrols_nobody(running: Process, rest: bytes) -> None:
    """All of the JSON has come, but nobody knows whether it is all (RFC 9112, section 8)."""
    code, _, body = exchange(running, request(page.PATH, CHUNKED, body=WHOLE + rest), half_close=True)
    assert (code, json.loads(body)["errors"][0]["message"]) == (400, "The body is not valid JSON.")
    assert enrolled(running) == 0
    (entry,) = journal(running)["exchanges"]
    assert entry["why"] == "The body is shorter than the end of its last chunk."
    assert entry["request"]["bodyBytes"] >= len(JSON)


def test_chunked_body_of_a_client_that_goes_away_enrols_nobody(running: Process) -> None:
    with socket.create_connection(running.address) as client:
        client.sendall(request(page.PATH, CHUNKED, body=WHOLE))
    assert wait_until(lambda: len(journal(running)["exchanges"]) == 1)
    assert journal(running)["exchanges"][0]["status"] == 400
    assert enrolled(running) == 0


def test_token_is_not_handed_out_for_a_body_that_breaks_off(running: Process) -> None:
    body = b'{"key":"sample-key","secret":"sample-secret"}'
    sent = request("/v3/oauth/token/generate", CHUNKED, body=b"%x\r\n%b\r\n" % (len(body), body))
    assert exchange(running, sent, half_close=True)[0] == 400


def test_whole_chunked_body_enrols(running: Process) -> None:
    assert status(running, request(page.PATH, CHUNKED, body=WHOLE + b"0\r\n\r\n")) == 200


def test_extensions_and_trailers_of_chunks_are_no_part_of_the_body(running: Process) -> None:
    first, second = JSON[:50], JSON[50:]
    body = b"%x;a=b\r\n%b\r\n%04X\r\n%b\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(first), first, len(second), second)
    assert status(running, request(page.PATH, CHUNKED, body=body)) == 200
    assert journal(running)["exchanges"][0]["request"]["body"] == JSON.decode()


@pytest.mark.parametrize(("levels", "code"), [(900, 200), (919, 200), (920, 400), (2000, 400), (100_000, 400)])
def test_nested_json_is_judged_or_malformed(running: Process, levels: int, code: int) -> None:
    body = JSON[:-1] + b',"x":' + b"[" * levels + b"]" * levels + b"}"
    assert status(running, request(body=body)) == code


@pytest.mark.parametrize(
    ("host", "version", "code"),
    [
        ("Host: mock", "1.1", 200),
        ("Host: mock:8080", "1.1", 200),
        ("Host: my_app.local:", "1.1", 200),
        ("Host: 127.0.0.1:8080", "1.1", 200),
        ("Host: [::1]:8080", "1.1", 200),
        ("Host: %C3%A4.example", "1.1", 200),
        (None, "1.1", 400),
        ("Host:", "1.1", 400),
        ("Host: mock\r\nHost: mock", "1.1", 400),
        ("Host: mock\r\nHost: other", "1.1", 400),
        ("Host: mock\r\nhost: other", "1.1", 400),
        ("Host: mock mock", "1.1", 400),
        ("Host: mock/v3", "1.1", 400),
        ("Host: http://mock", "1.1", 400),
        ("Host: user@mock", "1.1", 400),
        ("Host: mock:80a", "1.1", 400),
        ("Host: mock:80:80", "1.1", 400),
        ("Host: [::1", "1.1", 400),
        ("Host: [mock]", "1.1", 400),
        ("Host: ::1", "1.1", 400),
        ("Host: m\xf6ck", "1.1", 400),
        ("Host: mock%zz", "1.1", 400),
        (None, "1.0", 200),
        ("Host: mock", "1.0", 200),
        ("Host: mock\r\nHost: mock", "1.0", 400),
        ("Host: mock mock", "1.0", 400),
    ],
)
def test_one_host_is_needed(running: Process, host: str | None, version: str, code: int) -> None:
    found, _, body = exchange(running, request(host=host, version=version))
    assert found == code
    assert enrolled(running) == (code == 200)
    (entry,) = journal(running)["exchanges"]
    assert (entry["status"], entry["request"]["body"]) == (code, JSON.decode())
    if code == 400:
        assert "Host header" in json.loads(body)["errors"][0]["message"]


@pytest.mark.parametrize("path", ["/_mock/health", "/nowhere", "/v3/oauth/token/generate"])
def test_host_is_needed_whatever_is_asked(running: Process, path: str) -> None:
    assert status(running, request(path, method="GET", host=None, body=b"")) == 400


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 3", "Content-Length: 4"),
        (f"Content-Length: +{len(JSON)}",),
        (f"Content-Length: {len(JSON)}, {len(JSON)}",),
        ("Content-Length: -1",),
        ("Content-Length: 0x10",),
        ("Transfer-Encoding: gzip",),
        ("Transfer-Encoding: chunked, gzip",),
        ("X-Folded: a\r\n b",),
        ("X-Spaced : a",),
    ],
)
def test_message_whose_form_is_unclear_is_refused_by_the_server(running: Process, lines: tuple[str, ...]) -> None:
    assert status(running, request(page.PATH, *lines)) == 400
    assert enrolled(running) == 0


def test_two_lines_of_a_header_are_two_in_the_journal(running: Process) -> None:
    exchange(running, request(page.PATH, "Accept: a/b", "Accept: c/d, e/f", "X-Key: 1", "X-Key: 2", "X_Key: 3"))
    headers = journal(running)["exchanges"][0]["request"]["headers"]
    assert headers["Accept"] == ["a/b", "c/d, e/f"]
    assert headers["X-Key"] == ["***", "***"]
    assert headers["X_Key"] == "***"
    assert headers["Content-Length"] == str(len(JSON))


@pytest.mark.parametrize("second", ["Basic DllZTk=", "Basic eDp5"])
def test_two_credentials_are_none(running: Process, second: str) -> None:
    assert status(running, request(page.PATH, f"Authorization: {second}")) == 401


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
def test_two_media_types_are_none(running: Process, media_type: str) -> None:
    assert status(running, request(page.PATH, f"Content-Type: {media_type}")) == 415


@pytest.mark.parametrize("lines", [("outcome=engine_error", "outcome=promotion_not_found"), ("code=500, code=404",)])
def test_first_of_two_preferences_counts(running: Process, lines: tuple[str, ...]) -> None:
    """RFC 7240, section 2."""
    assert status(running, request(page.PATH, *(f"Prefer: {line}" for line in lines))) == 500


def test_requests_in_one_piece_are_answered_in_their_order(running: Process) -> None:
    with socket.create_connection(running.address, timeout=10) as client:
        client.sendall(
            request() + request("//v3/promotions/enrol") + request(page.PATH, "Connection: close", body=NEXT_JSON)
        )
        answers = b""
        while piece := client.recv(65536):
            answers += piece
    assert [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]] == [200, 404, 200]
    assert enrolled(running) == 2
