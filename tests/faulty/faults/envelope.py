"""Faults in the envelope (data, errors, warnings), in the encoding of the body, and in the path."""

import json
from dataclasses import replace
from typing import Any

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import Test, crash, get, opting_in, restate, succeeded
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn


def _rewrite(change: Any, when: Test) -> Hook:
    """Replace the whole response body by what the function returns for it."""

    def do(turn: Turn) -> None:
        if when(turn):
            turn.document = change(turn.document)

    return after("compose", do)


def _refused(turn: Turn) -> bool:
    return bool(turn.complaints)


def _refused_for(row: str) -> Test:
    return lambda turn: any(one.row == row for one in turn.complaints)


def _set(key: str, value: Any) -> Any:
    return lambda document: {**document, key: value}


def _each_error(change: Any, when: Test = _refused) -> Hook:
    def do(turn: Turn) -> None:
        errors = turn.document.get("errors")
        if errors and when(turn):
            found = errors if isinstance(errors, list) else [errors]
            changed = [change(dict(one)) for one in found]
            turn.document["errors"] = changed if isinstance(errors, list) else changed[0]

    return after("compose", do)


def _without(key: str) -> Any:
    return lambda one: {name: value for name, value in one.items() if name != key}


def _errors_as_text(document: Any) -> Any:
    errors = document["errors"] if isinstance(document["errors"], list) else [document["errors"]]
    return {**document, "errors": "; ".join(f"{one['code']}: {one['message']}" for one in errors)}


def _show_an_enrolment(document: Any) -> Any:
    promotion = {"enrollmentId": "25300", "optinId": "25950"}
    return {**document, "data": {"enrollmentStatus": {"promotion": promotion}, "status": "SUCCESS"}}


def _in_latin_1(turn: Turn) -> None:
    assert turn.reply
    body = json.dumps(turn.document, ensure_ascii=False).encode("latin-1", "replace")
    turn.reply = replace(turn.reply, body=body)


def _cut(turn: Turn) -> None:
    if turn.reply and succeeded(turn) and opting_in(turn):
        turn.reply = replace(turn.reply, body=turn.reply.body[:-20])


def _as_html(turn: Turn) -> None:
    if turn.reply and succeeded(turn):
        body = b"<html><body><pre>" + turn.reply.body + b"</pre></body></html>"
        turn.reply = replace(turn.reply, headers={"Content-Type": "text/html"}, body=body)


def _in_single_quotes(turn: Turn) -> None:
    if turn.reply and _refused(turn):
        turn.reply = replace(turn.reply, body=repr(turn.document).encode())


def _empty(turn: Turn) -> None:
    if turn.reply and _refused_for("no customer")(turn):
        turn.reply = replace(turn.reply, body=b"")


def _not_here(turn: Turn) -> None:
    if turn.path.partition("?")[0] == "/v3/promotions/enrol" and b"OPT_IN" in turn.raw:
        turn.reply = Reply(404, {"Content-Type": "application/json"}, b'{"message": "no Route matched"}')


def _not_by_post(turn: Turn) -> None:
    if turn.path.partition("?")[0] == "/v3/promotions/enrol" and turn.method == "POST" and b"OPT_IN" in turn.raw:
        turn.reply = Reply(405, {"Content-Type": "application/json", "Allow": "PUT"}, b'{"message": "use PUT"}')


def _huge_program(turn: Turn) -> bool:
    number = get(turn.body, "programId")
    return type(number) is int and abs(number) >= 2**63


def _long_value(turn: Turn) -> bool:
    return len(str(get(turn.body, "customer.identifierValue") or "")) > 255


def _value_beyond_ascii(turn: Turn) -> bool:
    return not str(get(turn.body, "customer.identifierValue") or "").isascii()


def _request_id_beyond_16_bits(turn: Turn) -> bool:
    return any(letter > "\uffff" for letter in str(get(turn.body, "requestId") or ""))


def _names_a_charset(turn: Turn) -> bool:
    return "charset" in turn.headers.get("content-type", "").lower()


