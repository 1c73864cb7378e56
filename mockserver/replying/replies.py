"""Replies: the one place where bodies are written, each checked against the document before it leaves."""

from __future__ import annotations

from typing import Any

import msgspec
from jsonschema_rs import Draft202012Validator
from werkzeug.wrappers import Response

from mockserver.errors import BrokenReply
from mockserver.exchange.answers import Answer, Data, Example, Headers, Refusal, Result, Token, TokenRefusal
from mockserver.replying import results
from openapi import envelope
from openapi.document import MEDIA_TYPE, Document
from openapi.questions import Readings

_UNMAPPED = 999999  # what the vendor's hosts show for a failure that nobody mapped


class Replies:
    """Writes answers as responses, and refuses to write what the document does not allow."""

    def __init__(self, document: Document, tokens: Document, readings: Readings) -> None:
        self._document = document
        self._tokens = tokens
        self._readings = readings
        self._envelope = envelope.read(document.raw)
        self._validators: dict[tuple[str, int], Draft202012Validator] = {}
        # RFC 9110 wants these beside these statuses.
        self._headers: dict[int, Headers] = {
            401: (("WWW-Authenticate", 'Basic realm="promotions"'),),
            405: (("Allow", document.method.upper()),),
        }

    def reply(self, answer: Answer, exchange_id: str) -> Response:
        """Return the response to an answer. Raises BrokenReply."""
        match answer:
            case Refusal():
                status = answer.outcomes[0].status
                body = self._envelope.refusal(
                    [(outcome.code, answer.text or outcome.message) for outcome in answer.outcomes],
                    echo=results.echo(answer.asked, self._readings, exchange_id) if answer.asked else None,
                )
            case Result():
                status = answer.warnings[0].status if answer.warnings else _success(self._document)
                body = self._envelope.result(
                    results.data(answer, exchange_id), warnings=[warning.message for warning in answer.warnings]
                )
            case Example():
                status, body = answer.status, answer.body
            case Token():
                status = _success(self._tokens)
                body = {"data": {"accessToken": answer.access_token, "ttlSeconds": answer.ttl_seconds}, "errors": None}
            case TokenRefusal():
                status = answer.outcome.status
                body = {"data": None, "errors": [_error(answer.outcome.code, answer.outcome.message)]}
            case Data():
                return _response(answer.status, answer.body, exchange_id, answer.headers)
        self._check(self._tokens if isinstance(answer, Token | TokenRefusal) else self._document, status, body)
        headers = self._headers.get(status, ()) + getattr(answer, "headers", ())
        return _response(status, body, exchange_id, headers)

    def _check(self, document: Document, status: int, body: Any) -> None:
        if (document.path, status) not in self._validators:
            if status not in document.statuses:
                raise BrokenReply(f"the document declares no status {status}")
            self._validators[document.path, status] = document.validator(document.response_schema(status))
        validator = self._validators[document.path, status]
        if not validator.is_valid(body):
            broken = next(iter(validator.iter_errors(body)))
            place = "/".join(map(str, broken.instance_path))
            raise BrokenReply(f"the answer with status {status} breaks the document at /{place}: {broken.message}")


def reply_to_bug(error: Exception, exchange_id: str) -> Response:
    """Return a 500 that says that the mock itself is wrong; its code tells it from the engine's."""
    message = f"The mock itself failed, which is a bug in the kit: {type(error).__name__}: {error}"
    body = {"data": None, "errors": [_error(_UNMAPPED, message)], "warnings": None}
    return _response(500, body, exchange_id)


def _response(status: int, body: Any, exchange_id: str, headers: Headers = ()) -> Response:
    return Response(
        msgspec.json.encode(body),
        status,
        (("X-Cap-Requestid", exchange_id), *headers),
        mimetype=MEDIA_TYPE,
    )


def _success(document: Document) -> int:
    return next(status for status in document.statuses if 200 <= status < 300)


def _error(code: int | None, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}
