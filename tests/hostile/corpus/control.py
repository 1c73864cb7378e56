"""The control plane and the console: hostile worlds, faults and readings, paths, queries and forms, in a session of its own."""

from __future__ import annotations

import json

from tests.hostile.case import Case, case
from tests.hostile.corpus.json_texts import ENCODINGS
from tests.mockserver.raw import request

SESSION = "/_s/hostile"
TEXTS: dict[str, str | bytes] = {
    "empty": "",
    "half": '{"customers": [',
    "null": "null",
    "a text": '"a"',
    "a number": "1",
    "a list of lists": "[[[]]]",
    "a hundred thousand lists": "[" * 100_000 + "]" * 100_000,
    "300 lists": "[" * 300 + "]" * 300,
    "990 objects": '{"a":' * 990 + "1" + "}" * 990,
    "lists never closed": "[" * 200_000,
    "NaN": '{"customers": [{"id": NaN}]}',
    "beyond a double": '{"customers": [{"id": 1e400}]}',
    "a million digits": '{"customers": [{"id": ' + "1" * 1_000_000 + "}]}",
    "half a surrogate pair": r'{"customers": [{"id": 1, "mobile": "\ud800"}]}',
    "a name twice": '{"customers": [], "customers": []}',
    "an unknown name": '{"customer": []}',
    "YAML": "customers: &a [*a]",
    "YAML with a tag": "!!python/object/apply:os.system ['true']",
    "YAML with a bomb": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]",
    "XML": "<a/>",
    "too long": '{"customers": []}' + " " * 2**20,
    "20,000 customers without an id": json.dumps({"customers": [{}] * 20_000}),
    "wrong types": json.dumps({"customers": {"id": []}, "promotions": 1, "programs": "x"}),
}
DOORS = ("PUT /_mock/world", "POST /_mock/world", "PATCH /_mock/world", "PUT /_mock/readings", "POST /_mock/faults", "POST /_mock/reset",
         "POST /_mock/cases/success", "POST /_mock/cases/success/result")  # fmt: skip
FAULTS = {
    "no effect": {},
    "an unknown effect": {"effect": "explode"},
    "a status below all": {"effect": "99"},
    "a status above all": {"effect": "600"},
    "a negative delay": {"effect": "slow", "delay": -1},
    "a delay without end": {"effect": "slow", "delay": 1e308},
    "many pieces": {"effect": "slow", "pieces": 10**9, "over": 1e9},
    "a probability of two": {"effect": "503", "probability": 2},
    "a negative count": {"effect": "503", "count": -1},
    "a line break in a header": {"effect": "answer", "status": 200, "headers": {"X": "a\r\nSet-Cookie: b"}},
    "no header": {"effect": "answer", "status": 200, "headers": {"X y": "a"}},
    "a length of its own": {"effect": "answer", "status": 200, "headers": {"Content-Length": "1"}, "body": "long"},
    "chunks of its own": {
        "effect": "answer",
        "status": 200,
        "headers": {"Transfer-Encoding": "chunked"},
        "body": "long",
    },
    "status 100": {"effect": "answer", "status": 100},
    "a body that is too long": {"effect": "answer", "status": 200, "body": "a" * 900_000},
    "200 faults": {"faults": [{"effect": "503", "count": 1}] * 200},
    "faults in faults": {"faults": [{"faults": []}]},
}
QUERIES = (
    "limit=-1", "limit=1e9", "limit=" + "9" * 5000, "limit=%00", "status=abc", "status=99", "outcome=%ff", "outcome=" + "a" * 20_000,
    "since=%F0%9F%98%80", "wait=0", "wait=1&timeout=nan", "wait=1&timeout=-1", "wait=1&timeout=inf", "wait=9999", "limit=1&limit=2",
    "unknown=1", "=", "&&&&", "%", "%zz", "a" * 20_000, "&".join(["a=b"] * 5000), "path=%0d%0a", "readings=maybe", "before=\u00e4",
)  # fmt: skip
PATHS = (
    "/_mock/journal/%00", "/_mock/journal/" + "a" * 20_000, "/_mock/journal/../../etc/passwd", "/_mock/faults/99999999999999999999999",
    "/_mock/faults/-1", "/_mock/faults/%31", "/_mock/cases/%2e%2e", "/_mock/cases/\u00e4/result", "/_mock/console/static/../../cli.py",
    "/_mock/console/static/%2e%2e%2fcli.py", "/_mock/console/static/..%5ccli.py", "/_mock/console/exchanges/%3Cscript%3E",
    "/_mock/console/unknown", "/_mock/console//", "/_mock/", "/_mock/nothing", "/_mock/console/" + "x" * 20_000,
)  # fmt: skip
PAGES = ("", "console/rows", "console/world", "console/faults", "console/try", "console/outcomes", "console/readings", "console/sessions",
         "console/enrolments", "console/findings")  # fmt: skip
