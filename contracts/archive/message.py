"""Requests and answers in an HTTP Archive, as browsers, proxies and other tools really write them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from contracts.json_value import kind_of

# The name of a header in HTTP. Archives also list what HTTP/2 sends beside the headers, such as `:authority`.
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_NO_TYPE: Final = "x-unknown"  # Chrome
_USUAL_TYPE: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_WITHOUT_BODY: Final = (204, 205)

Headers = tuple[tuple[str, str], ...]


class Unfit(ValueError):
    """Raised where an entry is not what HAR 1.2 describes. The message begins with the place in the entry, as `.request.url: `."""

    def __init__(self, place: str, words: str):
        super().__init__(f".{place}: {words}")


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer. `body` is None if the archive does not have it; `b""` if it was empty.

    `size`: the number of bytes of the body, and `media_type`: its type, as the archive has them beside the body; 0 and
    "" if it has not. A negative size is an unknown one. `is_elsewhere`: the body is in another file.
    """

    headers: Headers
    body: bytes | None
    size: int = 0
    media_type: str = ""
    is_elsewhere: bool = False

    def header(self, name: str) -> str:
        """Return the value of a header; several different ones joined as in HTTP, "" if there is none."""
        return ", ".join(dict.fromkeys(value for known, value in self.headers if known.lower() == name))

    @property
    def typed_headers(self) -> Headers:
        """The headers with a Content-Type, from beside the body where no header says it.

        No request and no answer is without headers. If none are listed, they were not kept, and the type is the usual
        one.
        """
        written = self.header("content-type") or self.media_type or ("" if self.headers else _USUAL_TYPE)
        others = tuple((name, value) for name, value in self.headers if name.lower() != "content-type")
        return (("Content-Type", written), *others) if written and self.body else self.headers


def request_of(raw: Mapping[str, Any], method: str, *, is_base64: bool = False) -> Message:
    """Return a request. `is_base64`: the text of its body is base64. Raises Unfit for what no tool writes."""
    data = _object(raw.get("postData"), "request.postData")
    headers = _headers(raw.get("headers"), "request.headers")
    body = _body(data, "request.postData.text", is_base64=is_base64)
    if not body and _media_type(data).startswith(_FORM) and isinstance(data.get("params"), list):
        params = [_object(param, f"request.postData.params[{i}]") for i, param in enumerate(data["params"])]
        body = urlencode([(param.get("name") or "", param.get("value") or "") for param in params]).encode()
    message = Message(headers, body, _size(raw.get("bodySize")), _media_type(data), "_file" in data)
    # Tools leave postData out both of an empty body and of one that they did not keep.
    is_empty = message.header("content-length") == "0" or method != "POST" or (body == b"" and message.size == 0)
    return message if body else replace(message, body=b"" if is_empty else None)


def answer_of(raw: Mapping[str, Any], status: int) -> Message:
    """Return an answer. Raises Unfit for what no tool writes."""
    content = _object(raw.get("content"), "response.content")
    body = _body(content, "response.content.text")
    headers = _headers(raw.get("headers"), "response.headers")
    message = Message(headers, body, _size(content.get("size")), _media_type(content), "_file" in content)
    length = message.header("content-length")
    says_empty = body == b"" and message.size == 0 and max(_size(raw.get("bodySize")), _size(length)) <= 0
    is_empty = says_empty or status in _WITHOUT_BODY or length == "0"
    return message if body else replace(message, body=b"" if is_empty else None)


def _object(value: Any, place: str) -> Mapping[str, Any]:
    """Return an object, {} for null and for what is missing."""
    if value is not None and not isinstance(value, dict):
        raise Unfit(place, f"expected an object, got {kind_of(value)}")
    return value or {}


def _headers(listed: Any, place: str) -> Headers:
    """Return the headers. HAR has a list of names and values; some tools write an object, or null."""
    if listed is not None and not isinstance(listed, dict | list):
        raise Unfit(place, f"expected a list of headers, got {kind_of(listed)}")
    if isinstance(listed, dict):
        pairs: Iterable[tuple[Any, Any]] = listed.items()
    else:
        pairs = ((entry.get("name"), entry.get("value")) for entry in listed or () if isinstance(entry, dict))
    return tuple((name, _value(value)) for name, value in pairs if isinstance(name, str) and _NAME.fullmatch(name))


def _value(value: Any) -> str:
    """Return the value of a header. Chrome writes several of them in lines, others as a list. Control characters cannot have been sent."""
    several = value if isinstance(value, list) else [value]
    lines = re.split(r"[\r\n]+", "\n".join(str("" if each is None else each) for each in several))
    text = lines[0] if len(lines) == 1 else ", ".join(line.strip() for line in lines)
    return re.sub(r"[\x00-\x1f\x7f]", " ", text).encode("utf-8", "replace").decode()


def _media_type(content: Mapping[str, Any]) -> str:
    written = content.get("mimeType")
    return _value(written) if isinstance(written, str) and written != _NO_TYPE else ""


def _body(content: Mapping[str, Any], place: str, *, is_base64: bool = False) -> bytes | None:
    """Return the bytes of a body; None if there is no text. Raises Unfit for a text that is not the base64 it should be."""
    text = content.get("text")
    if text is None:
        return None
    if not isinstance(text, str):
        raise Unfit(place, f"expected a text, got {kind_of(text)}")
    if is_base64 or str(content.get("encoding") or "").lower() == "base64":
        return _from_base64(text, place)
    return text.encode("utf-8", "surrogatepass")


def _from_base64(text: str, place: str) -> bytes:
    """Return the bytes of a base64 text, also of one for URLs, with line breaks or without padding. Raises Unfit."""
    letters = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except ValueError:  # also for what is not ASCII
        raise Unfit(place, "is not base64") from None


def _size(value: Any) -> int:
    """Return a number of bytes; 0 for anything else."""
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"\d{1,15}", value) else 0
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
