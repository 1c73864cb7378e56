"""Secrets: what people write in target files by mistake, and where a host, a recorder or a client repeats them."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from rich.console import Console
from werkzeug.test import Client

from contracts.cli import main
from contracts.commands.check import check
from contracts.errors import Misuse
from contracts.exchange import Request
from contracts.host.login import basic_header
from contracts.host.target import load
from contracts.reports import readings
from contracts.reports.files import FILES
from contracts.session.ledger import Ledger
from contracts.session.opening import Order
from contracts.verdict.evidence import QuestionState
from openapi import document
from openapi.questions import Question, Statement
from openapi.source import SourceError
from tests.contracts.served import mock
from tests.field.front import Call, Front, http
from tests.field.running import command, tried

BASIC = "credentials: {{basic: {{username: {}, password: {}}}}}"
NAME_WANTED = "name the environment variable that holds it (letters, digits and _), not the value itself"


def refused(folder: Path, text: str, **environment: str) -> str:
    """Return the message with which a target file is refused, with FILE in place of its path."""
    file = folder / "target.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises((Misuse, SourceError)) as caught:
        load("http://127.0.0.1:9", file, environment)
    return str(caught.value).replace(str(file), "FILE")


@pytest.mark.parametrize(
    ("text", "secret", "message"),
    [
        (BASIC.format("A", "'S3cret-Pa55!'"), "S3cret", f"FILE: /credentials/basic/password: {NAME_WANTED}"),
        (BASIC.format("till.seven", "B"), "till", f"FILE: /credentials/basic/username: {NAME_WANTED}"),
        ("credentials: {oauth: {key: k-1/2, secret: B}}", "k-1", f"FILE: /credentials/oauth/key: {NAME_WANTED}"),
        ("credentials: {oauth: {key: A, secret: 's p'}}", "s p", f"FILE: /credentials/oauth/secret: {NAME_WANTED}"),
        ("{credentials: none, headers: {X-Key: 'a:b'}}", "a:b", f"FILE: /headers/X-Key: {NAME_WANTED}"),
        ("{credentials: none, headers: {1a2b3c4d5e: X-Key}}", "1a2b", f"FILE: /headers, entry 1: {NAME_WANTED}"),
        ("{credentials: none, headers: {'X-Key: 1a2b': A}}", "1a2b", "FILE: /headers, entry 1: is not the name of a header"),
        (BASIC.format("A", "5683"), "5683", "FILE: line 1, column 46: /credentials/basic/password: expected a text, got a whole number; quote it: …"),
        ("credentials: {basic: {till.seven: hunter2}}", "till", "FILE: line 1, column 23: /credentials/basic: unknown key …"),
        ("credentials: hunter2", "hunter2", "FILE: line 1, column 14: /credentials: … is none of the words that may stand here"),
        (BASIC.format("A", "*hunter2"), "hunter2", "FILE: line 1, column 46: a text that begins with * needs quotes: …"),
        (BASIC.format("A", "@hunter2"), "hunter2", "FILE: line 1, column 46: a text that begins with @ needs quotes: …"),
        (BASIC.format("A", "0x1F2"), "1F2",
         "FILE: line 1, column 46: quote it: … (without quotes, programs read different numbers in it); a number is written as in JSON"),
        (BASIC.format("A", "2026-01-17"), "-17", "FILE: line 1, column 46: /credentials/basic/password: expected a text, got a date; quote it: …"),
        ("credentials: hunter2: x", "hunter2", "FILE: line 1, column 21: a colon inside a text; quote the whole text: …"),
        (BASIC.format("A", "!hunter2 x"), "hunter2", "FILE: line 1, column 46: the tag … is not known; if this is a text, quote it"),
        ("{credentials: none, clientCertificate: {certificate: c.pem, key: '-----BEGIN PRIVATE KEY-----\nMIIB'}}", "MIIB",
         "FILE: /clientCertificate/key: give the path of a file, not what is in it"),
    ],
)  # fmt: skip
def test_a_value_in_place_of_a_name_is_not_repeated(tmp_path: Path, text: str, secret: str, message: str) -> None:
    said = refused(tmp_path, text, A="x")
    assert said == message
    assert secret not in said


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *((name, True) for name in ("ENROL_PASSWORD", "PASSWORD", "ENROL_PASSWORD_2", "EU1_PASSWORD")),
        *((name, False) for name in ("hunter2", "Enrol_Password", "AKIAIOSFODNN7EXAMPLE", "DEADBEEF01", "P4SS")),
    ],
)
def test_a_name_that_may_be_a_secret_is_not_repeated_either(tmp_path: Path, name: str, shown: bool) -> None:
    said = refused(tmp_path, BASIC.format("A", name), A="x")
    named = f"the environment variable {name}" if shown else "the environment variable named there"
    assert said == f"FILE: /credentials/basic/password: {named} is not set or empty; set it to the credential"


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        (BASIC.format("A", "B"), "open\nsesame", "/credentials/basic/password: the environment variable B holds a line break or another control character"),
        (BASIC.format("A", "B"), "sesame\x1b[2J", "/credentials/basic/password: the environment variable B holds a line break or another control character"),
        (BASIC.format("A", "B"), "sesame\udcff", "/credentials/basic/password: the environment variable B is not UTF-8"),
        (BASIC.format("B", "A"), "till\r", "/credentials/basic/username: the environment variable B holds a line break or another control character"),
        (BASIC.format("B", "A"), "till:7", "/credentials/basic/username: the environment variable B holds a colon, which a user name cannot have in Basic credentials (RFC 7617, section 2)"),
        ("credentials: {oauth: {key: A, secret: B}}", "s\n", "/credentials/oauth/secret: the environment variable B holds a line break or another control character"),
        ("{credentials: none, headers: {X-Key: B}}", "k\r\nHost: x", "/headers/X-Key: the environment variable B holds a line break or another control character"),
        ("{credentials: none, headers: {X-Key: B}}", " key", "/headers/X-Key: the environment variable B begins or ends with a space, which no header keeps"),
    ],
)  # fmt: skip
def test_a_credential_that_cannot_be_sent_is_named_unseen(tmp_path: Path, text: str, value: str, message: str) -> None:
    assert refused(tmp_path, text, A="x", B=value) == f"FILE: {message}"


@pytest.mark.parametrize(
    "path",
    ["@127.0.0.2:1/x", "//127.0.0.2:1/x", "http://127.0.0.2:1/x", "x", "", "/\\\\127.0.0.2/x", "/x y", "/x\\r\\ny", "/x#y", "/é",
     "\\\\127.0.0.2", "/\\t/x", ":1/x", ".evil.example/x"],
)  # fmt: skip
def test_key_and_secret_go_to_the_host_under_test_only(tmp_path: Path, path: str) -> None:
    text = f'credentials: {{oauth: {{key: A, secret: A, tokenPath: "{path}"}}}}'
    assert refused(tmp_path, text, A="x") == (
        "FILE: /credentials/oauth/tokenPath: must be a path on the same host, such as /v3/oauth/token/generate: "
        "one / at its start, and no space, backslash, # or control character"
    )


@pytest.mark.parametrize("host", ["https://till:Pa55word@[::1", "https:/till:Pa55word@x", "https://x?token=Pa55word", "ftp://x#Pa55word"])  # fmt: skip
def test_a_host_with_a_secret_in_it_is_refused_unseen(host: str) -> None:
    with pytest.raises(Misuse) as caught:
        load(host, None)
    assert "Pa55word" not in str(caught.value)


def test_a_ledger_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text('{"intent": 1}\n', encoding="utf-8")
    path.chmod(0o664)
    Ledger(path, host="http://127.0.0.1:9").write_request(2, Request(body={}))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").count('"intent"') == 2


@pytest.mark.parametrize(("kind", "why"), [("link", "it is a symbolic link"), ("pipe", "it is not a regular file")])
def test_a_ledger_that_leads_elsewhere_is_refused(tmp_path: Path, kind: str, why: str) -> None:
    path, elsewhere = tmp_path / "ledger.jsonl", tmp_path / "notes.txt"
    elsewhere.write_text("notes")
    elsewhere.chmod(0o644)
    if kind == "link":
        path.symlink_to(elsewhere)
    else:
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(Misuse, match=f"cannot be written: {why}; nothing was sent"):
        Ledger(path, host="http://127.0.0.1:9").write_request(1, Request(body={}))
    if kind == "pipe":
        os.close(reader)
    assert (elsewhere.read_text(), elsewhere.stat().st_mode & 0o777) == ("notes", 0o644)


def recorded(folder: Path, **changed: Any) -> dict[str, str]:
    """Judge an archive as a browser writes it, and return all that `check` shows and writes, by name.

    The entry of the enrol call is changed by `headers`, `cookies`, `url`, `sent` and `answer`.
    """
    json_type = {"name": "Content-Type", "value": "application/json"}
    body = document.load().request_examples()["enrol"]
    entry = {
        "startedDateTime": "2026-01-02T03:04:05Z",
        "time": 12,
        "request": {
            "method": "POST",
            "url": changed.get("url", "https://eu.api.example.com/v3/promotions/enrol"),
            "headers": [json_type, *changed.get("headers", [])],
            "cookies": changed.get("cookies", []),
            "queryString": [],
            "postData": {"mimeType": "application/json", "text": json.dumps({**body, **changed.get("sent", {})})},
        },
        "response": {
            "status": 400 if changed.get("answer", {}).get("errors") else 200,
            "headers": [json_type, *changed.get("answered", [])],
            "cookies": [],
            "redirectURL": "",
            "content": {"mimeType": "application/json", "text": json.dumps(changed.get("answer", {}))},
        },
    }
    archive = folder / "traffic.har"
    archive.write_text(json.dumps({"log": {"version": "1.2", "entries": [*changed.get("others", []), entry]}}))
    said = StringIO()
    check(Order(report_dir=folder / "reports"), archive, Console(file=said, width=200))
    written = {path.name: path.read_text(encoding="utf-8") for path in (folder / "reports").iterdir()}
    assert set(written) == set(FILES)
    return {**written, "terminal": said.getvalue()}


def refusal(message: str) -> dict[str, Any]:
    return {"data": None, "errors": [{"code": 310005, "message": message}], "warnings": None}


HEADERS = ("x-api-key", "X-Amz-Security-Token", "Ocp-Apim-Subscription-Key", "X-Goog-Iam-Authorization-Token", "Authorization",
           "X-CAP-API-OAUTH-TOKEN", "Proxy-Authorization", "X-Auth-Token", "apikey", "x-nobody-knows")  # fmt: skip


def test_recorded_traffic_shows_no_header_that_is_not_known_to_be_harmless(tmp_path: Path) -> None:
    """A secret is masked in its own header, and wherever else it appears."""
    secrets = {name: f"{number}f3a9c{number}-Zq7" for number, name in enumerate(HEADERS)}
    shown = recorded(
        tmp_path,
        headers=[{"name": name, "value": value} for name, value in secrets.items()],
        answered=[{"name": "Set-Cookie", "value": "JSESSIONID=0ABC-sess1; Path=/"}, {"name": "X-Trace", "value": "tr-0ABC-77"},
                  {"name": "Retry-After", "value": "0"}],
        answer=refusal(f"not for {' or '.join(secrets.values())}, session 0ABC-sess1"),
    )  # fmt: skip
    leaks = {(name, secret) for name, text in shown.items() for secret in [*secrets.values(), "0ABC"] if secret in text}
    assert leaks == set()
    har = json.loads(shown["run.har"])["log"]["entries"][0]
    sent = {header["name"]: header["value"] for header in har["request"]["headers"]}
    answered = {header["name"]: header["value"] for header in har["response"]["headers"]}
    assert (sent["x-api-key"], sent["Content-Type"]) == ("<secret>", "application/json")
    assert (answered["set-cookie"], answered["x-trace"], answered["retry-after"]) == ("<secret>", "<secret>", "0")


@pytest.mark.parametrize(
    "changed",
    [
        {"cookies": [{"name": "x", "value": "\ud800 lone surrogate"}, {"name": "y", "value": None}, 1],
         "answer": {"password": "S3cret-value"}},
        {"cookies": [{"name": "sid", "value": "S3cret-value"}], "answer": refusal("no session S3cret-value")},
        {"url": "https://eu.api.example.com/v3/promotions/enrol?access_token=S3cret-value", "answer": refusal("S3cret-value")},
        {"url": "https://till:S3cret-value@eu.api.example.com/v3/promotions/enrol", "answer": refusal("S3cret-value")},
        {"headers": [{"name": "Authorization", "value": "Basic dGlsbDpTM2NyZXQtdmFsdWU="}], "answer": refusal("S3cret-value")},
        {"answered": [{"name": "Location", "value": "https://x.example/login?ticket=S3cret-value&n=1"}], "answer": refusal("x")},
        {"answered": [{"name": "Location", "value": "/login#token=S3cret-value"}], "answer": refusal("/login?x=S3cret-value")},
        {"answer": {"errors": None, "data": {"accessToken": "S3cret-value"}, "warnings": None}},
        {"answer": {"errors": None, "data": {"credentials": [{"is": "S3cret-value"}]}, "warnings": None}},
        {"answer": refusal('request: {"password":"S3cret-value"}')},
        {"sent": {"apiKey": "S3cret-value"}, "answer": refusal("S3cret-value")},
        {"sent": {"requestId": "S3cret-value"}, "others": [{"request": {"url": "https://x.example/token", "headers": [],
         "postData": {"text": "grant_type=password&password=S3cret-value"}}, "response": {}}], "answer": refusal("S3cret-value")},
        {"others": [{"request": {"url": "https://x.example/token", "headers": []},
         "response": {"content": {"text": '{"access_token": "S3cret-value"}'}}}], "answer": refusal("S3cret-value")},
        {"others": [{"request": {"url": "https://x.example/token", "headers": []}, "response": {"content": {"encoding": "base64",
         "text": b64encode(b'{"access_token": "S3cret-value"}').decode()}}}], "answer": refusal("S3cret-value")},
    ],
)  # fmt: skip
def test_recorded_traffic_shows_no_secret_of_urls_cookies_and_bodies(tmp_path: Path, changed: dict[str, Any]) -> None:
    shown = recorded(tmp_path, **changed)
    assert [name for name, text in shown.items() if "S3cret-value" in text or "UzNjcmV0LXZhbHVl" in text] == []


LOGIN = {"ENROL_USER": "till.seventeen", "ENROL_PASSWORD": "open/sesame+17"}
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\U000e0041[red]x[/red][link=http://x]y[/link]"
# Controls of the terminal, and changes of the direction of text.
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def target(folder: Path, url: str) -> Path:
    file = folder / "target.yaml"
    login = "basic: {username: ENROL_USER, password: ENROL_PASSWORD}"
    file.write_text(f"host: {url}\ncredentials: {{{login}}}\n", encoding="utf-8")
    return file


def logins() -> set[str]:
    """The login of the target in every form in which it is sent, and these once more percent-encoded."""
    user, password = LOGIN["ENROL_USER"], LOGIN["ENROL_PASSWORD"]
    sent = {basic_header(user, password, form=form).removeprefix("Basic ") for form in ("md5", "raw")}
    return {text for form in {*sent, password} for text in (form, form.rstrip("="), quote(form), quote(form, safe=""))}


def in_the_status_line(call: Call) -> bytes:
    return f"HTTP/1.1 {call.headers.get('Authorization', 'x')}{HOSTILE}\r\n\r\n".encode("latin-1", "replace")


def without_a_status_line(call: Call) -> bytes:
    return f"{call.headers.get('Authorization', 'x')}{HOSTILE}\r\n\r\n".encode("latin-1", "replace")


def in_a_redirect(call: Call) -> bytes:
    login = call.headers.get("Authorization", "x")
    return http(b"", 302, Location=f"https://x.example/{quote(login)}/{login}?login={login}")


def in_a_refusal(call: Call) -> bytes:
    return http({"errors": [{"code": 7, "message": f"{call.headers.get('Authorization')} {HOSTILE}"}]}, 401)


REPEATING = (in_the_status_line, without_a_status_line, in_a_redirect, in_a_refusal)


@pytest.mark.parametrize("name", ["run", "probe", "doctor"])
@pytest.mark.parametrize("repeats", REPEATING)
def test_a_host_that_repeats_the_login_shows_it_to_nobody(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    repeats: Callable[[Call], bytes],
    name: str,
) -> None:
    for variable, value in LOGIN.items():
        monkeypatch.setenv(variable, value)
    with Front(repeats) as front, pytest.raises(SystemExit) as ended:
        main(["--debug", name, "--target", str(target(tmp_path, front.url))])
    said = "".join(capsys.readouterr())
    assert ended.value.code == 2 or (name, ended.value.code) == ("doctor", 1)
    assert [login for login in logins() if login in said] == []
    assert CONTROLS.findall(said) == []


def test_the_reports_of_a_run_hold_no_spelling_of_the_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host repeats the login in its headers and texts, and refuses everything."""
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)

    def repeating(call: Call) -> bytes:
        login = call.headers.get("Authorization", "").partition(" ")[2]
        told = f"{login} {quote(login)} {login.encode().hex().upper()} {b64encode(login.encode()).decode()}"
        if login:
            told += f" {b64decode(login).decode('utf-8', 'replace')}"
        headers = {"X_Echo": login, "Server": login, "Location": f"/login/{quote(login)}?user={login}", "Via": told}
        return http(refusal(f"programId is required. {json.dumps(told)}"), 400, **headers)

    with Front(repeating) as front:
        file = target(tmp_path, front.url)
        seen = tried(None, "examples", "credentials", target=file, report_dir=tmp_path / "reports")
        sent = {
            call.headers["Authorization"].partition(" ")[2] for call in front.calls if "Authorization" in call.headers
        }
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "reports").iterdir()}
    shown = {**written, "terminal": seen.said}
    mine = logins() & sent
    assert mine
    forms = {form for login in mine for form in (login, login.encode().hex(), b64encode(login.encode()).decode())}
    lowered = {name: text.lower() for name, text in shown.items()}
    assert [(name, form) for name, text in lowered.items() for form in forms | logins() if form.lower() in text] == []


