"""Archives (HAR) as browsers, proxies and other tools really write them: what is judged, what is left out, and why."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from contracts.cli import main
from contracts.commands.check import check
from contracts.errors import Misuse
from contracts.oracle.judge import Judge
from contracts.session.opening import Order
from contracts.verdict.result import EXIT_CODES
from tests.contracts.answers import ASHA, BRUNO, CHEN, ask, made, plain, refused, warned
from tests.field.running import Outcome, report

CALL = "https://eu.api.example.com/v3/promotions/enrol"
LOGIN = {"name": "authorization", "value": "Basic dGlsbDpwYXNzd29yZA=="}  # till:password
JSON = {"name": "content-type", "value": "application/json"}

Entry = dict[str, Any]
Spoil = Callable[[Entry], Any]


def entry(
    sent: Any = None, came: Any = None, status: int = 200, *, url: str = CALL, login: dict[str, str] | None = LOGIN
) -> Entry:
    """Return an entry like Chrome's. By default the customer Asha is enrolled."""
    return {
        "startedDateTime": "2026-03-01T12:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": "POST",
            "url": url,
            "httpVersion": "http/2.0",
            "headers": [{"name": ":authority", "value": "eu.api.example.com"}, JSON, *([login] if login else [])],
            "postData": {"mimeType": "application/json", "text": json.dumps(ask() if sent is None else sent)},
        },
        "response": {
            "status": status,
            "headers": [JSON],
            "content": {
                "size": 700,
                "mimeType": "application/json",
                "text": json.dumps(made() if came is None else came),
            },
            "bodySize": -1,
            "_error": None,
        },
    }


def refusal(name: str, status: int = 400, **changed: Any) -> Entry:
    """Return the refusal of a request in which one field is missing."""
    body = ask()
    del body[name]
    outcome = "program_id_required" if name == "programId" else f"{name}_required"
    return entry(body, refused(outcome), status, **changed)


def archive(folder: Path, *entries: Any, **log: Any) -> Path:
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": list(entries), **log}}), encoding="utf-8")
    return path


def checked(path: Path, **order: Any) -> Outcome:
    """Check an archive, and return what a user sees of it."""
    output = StringIO()
    try:
        result = check(Order(**order), path, Console(file=output, width=200, soft_wrap=True))
    except Misuse as error:
        return Outcome(2, str(error))
    return Outcome(EXIT_CODES[result.verdict], output.getvalue(), result)


def requests(seen: Outcome) -> int:
    assert seen.result
    return seen.result.requests


# What is left out


def drop(*path: str) -> Spoil:
    """Return a change of an entry: the part at this path is not there."""

    def spoil(one: Entry) -> None:
        for name in path[:-1]:
            one = one[name]
        del one[path[-1]]

    return spoil


def put(value: Any, *path: str) -> Spoil:
    """Return a change of an entry: the part at this path has this value."""

    def spoil(one: Entry) -> None:
        for name in path[:-1]:
            one = one[name]
        one[path[-1]] = value

    return spoil


CONTENT = ("response", "content")
PREFLIGHT = [{"name": "Access-Control-Request-Method", "value": "POST"}]
COMPRESSED = base64.b64encode(b"\x1f\x8b\x08\x00\xff\xfe").decode()

