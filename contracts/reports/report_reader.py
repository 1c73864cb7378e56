"""A report.json as input. It may come from a stranger, so only what it must hold is read, within bounds."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from contracts import json_text
from contracts.errors import Misuse
from contracts.exchange import DEEPEST, EXAMPLE_COOKIE, NOTHING, Credentials, Request, is_deep
from contracts.host.target import Target
from contracts.masking.spellings import is_lost
from contracts.masking.unmask import unmask
from contracts.spellings import Spelling
from openapi.document import Document
from openapi.parsing import plain_words

_KIND: Final = "a report.json of this version"
_METHODS: Final = ("GET", "POST", "PUT", "DELETE")
# A report may not choose other headers, in lower case: a gateway or the host could take one for a command.
_HEADERS: Final = ("content-type", "accept", "cookie")
# How a body was framed, which a finding may be about. The kit makes the frame itself.
_FRAMES: Final = (("transfer-encoding", "chunked"), ("connection", "close"), ("expect", "100-continue"))

_Content = TypeVar("_Content")
_Line = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^[^\x00-\x1f\x7f]*$")]


class _Header(msgspec.Struct, frozen=True):
    name: _Line
    value: _Line


class SentRequest(msgspec.Struct, frozen=True):
    """The request of a finding, as the report tells it."""

    method: _Line
    path: _Line
    headers: Annotated[tuple[_Header, ...], msgspec.Meta(max_length=100)]
    credentials: Credentials
    body: Any | msgspec.UnsetType = msgspec.UNSET
    raw: str | msgspec.UnsetType = msgspec.UNSET
    spelling: Spelling = "usual"


class SentFinding(msgspec.Struct, frozen=True):
    """A finding. `earlier`: numbers of the exchanges in run.har that came before it. `group`: see Exchange."""

    claim: _Line
    expected: str
    request: SentRequest
    earlier: tuple[int, ...] = ()
    group: int = 0


class _Run(msgspec.Struct, frozen=True):
    host: _Line
    live: bool


class Report(msgspec.Struct, frozen=True):
    """The parts of a report.json that are needed to send the request of a finding again."""

    schema: Literal[1]
    findings: tuple[SentFinding, ...]
    run: _Run


@dataclass(frozen=True, slots=True)
class Harmless:
    """A request that may be sent again. `left_out`: the names of the headers that are not sent."""

    request: Request
    left_out: tuple[str, ...] = ()


def read(path: Path, kind: type[_Content]) -> _Content:
    """Read the parts of a report.json that `kind` names. Raises Misuse."""
    value = json_text.load(path, _KIND)
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise Misuse(f"{path}: is not {_KIND}: {plain_words.of_error(error)}") from error


def request_of(sent: SentRequest, target: Target, document: Document) -> Harmless:
    """Return the request of a finding, with the personal data of the target in it. Raises Misuse."""
    if sent.raw is not msgspec.UNSET and sent.body is not msgspec.UNSET:
        raise Misuse("the request of the finding has both a body and a raw body")
    body: Any = NOTHING if sent.body is msgspec.UNSET else sent.body
    if is_deep(body):
        raise Misuse(f"the request of the finding has a body of more than {DEEPEST} levels")
    request = Request(
        body=body,
        raw=None if sent.raw is msgspec.UNSET else _bytes(sent.raw),
        spelling=sent.spelling,
        credentials=sent.credentials,
        headers=tuple((header.name, header.value) for header in sent.headers),
        method=None if sent.method == document.method.upper() else sent.method,
        path=None if sent.path == document.path else sent.path,
    )
    if is_lost(request.payload()):
        raise Misuse(
            "the request of the finding has a person in a spelling that is masked; ask for it again with `run`"
        )
    try:
        restored = body if body is NOTHING else unmask(body, target)
    except (ValueError, OverflowError):
        raise Misuse("the request of the finding has a placeholder that cannot be read") from None
    return harmless(replace(request, body=restored), document)


def harmless(request: Request, document: Document) -> Harmless:
    """Return a request from a file as it may be sent to the host: with harmless headers only.

    It goes to the path of the call, or to a name beside it, as in a run. Raises Misuse for other paths and methods.
    """
    folder = document.path.rpartition("/")[0]
    if request.path is not None and not re.fullmatch(rf"{re.escape(folder)}/[A-Za-z0-9_-]{{1,64}}", request.path):
        raise Misuse(f"the file asks for the path {request.path[:100]!r}; only {folder}/… is sent")
    if request.method is not None and request.method not in _METHODS:
        raise Misuse(f"the file asks for the method {request.method[:100]!r}; only {', '.join(_METHODS)} are sent")
    kept = tuple(
        (name, EXAMPLE_COOKIE if name.lower() == "cookie" else value)
        for name, value in request.headers
        if _is_harmless(name, value)
    )
    left_out = tuple(name for name, value in request.headers if not _is_harmless(name, value))
    return Harmless(replace(request, headers=kept), left_out)


def _is_harmless(name: str, value: str) -> bool:
    return name.lower() in _HEADERS or (name.lower(), value) in _FRAMES


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Misuse("the raw body of the finding is not base64") from None
