"""What tools lose of a request and of an answer, or change in them, before they write an archive (HAR)."""

from __future__ import annotations

import base64
import gzip
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.answers import ASHA, BRUNO, CHEN, ask, made, plain, refused, warned
from tests.field.test_archives import CALL, CONTENT, JSON, LOGIN, Entry, Spoil, archive, checked, entry, put, requests

ECHO = "response.data.requestId.echo"
GZIP = {"name": "content-encoding", "value": "gzip"}


def of_bruno(came: Any = None) -> Entry:
    return entry(ask("enr-58", BRUNO), made("enr-58", BRUNO, ids=("3", "4")) if came is None else came)


def without_id(one: Entry) -> Entry:
    """Return an entry without a requestId, so that a host may not repeat its answer."""
    text = json.dumps(one).replace(r"\"requestId\": \"some-test-id\", ", "", 1)
    changed: Entry = json.loads(text.replace(r"\"requestId\": \"some-test-id\"", r"\"requestId\": null"))
    return changed


# One exchange, listed twice


def test_an_exchange_that_is_listed_twice_is_judged_once(tmp_path: Path) -> None:
    one = without_id(entry())
    other_zone = deepcopy(one) | {"startedDateTime": "2026-03-01T13:00:00.000+01:00"}
    for twin in (deepcopy(one), other_zone):
        seen = checked(archive(tmp_path, one, twin))
        assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
        assert "  1 not judged: 1 listed a second time\n" in seen.said


@pytest.mark.parametrize(
    "change",
    [
        put("2026-03-01T12:00:05.000Z", "startedDateTime"),
        put(12.75, "time"),
        put([JSON, {"name": "x-request-id", "value": "2"}], "response", "headers"),
    ],
)
def test_a_second_exchange_that_is_alike_is_judged(tmp_path: Path, change: Spoil) -> None:
    one = without_id(entry())
    again = deepcopy(one)
    change(again)
    seen = checked(archive(tmp_path, one, again))
    assert (seen.broken, requests(seen)) == (["warning.already_enrolled"], 2)


def test_what_a_page_asks_through_a_service_worker_is_judged_once(tmp_path: Path) -> None:
    page, worker = without_id(entry()), without_id(entry())
    page["response"]["_fetchedViaServiceWorker"] = True
    worker |= {"startedDateTime": "2026-03-01T12:00:00.001Z", "time": 9}
    seen = checked(archive(tmp_path, page, worker))
    assert (seen.exit, requests(seen)) == (0, 1)
    assert "  1 not judged: 1 answered through a service worker" in seen.said


# Times


@pytest.mark.parametrize("date", ["2026-03-01T12:00:00.250Z", "2026-03-01T12:00:00Z"])
def test_of_two_that_began_in_the_same_instant_any_may_be_the_first(tmp_path: Path, date: str) -> None:
    entries = [entry(came=warned("already_enrolled")), entry()]
    for one in entries:
        one["startedDateTime"] = date
    assert checked(archive(tmp_path, *entries)).exit == 0


@pytest.mark.parametrize("warned_first", [True, False])
def test_a_double_click_whose_ids_did_not_come_back_may_be_carried_out_in_any_order(
    tmp_path: Path, warned_first: bool
) -> None:
    """One of the two has enrolled the customer, and warns as well."""
    clicks = [
        entry(ask("silent-83"), warned(name, "silent-83", milestone=milestone, status=status))
        for name, milestone, status in (
            ("already_enrolled", None, "FAILED"),
            ("no_response", {"status": "SUCCESS", "milestones": []}, "SUCCESS"),
        )
    ]
    first, second = clicks if warned_first else reversed(clicks)
    second["startedDateTime"] = "2026-03-01T12:00:00.010Z"
    seen = checked(archive(tmp_path, entry(), first, second))
    assert (seen.broken, requests(seen)) == ([], 3)


def test_whole_seconds_hide_up_to_a_second(tmp_path: Path) -> None:
    """The first began at 0.9 s and took 0.4 s, the second began at 1.0 s."""
    first, second = entry(came=warned("already_enrolled")), entry()
    first |= {"startedDateTime": "2026-03-01T12:00:00Z", "time": 400}
    second["startedDateTime"] = "2026-03-01T12:00:01Z"
    assert checked(archive(tmp_path, first, second)).exit == 0
    second["startedDateTime"] = "2026-03-01T12:00:02Z"
    assert checked(archive(tmp_path, first, second)).broken == ["warning.already_enrolled"]


# Bodies that are not whole, or not as they were sent