def test_nothing_that_a_host_says_controls_the_terminal_or_a_report(tmp_path: Path) -> None:
    def hostile(call: Call) -> bytes:
        status, _, body = call.ask()
        answer = json.loads(body)
        if answer.get("data"):
            answer["data"]["requestId"] = HOSTILE
        return http(answer, status, X_Said="\x9b31m", Server="\x1b]0;owned\x9b")

    with Front(hostile) as front:
        seen = tried(front.url, "examples", report_dir=tmp_path / "reports")
        again = command("replay", "reports/report.json", cwd=tmp_path)
        probed = command("probe", front.url, cwd=tmp_path)
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "reports").iterdir()}
    shown = {**written, "terminal": seen.said, "replay": again.said, "probe": probed.said}
    assert [name for name in ("terminal", "replay") if "[red]x[/red]" not in shown[name]] == []
    assert {name: found for name, text in shown.items() if (found := CONTROLS.findall(text))} == {}
    assert [name for name in ("summary.md", "report.html") if '<a href="http://x"' in shown[name]] == []


def test_nothing_that_an_archive_holds_controls_the_terminal_or_a_report(tmp_path: Path) -> None:
    names = [{"name": "Accept", "value": HOSTILE}, {"name": f"x-{HOSTILE}", "value": "1"}]
    answer = {"data": {"requestId": HOSTILE}, "errors": None, "warnings": None}
    shown = recorded(tmp_path, headers=names, answered=names, answer=answer)
    assert {name: found for name, text in shown.items() if (found := CONTROLS.findall(text))} == {}


