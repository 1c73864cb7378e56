"""The answers of faults that no document describes: of gateways, and of hosts that are broken."""

from __future__ import annotations

from http import HTTPStatus

from mockserver.exchange.answers import Headers, Undocumented

_JSON = "application/json"
_GARBAGE = b'{"data": {"requestId": "some-test-id", "action": '  # no JSON, since it breaks off


def of_status(status: int, *, retry_after: int | None = None) -> Undocumented:
    """Return the bare answer of a status, as gateways give it: HTML for 502 and 504, otherwise the status in words."""
    headers: Headers = ()
    if status in (429, 503):
        headers = (("Retry-After", str(1 if retry_after is None else retry_after)),)
    if status in (204, 205, 304):
        return Undocumented(status, b"", "text/plain", headers=headers)
    phrase = _phrase(status)
    if status in (502, 504):
        page = (
            f"<html>\n<head><title>{status} {phrase}</title></head>\n<body><h1>{status} {phrase}</h1></body>\n</html>\n"
        )
        return Undocumented(status, page.encode(), "text/html", headers=headers)
    return Undocumented(status, f"{status} {phrase}\n".encode(), "text/plain", headers=headers)


def garbage() -> Undocumented:
    """Return a success whose body is no JSON."""
    return Undocumented(200, _GARBAGE, _JSON)


def empty() -> Undocumented:
    """Return a success without a body."""
    return Undocumented(200, b"", _JSON)


def given(status: int, body: str, headers: Headers) -> Undocumented:
    """Return an answer that a fault gives word for word; its body is JSON unless a header says otherwise."""
    kind = next((value for name, value in headers if name.lower() == "content-type"), _JSON)
    others = tuple((name, value) for name, value in headers if name.lower() != "content-type")
    return Undocumented(status, body.encode(), kind, headers=others)


def none() -> Undocumented:
    """Return what stands for no answer."""
    return Undocumented(0, b"", _JSON)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
