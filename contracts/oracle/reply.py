"""Reading an answer: its data, errors and warnings, in each shape that the page allows.

Source: the page, "Response parameters" rows 1, 22 and 23; "Error codes"; "Warning messages".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from contracts.exchange import NOTHING, UNAUTHENTICATED, Answer
from contracts.json_value import as_json
from contracts.media_types import is_some_json
from openapi.document import Document, Outcome

# Gateways answer with these statuses, and with a body of their own, without asking the host.
_GATEWAY: Final = frozenset({403, 407, 408, 421, 425, 502, 503, 504, *range(520, 531)})
# The fields of every answer of the call. "Response parameters" rows 1, 22 and 23.
_ENVELOPE: Final = ("data", "errors", "warnings")
# In so many bytes of a body that is no JSON, a text of the page is looked for.
_START: Final = 4096
# A text that is cut may end with these.
_DOTS: Final = ".… "
# Too many requests: with whatever body, this status says nothing of the request.
_LATER: Final = 429


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """One error of an answer.

    `names`: the documented outcomes that it may be. `extent`: how much of the text of a row it has: "whole",
    "first-sentence", "cut" if it ends within a sentence, "any-text" if the text is none of the page's, None if there is
    no text, or that of a warning.
    `plain`: it may also be an error without a documented outcome. `says`: the row or the warning whose text it has,
    whatever its code.
    """

    code: Any
    message: Any
    names: frozenset[str]
    extent: str | None
    plain: bool
    says: str | None = None
    length: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in its parts.

    `content`: whether there is a body. `garbled`: it is declared as JSON and is none. `of_the_call`: only a host of the
    call answers like this: the answer has a text or a row of the page, or the fields of its answers. `data` is NOTHING
    where there is none. `error_shapes`: the readings of the question error-shape that fit. `warnings`: the texts as
    they came.
    `malformed`: what is wrong with the form of errors and warnings, in words.
    """

    status: int
    content: bool
    garbled: bool
    of_the_call: bool
    body: Any
    data: Any
    errors: tuple[ErrorItem, ...]
    error_shapes: tuple[str, ...]
    warnings: tuple[Any, ...]
    warning_shape: str | None
    malformed: tuple[str, ...]

    @property
    def decision(self) -> Literal["refusal", "warned", "success"]:
        """What the host says it decided: it refused, only warned, or enrolled."""
        if self.errors or not 200 <= self.status < 300 or not isinstance(self.body, dict):
            return "refusal"
        promotion = part(self.data, "enrollmentStatus", "promotion")
        if self.warnings and (self.data in (None, NOTHING) or not part(promotion, "enrollmentId")):
            return "warned"
        return "success"


class ReplyReader:
    """Reads answers by one document: its error rows and their texts."""

    def __init__(self, document: Document):
        self._rows = [o for o in document.outcomes.values() if o.kind == "error" and o.section]
        self._codes = {row.code for row in self._rows}
        self._texts = tuple(row.message.partition(". ")[0].encode() for row in self._rows)
        self.warnings = {row.message: row.name for row in document.outcomes.values() if row.kind == "warning"}

    def read(self, answer: Answer) -> Reply:
        """Return the parts of an answer."""
        body = answer.json
        malformed: list[str] = []
        fields = body if isinstance(body, dict) else {}
        errors, error_shapes = self._errors(fields.get("errors"), malformed)
        warnings, warning_shape = _warnings(fields.get("warnings"), malformed)
        return Reply(
            status=answer.status,
            content=bool(answer.content),
            garbled=answer.json is NOTHING and is_some_json(answer.headers.get("content-type", "")),
            of_the_call=self._is_of_the_call(answer, fields, errors),
            body=body,
            data=fields.get("data", NOTHING),
            errors=errors,
            error_shapes=error_shapes,
            warnings=warnings,
            warning_shape=warning_shape,
            malformed=tuple(malformed),
        )

    def _is_of_the_call(self, answer: Answer, fields: Mapping[str, Any], errors: tuple[ErrorItem, ...]) -> bool:
        if any(error.names or error.says for error in errors):
            return True
        if answer.status not in (404, 405) and sum(name in fields for name in _ENVELOPE) > 1:
            return True
        start = answer.content[:_START]
        return answer.json is NOTHING and any(text in start for text in self._texts)

    def _errors(self, value: Any, malformed: list[str]) -> tuple[tuple[ErrorItem, ...], tuple[str, ...]]:
        if value is None or value == [] or value == {}:
            return (), ()
        container = "object" if isinstance(value, dict) else "list"
        items = value if isinstance(value, list) else [value]
        good = [item for item in items if isinstance(item, dict)]
        if len(good) != len(items):
            malformed.append(f"errors is {as_json(value, 80)}, and holds more than objects with code and message")
        codes = [item.get("code", NOTHING) for item in good]
        kind = "string" if codes and all(isinstance(code, str) for code in codes) else "number"
        if not all(isinstance(code, str) if kind == "string" else is_number(code) for code in codes):
            written = ", ".join(as_json(code, 80) for code in codes[:10])
            mixed = f"the codes {written} are not all numbers, and not all strings"
            malformed.append("an error has no code" if NOTHING in codes else mixed)
        read = tuple(self._item(item) for item in good) or (self._item({}),)
        # A text such as "INVALID" is no code of the page, so it does not say how the host writes those.
        is_code = any(isinstance(code, int) or (isinstance(code, str) and code.isdecimal()) for code in codes)
        return read, (f"{container}-{kind}",) if is_code else (f"{container}-number", f"{container}-string")

    def _item(self, item: Mapping[str, Any]) -> ErrorItem:
        code, message = item.get("code"), item.get("message")
        number = int(code) if isinstance(code, str) and re.fullmatch(r"\d{1,9}", code) else code
        text = message.strip() if isinstance(message, str) else None
        is_listed = isinstance(number, int | float | str) and number in self._codes
        for row in self._rows:
            extent = _extent(text, row)
            if extent:
                names = frozenset({row.name}) if row.code == number else frozenset()
                length = len((text or "").rstrip("."))
                return ErrorItem(code, message, names, extent, plain=False, says=row.name, length=length)
        if text is None or text in self.warnings:
            says = self.warnings.get(text or "")
            return ErrorItem(code, message, frozenset(), None, plain=not is_listed, says=says)
        coded = [row for row in self._rows if row.code == number]
        most = max((_cut_at(text, row.message) for row in coded), default=0)
        extent = "cut" if most else "any-text"
        names = frozenset(row.name for row in coded)
        return ErrorItem(code, message, names, extent, plain=not is_listed or number == 400, length=most)