LEFT_OUT: dict[str, tuple[list[Spoil], str]] = {
    "Chrome has dropped the body": ([drop(*CONTENT, "text")], "without the text of its answer"),
    "the text is null": ([put(None, *CONTENT, "text")], "without the text of its answer"),
    "the text is empty, the size is not": ([put("", *CONTENT, "text")], "without the text of its answer"),
    "a size of 0, but bytes on the wire": (
        [put({"size": 0, "text": ""}, *CONTENT), put(700, "response", "bodySize")],
        "without the text of its answer",
    ),
    "no content at all": ([drop(*CONTENT)], "without the text of its answer"),
    "the content is null": ([put(None, *CONTENT)], "without the text of its answer"),
    "Playwright has put it into another file": (
        [put({"size": 700, "mimeType": "application/json", "_file": "a.json"}, *CONTENT)],
        "with a body in another file (record it with the content embedded)",
    ),
    "status 0": ([put(0, "response", "status")], "aborted"),
    "status -1": ([put(-1, "response", "status")], "aborted"),
    "status null": ([put(None, "response", "status")], "aborted"),
    "size -1 and no body": (
        [put({"size": -1, "mimeType": "x-unknown"}, *CONTENT)],
        "without the text of its answer",
    ),
    "Chrome names a network error": (
        [put("net::ERR_ABORTED", "response", "_error"), drop(*CONTENT, "text")],
        "aborted",
    ),
    "status 100": ([put(100, "response", "status")], "with a status of 1xx or 3xx"),
    "status 304": ([put(304, "response", "status")], "with a status of 1xx or 3xx"),
    "a redirect": ([put(307, "response", "status"), put("", *CONTENT, "text")], "with a status of 1xx or 3xx"),
    "a preflight": (
        [put("OPTIONS", "request", "method"), put(PREFLIGHT, "request", "headers"), drop("request", "postData")],
        "sent ahead by a browser (a CORS preflight)",
    ),
    "a preflight without its headers": (
        [put("OPTIONS", "request", "method"), put([], "request", "headers"), put(204, "response", "status")],
        "sent ahead by a browser (a CORS preflight)",
    ),
    "no body of the request": ([drop("request", "postData")], "without the body of its request"),
    "postData null": ([put(None, "request", "postData")], "without the body of its request"),
    "the text of the request is null": (
        [put(None, "request", "postData", "text")],
        "without the body of its request",
    ),
    "JSON kept as parameters": (
        [put({"mimeType": "application/json", "params": [{"name": "action"}]}, "request", "postData")],
        "without the body of its request",
    ),
    "half of the answer": (
        [put('{"data": {"requestId": "some-te', *CONTENT, "text")],
        "with a part of its answer only",
    ),
    "an answer that is still compressed": (
        [
            put([JSON, {"name": "content-encoding", "value": "gzip"}], "response", "headers"),
            put({"size": 6, "encoding": "base64", "text": COMPRESSED}, *CONTENT),
        ],
        "with an answer that is still compressed",
    ),
    "the answer was taken out": ([put("[application/json redacted]", *CONTENT, "text")], "with values taken out"),
    "values of the answer were taken out": (
        [put(json.dumps(made(customerId="[customerId redacted]")), *CONTENT, "text")],
        "with values taken out",
    ),
    "a value of the request was taken out": (
        [put(json.dumps(ask(customer_identifierValue="***")), "request", "postData", "text")],
        "with values taken out",
    ),
    "a gateway": (
        [put(502, "response", "status"), put({"mimeType": "text/html", "text": "<html>"}, *CONTENT)],
        "answered by a gateway",
    ),
    "Chrome's cache": ([put("disk", "_fromCache")], "answered by a cache or a test"),
    "Safari's cache": ([put("Memory Cache", "_fetchType")], "answered by a cache or a test"),
    "a test of Playwright that answers itself": ([put(True, "_wasFulfilled")], "answered by a cache or a test"),
    "Playwright has left the body out": (
        [put("", "request", "postData", "text"), put(-1, "request", "bodySize")],
        "without the body of its request",
    ),
    "mitmproxy has streamed the answer": (
        [put({"size": 0, "compression": 0, "mimeType": "application/json", "text": None}, *CONTENT)],
        "without the text of its answer",
    ),
    "mitmproxy has met a closed connection": (
        [put({"status": 0, "headers": [], "content": {}, "bodySize": -1, "_error": "reset"}, "response")],
        "aborted",
    ),
    "a body of a thousand brackets": (
        [put("[" * 500 + "]" * 500, *CONTENT, "text")],
        "with JSON of more than 64 levels",
    ),
}
MALFORMED: dict[str, tuple[Any, str]] = {
    "null": (None, ".request: is missing"),
    "a text": ("entry", ".request: is missing"),
    "a list": ([1], ".request: is missing"),
    "no response": (drop("response"), ".response: is missing"),
    "a response that is null": (put(None, "response"), ".response: is missing"),
    "no URL": (drop("request", "url"), ".request.url: is missing"),
    "a URL that is none": (put("http://[::1/v3/promotions/enrol", "request", "url"), ".request.url: is no URL"),
    "a port that is none": (
        put("https://x:99999999/v3/promotions/enrol", "request", "url"),
        ".request.url: is no URL",
    ),
    "a URL that turns a terminal around": (
        put(f"https://x\u202e\x1b7/{CALL}", "request", "url"),
        ".request.url: has characters",
    ),
    "no method": (drop("request", "method"), ".request.method: is no word"),
    "a status that is a word": (put("OK", "response", "status"), ".response.status: is no status of HTTP"),
    "a status beyond all bounds": (put(1e999, "response", "status"), ".response.status: is no status of HTTP"),
    "a text that is an object": (put({}, *CONTENT, "text"), ".response.content.text: expected a text, got an object"),
    "headers that are a number": (
        put(5, "response", "headers"),
        ".response.headers: expected a list of headers, got a number",
    ),
    "broken base64": (put({"encoding": "base64", "text": "eyJ$"}, *CONTENT), ".response.content.text: is not base64"),
}