def text_of(one: Entry, part: str) -> str:
    return str(one["request"]["postData"]["text"] if part == "request" else one["response"]["content"]["text"])


def retold(part: str, text: str, *, length: int = 0) -> Spoil:
    """Return a change of an entry: another text of one of its bodies, and its length in bytes as a header says it."""

    def spoil(one: Entry) -> None:
        body = one["request"]["postData"] if part == "request" else one["response"]["content"]
        body["text"] = text
        body.pop("size", None)
        if length:
            one[part]["headers"].append({"name": "Content-Length", "value": str(length)})

    return spoil


def coded(part: str, text: str, header: dict[str, str] = GZIP) -> Spoil:
    def spoil(one: Entry) -> None:
        one[part]["headers"] = [*one[part]["headers"], header]
        retold(part, text)(one)

    return spoil


SENT, CAME = (text_of(of_bruno(), part) for part in ("request", "response"))
BYTES = gzip.compress(CAME.encode())
LOST: dict[str, tuple[Spoil, str]] = {
    "the beginning of an answer, its length in a header": (
        retold("response", CAME[:100], length=len(CAME)),
        "with a part of its answer only",
    ),
    "the beginning of an answer, and a mark": (
        retold("response", CAME[:100] + "... (truncated)"),
        "with a part of its answer only",
    ),
    "the beginning of a request, its length in a header": (
        retold("request", SENT[:60], length=len(SENT)),
        "with a part of its request only",
    ),
    "bytes of gzip as Latin-1": (coded("response", BYTES.decode("latin-1")), "with an answer that is still compressed"),
    "bytes of gzip as broken UTF-8": (
        coded("response", BYTES.decode("utf-8", "replace")),
        "with an answer that is still compressed",
    ),
    "a request in gzip as broken UTF-8": (
        coded("request", BYTES.decode("utf-8", "replace")),
        "with a request that is still compressed",
    ),
    "a request that is encoded twice": (
        retold("request", json.dumps(SENT)),
        "with a request that a tool has encoded twice",
    ),
    "letters of a request lost": (
        retold("request", SENT.replace("some-test-id", "M\ufffdller"), length=len(SENT) - 5),
        "with characters lost",
    ),
    "a request in another file": (
        put({"mimeType": "application/json", "_file": "a.json"}, "request", "postData"),
        "with a body in another file",
    ),
    "an answer that Playwright has put into another file, without its size": (
        put({"mimeType": "application/json", "size": -1, "_file": "a.json"}, *CONTENT),
        "with a body in another file",
    ),
    "a URL without a host": (
        put("/v3/promotions/enrol", "request", "url"),
        "malformed (log.entries[1].request.url: has no scheme or no host)",
    ),
}


@pytest.mark.parametrize(("change", "why"), LOST.values(), ids=LOST.keys())
def test_what_a_tool_has_lost_is_not_held_against_the_host(tmp_path: Path, change: Spoil, why: str) -> None:
    lost = of_bruno()
    change(lost)
    seen = checked(archive(tmp_path, entry(), lost))
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
    assert f"  1 not judged: 1 {why}" in seen.said


def latin(text: str) -> str:
    return text.encode().decode("latin-1")


def undone(name: str) -> tuple[str, str]:
    """Return the texts of a request and of an answer, as a tool has written them."""
    sent, came = (text.replace("some-test-id", "Müller €") for text in (SENT, CAME))
    return {
        "nothing": (sent, came),
        "request as Latin-1": (latin(sent), came),
        "answer as Latin-1": (sent, latin(came)),
        "answer as Windows-1252": (sent, came.encode().decode("cp1252")),
        "answer encoded twice": (sent, json.dumps(came)),
        "request encoded twice": (json.dumps(sent), came),
        "answer in base64": (sent, base64.b64encode(came.encode()).decode()),
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        *("nothing", "request as Latin-1", "answer as Latin-1", "answer as Windows-1252", "answer encoded twice"),
        *("request encoded twice", "answer in base64"),
    ],
)
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_what_a_tool_has_changed_is_undone_where_the_length_shows_it(tmp_path: Path, name: str, right: bool) -> None:
    sent, came = (text.replace("some-test-id", "Müller €") for text in (SENT, CAME))
    told = undone(name)
    one = of_bruno()
    lengths = [len(text.encode()) for text in (sent, came)]
    if not right:
        other = of_bruno(made("enr-58", BRUNO, ids=("3", "4"), requestId="another"))
        came = text_of(other, "response")
        told, lengths[1] = (told[0], came), len(came)
    retold("request", told[0], length=lengths[0])(one)
    retold("response", told[1], length=lengths[1])(one)
    seen = checked(archive(tmp_path, entry(), one))
    assert (seen.broken, requests(seen)) == ([] if right else [ECHO], 2)


