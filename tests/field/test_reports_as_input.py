"""A report.json from a stranger: replay and compare read it, and it chooses neither the host nor what the host gets."""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contracts import cli
from contracts.commands import compare
from contracts.commands.replay import replay
from contracts.errors import Misuse
from contracts.session.opening import Order
from openapi import document
from tests.field.front import Behaviour, Call, Front, http
from tests.field.running import report, tried

CLOSED = "http://127.0.0.1:9"
TARGET = """
credentials: {basic: {username: TILL, password: TILL_PASSWORD}}
headers: {X-Gateway-Key: GATEWAY_KEY}
world:
  programs: [{id: 3334}]
  promotions: [{id: 68c3f64bbd0a8a0aa705c793, promotionId: 1133590053, programId: 3334, type: LOYALTY, status: LIVE}]
  customers: [{id: 388369579, source: INSTORE}]
"""

Ended = tuple[int, str]
Command = Callable[..., Ended]


def forwards(call: Call) -> bytes:
    return call.forward()


def forgets_the_request_id(call: Call) -> bytes:
    status, _, body = call.ask()
    answer = json.loads(body)
    if status == 200 and answer.get("data"):
        answer["data"]["requestId"] = "another"
    return http(answer, status)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report of a run against a host that does not repeat the requestId."""
    folder = tmp_path_factory.mktemp("real")
    with Front(forgets_the_request_id) as front:
        assert tried(front.url, "examples", report_dir=folder).exit == 1
    content = report(folder)
    assert content["findings"][0]["claim"] == "response.data.requestId.echo"
    return content


@pytest.fixture
def write(real: Any, tmp_path: Path) -> Callable[..., Path]:
    """Write the real report with changes: to its first finding and the request of that, and to `host` and `live`."""

    def change(*, host: str = CLOSED, live: bool = False, finding: Any = None, **request: Any) -> Path:
        content = deepcopy(real)
        content["run"] |= {"host": host, "live": live}
        content["findings"][0] |= finding or {}
        content["findings"][0]["request"] |= request
        content["findings"][0]["earlier"] = []
        file = tmp_path / "report.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        return file

    return change


@pytest.fixture
def ended(capsys: pytest.CaptureFixture[str]) -> Command:
    """Carry out a command of enrol-contract; return its exit code and what it said."""

    def carry_out(*words: object) -> Ended:
        with pytest.raises(SystemExit) as left:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out + said.err

    return carry_out


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A target file with a login and a gateway's header, and without a host."""
    for name, value in {"TILL": "store.server", "TILL_PASSWORD": "123", "GATEWAY_KEY": "key-of-the-gateway"}.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "target.yaml"
    file.write_text(TARGET, encoding="utf-8")
    return file


def is_one_line(said: str) -> bool:
    return said.startswith("enrol-contract: ") and said.count("\n") == 1


# Where the request goes.


@pytest.mark.parametrize(
    "path",
    [
        "@127.0.0.1:{port}/x",
        "//127.0.0.1:{port}/x",
        "http://127.0.0.1:{port}/v3/promotions/enrol",
        "{port}/x",
        ".127.0.0.1:{port}/v3/promotions/enrol",
        "\\@127.0.0.1:{port}/x",
        "/../_mock/reset",
        "/v3/promotions/../../_mock/reset",
        "/v3/promotions/enrol?customer=1",
        "/v3/promotions/enrol/388369579",
        "/v3/promotions/enrol#@127.0.0.1:{port}",
        "/v3/promotions/enrol HTTP/1.1\r\nX-Other: 1",
        "/v3/customers",
        "",
    ],
)
def test_a_path_that_is_not_that_of_the_call_is_not_sent(
    path: str, write: Callable[..., Path], ended: Command, target: Path
) -> None:
    with Front(forwards) as front, Front(forwards) as elsewhere:
        file = write(path=path.format(port=elsewhere.port))
        code, said = ended("replay", file, "--target", target, "--host", front.url)
        assert (code, is_one_line(said)) == (2, True), said
        assert [front.calls, elsewhere.calls] == [[], []]


def test_an_archive_beside_the_report_chooses_no_path_either(
    write: Callable[..., Path], ended: Command, target: Path
) -> None:
    with Front(forwards) as front, Front(forwards) as elsewhere:
        file = write()
        content = json.loads(file.read_text(encoding="utf-8"))
        content["findings"][0]["earlier"] = [1]
        file.write_text(json.dumps(content), encoding="utf-8")
        entry = {
            "_enrolContract": {"number": 1, "credentials": "valid"},
            "request": {"method": "POST", "url": f"@127.0.0.1:{elsewhere.port}/x", "headers": []},
            "response": {"status": 200, "headers": [], "content": {}},
        }
        file.with_name("run.har").write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
        code, said = ended("replay", file, "--target", target, "--host", front.url)
        assert (code, is_one_line(said)) == (2, True), said
        assert [front.calls, elsewhere.calls] == [[], []]