def test_names_in_a_report_do_not_control_the_terminal(tmp_path: Path) -> None:
    for name, verdict in (("a.json", "kept"), ("b.json", "broken")):
        report = {"schema": 1, "claims": [{"id": HOSTILE, "verdict": verdict}], "findings": [], "questions": []}
        (tmp_path / name).write_text(json.dumps(report), encoding="utf-8")
    seen = command("compare", "a.json", "b.json", cwd=tmp_path)
    assert (seen.exit, CONTROLS.findall(seen.said)) == (1, [])
    assert "[red]x[/red]" in seen.said


def test_a_table_cell_holds_no_markup() -> None:
    known = {"q": Question("q", "asks?", (Statement("s", 1, HOSTILE),), "a", {"a": "x"})}
    output = StringIO()
    states = (QuestionState("q", "q", ("a",), (1,)),)
    readings.show(Console(file=output, width=200), known, states, {"q": "[bold]a[/bold]"}, {1: HOSTILE})
    assert "[bold]a[/bold]" in output.getvalue()
    assert CONTROLS.findall(output.getvalue()) == []


def test_the_journal_of_the_mock_shows_only_harmless_headers_and_bodies_of_the_call() -> None:
    call, token = Client(mock()), {"key": "S3cret-key", "secret": "S3cret-value"}
    names = dict.fromkeys((*HEADERS, "X-Tenant"), "S3cret-value")
    call.post("/v3/promotions/enrol?access_token=S3cret-value", json={"action": "ENROL"}, headers=names)
    call.post("/v3/promotions/enrol", json={"action": "ENROL", "client_secret": "S3cret-value"})
    call.post("/v3/promotions/enrol", data='{"action": "ENROL", "password": "S3cret-value')
    call.post("/v3/oauth/token/generate", json=token)
    call.put("/v3/oauth/token/generate", json=token)
    call.post("/v3/oauth/token", data={"grant_type": "password", "password": "S3cret-value"})
    journal = call.get("/_mock/journal", headers={"User-Agent": "till/7"})
    assert "S3cret" not in journal.text
    first, second, *_ = [exchange["request"] for exchange in journal.json["exchanges"]]  # type: ignore[index]  # the journal is there, or the test fails
    assert {name.lower() for name in names} < {name.lower() for name in first["headers"]}
    assert first["headers"]["Content-Type"] == "application/json"
    assert json.loads(second["body"]) == {"action": "ENROL", "client_secret": "***"}
