"""Who may use the control plane: this machine, or whoever has the token; never the web page of another origin."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import urlsplit

from mockserver.errors import MockError
from mockserver.exchange.answers import Data, Headers, problem
from mockserver.exchange.received import Received

# What a path gives: `data` is only for those who may use the control plane, `open` is for all but foreign web pages.
# A `page` is like data, but a link on a foreign web page may lead there: the page with the link sees nothing of it.
Kind = Literal["data", "open", "page"]

TOKEN_HEADER: Final = "X-Mock-Token"
_WITH_TOKEN: Final = "start the mock with --control-token and send the token as X-Mock-Token"
# What a browser says of a request that a page of its own origin, or the user, has made (Fetch Metadata).
_OWN_SITES: Final = frozenset({"same-origin", "none"})


class Access:
    """Says who may use the control plane.

    With a token, whoever sends it, and nobody else. Without one, every client on this machine that names the machine in
    the header Host (another name may be an attacker's, whose DNS points to this machine) and is no web page of another
    origin. `names` are the names by which the mock was told to listen. `base` is the base path, '' for none.

    A browser sends no header of its own with a page, so it gets a cookie for the token. Unlike the header, the cookie
    does not let a foreign page in: the browser sends it without asking the page.

    Raises MockError for an empty token.
    """

    def __init__(self, token: str | None = None, *, names: Iterable[str] = (), base: str = "") -> None:
        if token == "":
            raise MockError("the token of the control plane is empty; give one, or leave out --control-token")
        self._token = token
        self._names = {"localhost", socket.gethostname().lower(), *(name.lower() for name in names)}
        self._base = base
        # Cookies do not tell ports apart, so two mocks on one machine need two names.
        self._cookie = f"enrol-mock-{secrets.token_hex(4)}"
        self._pass = secrets.token_hex(32)

    @property
    def needs_token(self) -> bool:
        """Whether the control plane is for those who have a token."""
        return self._token is not None

    def refusal(self, request: Received, *, kind: Kind = "data") -> Data | None:
        """Return why a request may not use the control plane, or None if it may. `kind`: what its path gives."""
        if self._token is not None and self._has_token(request, self._token):
            return None
        if not (kind == "page" and _follows_link(request)) and (page := _foreign_page(request)):
            return problem(f"A web page of another origin may not use /_mock/ ({page}); {_WITH_TOKEN}.", 403)
        if kind == "open":
            return None
        if self._token is not None:
            if self._has_cookie(request):
                return None
            text = "The control plane needs the token of --control-token, as X-Mock-Token or Authorization: Bearer."
            return problem(text, 401, headers=(("WWW-Authenticate", 'Bearer realm="mock"'),))
        if not _is_this_machine(request.peer):
            return problem(
                f"Only this machine may use /_mock/, and the request is from {request.peer}; {_WITH_TOKEN}.", 403
            )
        # No browser can use a Unix socket, whose clients may send any Host.
        if request.peer is not None and not self._is_named(request.header("Host")):
            host = (request.header("Host") or "")[:80]
            return problem(
                f"The Host header {host!r} does not name this machine; use localhost, or {_WITH_TOKEN}.", 403
            )
        return None

    def log_in(self, token: str, request: Received) -> Headers:
        """Return the headers that give the browser its cookie, or none if the token is wrong."""
        sent = token.encode(errors="surrogatepass")
        if self._token is None or not hmac.compare_digest(sent, self._token.encode()):
            return ()
        return self._cookies(self._pass, request)

    def log_out(self, request: Received) -> Headers:
        """Return the headers that take the cookie away."""
        return self._cookies("; Max-Age=0", request)

    def _cookies(self, value: str, request: Received) -> Headers:
        """Set the cookie for the control plane and for those of the sessions, and for no other path of this host.

        A semicolon would end the path, so below a base path with one the cookie is for all paths.
        """
        paths = ["/"] if ";" in self._base else [f"{self._base}/_mock", f"{self._base}/_s"]
        secure = "; Secure" if (request.header("Origin") or "").lower().startswith("https:") else ""
        return tuple(
            ("Set-Cookie", f"{self._cookie}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}") for path in paths
        )

    def _has_cookie(self, request: Received) -> bool:
        from werkzeug.http import parse_cookie

        sent = parse_cookie(request.header("Cookie")).getlist(self._cookie)
        return sum(hmac.compare_digest(value.encode(), self._pass.encode()) for value in sent) > 0

    def _has_token(self, request: Received, token: str) -> bool:
        scheme, _, bearer = (request.header("Authorization") or "").partition(" ")
        sent = [request.header(TOKEN_HEADER) or "", bearer.strip() if scheme.lower() == "bearer" else ""]
        # A header's value has one character for each byte. Every value is compared, so that the time says nothing.
        return sum(hmac.compare_digest(value.encode("latin-1"), token.encode()) for value in sent) > 0

    def _is_named(self, host: str | None) -> bool:
        """Whether a header Host names this machine. A client of HTTP/1.0 may leave it out; a browser never does."""
        if host is None:
            return True
        name = (urlsplit(f"//{host}").hostname or "").removesuffix(".")
        return name in self._names or name.endswith(".localhost") or (name != "" and _is_this_machine(name))


def _follows_link(request: Received) -> bool:
    """Whether a browser opens a page at the top of a window, as after a click on a link.

    A form that is posted, a frame and a script are no such thing.
    """
    said = [(request.header(f"Sec-Fetch-{name}") or "").strip().lower() for name in ("Mode", "Dest")]
    return request.method in ("GET", "HEAD") and said == ["navigate", "document"] and request.header("Origin") is None


def _foreign_page(request: Received) -> str:
    """Return the header that shows that a web page of another origin sends the request, or ''."""
    site, origin = request.header("Sec-Fetch-Site"), request.header("Origin")
    if site is not None and site.strip().lower() not in _OWN_SITES:
        return f"Sec-Fetch-Site: {site[:80]}"
    if origin is None:
        return ""
    scheme, mark, host = origin.strip().lower().partition("://")
    is_own = mark and scheme in ("http", "https") and host == (request.header("Host") or "").strip().lower()
    return "" if is_own else f"Origin: {origin[:80]}"


@lru_cache(maxsize=256)
def _is_this_machine(address: str | None) -> bool:
    """Whether an address is of this machine. A Unix socket has none."""
    if not address:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped or found
    if found.is_loopback:
        return True
    try:
        with socket.socket(socket.AF_INET if found.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as one:
            one.bind((str(found), 0))  # only an address of this machine can be bound
    except OSError:
        return False
    return True