def test_the_host_of_the_target_file_outranks_that_of_the_report(
    write: Callable[..., Path], ended: Command, target: Path
) -> None:
    with Front(forwards) as front, Front(forwards) as elsewhere:
        target.write_text(f"host: {front.url}\n{TARGET}", encoding="utf-8")
        code, said = ended("replay", write(host=elsewhere.url), "--target", target)
        assert (code, elsewhere.calls) == (0, []), said
        assert {call.headers["X-Gateway-Key"] for call in front.calls} == {"key-of-the-gateway"}


def test_a_report_does_not_choose_where_the_credentials_of_a_target_file_go(
    write: Callable[..., Path], ended: Command, target: Path
) -> None:
    with Front(forwards) as elsewhere:
        code, said = ended("replay", write(host=elsewhere.url), "--target", target)
        assert (code, is_one_line(said), elsewhere.calls) == (2, True, [])
        assert "no host is given" in said


@pytest.mark.parametrize("host", ["https://elsewhere.example", "http://[::1", "", "//127.0.0.1:1@elsewhere.example"])
def test_a_report_chooses_no_host_that_is_not_this_machine(
    host: str, write: Callable[..., Path], ended: Command
) -> None:
    code, said = ended("replay", write(host=host))
    assert (code, is_one_line(said)) == (2, True)
    assert "give the host with --host, or in a target file (--target)" in said


def test_a_report_may_name_the_test_host_that_the_user_names(write: Callable[..., Path], ended: Command) -> None:
    file = write(host="http://app.invalid:8080")
    code, said = ended("replay", file, "--this-is-a-test-host", "app.invalid:8080")
    assert (code, is_one_line(said)) == (2, True)
    assert "http://app.invalid:8080 gave no answer" in said
    code, said = ended("replay", file, "--this-is-a-test-host", "app.invalid:80")
    assert (code, is_one_line(said)) == (2, True)
    assert "is not the host under test" in said


def test_a_local_mock_needs_no_more_than_the_report(write: Callable[..., Path], ended: Command) -> None:
    with Front(forwards) as front:
        assert ended("replay", write(host=front.url))[0] == 0


# What the host gets.


def test_a_report_chooses_no_headers_but_harmless_ones(write: Callable[..., Path], ended: Command) -> None:
    headers = {"Content-Type": "application/json", "Host": "elsewhere.example", "X-HTTP-Method-Override": "DELETE"}
    headers |= {"Authorization": "Basic eDp5", "Cookie": "session=stolen"}
    with Front(forwards) as front:
        file = write(host=front.url, headers=[{"name": n, "value": v} for n, v in headers.items()])
        code, said = ended("replay", file)
        sent = front.calls[-1].headers
    assert code == 0, said
    assert (sent["Host"], sent["Cookie"]) == (f"127.0.0.1:{front.port}", "_cfuvid=contract-test-cookie-w9k84Tbu")
    assert "X-HTTP-Method-Override" not in sent
    assert sent["Authorization"] != "Basic eDp5"
    assert "not sent  the headers Host, X-HTTP-Method-Override, Authorization" in said


def test_a_body_is_sent_as_it_was_written_and_framed(write: Callable[..., Path], ended: Command) -> None:
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked", "Connection": "close"}
    listed = [{"name": name, "value": value} for name, value in headers.items()]
    with Front(forwards) as front:
        code, said = ended("replay", write(host=front.url, headers=listed, spelling="pretty"))
        sent = front.calls[-1]
    assert code == 0, said
    assert "not sent" not in said
    assert sent.body.startswith(b"\r\n {\r\n\t")
    assert (sent.headers["Transfer-Encoding"], sent.headers["Connection"]) == ("chunked", "close")


@pytest.mark.parametrize(
    "request_",
    [
        {"spelling": "in verse"},
        {"credentials": "those of somebody else"},
        {"method": "PATCH"},
        {"method": "GET http://elsewhere.example"},
        {"raw": "e30="},
        {"body": {"requestId": "<mobile of customer 1 in digits from U+FFFFFFFFFF>"}},
        {"headers": [{"name": "Content-Type", "value": "a\r\nX-Other: 1"}]},
        {"headers": [{"name": "Content-Type"}]},
    ],
    ids=str,
)
def test_a_request_that_no_run_sends_is_not_sent(request_: Any, write: Callable[..., Path], ended: Command) -> None:
    with Front(forwards) as front:
        code, said = ended("replay", write(host=front.url, **request_))
        assert (code, is_one_line(said), front.calls) == (2, True, []), said