def test_a_host_that_garbles_letters_itself_is_found(tmp_path: Path) -> None:
    """The length in the archive is that of the garbled text."""
    sent, came = (text.replace("some-test-id", "Müller") for text in (SENT, CAME))
    one = of_bruno()
    retold("request", sent, length=len(sent.encode()))(one)
    retold("response", latin(came), length=len(latin(came).encode()))(one)
    assert checked(archive(tmp_path, entry(), one)).broken == [ECHO]


@pytest.mark.parametrize("kept", ["bytes", "text"])
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_a_compressed_request_is_judged_if_the_host_takes_it(tmp_path: Path, kept: str, right: bool) -> None:
    one = of_bruno() if right else of_bruno(made("enr-58", BRUNO, ids=("3", "4"), requestId="another"))
    one["request"]["headers"].append(GZIP)
    if kept == "bytes":
        data = base64.b64encode(gzip.compress(SENT.encode())).decode()
        one["request"]["postData"] |= {"text": data, "encoding": "base64"}
    assert checked(archive(tmp_path, entry(), one)).broken == ([] if right else [ECHO])


def test_a_host_need_not_take_a_compressed_request(tmp_path: Path) -> None:
    """Tools such as mitmproxy write the text of its body, so it looks like any other."""
    turned_away = entry(ask("enr-58", BRUNO), plain("The Content-Encoding is 'gzip'.", 415), 415)
    turned_away["request"]["headers"].append(GZIP)
    seen = checked(archive(tmp_path, entry(), turned_away))
    assert (seen.exit, requests(seen)) == (0, 1)
    assert "  1 not judged: 1 refused, maybe since its body was compressed\n" in seen.said
    body = ask("enr-58", BRUNO)
    del body["programId"]
    wrong = entry(body, refused("action_required"), 400)
    wrong["request"]["headers"].append(GZIP)
    assert checked(archive(tmp_path, entry(), wrong)).broken == ["error.program_id_required"]


@pytest.mark.parametrize("headers", [[{"name": "Content-Type", "value": ["application/json"]}, LOGIN], None])
def test_the_values_of_a_header_may_be_a_list(tmp_path: Path, headers: Any) -> None:
    wrong = of_bruno(made("enr-58", BRUNO, ids=("3", "4"), requestId="another"))
    wrong["request"]["headers"] = headers or {"content-type": ["application/json"], "accept": [None, "*/*"]}
    wrong["response"]["headers"] = {"content-type": ["application/json"]}
    assert checked(archive(tmp_path, entry(), wrong)).broken == [ECHO]


# Values that somebody has masked


@pytest.mark.parametrize(
    "mark",
    [
        "91******01",
        "91XXXXXX01",
        "xxxxx",
        "#####",
        "•••••",
        "█████",
        "__REDACTED__",
        "redacted@example.com",
        "a***@b.com",
    ],
)
def test_customers_that_are_masked_alike_are_not_one_customer(tmp_path: Path, mark: str) -> None:
    """Two customers are enrolled. Somebody has put the same text in place of their identifiers."""
    masked = [
        entry(
            ask("enr-58", one, customer_identifierName="email", customer_identifierValue=mark),
            made("enr-58", one, ids=ids, identifierName="email", identifierValue=mark),
        )
        for one, ids in ((BRUNO, ("3", "4")), (CHEN, ("5", "6")))
    ]
    masked[1]["startedDateTime"] = "2026-03-01T12:00:05.000Z"
    seen = checked(archive(tmp_path, entry(), *masked))
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
    assert "  2 not judged: 2 with values taken out\n" in seen.said


def test_a_host_that_masks_people_in_its_words_is_judged(tmp_path: Path) -> None:
    words = "Customer 91******01 was not found"
    wrong = entry({**ask("enr-58", BRUNO), "programId": None}, plain(words), 400)
    right = entry(ask("enr-58", ASHA, customer_identifierValue="1"), plain(words), 400)
    seen = checked(archive(tmp_path, entry(), right, wrong))
    assert "values taken out" not in seen.said


def test_two_addresses_of_the_call_are_still_told_apart(tmp_path: Path) -> None:
    seen = checked(archive(tmp_path, entry(), entry(url=CALL.replace("https", "http"))))
    assert (seen.exit, "choose one with --host" in seen.said) == (2, True)