def _has_a_name_beyond_ascii(turn: Turn) -> bool:
    return isinstance(turn.body, dict) and not all(map(str.isascii, turn.body))


FAULTS = (
    Fault(
        "call-at-another-path",
        "OPT_IN is answered with 404, as at a path that does not exist.",
        ("call.path", "example.enrol", "example.opt_in"),
        (after("route", _not_here),),
    ),
    Fault(
        "call-by-another-method",
        "OPT_IN by POST is answered with 405.",
        ("call.path", "example.enrol", "example.opt_in"),
        (after("route", _not_by_post),),
    ),
    Fault(
        "envelope-missing",
        "The answer is what should be in data.",
        ("example.response", "response.data.type", "example.enrol"),
        (_rewrite(lambda document: document["data"], succeeded),),
    ),
    Fault(
        "data-is-a-list",
        "data is a list of one.",
        ("response.data.type", "example.response"),
        (_rewrite(lambda document: {**document, "data": [document["data"]]}, succeeded),),
    ),
    Fault(
        "data-is-text",
        "data is JSON inside a string.",
        ("response.data.type", "example.response"),
        (_rewrite(lambda document: {**document, "data": json.dumps(document["data"])}, succeeded),),
    ),
    Fault(
        "data-null-on-success",
        "A success has no data and no warning.",
        ("response.data.type", "example.opt_in"),
        (_rewrite(_set("data", None), lambda turn: succeeded(turn) and opting_in(turn)),),
    ),
    Fault(
        "errors-filled-on-success",
        "A success has an entry in errors that says OK.",
        ("response.errors.success",),
        (_rewrite(_set("errors", [{"code": 0, "message": "OK"}]), succeeded),),
    ),
    Fault(
        "errors-filled-on-success-of-opt-in",
        "A success of OPT_IN has an entry in errors that says 200.",
        ("response.errors.success", "example.opt_in"),
        (
            _rewrite(
                _set("errors", [{"code": 200, "message": "SUCCESS"}]),
                lambda turn: succeeded(turn) and opting_in(turn),
            ),
        ),
    ),
    Fault(
        "enrolment-beside-errors",
        "Beside errors stand a status SUCCESS and an enrollmentId.",
        ("response.errors.success", "response.errors.filled"),
        (_rewrite(_show_an_enrolment, _refused_for("no customer")),),
    ),
    Fault(
        "warnings-with-empty-text",
        "A success has a warning with an empty message.",
        ("response.warnings.none",),
        (_rewrite(_set("warnings", [{"message": ""}]), succeeded),),
    ),
    Fault(
        "warnings-repeat-the-errors",
        "A refusal has its errors in warnings once more.",
        ("response.warnings.none",),
        (_rewrite(lambda document: {**document, "warnings": document["errors"]}, _refused),),
    ),
    Fault(
        "errors-null-on-refusal",
        "A refusal for an unknown promotion has errors: null.",
        ("response.errors.filled", "error.promotion_not_found"),
        (_rewrite(_set("errors", None), _refused_for("no promotion")),),
    ),
    Fault(
        "errors-empty-on-refusal",
        "A refusal for a GENERIC promotion has an empty list of errors.",
        ("response.errors.filled", "error.generic_not_eligible"),
        (_rewrite(_set("errors", []), _refused_for("generic")),),
    ),
    Fault(
        "errors-are-text",
        "errors is one string of code and message.",
        ("response.errors.filled",),
        (
            _rewrite(
                _errors_as_text,
                _refused,
            ),
        ),
    ),
    Fault(
        "errors-without-message",
        "The errors of the look-ups have a code and no message.",
        ("response.errors.filled", "error.customer_not_found"),
        (_each_error(_without("message"), _refused_for("no customer")),),
    ),
    Fault(
        "errors-without-code",
        "An unknown program is answered with a message and no code.",
        ("response.errors.filled", "error.program_not_found"),
        (_each_error(_without("code"), _refused_for("no program")),),
    ),
    Fault(
        "error-code-null",
        "The error for a missing action has code: null.",
        ("response.errors.filled", "error.action_required"),
        (_each_error(lambda one: {**one, "code": None}, _refused_for("action")),),
    ),
    Fault(
        "error-code-is-a-name",
        "The code of a missing programId is PROGRAM_ID_REQUIRED.",
        ("error.program_id_required", "response.errors.filled"),
        (_each_error(lambda one: {**one, "code": "PROGRAM_ID_REQUIRED"} if one["code"] == 310005 else one),),
    ),
    Fault(
        "error-message-is-an-object",
        "The message of a missing action is an object of languages.",
        ("response.errors.filled", "error.action_required"),
        (_each_error(lambda one: {**one, "message": {"en": one["message"]}}, _refused_for("action")),),
    ),
    Fault(
        "missing-program-is-a-server-error",
        "A missing programId is answered with HTTP 500 and the right code.",
        ("error.program_id_required",),
        (restate("programId", status=500),),
    ),
    Fault(
        "unlisted-source-is-not-acceptable",
        "An unlisted source is answered with HTTP 406 and the right code.",
        ("error.source_required",),
        (restate("source", status=406),),
    ),
    Fault(
        "success-in-html",
        "A success is a page in HTML.",
        ("example.response", "example.enrol"),
        (after("encode", _as_html),),
    ),
    Fault(
        "answer-in-latin-1",
        "Answers are encoded in Latin-1.",
        ("response.data.requestId.echo", "example.response"),
        (after("encode", _in_latin_1),),
    ),
    Fault(
        "answer-cut",
        "The answer to OPT_IN lacks its last twenty bytes.",
        ("example.opt_in", "example.response"),
        (after("encode", _cut),),
    ),
    Fault(
        "refusal-in-single-quotes",
        "A refusal is written as a Python literal, not as JSON.",
        ("response.errors.filled",),
        (after("encode", _in_single_quotes),),
    ),
    Fault(
        "refusal-without-body",
        "An unknown customer is answered with HTTP 400 and no body.",
        ("error.customer_not_found", "response.errors.filled"),
        (after("encode", _empty),),
    ),
    Fault(
        "crash-on-a-huge-program",
        "A programId beyond 64 bits is answered with HTTP 500 in HTML.",
        ("error.program_not_found", "request.programId.type"),
        (crash(_huge_program),),
    ),
    Fault(
        "crash-on-a-long-value",
        "An identifierValue of more than 255 letters is answered with HTTP 500 in HTML.",
        ("error.customer_not_found", "request.customer.identifierValue.type"),
        (crash(_long_value),),
    ),
    Fault(
        "crash-on-a-value-beyond-ascii",
        "An identifierValue beyond ASCII is answered with HTTP 500 in HTML.",
        ("error.customer_not_found", "request.customer.identifierValue.type"),
        (crash(_value_beyond_ascii),),
    ),
    Fault(
        "crash-on-an-emoji",
        "A requestId with an emoji is answered with HTTP 500 in HTML.",
        ("error.engine_error", "response.data.requestId.echo", "request.requestId.type"),
        (crash(_request_id_beyond_16_bits),),
    ),
    Fault(
        "crash-on-a-name-beyond-ascii",
        "A body with a property whose name is beyond ASCII is answered with HTTP 500 in HTML.",
        ("error.promotion_not_found", "error.action_required"),
        (crash(_has_a_name_beyond_ascii),),
    ),
    Fault(
        "crash-on-a-charset",
        "A request whose media type names its charset is answered with HTTP 500 in HTML.",
        ("error.engine_error", "example.enrol"),
        (crash(_names_a_charset),),
    ),
    Fault(
        "crash-once-in-forty",
        "Every fortieth request is answered with HTTP 500 in HTML.",
        ("error.engine_error", "example.response"),
        (crash(lambda turn: turn.number % 40 == 0),),
    ),
)