def test_a_live_host_stays_live(write: Callable[..., Path], ended: Command) -> None:
    with Front(forwards) as front:
        code, said = ended("replay", write(host=front.url, live=True))
        assert (code, is_one_line(said), front.calls) == (2, True, [])
        assert "replay sends it only requests that can enrol nobody" in said
        assert ended("replay", write(host=front.url), "--treat-as-live") == (code, said)
        assert front.calls == []


# What no program wrote.


@pytest.mark.parametrize(
    "text", ["", "[" * 100_000, '{"findings":' * 50_000, '{"a":1e999}', "\ud800", "1" * 5000, "null", "{}"], ids=len
)
def test_a_file_that_is_no_report_is_one_line(text: str, tmp_path: Path, ended: Command) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    for words in (("replay", file), ("compare", file, file)):
        code, said = ended(*words)
        assert (code, is_one_line(said)) == (2, True), said
        assert "is not a report.json of this version" in said


def test_a_body_that_is_nested_deeply_is_one_line(write: Callable[..., Path], ended: Command) -> None:
    body: Any = []
    for _ in range(300):
        body = [body]
    code, said = ended("replay", write(body=body))
    assert (code, is_one_line(said)) == (2, True)


def test_a_mutated_report_is_misuse_or_is_sent_and_never_a_traceback(real: Any, tmp_path: Path) -> None:
    """Each value of the report is replaced by something else. The host is closed: what would be sent fails as Misuse."""
    file = tmp_path / "report.json"
    content = {
        **real,
        "findings": real["findings"][:1],
        "claims": real["claims"][:1],
        "questions": real["questions"][:1],
    }
    content["run"] = {**real["run"], "host": CLOSED}
    odd: list[Any] = [None, True, -1, 10**30, 1.5, "", "\ud800\x00", "x" * 3000, [], {}, [[]], {"": None}]
    random.seed(11)
    read, tried_ = document.load(), 0
    for place in places(content):
        for value in random.sample(odd, 4):
            file.write_text(json.dumps(changed(content, place, value)), encoding="utf-8")
            with pytest.raises(Misuse):
                replay(Order(document=read), file, 1, Console(quiet=True))
            with contextlib.suppress(Misuse):
                compare.compare(compare.read(file), compare.read(file))
            tried_ += 1
    assert tried_ > 250


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of each value inside a JSON value, as keys and indexes."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, each in inner for found in places(each, (*place, key)))]


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """Return a JSON value with another value at a place."""
    if not place:
        return new
    copied = deepcopy(value)
    inner = copied
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = new
    return copied


# What the answer shows.


def says(body: Any, status: int) -> Behaviour:
    """Return a host that gives one answer to the finding's request, and forwards what connecting asks."""

    def behave(call: Call) -> bytes:
        return call.forward() if call.json.get("requestId", "").startswith("contract-test-0") else http(body, status)

    return behave


def closes(call: Call) -> bytes | None:
    return call.forward() if call.json.get("requestId", "").startswith("contract-test-0") else None


@pytest.mark.parametrize(
    ("behave", "code", "words"),
    [
        (forwards, 0, "kept: this time the answer keeps the claim"),
        (forgets_the_request_id, 1, "broken: the answer still breaks the claim"),
        (closes, 2, "unjudged: the host gave no answer"),
        (says(b"<html>", 502), 2, "unjudged: a gateway answered HTTP 502 in place of the host"),
        (says({}, 401), 2, "unjudged: the host refused the credentials with HTTP 401"),
        (says(b"<html>", 404), 2, "unjudged: "),
        (says(b"garbage", 200), 2, "unjudged: "),
        (says({"hello": "world"}, 200), 2, "unjudged: "),
    ],
    ids=["right", "wrong", "closed", "502", "401", "404", "garbage", "JSON of something else"],
)
def test_a_claim_is_kept_only_if_the_answer_shows_it(
    behave: Behaviour, code: int, words: str, write: Callable[..., Path], ended: Command
) -> None:
    with Front(behave) as front:
        seen = ended("replay", write(host=front.url))
    assert seen[0] == code, seen
    assert seen[1].splitlines()[-1].startswith(words)


def test_a_contradiction_of_answers_is_not_replayed_with_one(write: Callable[..., Path], ended: Command) -> None:
    finding = {"expected": "one reading of the question source: 'optional', as in the other answers"}
    with Front(forwards) as front:
        code, said = ended("replay", write(host=front.url, finding=finding))
    assert code == 2
    assert said.splitlines()[-1].startswith("unjudged: answers contradicted each other")