def spoiled(*changes: Spoil) -> Entry:
    one = entry(ask("enr-58", BRUNO), made("enr-58", BRUNO, ids=("3", "4")))
    for change in changes:
        change(one)
    return one


@pytest.mark.parametrize(("changes", "why"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_an_entry_that_shows_nothing_is_left_out_and_named(tmp_path: Path, changes: list[Spoil], why: str) -> None:
    seen = checked(archive(tmp_path, entry(), spoiled(*changes)))
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
    assert seen.result
    assert seen.result.findings == ()
    assert f"  1 not judged: 1 {why}\n" in seen.said


@pytest.mark.parametrize(("changed", "why"), MALFORMED.values(), ids=MALFORMED.keys())
def test_one_malformed_entry_among_many_is_left_out(tmp_path: Path, changed: Any, why: str) -> None:
    bad = spoiled(changed) if callable(changed) else changed
    seen = checked(archive(tmp_path, bad, entry()))
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
    assert f"  1 not judged: 1 malformed (log.entries[0]{why}" in seen.said


def test_reasons_are_counted_and_named_in_one_line(tmp_path: Path) -> None:
    changes = [drop(*CONTENT, "text"), put(0, "response", "status"), put(-1, "response", "status")]
    other = entry(url="https://eu.api.example.com/v3/other")
    seen = checked(archive(tmp_path, *(spoiled(change) for change in changes), entry(), other))
    assert seen.said.splitlines()[:3] == [
        f"enrol-contract: 1 exchange of {tmp_path / 'traffic.har'} judged, 1 of other calls ignored",
        "  host: https://eu.api.example.com",
        "  3 not judged: 1 without the text of its answer, 2 aborted",
    ]


def test_an_archive_in_which_nothing_can_be_judged_is_one_line(tmp_path: Path) -> None:
    seen = checked(archive(tmp_path, spoiled(drop(*CONTENT, "text")), spoiled(put(0, "response", "status"))))
    assert seen.exit == 2
    assert seen.said == (
        f"{tmp_path / 'traffic.har'}: has no request to /v3/promotions/enrol that can be judged; "
        "2 not judged: 1 without the text of its answer, 1 aborted"
    )


# What is judged all the same

ODD_BUT_WHOLE: dict[str, list[Spoil]] = {
    "time null": [put(None, "time")],
    "time Infinity": [put("Infinity", "time")],
    "time NaN": [put(float("nan"), "time")],
    "time beyond all bounds": [put(1e308, "time")],
    "time a list": [put([1], "time")],
    "no time": [drop("time")],
    "no date": [drop("startedDateTime")],
    "a date that is none": [put("yesterday", "startedDateTime")],
    "status as text": [put("200", "response", "status")],
    "request in base64": [
        put(base64.b64encode(json.dumps(ask("enr-58", BRUNO)).encode()).decode(), "request", "postData", "text"),
        put("base64", "request", "postData", "encoding"),
    ],
    "answer in base64 for URLs, in lines": [
        put(
            {
                "encoding": "base64",
                "text": base64.urlsafe_b64encode(json.dumps(made("enr-58", BRUNO, ids=("3", "4"))).encode())
                .decode()
                .rstrip("=")[:76]
                + "\r\n"
                + base64.urlsafe_b64encode(json.dumps(made("enr-58", BRUNO, ids=("3", "4"))).encode())
                .decode()
                .rstrip("=")[76:],
            },
            *CONTENT,
        )
    ],
    "headers null": [put(None, "request", "headers"), put(None, "response", "headers")],
    "headers null and no types": [
        put(None, "request", "headers"),
        put(None, "response", "headers"),
        drop("request", "postData", "mimeType"),
        drop(*CONTENT, "mimeType"),
    ],
    "headers as an object": [put({"Content-Type": "application/json", "Accept": None}, "request", "headers")],
    "headers given twice": [
        put([JSON, JSON, LOGIN, LOGIN], "request", "headers"),
        put([JSON, JSON], "response", "headers"),
    ],
    "types beside the bodies only": [
        put([{"name": ":status", "value": "200"}, {"name": "date", "value": "x"}], "response", "headers"),
        put([LOGIN], "request", "headers"),
    ],
    "a size of compressed bytes": [put(12, *CONTENT, "size"), put(-650, *CONTENT, "compression")],
    "comments and fields of its own": [
        put("slow", "comment"),
        put({"_priority": "High"}, "_x"),
        put("", "response", "comment"),
    ],
    "empty parameters beside the text": [put([], "request", "postData", "params")],
    "a path before that of the call": [put("https://eu.api.example.com/v3/promotions/enrol?x=1#y", "request", "url")],
}


@pytest.mark.parametrize("changes", ODD_BUT_WHOLE.values(), ids=ODD_BUT_WHOLE.keys())
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_an_odd_entry_that_has_all_it_takes_is_judged(tmp_path: Path, changes: list[Spoil], right: bool) -> None:
    """The host is kept if its answer is right, and broken if it echoes a wrong requestId."""
    odd = spoiled(*changes)
    if not right:
        content = odd["response"]["content"]
        text = content["text"]
        if content.get("encoding"):
            text = base64.urlsafe_b64decode("".join(text.split()) + "==").decode()
            del content["encoding"]
        content["text"] = text.replace("some-test-id", "another")
    seen = checked(archive(tmp_path, entry(), odd), report_dir=tmp_path / "reports")
    assert (seen.exit, requests(seen)) == (0 if right else 1, 2)
    assert report(tmp_path / "reports")["run"]["seconds"] < 60
    assert seen.broken == ([] if right else ["response.data.requestId.echo"])
    assert "not judged" not in seen.said
    assert seen.result
    assert [finding.level for finding in seen.result.findings if finding.level != "broken"] == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_an_archive_in_an_encoding_of_windows_is_read(tmp_path: Path, encoding: str) -> None:
    path = archive(tmp_path, entry())
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    assert checked(path).exit == 0


def test_an_empty_answer_that_is_known_to_be_empty_is_judged(tmp_path: Path) -> None:
    empty = spoiled(put({"size": 0, "mimeType": "x-unknown"}, *CONTENT), put(204, "response", "status"))
    assert checked(archive(tmp_path, entry(), empty)).exit == 1


def test_the_same_answer_to_a_second_request_is_found(tmp_path: Path) -> None:
    """The host has enrolled the customer, and then says without a warning that it did so again, under the same id."""
    # With another requestId: a host may repeat its answer to one that it has seen.
    again = json.loads(json.dumps(entry()).replace("some-test-id", "another"))
    again["startedDateTime"] = "2026-03-01T12:00:05.000Z"
    seen = checked(archive(tmp_path, entry(), again))
    enrolment = "response.data.enrollmentStatus.promotion.enrollmentId.unique"
    assert (seen.exit, requests(seen)) == (1, 2)
    assert seen.result
    assert [finding.claims for finding in seen.result.findings] == [("warning.already_enrolled", enrolment)]


def test_entries_are_judged_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    """The customer was enrolled first, and then warned of. In the order of the file it would be the other way round."""
    again = entry(came=warned("already_enrolled"))
    twice = entry(ask("enr-58", BRUNO), made("enr-58", BRUNO, ids=("3", "4")))
    again["startedDateTime"] = "2026-03-01T13:30:00.123456+01:00"  # 12:30 UTC
    twice["startedDateTime"] = "2026-03-01T12:40:00Z"
    first = entry()
    first["startedDateTime"] = "2026-03-01T12:15:00.5Z"
    seen = checked(archive(tmp_path, twice, again, first))
    assert seen.exit == 0
    assert seen.result
    assert [exchange.number for exchange in seen.result.exchanges] == [3, 2, 1]


@pytest.mark.parametrize("warned_first", [True, False])
def test_a_double_click_may_be_carried_out_in_any_order(tmp_path: Path, warned_first: bool) -> None:
    """Two requests were on their way at the same time. One enrolled the customer, and the other was warned."""
    clicks = [entry(came=warned("already_enrolled")), entry()]
    first, second = clicks if warned_first else reversed(clicks)
    second["startedDateTime"] = "2026-03-01T12:00:00.010Z"
    assert checked(archive(tmp_path, first, second)).exit == 0


def test_a_warning_before_the_enrolment_is_found(tmp_path: Path) -> None:
    second = entry()
    second["startedDateTime"] = "2026-03-01T12:00:00.013Z"  # the first one ended after 12.5 milliseconds
    assert checked(archive(tmp_path, entry(came=warned("already_enrolled")), second)).exit == 1


@pytest.mark.parametrize("date", [None, "", "yesterday", 5, "2026-03-01T12:00:00.000Z"])
def test_entries_without_a_date_keep_the_order_of_the_file(tmp_path: Path, date: Any) -> None:
    entries = [
        entry(ask("enr-58", one), made("enr-58", one, ids=(str(one.id), str(one.id)))) for one in (ASHA, BRUNO, CHEN)
    ]
    entries[1]["startedDateTime"] = date
    seen = checked(archive(tmp_path, *entries))
    assert seen.result
    assert [exchange.number for exchange in seen.result.exchanges] == [1, 2, 3]


# The login

NO_LOGIN = [
    "REDACTED", "[redacted]", "Basic [redacted]", "Bearer REDACTED", "***", "Basic ***", "<secret>", "Bearer <token>", "",
    "Basic", "Bearer", "[Authorization redacted]", "Bearer {{token}}", "Bearer ${TOKEN}", "xxxxxxxxxxxx", "(removed)", "•••••",
    "Basic PHNlY3JldD46PHNlY3JldD4=",  # <secret>:<secret>
    "Basic DllZTk=",  # as the page shows it
]  # fmt: skip


@pytest.mark.parametrize("value", [None, *NO_LOGIN])
def test_a_login_that_the_archive_does_not_show_is_unknown(tmp_path: Path, value: str | None) -> None:
    """Such a request breaks no claim of the login, and keeps none, whether it was let in or turned away."""
    login = None if value is None else {"name": "Authorization", "value": value}
    let_in, turned_away = entry(login=login), entry(came=plain("no"), status=401, login=login)
    seen = checked(archive(tmp_path, let_in, refusal("programId", login=login), turned_away))
    assert (seen.exit, seen.broken, requests(seen), seen.verdict("auth.required")) == (0, [], 2, "unreached")
    assert "1 refused, maybe for a login that the archive does not show" in seen.said


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (403, {"message": "Forbidden"}),
        (498, plain("token expired")),
        (400, plain("no login")),
        (400, {"message": "log in first"}),
        (200, plain("log in first", "E1")),
    ],
)
def test_a_refusal_that_may_be_about_the_login_shows_nothing(tmp_path: Path, status: int, answer: Any) -> None:
    seen = checked(archive(tmp_path, entry(login=None), entry(came=answer, status=status, login=None)))
    assert (seen.exit, seen.broken, requests(seen), seen.verdict("auth.required")) == (0, [], 1, "unreached")