FORMS: dict[str, bytes | str] = {
    "101 fields": "&".join(f"a{number}=b" for number in range(101)),
    "no form": '{"a": 1}',
    "bytes": b"\xff\xfe=\xff",
    "a bad escape": "body=%zz%u1234",
    "NUL": "body=%00&method=%00&path=%00",
    "line breaks": "method=GET%0d%0aX: y&path=/%0d%0aHost: z&headers=a%0d%0a%0d%0ab",
    "markup": "body=%3Cscript%3Ealert(1)%3C/script%3E&headers=%3Cimg%3E",
    "deep": "body=" + "[" * 100_000,
    "too long": "body=" + "a" * 2**20,
    "wrong numbers": "count=NaN&delay=-1&status=abc&effect=answer",
}
NAMES = ("", "..", "%2e%2e", "%00", "a b", "a" * 65, "\u00e4", "a%2fb", "_s", "-")


def control(
    target: str, *lines: str, method: str = "GET", body: str | bytes = b"", host: str = "Host: localhost"
) -> bytes:
    """Return a request to the control plane."""
    return request(target, *lines, method=method, host=host, body=body.encode() if isinstance(body, str) else body)


def _doors() -> list[Case]:
    found = []
    for door in DOORS:
        method, path = door.split()
        for name, body in TEXTS.items():
            # An empty reset is a reset. Without a case of this name, nothing of the body is looked at.
            found.append(case(f"{door}: {name}", control(SESSION + path, method=method, body=body), 200, 400, 404, 413))
        encoded = {name: body for name, body in ENCODINGS.items() if path == "/_mock/world"}
        for name, body in encoded.items():
            found.append(case(f"{door}: {name}", control(SESSION + path, method=method, body=body), 400))
    return found


def _forms() -> list[Case]:
    lines = ("Accept: text/html", "Content-Type: application/x-www-form-urlencoded")
    return [
        case(f"form {page}: {name}", control(f"{SESSION}/_mock/{page}", *lines, method="POST", body=body), 200, 303, 400, 401, 404, 405, 413, 415)
        for page in ("console/try", "console/faults", "console/login", "console/sessions", "console/enrolments")
        for name, body in FORMS.items()
    ]  # fmt: skip


CASES: tuple[Case, ...] = (
    *_doors(),
    *(
        case(
            f"fault: {name}",
            control("/_s/hostile-faults/_mock/faults", method="POST", body=json.dumps(fault)),
            400,
            200,
        )
        for name, fault in FAULTS.items()
    ),
    *(case(f"journal: {query[:30]}", control(f"{SESSION}/_mock/journal?{query}"), 400, 200) for query in QUERIES),
    *(
        case(f"rows: {query[:30]}", control(f"{SESSION}/_mock/console/rows?{query}"), 400, 200, 204)
        for query in QUERIES
    ),
    *(case(f"path: {path[:40]}", control(path), 200, 400, 404, 405) for path in PATHS),
    *(case(f"deleted: {path[:40]}", control(SESSION + path, method="DELETE"), 200, 400, 404, 405) for path in PATHS),
    *(
        case(f"page: {page}", control(f"{SESSION}/_mock/{page}?{'a=%00&' * 40}", "Accept: text/html"), 200, 400, 404)
        for page in PAGES
    ),
    *_forms(),
    *(case(f"name of a session: {name[:20]!r}", control(f"/_s/{name}/_mock/health"), 200, 400, 404) for name in NAMES),
    *(
        case(f"foreign host: {host}", control("/_mock/journal", host=f"Host: {host}"), 403, 400)
        for host in (
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost@evil",
            "[::1]x",
            "\u00e4",
        )
    ),
    case("foreign page", control("/_mock/reset", "Origin: http://evil.example", method="POST"), 403),
    case("foreign frame", control("/_mock/", "Sec-Fetch-Site: cross-site", "Accept: text/html"), 403),
    case(
        "a length that lies",
        control("/_mock/world", "Content-Length: 99", method="PUT", body="{}"),
        400,
        0,
        half_close=True,
    ),
    case("a body of GET", control(f"{SESSION}/_mock/journal", body="x" * 10_000), 200),
)
