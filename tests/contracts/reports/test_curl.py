"""The curl line: a shell that runs it sends the same bytes, with credentials from variables."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.exchange import Credentials, Request, encode
from contracts.host.login import Login, OAuthClient
from contracts.masking.secrets import SECRET
from contracts.reports.curl import curl
from contracts.verdict.result import Result

# Replaces curl on the PATH: it writes its arguments and its input to a file, each ended by a NUL.
_RECORDER = """#!/bin/sh
printf '%s\\0' "$@" > "$RECORD/arguments"
case " $* " in *" --data-binary @- "*) cat > "$RECORD/input";; esac
"""


@pytest.fixture
def shell(tmp_path: Path) -> Any:
    """Run a line in a shell, and return the arguments and the input of its curl."""
    (tmp_path / "curl").write_text(_RECORDER, encoding="utf-8")
    (tmp_path / "curl").chmod(0o755)

    def run(line: str) -> tuple[list[str], bytes | None]:
        environment = {
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "RECORD": str(tmp_path),
            "LC_ALL": "C.UTF-8",
            "ENROL_HOST": "https://api.example.com",
            "ENROL_AUTHORIZATION": "Basic abc",
            "ENROL_TOKEN": "tok",
            "ENROL_TAMPERED_TOKEN": "tok-",
            "ENROL_USERNAME": "till",
            "ENROL_PASSWORD": "pass word",
            "X_GATEWAY_KEY": "gate",
        }
        subprocess.run(["sh", "-c", line], check=True, env=environment)
        arguments = (tmp_path / "arguments").read_bytes().decode().split("\0")[:-1]
        given = tmp_path / "input"
        return arguments, given.read_bytes() if given.exists() else None

    return run


@pytest.mark.parametrize(
    "body",
    [
        {"requestId": 'it\'s $HOME `id` \\ "quoted" !x'},
        {"requestId": "üñí-☃-😀"},
        {"requestId": "%s %d \\n \\101"},
        {"requestId": "\u202e\u0085"},
        [],
        None,
    ],
    ids=str,
)
def test_line_sends_the_same_json(shell: Any, kept: Result, body: Any) -> None:
    arguments, given = shell(curl(Request(body=body), kept))
    sent = given if given is not None else arguments[arguments.index("--data-raw") + 1].encode()
    assert sent == encode(body)
    assert "https://api.example.com/v3/promotions/enrol" in arguments


@pytest.mark.parametrize("raw", [b"\x00\xff%\\'\n", b"\xff\xfe{\x00}\x00", bytes(range(256))], ids=repr)
def test_line_sends_the_same_bytes(shell: Any, kept: Result, raw: bytes) -> None:
    arguments, given = shell(curl(Request(raw=raw, headers=()), kept))
    assert given == raw
    assert "Content-Type:" in arguments  # else curl would name one of its own


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ("valid", ["-H", "Authorization: Basic abc"]),
        ("oauth", ["-H", "X-CAP-API-OAUTH-TOKEN: tok"]),
        ("wrong", ["-u", "nobody.at.all:not-the-password"]),
        ("malformed", ["-H", "Authorization: Basic %%%"]),
        ("forged", ["-H", "X-CAP-API-OAUTH-TOKEN: not.a.token"]),
        ("tampered", ["-H", "X-CAP-API-OAUTH-TOKEN: tok-"]),
        ("wrong-user", ["-u", "nobody.at.all:pass word"]),
        ("none", []),
    ],
)
def test_line_carries_the_credentials_of_the_request(
    shell: Any, kept: Result, credentials: Credentials, expected: list[str]
) -> None:
    arguments, _ = shell(curl(Request(body={}, credentials=credentials), kept))
    words = [word for word in arguments if word in ("-u",) or "uthor" in word or "OAUTH" in word or "nobody" in word]
    assert words == [word for word in expected if word != "-H"]


@pytest.mark.parametrize(
    ("credentials", "sent"), [("short-password", "till:pass wor"), ("long-password", "till:pass wordx")]
)
def test_line_spells_a_password_that_is_almost_right(
    shell: Any, kept: Result, credentials: Credentials, sent: str
) -> None:
    assert sent in shell(curl(Request(body={}, credentials=credentials), kept))[0]


def test_line_uses_a_token_where_that_is_the_login(shell: Any, kept: Result) -> None:
    login = Login(oauth=OAuthClient(SECRET, SECRET, "/token"), headers=(("X-Gateway-Key", SECRET),))
    result = replace(kept, target=replace(kept.target, login=login))
    arguments, _ = shell(curl(Request(body={}), result))
    assert "X-CAP-API-OAUTH-TOKEN: tok" in arguments
    assert "X-Gateway-Key: gate" in arguments


def test_line_has_an_unusual_method_and_path(shell: Any, kept: Result) -> None:
    arguments, _ = shell(curl(Request(method="get", path="/a b'c", headers=()), kept, url="http://127.0.0.1:9"))
    assert arguments[:4] == ["-sSi", "-X", "GET", "http://127.0.0.1:9/a b'c"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request(method="GET; touch stolen", headers=()), ["-sSi", "-X", "GET; TOUCH STOLEN"]),
        (Request(path="@127.0.0.2/x", headers=()), ["https://api.example.com/@127.0.0.2/x"]),
        (Request(path=".evil.example/x", headers=()), ["https://api.example.com/.evil.example/x"]),
        (Request(path="-o stolen", headers=()), ["https://api.example.com/-o stolen"]),
        (Request(headers=(("@/etc/passwd", "$(touch stolen)"),)), ["/etc/passwd: $(touch stolen)"]),
        (Request(headers=(("X-\x1b[31m", "a\r\nb"),)), ["X-\\x1b[31m: a\\r\\nb"]),
    ],
    ids=["method", "host", "host's name", "option", "file", "line"],
)
def test_line_of_a_strangers_request_is_harmless(
    shell: Any, kept: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_: Request, expected: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    line = curl(request_, kept)
    assert set(expected) <= set(shell(line)[0])
    assert not (tmp_path / "stolen").exists()
    assert line.isprintable()


def test_line_sends_bytes_that_begin_like_an_option(shell: Any, kept: Result) -> None:
    assert shell(curl(Request(raw=b"-v\x00"), kept))[1] == b"-v\x00"


def test_line_quotes_the_name_of_a_header_of_the_target_file(shell: Any, kept: Result) -> None:
    login = Login(headers=(("X-`id`", SECRET),))
    result = replace(kept, target=replace(kept.target, login=login))
    assert "X-`id`: " in shell(curl(Request(body={}), result))[0]


def test_line_is_one_line(kept: Result) -> None:
    for raw in (b"a\nb", b"\x1b[31m", "\u2028".encode()):
        assert "\n" not in curl(Request(raw=raw), kept)
        assert "\x1b" not in curl(Request(raw=raw), kept)