def test_a_wrong_answer_is_found_although_the_login_is_unknown(tmp_path: Path) -> None:
    body = ask()
    del body["programId"]
    wrong = [
        (entry(came=made(customerId="text"), login=None), "response.data.customer.customerId.type"),
        (entry(body, refused("action_required"), 400, login=None), "error.program_id_required"),
        (entry(came={}, status=500, login=None), "error.engine_error"),
    ]
    for one, claim in wrong:
        assert claim in checked(archive(tmp_path, entry(ask("enr-58", BRUNO), made("enr-58", BRUNO)), one)).broken


def test_a_login_that_was_shown_and_turned_away_counts_as_a_wrong_one(tmp_path: Path) -> None:
    seen = checked(archive(tmp_path, entry(), entry(came=plain("no"), status=401)))
    assert (seen.exit, requests(seen), seen.verdict("auth.required")) == (0, 2, "kept")


def test_a_host_that_needs_no_login_has_its_refusals_judged(tmp_path: Path) -> None:
    """The page gives code 310005 to a missing programId, and the target file says that there is no login."""
    target = tmp_path / "target.yaml"
    target.write_text("credentials: none\n")
    body = ask()
    del body["programId"]
    path = archive(tmp_path, entry(login=None), entry(body, plain("something", 1), 400, login=None))
    assert checked(path, target=target).exit == 1
    assert checked(path).exit == 0


