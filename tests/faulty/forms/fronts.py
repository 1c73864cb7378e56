"""Forms of what stands in front of a host: it answers a request that it does not like with a page of its own."""

from __future__ import annotations

from collections.abc import Callable

from tests.faulty.forms.form import Form
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn

_HTML = {"Content-Type": "text/html"}
_KNOWN = {
    "host",
    "connection",
    "content-type",
    "content-length",
    "transfer-encoding",
    "expect",
    "accept",
    "accept-encoding",
}
_KNOWN |= {"user-agent", "authorization", "x-cap-api-oauth-token"}


def _in_front(when: Callable[[Turn], bool], status: int, kind: dict[str, str], body: bytes) -> tuple[Hook, ...]:
    """Answer so before the host has seen the request."""

    def do(turn: Turn) -> None:
        if when(turn):
            turn.reply = Reply(status, kind, body)

    return (Hook("before", "route", do),)


def _has_cookie(turn: Turn) -> bool:
    return "cookie" in turn.headers


def _has_strange_header(turn: Turn) -> bool:
    return bool(turn.headers.keys() - _KNOWN)


FRONTS = (
    Form("cookies-refused", "A gateway answers whoever sends a cookie that it has not set with a page of HTTP 400.", "front",
         hooks=_in_front(_has_cookie, 400, _HTML, b"<html><body>Bad cookie</body></html>")),
    Form("cookies-forbidden", "A gateway answers whoever sends a cookie that it has not set with a page of HTTP 403.", "front",
         hooks=_in_front(_has_cookie, 403, _HTML, b"<html><body>Forbidden</body></html>")),
    Form("cookies-refused-without-a-body", "A gateway answers whoever sends a cookie that it has not set with HTTP 400 alone.", "front",
         hooks=_in_front(_has_cookie, 400, {}, b"")),
    Form("strange-headers-refused", "A gateway answers a header that clients of the call do not send with JSON of its own and HTTP 400.", "front",
         hooks=_in_front(_has_strange_header, 400, {"Content-Type": "application/json"}, b'{"message":"Bad Request"}')),
    Form("strange-headers-forbidden", "A gateway answers a header that clients of the call do not send with HTTP 403.", "front",
         hooks=_in_front(_has_strange_header, 403, _HTML, b"<html><body>Request blocked</body></html>")),
)  # fmt: skip
