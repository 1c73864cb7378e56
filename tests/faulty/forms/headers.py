"""Forms of the headers: their names, the media type, and headers beside those that an answer needs."""

from __future__ import annotations

from dataclasses import replace

from tests.faulty.forms.form import Form, Retell
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn


def _typed(kind: str, *, only_json: bool = True) -> Retell:
    def do(reply: Reply) -> Reply:
        if only_json and reply.headers.get("Content-Type") != "application/json":
            return reply
        return replace(reply, headers={**reply.headers, "Content-Type": kind})

    return do


def _problem(reply: Reply) -> Reply:
    return _typed("application/problem+json")(reply) if reply.status >= 400 else reply


def _created(turn: Turn) -> None:
    if turn.reply and turn.outcome in ("enrol", "opt in") and turn.status == 200:
        turn.reply = replace(turn.reply, status=201, headers={**turn.reply.headers, "Location": "/v3/enrolments/7"})


def _accepted(turn: Turn) -> None:
    if turn.reply and not turn.complaints and turn.status == 200:
        turn.reply = replace(turn.reply, status=202)


_COOKIES = (
    ("Set-Cookie", "_cfuvid=w9k84Tbu9Ahlvel7; path=/; HttpOnly; Secure; SameSite=None"),
    ("Set-Cookie", "session=5f1b; Expires=Wed, 21 Oct 2026 07:28:00 GMT"),
    ("Set-Cookie", "lb=a.b.c; Max-Age=0"),
)
_TWICE = (("Cache-Control", "no-store"), ("Cache-Control", "private"), ("Vary", "Accept"), ("Vary", "Origin"))
_MANY = (
    *(("Server", "nginx"), ("Via", "1.1 gw"), ("X-Request-Id", "1"), ("ETag", 'W/"7"'), ("Age", "0"), ("Alt-Svc", 'h3=":443"')),
    *(("Strict-Transport-Security", "max-age=1"), ("X-RateLimit-Remaining", "99"), ("Connection", "keep-alive")),
    *(("Keep-Alive", "timeout=5, max=1000"), ("X-Empty", "")),
)  # fmt: skip

HEADERS = (
    Form("lower-case-names", "The names of headers are in lower case.", "names", wiring={"name": str.lower}),
    Form("upper-case-names", "The names of headers are in upper case, without a space behind the colon.", "names",
         wiring={"name": str.upper, "gap": ""}),
    Form("charset", "The media type has a charset.", "type", retell=_typed("application/json; charset=utf-8")),
    Form("mixed-case-type", "The media type is in mixed case, and its charset in quotes.", "type",
         retell=_typed('Application/JSON;CharSet="UTF-8"')),
    Form("type-with-a-profile", "The media type has another parameter.", "type",
         retell=_typed("application/json; profile=\"https://example.com/v3\"; version=3")),
    Form("own-subtype", "The media type is a subtype of the vendor's.", "type",
         retell=_typed("application/vnd.loyalty.v3+json; charset=utf-8")),
    Form("problem-type", "Refusals are declared as application/problem+json.", "type", retell=_problem),
    Form("cookies", "Each answer sets cookies.", "headers", wiring={"more": _COOKIES}),
    Form("headers-twice", "Some headers come twice.", "headers", wiring={"more": _TWICE}),
    Form("many-headers", "The answer has the headers of a gateway.", "headers", wiring={"more": _MANY}),
    Form("no-date", "The answer has no Date.", "headers", wiring={"without": ("Date", "X-Cap-Requestid")}),
    Form("created", "An enrolment is answered with HTTP 201.", "status", hooks=(Hook("after", "encode", _created),)),
    Form("accepted", "A success is answered with HTTP 202.", "status", hooks=(Hook("after", "encode", _accepted),)),
)  # fmt: skip