# Hosts

OTHER = "https://us.api.example.com/v3/promotions/enrol"


def two_hosts(folder: Path) -> Path:
    """An archive of two hosts; the first has answered wrongly."""
    return archive(
        folder, entry(url=OTHER, came=made(requestId="another")), entry(ask("enr-58", BRUNO), made("enr-58", BRUNO))
    )


def test_traffic_of_several_hosts_needs_a_choice(tmp_path: Path) -> None:
    seen = checked(two_hosts(tmp_path))
    assert seen.exit == 2
    assert seen.said == (
        f"{tmp_path / 'traffic.har'}: has requests of several hosts: "
        "https://us.api.example.com, https://eu.api.example.com; choose one with --host"
    )


@pytest.mark.parametrize(
    "host",
    [
        "eu.api.example.com",
        "https://eu.api.example.com",
        "https://EU.api.example.com:443/",
        "http://eu.api.example.com",
    ],
)
def test_the_host_that_was_asked_for_is_judged(tmp_path: Path, host: str) -> None:
    seen = checked(two_hosts(tmp_path), host=host, report_dir=tmp_path / "reports")
    assert (seen.exit, requests(seen)) == (0, 1)
    assert "1 not judged: 1 with other hosts" in seen.said
    assert report(tmp_path / "reports")["run"]["host"] == "https://eu.api.example.com"
    assert checked(two_hosts(tmp_path), host="us.api.example.com").exit == 1


