"""Forms of the connection: framing, pace, and how long a connection lasts (RFC 9112)."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.faulty.forms.form import Form
from tests.faulty.turn import Reply

_CHUNKS = {"framing": "chunks"}
_EARLY = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload"
_CONTINUE = "HTTP/1.1 100 Continue"
_PROCESSING = "HTTP/1.1 102 Processing"


def _after(most: int) -> Callable[[Reply, int, float], bool]:
    return lambda reply, number, age: number >= most


def _a_refusal(reply: Reply, number: int, age: float) -> bool:
    return reply.status >= 400


def _by_age(reply: Reply, number: int, age: float) -> bool:
    return age > 0.3


def _by_chance(reply: Reply, number: int, age: float) -> bool:
    return random.random() < 0.05


CONNECTIONS = (
    Form("chunked", "The body is sent in one chunk.", "framing", wiring=_CHUNKS),
    Form("small-chunks", "The body is sent in chunks of 7 bytes.", "framing", wiring={**_CHUNKS, "piece": 7}),
    Form("trailers", "Trailers stand behind the chunks.", "framing",
         wiring={**_CHUNKS, "trailers": ("Server-Timing: app;dur=1", "X-Checksum: 0")}),
    Form("http-1.0", "The answer is one of HTTP/1.0, and ends with the connection.", "framing",
         wiring={"version": "HTTP/1.0", "framing": "close", "closes": _after(1), "told": False}),
    Form("ends-with-the-connection", "The body has no length, and ends with the connection.", "framing",
         wiring={"framing": "close", "closes": _after(1)}),
    Form("connection-close", "Each connection is closed after one answer, and the answer says so.", "framing",
         wiring={"closes": _after(1)}),
    Form("closes-untold-after-1", "Each connection is closed after one answer, untold.", "framing",
         wiring={"closes": _after(1), "told": False}),
    Form("closes-untold-after-100", "Each connection is closed after 100 answers, untold.", "framing",
         wiring={"closes": _after(100), "told": False}),
    Form("closes-untold-after-a-refusal", "A connection is closed behind a refusal, untold.", "framing",
         wiring={"closes": _a_refusal, "told": False}),
    Form("closes-untold-by-age", "A connection is closed when it is 0.3 s old, untold.", "framing",
         wiring={"closes": _by_age, "told": False}),
    Form("closes-untold-now-and-then", "A connection is closed behind one answer in 20, untold.", "framing",
         wiring={"closes": _by_chance, "told": False}),
    Form("closes-after-30", "Each connection is closed after 30 answers; the last one says so.", "framing",
         wiring={"closes": _after(30)}),
    Form("one-connection-at-a-time", "A second connection waits until the first is closed.", "alone", wiring={"alone": True}),
    Form("slow", "Each answer comes after 10 ms.", "pace", wiring={"delay": 0.01}),
    Form("in-pieces", "The answer comes in pieces of 100 bytes, with a pause of 2 ms behind each.", "pace",
         wiring={"piece": 100, "pause": 0.002}),
    Form("early-hints", "Before the answer comes HTTP 103.", "interim", wiring={"interim": (_EARLY,)}),
    Form("interim-answers", "Before the answer come HTTP 100, 102 and 103.", "interim",
         wiring={"interim": (_CONTINUE, _PROCESSING, _EARLY)}),
    Form("no-reason-phrase", "The status line has no reason phrase.", "phrase", wiring={"phrase": ""}),
    Form("own-reason-phrase", "The reason phrase is one of the host's own.", "phrase", wiring={"phrase": "So be it: 100 % done"}),
)  # fmt: skip
