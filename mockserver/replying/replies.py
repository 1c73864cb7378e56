"""Replies: the only place that writes bodies. Each form is checked against the document before it is sent."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from jsonschema_rs import Draft202012Validator

from mockserver.errors import BrokenReply
from mockserver.exchange.answers import (
    Answer,
    Data,
    Example,
    Headers,
    Refusal,
    Result,
    Text,
    Token,
    TokenRefusal,
    Undocumented,
)
from mockserver.exchange.response import BodyForm, Response
from mockserver.replying import results
from mockserver.replying.skeletons import Skeletons
from openapi import envelope, extensions
from openapi.document import Document, Outcome
from openapi.places import MEDIA_TYPE
from openapi.questions import Readings

_UNMAPPED = 999999  # the code that the vendor's hosts show for a failure without a code of its own

_KEPT = 256  # refusals

Validators = dict[int, Draft202012Validator]


class _Refused(NamedTuple):
    """The body of a refusal that shows nothing of its request."""

    outcomes: tuple[Outcome, ...]
    body: bytes
    form: BodyForm


class Replies:
    """Turns answers into responses, and refuses to write a body that the document does not allow."""

    def __init__(self, document: Document, tokens: Document, readings: Readings) -> None:
        self._readings = readings
        self._envelope = envelope.read(document.raw)
        self._enrol_validators = _validators(document)
        self._token_validators = _validators(tokens)
        self._success = _success(document)
        self._refusals: dict[tuple[int, ...], _Refused] = {}  # by the ids of the outcomes
        self._skeletons = Skeletons(self._written)
        self._token_success = _success(tokens)
        # RFC 9110 demands these headers beside these statuses; the charset is that of RFC 7617, section 2.1.
        self._headers: dict[int, Headers] = {
            401: (("WWW-Authenticate", 'Basic realm="promotions", charset="UTF-8"'),),
            405: (("Allow", document.method.upper()),),
        }

    def reply(self, answer: Answer, exchange_id: str) -> Response:
        """Return the response to an answer. Raises BrokenReply."""
        validators = self._enrol_validators
        match answer:
            case Refusal(outcomes=outcomes, text=None) if answer.fields is None or not self._envelope.echoes:
                status, refused = outcomes[0].status, self._refused(outcomes)
                headers = self._headers.get(status, ())
                return _sent(status, refused.body, MEDIA_TYPE, exchange_id, headers, refused.form)
            case Refusal():
                status = answer.outcomes[0].status
                body = self._envelope.refusal(
                    [(outcome.code, answer.text or outcome.message) for outcome in answer.outcomes],
                    echo=results.echo(answer.fields, self._readings, exchange_id) if answer.fields else None,
                )
            case Result():
                status, (written, form) = self._status(answer), self._skeletons.body(answer, exchange_id)
                return _sent(status, written, MEDIA_TYPE, exchange_id, self._headers.get(status, ()), form)
            case Example():
                status, body = answer.status, answer.body
            case Token():
                validators, status = self._token_validators, self._token_success
                body = {"data": {"accessToken": answer.access_token, "ttlSeconds": answer.ttl_seconds}, "errors": None}
            case TokenRefusal():
                validators, status = self._token_validators, answer.outcome.status
                body = {"data": None, "errors": [_error(answer.outcome.code, answer.outcome.message)]}
            case Data():
                return _response(answer.status, answer.body, exchange_id, answer.headers)
            case Text():
                return _sent(answer.status, answer.body.encode(), answer.media_type, exchange_id, answer.headers)
            case Undocumented():
                return _sent(answer.status, answer.body, answer.media_type, exchange_id, answer.headers)
        _check(validators, status, body)
        return _response(status, body, exchange_id, self._headers.get(status, ()))

    def _refused(self, outcomes: tuple[Outcome, ...]) -> _Refused:
        """Return the body of a refusal that shows nothing of its request. It is written once. Raises BrokenReply."""
        key = tuple(map(id, outcomes))
        found = self._refusals.get(key)
        if found is None:
            body = self._envelope.refusal([(outcome.code, outcome.message) for outcome in outcomes], echo=None)
            _check(self._enrol_validators, outcomes[0].status, body)
            if len(self._refusals) >= _KEPT:
                self._refusals.clear()
            found = self._refusals[key] = _Refused(outcomes, msgspec.json.encode(body), BodyForm())
        return found

    def _status(self, result: Result) -> int:
        return result.warnings[0].status if result.warnings else self._success

    def _written(self, result: Result, exchange_id: str, *, checked: bool = True) -> bytes:
        """Return the body of a result. Raises BrokenReply if it is to be checked."""
        warnings = [warning.message for warning in result.warnings]
        body = self._envelope.result(results.data(result, exchange_id), warnings=warnings)
        if checked:
            _check(self._enrol_validators, self._status(result), body)
        return msgspec.json.encode(body)


def reply_to_bug(error: Exception, exchange_id: str) -> Response:
    """Return a 500 that says that the mock itself failed. Its code tells it apart from an error of the engine."""
    message = f"The mock itself failed, which is a bug in the kit: {type(error).__name__}: {error}"
    body = {"data": None, "errors": [_error(_UNMAPPED, message)], "warnings": None}
    return _response(500, body, exchange_id)


def _validators(document: Document) -> Validators:
    """Compile the schema of the body for each HTTP status that the document declares.

    Statuses with equal schemas share a validator, because compiling delays the start.
    """
    compiled: dict[str, Draft202012Validator] = {}
    schemas: dict[int, str] = {}
    for status in document.statuses:
        pointer = document.response_schema(status)
        schemas[status] = str(extensions.at(document.raw, pointer))
        if schemas[status] not in compiled:
            compiled[schemas[status]] = document.validator(pointer)
    return {status: compiled[schema] for status, schema in schemas.items()}


def _check(validators: Validators, status: int, body: Any) -> None:
    if status not in validators:
        raise BrokenReply(f"the document declares no status {status}")
    if not validators[status].is_valid(body):
        broken = next(iter(validators[status].iter_errors(body)))
        place = "/".join(map(str, broken.instance_path))
        raise BrokenReply(f"the answer with status {status} breaks the document at /{place}: {broken.message}")


def _response(status: int, body: Any, exchange_id: str, headers: Headers = ()) -> Response:
    return _sent(status, msgspec.json.encode(body), MEDIA_TYPE, exchange_id, headers)


def _sent(
    status: int, body: bytes, media_type: str, exchange_id: str, headers: Headers, form: BodyForm | None = None
) -> Response:
    length = ("Content-Length", str(len(body)))
    lines = (("X-Cap-Requestid", exchange_id), *headers, ("Content-Type", media_type), length)
    return Response(status, lines, body, form)


def _success(document: Document) -> int:
    return next(status for status in document.statuses if 200 <= status < 300)


def _error(code: int | None, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}