def test_the_host_of_the_target_file_is_judged_if_it_is_in_the_archive(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    target.write_text("host: https://us.api.example.com\ncredentials: none\n")
    assert checked(two_hosts(tmp_path), target=target).broken == ["response.data.requestId.echo"]
    assert checked(two_hosts(tmp_path), target=target, host="eu.api.example.com").exit == 0
    target.write_text("host: https://staging.example.com\ncredentials: none\n")
    assert "choose one with --host" in checked(two_hosts(tmp_path), target=target).said
    assert checked(archive(tmp_path, entry()), target=target).exit == 0


@pytest.mark.parametrize(
    ("host", "words"),
    [
        (
            "nowhere.example",
            "has no request of --host nowhere.example that can be judged; there are some of https://us.",
        ),
        ("http://[::1", "'http://[::1' is not a valid host: Invalid IPv6 URL"),
    ],
)
def test_a_host_that_is_not_in_the_archive_is_one_line(tmp_path: Path, host: str, words: str) -> None:
    seen = checked(two_hosts(tmp_path), host=host)
    assert (seen.exit, words in seen.said) == (2, True)


def test_two_deployments_behind_one_gateway_are_two_hosts(tmp_path: Path) -> None:
    urls = [f"https://gw.example/{place}/v3/promotions/enrol" for place in ("eu", "us")]
    path = archive(tmp_path, entry(url=urls[0]), entry(url=urls[1], came=made(requestId="another")))
    assert "https://gw.example/eu, https://gw.example/us; choose one" in checked(path).said
    assert "https://gw.example/eu, https://gw.example/us; choose one" in checked(path, host="gw.example").said
    assert checked(path, host="gw.example/eu").exit == 0
    assert checked(path, host="gw.example/us").exit == 1


def test_a_host_whose_traffic_shows_nothing_needs_no_choice(tmp_path: Path) -> None:
    redirected = entry(url=OTHER, status=308)
    assert checked(archive(tmp_path, redirected, entry())).exit == 0


# What is known of a host

FOREIGN = {"customer_identifierValue": "77", "promotion_id": "ffffffffffffffffffffffff", "promotion_promotionId": 5}


def test_a_host_with_data_of_its_own_is_not_expected_to_have_the_sample_data(tmp_path: Path) -> None:
    """Nobody has said which customers and promotions exist there."""
    answer = made(customerId=77, identifierValue="77")
    answer["data"]["enrollmentStatus"]["promotion"].update(id="ffffffffffffffffffffffff", identifier="x-1")
    for url in (CALL, "http://127.0.0.1:8080/v3/promotions/enrol"):
        not_there = entry(came=refused("promotion_not_found"), status=400, url=url)
        seen = checked(archive(tmp_path, entry(ask(**FOREIGN), answer, url=url), not_there))
        assert (seen.exit, seen.broken, requests(seen)) == (0, [], 2)


def test_a_refusal_over_the_type_of_an_unknown_promotion_shows_nothing(tmp_path: Path) -> None:
    body = ask(**FOREIGN)
    generic = entry(body, refused("generic_not_eligible"), 400)
    no_opt_in = entry({**body, "action": "OPT_IN"}, refused("opt_in_not_supported"), 400)
    seen = checked(archive(tmp_path, generic, no_opt_in, refusal("action")))
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
    assert "2 not judged: 2 refused over the type of a promotion that nobody has listed" in seen.said
    known = entry(came=refused("generic_not_eligible"), status=400)
    assert checked(archive(tmp_path, entry(ask("enr-58", BRUNO), made("enr-58", BRUNO)), known)).exit == 1


def test_the_form_of_an_answer_is_judged_although_nothing_is_known_of_the_host(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    target.write_text("credentials: none\n")
    answer = made(customerId=77, identifierValue="77", requestId="another")
    answer["data"]["enrollmentStatus"]["promotion"].update(id="ffffffffffffffffffffffff", identifier=None)
    path = archive(tmp_path, entry(ask(**FOREIGN), answer))
    for known in (None, target):
        assert checked(path, target=known).broken == [
            "response.data.requestId.echo",
            "response.data.enrollmentStatus.promotion.identifier.type",
        ]


# Verdicts, reports, and files that are no archives


def test_only_refusals_are_a_result(tmp_path: Path) -> None:
    seen = checked(archive(tmp_path, refusal("programId"), refusal("action")))
    assert (seen.exit, seen.verdict("error.program_id_required")) == (0, "kept")
    assert "refusals only" in seen.said
    wrong = entry({**ask(), "programId": None}, refused("action_required"), 400)
    assert checked(archive(tmp_path, refusal("action"), wrong)).exit == 1


def test_what_http_2_sends_beside_the_headers_is_in_no_report(tmp_path: Path) -> None:
    broken = entry(came=made(requestId="another"))
    broken["request"]["headers"] += [{"name": ":path", "value": "/v3"}, {"name": "bad name", "value": "x"}]
    seen = checked(archive(tmp_path, broken), report_dir=tmp_path / "reports")
    assert seen.exit == 1
    for name in ("report.json", "report.html", "summary.md", "junit.xml", "run.har"):
        text = (tmp_path / "reports" / name).read_text(encoding="utf-8")
        assert (":authority" in text, ":path" in text, "bad name" in text) == (False, False, False)
    assert "curl" in seen.said
    assert ":authority" not in seen.said


def test_a_note_does_not_say_that_a_recorded_request_was_sent_again(tmp_path: Path) -> None:
    seen = checked(archive(tmp_path, entry(), entry(ask("enr-58", BRUNO), refused("engine_error"), 500)))
    assert "sent again" not in seen.said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not an HTTP Archive: line 1, column 2: this is not JSON: expecting property name"),
        ("x", "is not an HTTP Archive: line 1, column 1: this is not JSON: expecting value"),
        ("[" * 100_000, "is not an HTTP Archive: its values are nested too deeply"),
        ('{"log": {"entries": [' + "9" * 5000 + "]}}", "is not an HTTP Archive: a number has more than 4,300 digits"),
        ("[]", "expected an object `log` with a list `entries`: expected an object, got a list"),
        ('{"log": null}', "expected an object `log` with a list `entries`: expected an object, got null at log"),
        ('{"log": {}}', "the key `entries` is missing"),
        ('{"log": {"entries": null}}', "expected a list, got null at log.entries"),
        ('{"log": {"entries": {"0": {}}}}', "expected a list, got an object at log.entries"),
        ('{"log": {"entries": [], "_enrolContract": 5}}', "expected an object, got a whole number"),
        ('{"log": {"entries": []}}', "has no request to /v3/promotions/enrol that can be judged"),
        ('{"log": {"entries": [null]}}', "malformed (log.entries[0].request: is missing)"),
    ],
)
def test_a_file_that_is_no_archive_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "traffic.har"
    path.write_text(text)
    seen = checked(path)
    assert (seen.exit, seen.said.count("\n")) == (2, 0)
    assert words in seen.said