def sentence_ends(text: str) -> tuple[int, ...]:
    """Return the lengths of a text that is cut behind each of its sentences, without the full stop."""
    whole = text.rstrip(".")
    return (*(found.start() for found in re.finditer(r"\. ", whole)), len(whole))


def is_gateway(answer: Answer) -> bool:
    """A gateway may have given this answer in place of the host, which stands behind one."""
    return answer.status == _LATER or (answer.status in _GATEWAY and not has_envelope(answer.json))


def is_foreign(reply: Reply) -> bool:
    """The answer refuses or redirects with content that is not of the call, so something else may have given it."""
    is_refusal = _is_refusal(reply) and reply.content and not reply.garbled
    is_of_the_call = reply.of_the_call or (has_envelope(reply.body) and not _is_of_a_framework(reply))
    return (is_refusal or 300 <= reply.status < 400) and not is_of_the_call


def _is_of_a_framework(reply: Reply) -> bool:
    """Many frameworks call a list or a map of their own `errors`: nothing in it has a code, and no other field is of the call."""
    is_alone = not any(name in reply.body for name in _ENVELOPE if name != "errors")
    return is_alone and bool(reply.errors) and all(error.code is None for error in reply.errors)


def is_empty_refusal(reply: Reply) -> bool:
    """The answer refuses by its status alone."""
    return _is_refusal(reply) and not reply.content


def _is_refusal(reply: Reply) -> bool:
    return 400 <= reply.status < 500 and reply.status not in UNAUTHENTICATED


def has_envelope(body: Any) -> bool:
    """A body has one of the fields that every answer of the call has."""
    return isinstance(body, dict) and any(name in body for name in _ENVELOPE)


def part(value: Any, *names: str) -> Any:
    """Return what stands at a path of objects; None where anything is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def is_number(value: Any) -> bool:
    """The value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _extent(text: str | None, row: Outcome) -> str | None:
    """Return "whole", or "first-sentence" if a text is a row's cut behind any sentence; None for another text."""
    if text is None:
        return None
    whole, text = row.message.rstrip("."), text.rstrip(".")
    if text == whole:
        return "whole"
    return "first-sentence" if text and whole.startswith(f"{text}. ") else None


def _cut_at(text: str, whole: str) -> int:
    """Return the most characters at which a host may have cut a text to get another; 0 if it is not cut from it.

    It may have left out a word that did not fit, and may have put three dots in its place.
    """
    start = text.rstrip(_DOTS)
    end = whole.find(" ", len(start) + 1)
    return (len(whole) if end < 0 else end) + len("...") if start and whole.startswith(start) else 0


def _warnings(value: Any, malformed: list[str]) -> tuple[tuple[Any, ...], str | None]:
    if value is None or value == [] or value == {}:
        return (), None
    if isinstance(value, dict):
        return (value.get("message"),), "object"
    if not isinstance(value, list):
        malformed.append(f"warnings is {as_json(value, 80)}")
        return (value,), None
    texts = tuple(_texts(value))
    shape = "strings" if all(isinstance(item, str) for item in value) else "list"
    if shape == "list" and not all(isinstance(item, dict) for item in value):
        malformed.append(f"warnings is {as_json(value, 80)}, and holds neither only objects nor only strings")
    return texts, shape


def _texts(items: list[Any]) -> Iterator[Any]:
    for item in items:
        yield item.get("message") if isinstance(item, dict) else item
