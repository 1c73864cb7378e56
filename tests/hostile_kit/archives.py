"""Entries of HTTP Archives that no program has written, by kind: a good entry of the call, with one part in another's place."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any, Final

from tests.contracts.answers import ask, made
from tests.field.test_archives import entry
from tests.hostile_kit.answers import bomb

Entry = dict[str, Any]
LONG: Final = 10**6
LARGE: Final = 6 * 2**20  # characters; a body of more than 4 MiB is not read


def put(value: Any, *path: str) -> Callable[[], Entry]:
    """Return a function that makes an entry with a value at a path."""

    def make() -> Entry:
        whole = entry()
        part = whole
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = value() if callable(value) else value
        return whole

    return make


def header(side: str, name: str, value: str) -> Callable[[], Entry]:
    """Return a function that makes an entry with one more header. `side`: request or response."""

    def make() -> Entry:
        whole = entry()
        whole[side]["headers"] = [*whole[side]["headers"], {"name": name, "value": value}]
        return whole

    return make


def answered(text: str | Callable[[], str], **content: Any) -> Callable[[], Entry]:
    """Return a function that makes an entry with another text of its answer."""

    def make() -> Entry:
        whole = entry()
        whole["response"]["content"] |= {"text": text() if callable(text) else text, **content}
        return whole

    return make


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _compressed() -> Entry:
    whole = header("response", "Content-Encoding", "gzip")()
    whole["response"]["content"] |= {"text": base64_of(bomb()), "encoding": "base64"}
    return whole


URL: Final = ("request", "url")
STATUS: Final = ("response", "status")
METHOD: Final = ("request", "method")

# What is left out, and why.
LEFT_OUT: Final[dict[str, tuple[Callable[[], Any], str]]] = {
    # Too much.
    "a text of 6 MB": (answered("x" * LARGE), "with a body of more than 4 MiB"),
    "JSON of 6 MB": (answered(f'{{"data": "{"x" * LARGE}"}}'), "with a body of more than 4 MiB"),
    "6 MB of what looks like secrets": (answered("token=x; a://b?c=d " * 330_000), "with a body of more than 4 MiB"),
    "6 MB of base64": (answered(base64_of(bytes(LARGE)), encoding="base64"), "with a body of more than 4 MiB"),
    "a request of 6 MB": (put("x" * LARGE, "request", "postData", "text"), "with a body of more than 4 MiB"),
    "60,000 parameters": (
        put([{"name": "a", "value": "b" * 95}] * 60_000, "request", "postData", "params"),
        "with a body of more than 4 MiB",
    ),
    "a header of a megabyte": (header("request", "Authorization", "x" * LONG), "with more than 128 KiB of headers"),
    "100,000 headers": (
        put([{"name": f"X{i}", "value": ""} for i in range(100_000)], "request", "headers"),
        "with more than 128 KiB of headers",
    ),
    "100,000 headers in an object": (
        put({f"X{i}": "" for i in range(100_000)}, "response", "headers"),
        "with more than 128 KiB of headers",
    ),
    "100,000 cookies": (
        header("request", "Cookie", "; ".join(f"c{i}=v{i}v{i}v{i}" for i in range(100_000))),
        "with more than 128 KiB of headers",
    ),
    "100,000 cookies of their own": (
        put([{"name": f"c{i}", "value": f"v{i}v{i}"} for i in range(100_000)], "request", "cookies"),
        "with more than 128 KiB of headers",
    ),
    "a media type of a million parameters": (
        header("response", "Content-Type", "application/json;" * LONG),
        "with more than 128 KiB of headers",
    ),
    "a URL of a megabyte": (
        put(f"https://x/{'a/' * (LONG // 2)}v3/promotions/enrol", *URL),
        ".request.url: has more than 2000 characters before its query",
    ),
    "a query of a megabyte": (
        put(f"https://x/v3/promotions/enrol?{'a' * LONG}", *URL),
        "with a URL of more than 64 KiB",
    ),
    # Statuses that are none.
    "a status of 4,000 digits": (put(10**4000, *STATUS), ".response.status: is no status of HTTP"),
    "a status of 4,000 digits in a text": (put("9" * 4000, *STATUS), ".response.status: is no status of HTTP"),
    "a status of 999999": (put(999_999, *STATUS), ".response.status: is no status of HTTP"),
    "a status of -5": (put(-5, *STATUS), ".response.status: is no status of HTTP"),
    "a status with a fraction": (put(200.9, *STATUS), ".response.status: is no status of HTTP"),
    "a status that is true": (put(True, *STATUS), ".response.status: is no status of HTTP"),
    "a status in Arabic digits": (put("٢٠٠", *STATUS), ".response.status: is no status of HTTP"),
    "a status with an underscore": (put("2_00", *STATUS), ".response.status: is no status of HTTP"),
    "a status in lines": (put(" 200\n", *STATUS), ".response.status: is no status of HTTP"),
    "a status that is a list": (put([200], *STATUS), ".response.status: is no status of HTTP"),
    "a status beyond all numbers": (put(float("inf"), *STATUS), ".response.status: is no status of HTTP"),
    "a status that is no number": (put(float("nan"), *STATUS), ".response.status: is no status of HTTP"),
    # Wrong types.
    "an entry that is a number": (lambda: 5, ".request: is missing"),
    "a request that is a list": (put([], "request"), ".request: is missing"),
    "a response that is a text": (put("200 OK", "response"), ".response: is missing"),
    "a URL that is an object": (put({"href": "https://x"}, *URL), ".request.url: is missing"),
    "a method that is a list": (put(["POST"], *METHOD), ".request.method: is no word"),
    "a method with a line break": (put("POST\r\nX: y", *METHOD), ".request.method: is no word"),
    "a method of a megabyte": (put("A" * LONG, *METHOD), ".request.method: is no word"),
    "headers that are a text": (put("X: y", "request", "headers"), ".request.headers: expected a list of headers, got a text"),
    "a body that is a list": (put([1], "request", "postData"), ".request.postData: expected an object, got a list"),
    "a text that is a number": (put(1, "response", "content", "text"), ".response.content.text: expected a text, got a number"),
    "a text that is true": (put(True, "response", "content", "text"), ".response.content.text: expected a text, got true"),
    "content that is a text": (put("{}", "response", "content"), ".response.content: expected an object, got a text"),
    "parameters that are no objects": (
        put({"mimeType": "application/x-www-form-urlencoded", "params": [None, 5]}, "request", "postData"),
        ".request.postData.params[1]: expected an object, got a number",
    ),
    "fields of a run with a wrong type": (
        put({"number": "one", "credentials": "valid"}, "_enrolContract"),
        "._enrolContract.number: expected a whole number, got a text",
    ),
    "fields of a run with a kind of credentials that is none": (
        put({"number": 1, "credentials": "root"}, "_enrolContract"),
        "._enrolContract.credentials: '<secret>' is none of the values that may stand here",
    ),
    # URLs.
    "a URL with an escape": (put("https://x\x1b(B/v3/promotions/enrol", *URL), ".request.url: has characters that no URL has"),
    "a URL from right to left": (put("https://\u202ex/v3/promotions/enrol", *URL), ".request.url: has characters"),
    "a URL with half a character": (put("https://x\ud800/v3/promotions/enrol", *URL), ".request.url: has characters"),
    "a URL with a port of 400 digits": (put(f"https://x:{'9' * 400}/v3/promotions/enrol", *URL), ".request.url: is no URL"),
    "a URL with half an address": (put("https://[::1/v3/promotions/enrol", *URL), ".request.url: is no URL"),
    # Base64 that lies.
    "base64 of nothing but padding": (answered("=" * LONG, encoding="base64"), "without the text of its answer"),
    "base64 with a letter too many": (answered("A" * 5, encoding="base64"), ".response.content.text: is not base64"),
    "base64 that is none": (answered("{}", encoding="base64"), ".response.content.text: is not base64"),
    "base64 that is not ASCII": (answered("é" * 8, encoding="base64"), ".response.content.text: is not base64"),
    "a bomb of gzip": (_compressed, "with an answer that is still compressed"),
    "depth": (answered("[" * 65 + "]" * 65, size=130), "with JSON of more than 64 levels"),
    "great depth": (answered("[" * LONG, size=LONG), "with JSON of more than 64 levels"),
}  # fmt: skip

# What is judged, whatever the verdict.
JUDGED: Final[dict[str, Callable[[], Any]]] = {
    "NaN": answered('{"data": NaN, "errors": null, "warnings": null}'),
    "a million digits": answered(f'{{"data": {"9" * LONG}}}'),
    "a code of 4,000 digits": answered(f'{{"data": null, "errors": [{{"code": {"9" * 4000}, "message": "x"}}]}}'),
    "the same key twice": answered('{"data": 1, "data": {}, "errors": null, "warnings": null}'),
    "half a character": answered('{"data": null, "errors": [{"code": 400, "message": "\\ud800"}]}'),
    "4 MB of brackets in a text": answered(json.dumps("[<({" * LONG)),
    "600 KB of marks of secrets": answered('"[redacted' * 60_000),
    "600 KB of stars": answered('"' + "*" * 600_000),
    "1 MB of addresses": answered(json.dumps({"data": "a@b." * 250_000})),
    "600 KB of mobile numbers": answered(json.dumps({"data": "919800000001" * 50_000})),
    "600 KB of tokens": answered(json.dumps({"data": "eyJ." * 150_000})),
    "600 KB of Basic": answered(json.dumps({"data": "Basic " + "A" * 600_000})),
    "200 KB of names of secrets": answered(json.dumps({"data": "token=x; a://b?c=d " * 10_000})),
    "100,000 spaces in a media type": header("response", "Content-Type", f"{' ' * 100_000}x"),
    "100,000 semicolons in a media type": header("response", "Content-Type", ";" * 100_000),
    "100,000 spaces before a line": header("request", "X-A", f"{' ' * 100_000}\nx"),
    "100,000 brackets as a login": header("request", "Authorization", "<" * 100_000),
    "a login of padding": header("request", "Authorization", f"Basic {'=' * 100_000}"),
    "a date of a million digits": put("2" * LONG, "startedDateTime"),
    "a time beyond all bounds": put(10**300, "time"),
    "a size of 400 digits": put(10**400, "response", "content", "size"),
    "gzip as a text": answered(lambda: gzip.compress(b"{}").decode("latin-1")),
    "escapes in a message": answered('{"data": null, "errors": [{"code": 400, "message": "\\u001b[31m\\u202e\\u0007"}]}'),
    "a script in a message": answered('{"errors": [{"code": 400, "message": "</script><script>alert(1)</script>]]>"}]}'),
    "escapes in the request": put(json.dumps({**ask(), "requestId": "\x1b]0;x\x07\u2066"}), "request", "postData", "text"),
    "a program of 4,000 digits": put(json.dumps({**ask(), "programId": 10**4000}), "request", "postData", "text"),
    "a name of 600 KB": put(json.dumps({**ask(), "requestId": "x" * 600_000}), "request", "postData", "text"),
    "a URL with a script": put("https://<script>alert(1)</script>/v3/promotions/enrol", *URL),
    "a URL with a login": put("https://user:password@x/v3/promotions/enrol", *URL),
    "a URL of another scheme": put("javascript://x/v3/promotions/enrol", *URL),
    "a URL of a file": put("file:///v3/promotions/enrol", *URL),
    "a path that climbs": put("https://x/../../v3/promotions/enrol", *URL),
    "fields of a run with huge numbers": put({"number": 10**30, "credentials": "valid", "group": -(10**30)}, "_enrolContract"),
    "fields of a run with escapes": put({"number": 1, "credentials": "valid", "about": ["\x1b[2J"]}, "_enrolContract"),
}  # fmt: skip

# Archives whose log is wrong, and what is said.
LOGS: Final[dict[str, tuple[Any, str]]] = {
    "a log that is null": (None, "expected an object, got null at log"),
    "a log that is a list": ([], "expected an object, got a list at log"),
    "no entries": ({}, "the key `entries` is missing at log"),
    "entries in an object": ({"entries": {"0": {}}}, "expected a list, got an object at log.entries"),
    "entries that are null": ({"entries": None}, "expected a list, got null at log.entries"),
    "200,000 entries of nothing": (
        {"entries": [None] * 200_000},
        "has no request to /v3/promotions/enrol that can be judged",
    ),
    "names that are numbers": (
        {"entries": [], "_enrolContract": {"promotionNames": [1, 2]}},
        "expected a text, got a whole number at log._enrolContract.promotionNames[0]",
    ),
    "one name": (
        {"entries": [], "_enrolContract": {"promotionNames": ["a"]}},
        "expected a list of 2 entries, got 1 at log._enrolContract.promotionNames",
    ),
    "60,000 secrets": (
        {
            "entries": [
                {"request": {"url": "https://x/", "headers": [{"name": "Cookie", "value": f"secret-{i}-{i}"}]}}
                for i in range(60_000)
            ]
        },
        "holds more than 50,000 texts that may be secrets, which no report may show",
    ),
}

RIGHT: Final = entry(ask("enr-58"), made("enr-58"))