POSTMAN = {"_postman_id": "5f0c", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}
PROXY = "send its requests through `enrol-contract proxy`"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (json.dumps({"info": POSTMAN, "item": []}), ("it is a Postman collection", PROXY)),
        (json.dumps({"collection": {"info": POSTMAN, "item": []}}), ("it is a Postman collection", PROXY)),
        (
            '<?xml version="1.0"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n]>\n<items burpVersion="2025.1">',
            ("Burp", PROXY),
        ),
        ("PK\x03\x04", ("it is a ZIP file", "export them as HTTP Archive (HAR)")),
    ],
)
def test_what_other_tools_save_is_told_with_what_to_give_instead(
    tmp_path: Path, text: str, words: tuple[str, str]
) -> None:
    path = tmp_path / "traffic.har"
    path.write_text(text)
    seen = checked(path)
    assert (seen.exit, seen.said.count("\n")) == (2, 0)
    assert all(one in seen.said for one in words), seen.said


@pytest.mark.parametrize("kind", ["latin-1", "folder", "nowhere"])
def test_a_path_that_is_no_readable_file_is_one_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path if kind == "folder" else tmp_path / "traffic.har"
    if kind == "latin-1":
        path.write_bytes(b'{"log": "\xff"}')
    seen = checked(path)
    assert (seen.exit, seen.said.count("\n")) == (2, 0)


def test_the_command_takes_a_host_and_says_errors_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["check", str(two_hosts(tmp_path)), *arguments])
        return int(left.value.code or 0), *capsys.readouterr()

    code, said, complaint = run("--host", "eu.api.example.com")
    assert (code, complaint, said.splitlines()[2]) == (0, "", "  1 not judged: 1 with other hosts")
    code, said, complaint = run()
    assert (code, said, complaint.count("\n"), "choose one with --host" in complaint) == (2, "", 1, True)


def test_a_bug_of_the_kit_is_named_in_an_archive_of_others_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(Judge, "judge", stumble)
    seen = checked(archive(tmp_path, entry()))
    assert "1 request left unjudged: the kit has a bug (KeyError: 'oops')" in seen.said
