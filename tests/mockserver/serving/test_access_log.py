"""--log: one line for each request, which no client can forge."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from functools import partial

import pytest

from tests import page
from tests.mockserver.process import Process, post
from tests.mockserver.serving.conftest import MakeLayered

# What could begin a line of its own, hide one, or control a terminal; the last three are C1, a separator and a bidi
# mark.
NASTY = '/a\nb\r\x1b[2J\x00\x7f"\\ \x85\x9b\xa0'
VALUE = NASTY.replace("\n", "").replace("\r", "")  # no server lets the end of a line into a header


def test_a_line_says_when_what_and_why(layered: MakeLayered) -> None:
    mock = layered(log="text")
    mock.enrol()
    mock.enrol(body={**page.ENROL_REQUEST, "programId": 1})
    mock.send("GET", "/nowhere")
    time, ms = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", r"\d+\.\d+ms"
    expected = [
        rf'{time} POST {page.PATH} 200 {ms} - why="No rule refuses the request\."',
        rf'{time} POST {page.PATH} 400 {ms} program_not_found why=".+"',
        rf'{time} GET /nowhere 404 {ms} path_not_found why=".+"',
    ]
    assert [bool(re.fullmatch(form, line)) for form, line in zip(expected, mock.lines, strict=True)] == [True] * 3


def test_a_line_of_json_has_the_same(layered: MakeLayered) -> None:
    mock = layered(log="json")
    mock.enrol(body={**page.ENROL_REQUEST, "programId": 1}, X_Mock_Session="suite-1")
    (line,) = mock.lines
    found = json.loads(line)
    assert list(found) == ["time", "method", "path", "status", "ms", "outcome", "why", "session"]
    assert (found["method"], found["path"], found["status"]) == ("POST", page.PATH, 400)
    assert (found["outcome"], found["session"]) == ("program_not_found", "suite-1")
    assert found["why"].startswith("program_not_found")
    assert 0 < found["ms"] < 10_000


def test_the_session_of_the_path_is_named(layered: MakeLayered) -> None:
    mock = layered(log="json", base="/loyalty")
    mock.enrol("/loyalty/_s/suite-2" + page.PATH)
    assert json.loads(mock.lines[0])["session"] == "suite-2"


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_client_can_forge_a_line_or_control_a_terminal(layered: MakeLayered, form: str) -> None:
    mock = layered(log=form)
    mock.send("GET", NASTY, X_Mock_Session=VALUE)
    mock.send(NASTY, f"/_s/{NASTY}/x", Prefer=f"outcome={VALUE}")
    mock.enrol(Prefer=f"outcome={VALUE}")
    mock.enrol(Host=VALUE)
    mock.enrol(Content_Type=VALUE)
    mock.enrol(body={**page.ENROL_REQUEST, "action": "\u2028\u202e\x9b" + NASTY})
    assert len(mock.lines) == 6
    for line in mock.lines:
        assert line.isascii()
        assert line.isprintable()
    if form == "json":
        assert json.loads(mock.lines[0])["path"].startswith(NASTY[:4])


def test_a_line_is_short(layered: MakeLayered) -> None:
    mock = layered(log="text")
    mock.send("X" * 5000, "/" + "y" * 5000, X_Mock_Session="z" * 5000)
    assert len(mock.lines[0]) < 2500


def test_what_the_layers_answer_is_logged_too(layered: MakeLayered) -> None:
    mock = layered(log="json", origins=("*",))
    mock.send("GET", "/")
    mock.send("OPTIONS", page.PATH, Origin="http://a", Access_Control_Request_Method="POST")
    mock.send("GET", "/_mock/health")
    assert [json.loads(line)["status"] for line in mock.lines] == [200, 204, 200]


def test_a_bug_is_named_as_one(layered: MakeLayered, monkeypatch: pytest.MonkeyPatch) -> None:
    mock = layered(log="json")
    monkeypatch.setattr("mockserver.app.host_problem", lambda _: 1 / 0)
    mock.enrol()
    found = json.loads(mock.lines[0])
    assert (found["status"], found["outcome"]) == (500, "")
    assert "bug in the kit" in found["why"]


# A line of the log in text: the time, the method, the path, the status, the milliseconds, the outcome, and what is
# named.
LINE = re.compile(
    r'\d{4}-\d\d-\d\dT[\d:.]{12}Z (?:\S+|"\S.*") (?:\S+|".*") \d{3} [\d.]+ms [\w,-]+(?: (?:session|why)=".*")*'
)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_bytes_on_a_socket_forge_a_line(serve: Callable[..., Process], form: str) -> None:
    """What the server itself refuses leaves no line; what the mock answers leaves one."""
    forged = b"2026-11-26T20:15:57.181Z GET /forged 200 1.0ms -"
    process = serve("--log", form)
    answered = 0
    for start, lines in (
        (b"GET /a%0a" + forged.replace(b" ", b"%20"), b""),
        (b"GET /\x85\xc2\x85\xe2\x80\xa8" + forged.replace(b" ", b"_"), b""),
        (b"G\x0bT /", b""),
        (b"GET /b", b"X-Mock-Session: a\n" + forged + b"\r\n"),
        (b"GET /c", b"X-Mock-Session: a\r\n " + forged + b"\r\n"),
        (b"GET /d", b"X-Mock-Session: a\r" + forged + b"\r\n"),
        (b"GET /e", b"X-Mock-Session: \x85\xe2\x80\xa8" + forged + b"\r\n"),
        (b"GET /f\r\n" + forged, b""),
        (b"POST " + page.PATH.encode(), b'Prefer: outcome="\x9b2J\\\n' + forged + b'"\r\n'),
        (b"POST " + page.PATH.encode(), b"Content-Type: a\x85b" + forged + b"\r\n"),
    ):
        with socket.create_connection(process.address, timeout=10) as client:
            client.sendall(start + b" HTTP/1.1\r\nHost: a\r\n" + lines + b"Connection: close\r\n\r\n")
            answer = b"".join(iter(partial(client.recv, 65536), b""))
        answered += b"x-cap-requestid" in answer.lower()
    err = process.stop()[2]
    assert err.isascii()
    written = err.removesuffix("\n").split("\n")
    assert len(written) == answered >= 4
    for line in written:
        assert line.isprintable()
        if form == "json":
            assert json.loads(line)["path"] != "/forged"
        else:
            assert LINE.fullmatch(line), line
            assert not line.startswith(forged.decode())


def test_each_request_over_the_network_is_one_line_on_stderr(serve: Callable[..., Process]) -> None:
    process = serve("--log", "json")
    for _ in range(3):
        post(process)
    code, out, err = process.stop()
    assert (code, out) == (0, "")
    assert [json.loads(line)["path"] for line in err.splitlines()] == [page.PATH] * 3
