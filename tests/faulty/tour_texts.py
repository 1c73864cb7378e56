"""The part of the tour that shows the faults in texts, near misses and bodies."""

import json
from collections.abc import Iterator
from typing import Any

from tests.faulty.asking import ENROL, LOGIN, OPT_IN, Answer, Asker, request

TEXTS = (
    *(
        "a\u00adb",
        "a\u200cb",
        "a\ufe0fb",
        "a\u202eb",
        "a\ue000b",
        "a\ufdd0b",
        "a\x01b",
        "a\x7fb",
        "a\u2028b",
        "a\tb",
        "a\u2019b",
    ),
    *(
        "\ufeffa",
        "a''b",
        "a\0b",
        "e\u0301\u00e9\ufb01",
        "a\n",
        "a\u00a0",
        "a.",
        '"a"',
        "\\n",
        "&amp;",
        "%20",
        "a+b",
        '{"a":1}',
    ),
    *(
        "1.50",
        "true",
        "null",
        "2026-11-24T10:00:00+00:00",
        "=1+1",
        "a/../b",
        "\u4e2d",
        "x" * 257,
        "y" * 1025,
        "\u20ac" * 400,
    ),
    *("z" * 65537, " ", "<b>c</b>"),
)
NEAR = (
    *(
        ("id", value)
        for value in ("9579", "38860", "18446744074097921195", "'388369579'", "388-369-579", "388369579\0")
    ),
    *(("id", value) for value in ("388369579,1",)),
    *(("mobile", value) for value in ("9800000001", "0001", "919800000001x", "9198000000__")),
    *(
        ("email", f"{user}@example.com")
        for user in ("asha+x", "a.sha", "\u00e1sha", "\uff41sha", "\u0430sha", "as\u200bha", "a*")
    ),
    *(("email", value) for value in ("asha", "asha@else.example", "asha@a.example.com", "asha%40example.com")),
    *(("email", value) for value in ("x' OR '1'='1", "<asha@example.com>", "mailto:asha@example.com")),
    *(("externalId", value) for value in ("ext-0001", "EXT0001")),
)


def tour_of_texts(asker: Asker) -> Iterator[Answer]:
    """Send requests with unusual texts, near misses and bodies, and yield the responses in order."""
    many, earning = asker.promotion("many-64"), asker.promotion("earn-61")
    for text in TEXTS:
        yield asker.ask(request(**many, requestId=text))
        yield asker.ask(request(**many, requestId=text, customer__identifierValue="1"))
        yield asker.ask(request(OPT_IN, **earning, requestId=text))
    for name, value in NEAR:
        for base, changes in ((ENROL, many), (OPT_IN, earning)):
            who = {"customer__identifierName": name, "customer__identifierValue": value}
            yield asker.ask(request(base, **changes, **who))
    promotion = ENROL["promotion"]
    for near in ({**promotion, "id": promotion["id"][:12]}, {**promotion, "promotionId": 590053}):
        yield asker.ask(request(promotion=near))
    yield asker.ask(request(programId=33340))
    yield from _of_bodies(asker, request(**many, requestId="\u00fc/\U0001f600"))


def _of_bodies(asker: Asker, body: dict[str, Any]) -> Iterator[Answer]:
    usual = json.dumps(body)
    names = "".join(f"\\u{ord(char):04x}" for char in "action")
    reversed_body = json.dumps(dict(reversed(body.items())))
    for text in (json.dumps(body, indent="\t").replace("\n", "\r\n"), usual.replace("/", "\\/"), reversed_body):
        yield asker.ask(text.encode())
    yield asker.ask(usual.replace("action", names).encode())
    for size in (20_000, 150_000):
        yield asker.ask((usual + " " * size).encode())
    for name, value in (("transfer-encoding", "chunked"), ("expect", "100-continue"), ("accept-encoding", "gzip")):
        yield asker.ask(json.dumps(body, ensure_ascii=False).encode(), {**LOGIN, name: value})
    for value in ("*/*", "application/*;q=0.5"):
        yield asker.ask(body, {**LOGIN, "accept": value})
