"""Faults in how bodies are taken and sent: spellings, chunks and headers of requests, length and coding of answers."""

import gzip
import json
from collections.abc import Callable
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import HTML, Test, edit, get, put
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn

ECHO = "response.data.requestId.echo"


def _when(test: Test, do: Callable[[Turn], None], step: str = "read") -> Hook:
    return before(step, lambda turn: do(turn) if test(turn) else None)


def _crash(turn: Turn) -> None:
    turn.reply = Reply(500, {"Content-Type": "text/html"}, HTML)


def _empty(turn: Turn) -> None:
    turn.raw = b"{}"


def _resend(change: Callable[[Reply], Reply], when: Test) -> Hook:
    """Send an answer in another way."""

    def do(turn: Turn) -> None:
        if turn.reply and when(turn):
            turn.reply = change(turn.reply)

    return after("encode", do)


def _sent(reply: Reply, body: bytes, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(reply.status, {**reply.headers, **named}, body)


def _too_short(reply: Reply) -> Reply:
    return _sent(reply, reply.body, Content_Length=str(len(reply.body) + 7), Connection="close")


def _cut(reply: Reply) -> Reply:
    return _sent(reply, reply.body[: len(reply.body) // 2], Content_Length=str(len(reply.body)), Connection="close")


def _too_long(reply: Reply) -> Reply:
    return _sent(reply, reply.body + b"\n\n", Content_Length=str(len(reply.body)))


def _length_cut(reply: Reply) -> Reply:
    return _sent(reply, reply.body, Content_Length=str(len(reply.body) - 20), Connection="close")


def _without_last_chunk(reply: Reply) -> Reply:
    chunk = f"{len(reply.body):x}\r\n".encode() + reply.body + b"\r\n"
    return _sent(reply, chunk, Transfer_Encoding="chunked", Connection="close")


def _named_gzip(reply: Reply) -> Reply:
    return _sent(reply, reply.body, Content_Encoding="gzip")


def _half_gzip(reply: Reply) -> Reply:
    return _sent(reply, gzip.compress(reply.body, mtime=0)[:-8], Content_Encoding="gzip")


def _named_brotli(reply: Reply) -> Reply:
    return _sent(reply, reply.body, Content_Encoding="br")


def _in_error(turn: Turn) -> bool:
    return bool(turn.complaints)


def _succeeded(turn: Turn) -> bool:
    return not turn.complaints


def _opted_in(turn: Turn) -> bool:
    return not turn.complaints and turn.asked.action == "OPT_IN"


def _header(name: str, test: Callable[[str | None], bool]) -> Test:
    return lambda turn: test(turn.headers.get(name))


_IN_CHUNKS = _header("transfer-encoding", bool)
_GZIPPED = _header("accept-encoding", lambda value: "gzip" in (value or ""))


def _not_acceptable(turn: Turn) -> None:
    turn.reply = Reply(
        406, {"Content-Type": "application/json"}, b'{"data": null, "errors": [{"code": 406, "message": "?"}]}'
    )


def _in_xml(turn: Turn) -> None:
    turn.reply = Reply(200, {"Content-Type": "application/xml"}, b"<response><status>SUCCESS</status></response>")


def _first_chunk(turn: Turn) -> None:
    turn.raw = turn.raw[:1]


def _escapes_kept(turn: Turn) -> None:
    """Put the requestId into the answer as it was written."""
    if b"\\u" in turn.raw and get(turn.document, "data.requestId"):
        put(turn.document, "data.requestId", json.dumps(get(turn.document, "data.requestId"))[1:-1])


def _escaped_names_unknown(turn: Turn) -> None:
    if isinstance(turn.body, dict) and b'"\\u0061' in turn.raw.lower():
        turn.body.clear()


def _id_first(turn: Turn) -> None:
    if isinstance(turn.body, dict) and "requestId" in turn.body and next(iter(turn.body)) != "requestId":
        turn.body["requestId"] = "none"


def _length_over(size: int) -> Test:
    return lambda turn: len(turn.raw) > size


def _garbled(text: Any) -> Any:
    return text.encode("utf-8").decode("latin-1")


FAULTS = (
    Fault(
        "answer-ends-before-its-length",
        "A success is seven bytes shorter than its Content-Length says.",
        ("example.response",),
        (_resend(_too_short, _succeeded),),
    ),
    Fault(
        "answer-is-cut-in-half",
        "A success breaks off in the middle.",
        ("example.response",),
        (_resend(_cut, _succeeded),),
    ),
    Fault(
        "answer-goes-on-behind-its-length",
        "Line ends follow a success behind its Content-Length.",
        ("example.response",),
        (_resend(_too_long, _succeeded),),
    ),
    Fault(
        "opt-in-answer-has-a-short-length",
        "The Content-Length of an answer to OPT_IN is too small.",
        ("example.response",),
        (_resend(_length_cut, _opted_in),),
    ),
    Fault(
        "answer-in-chunks-without-an-end",
        "The chunks of a success have no end.",
        ("example.response",),
        (_resend(_without_last_chunk, _succeeded),),
    ),
    Fault(
        "refusal-ends-before-its-length",
        "A refusal is seven bytes shorter than its Content-Length says.",
        ("response.errors.filled",),
        (_resend(_too_short, _in_error),),
    ),
    Fault(
        "answer-is-named-gzip",
        "A success is declared as gzip and is not.",
        ("example.response",),
        (_resend(_named_gzip, _succeeded),),
    ),
    Fault(
        "answer-is-named-brotli",
        "A success is declared as br, which nobody asked for, and is not.",
        ("example.response",),
        (_resend(_named_brotli, _succeeded),),
    ),
    Fault(
        "answer-is-half-of-gzip",
        "Where gzip is accepted, the gzip data of a success end early.",
        ("example.response",),
        (_resend(_half_gzip, lambda turn: _GZIPPED(turn) and _succeeded(turn)),),
    ),
    Fault(
        "chunks-are-not-read",
        "Of a body in chunks only the first byte is read.",
        ("hygiene.chunked_body",),
        (_when(_IN_CHUNKS, _first_chunk),),
        level="hygiene",
    ),
    Fault(
        "chunks-are-an-empty-body",
        "A body in chunks is taken for an empty object.",
        ("hygiene.chunked_body",),
        (_when(_IN_CHUNKS, _empty),),
        level="hygiene",
    ),
    Fault(
        "chunks-crash-the-host",
        "A body in chunks is answered with HTTP 500 in HTML.",
        ("hygiene.chunked_body",),
        (_when(_IN_CHUNKS, _crash),),
        level="hygiene",
    ),
    Fault(
        "letters-across-chunks-are-garbled",
        "A requestId in a body in chunks is read as Latin-1.",
        (ECHO,),
        (edit("data.requestId", _garbled, _IN_CHUNKS),),
    ),
    Fault(
        "announced-body-crashes-the-host",
        "A request with Expect: 100-continue is answered with HTTP 500.",
        ("hygiene.expectation",),
        (_when(_header("expect", bool), _crash),),
        level="hygiene",
    ),
    Fault(
        "lines-in-a-body-crash-the-host",
        "A body with tabs and line ends is answered with HTTP 500.",
        ("error.engine_error",),
        (_when(lambda turn: b"\r\n" in turn.raw, _crash),),
    ),
    Fault(
        "escapes-in-a-text-are-kept",
        "A requestId with escapes comes back as it was written.",
        (ECHO,),
        (after("compose", _escapes_kept),),
    ),
    Fault(
        "escapes-in-names-are-not-read",
        "Fields whose names are written in escapes are not found.",
        ("request.action.values", "error.action_required"),
        (after("read", _escaped_names_unknown),),
    ),
    Fault(
        "fields-must-begin-with-request-id",
        "A requestId that is not the first field comes back as none.",
        (ECHO,),
        (before("check", _id_first),),
    ),
    Fault(
        "body-beyond-16-kib-crashes-the-host",
        "A body of more than 16 KiB is answered with HTTP 500.",
        ("error.engine_error",),
        (_when(_length_over(16384), _crash),),
    ),
    Fault(
        "body-beyond-128-kib-is-empty",
        "A body of more than 128 KiB is taken for an empty object.",
        ("request.action.values", "error.action_required"),
        (_when(_length_over(131072), _empty),),
    ),
    Fault(
        "without-accept-in-xml",
        "Without Accept the answer is XML.",
        ("example.response", "promotion.loyalty_types"),
        (_when(_header("accept", lambda value: not value), _in_xml),),
    ),
    Fault(
        "any-type-is-not-acceptable",
        "Accept: */* is answered with 406.",
        ("promotion.loyalty_types", "example.opt_in"),
        (_when(_header("accept", lambda value: value == "*/*"), _not_acceptable),),
    ),
    Fault(
        "a-weight-is-not-acceptable",
        "An Accept header with a weight is answered with 406.",
        ("promotion.loyalty_types", "example.opt_in"),
        (_when(_header("accept", lambda value: ";q=" in (value or "")), _not_acceptable),),
    ),
)
