"""The connection to one host: one deadline for each answer, and bounds on what is read.

httpcore carries it: it passes over interim answers (RFC 9110 §15.2), such as 103 Early Hints, and follows no redirect.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore

from contracts.errors import Misuse
from contracts.host.framing import broken_off, cut_off, decoded, is_whole_json, left_over, pieces, too_long
from contracts.host.reasons import reason
from contracts.host.sockets import Backend, Deadline
from contracts.host.target import Target
from contracts.host.tls import trust

# The longest body that is read, in bytes, as it comes and after decoding.
BODY_LIMIT: Final = 4 * 1024 * 1024
# A host may close a connection that nobody uses. So one that was idle for this many seconds is not used again.
IDLE: Final = 2.0
# A host may close a connection after any answer, also untold (RFC 9112 §9.5). After so many requests that met a closed
# connection, each gets a connection of its own: what is lost from then on, the host has lost.
_MET_CLOSED: Final = 2


class Unreachable(Misuse):
    """Raised when the host sends no HTTP answer. `kept`: how many answers the same connection had carried before."""

    def __init__(self, message: str, *, kept: int = 0):
        super().__init__(message)
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Received:
    """What came back: status, headers (names in lower case), and the body, decoded and cut to BODY_LIMIT.

    `version` and `flaw`: see Answer.
    """

    status: int
    headers: dict[str, str]
    content: bytes
    version: str
    flaw: str


class Connection:
    """Sends bytes to one host and reads its answers. It uses one connection at a time, and keeps it while the host does.

    If the host closes connections that it has not said to close, a request may meet a closed one; see _MET_CLOSED.

    `ca_bundle`: a file of CA certificates to trust. The environment is read here, once: proxies and CA certificates,
    never credentials. `idle`: seconds for which nobody may have used a connection that is used again. `gate`: see
    Backend. `met_closed`: how many requests to this host met a closed connection before.
    """

    def __init__(
        self,
        target: Target,
        ca_bundle: Path | None = None,
        *,
        idle: float = IDLE,
        gate: Callable[[], None] = lambda: None,
        trusted: ssl.SSLContext | None = None,
        met_closed: int = 0,
    ):
        self._target = target
        self._parts = urlsplit(target.url)
        self._host, self._authority = _idna(self._parts.hostname or ""), _idna(self._parts.netloc)
        self._deadline = Deadline()
        # What was allowed because a name led to this machine holds only if it still does: enrolments and plain HTTP.
        self._is_local = not target.test_host and (not target.live or self._parts.scheme == "http")
        self._backend = Backend(self._deadline, must_be_loopback=self._is_local, gate=gate)
        self._kept = 0
        self._met_closed = met_closed
        self._idle = idle
        if self._parts.scheme == "https":
            trusted = trusted or trust(self._target.certificate, ca_bundle)
        self._trusted = trusted
        self._pool = self._make_pool()

    def another(self, *, idle: float = IDLE, gate: Callable[[], None] = lambda: None) -> Connection:
        """Return another connection to the same host, with what is known of it. `idle`, `gate`: see above."""
        return Connection(self._target, idle=idle, gate=gate, trusted=self._trusted, met_closed=self._met_closed)

    def exchange(self, method: str, path: str, headers: dict[str, str], payload: bytes, *, within: float) -> Received:
        """Send a request to `path` below the base path of the host, and return the answer.

        `within`: seconds from the first byte of the request to the last byte of the answer. Raises Unreachable; Misuse
        if the request cannot be sent.
        """
        # The host stands apart from the path, so no path can lead to another host.
        if not path.startswith("/"):
            raise Misuse(f"the path {path!r} does not begin with /; nothing was sent")
        url = httpcore.URL(
            scheme=self._parts.scheme.encode(),
            host=self._host,
            port=self._parts.port,
            target=(self._parts.path + path).encode("utf-8"),
        )
        sent = [(name.encode(), value.strip().encode("utf-8")) for name, value in headers.items()]
        chunked = any(name.lower() == "transfer-encoding" for name in headers)
        content = pieces(payload) if chunked else payload or _length(method)
        if not any(name.lower() == "host" for name in headers):
            sent.insert(0, (b"Host", self._authority))
        opened = self._backend.opened
        self._deadline.start(within)
        try:
            with self._pool.stream(method, url, headers=sent, content=content) as response:
                received = _received(response)
        except httpcore.LocalProtocolError:
            # Its message shows the value, which may be a credential.
            raise Misuse(
                f"the request cannot be sent: {path!r} or one of the headers {', '.join(headers)} holds a character "
                "that HTTP does not allow, such as a line break"
            ) from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError) as error:
            kept, self._kept = self._kept if self._backend.opened == opened else 0, 0
            if kept:
                self._stop_keeping()
            raise Unreachable(
                f"{self._target.url} gave no answer: {reason(error, heard=self._deadline.heard)}", kept=kept
            ) from error
        self._kept = 1 if self._backend.opened != opened else self._kept + 1
        return received

    def close(self) -> None:
        """Close the connection to the host. The next request opens a new one."""
        self._pool.close()

    def _stop_keeping(self) -> None:
        """Count a request that met a closed connection; after too many, keep none any more."""
        self._met_closed += 1
        if self._met_closed >= _MET_CLOSED:
            self._pool.close()
            self._pool = self._make_pool()

    def _make_pool(self) -> httpcore.ConnectionPool:
        settings: dict[str, Any] = {
            "ssl_context": self._trusted,
            "max_connections": 1,
            "max_keepalive_connections": 1 if self._met_closed < _MET_CLOSED else 0,
            "keepalive_expiry": self._idle,
            "network_backend": self._backend,
        }
        proxy = self._proxy()
        if proxy is None:
            return httpcore.ConnectionPool(**settings)
        address = urlsplit(proxy)
        login = (address.username, address.password or "") if address.username else None
        if address.scheme not in ("http", "https") or not address.hostname:
            raise Misuse(
                f"the proxy of the environment must be an http:// or https:// address, not {address.scheme}://"
            )
        url = f"{address.scheme}://{address.netloc.rpartition('@')[2]}"
        return httpcore.HTTPProxy(url, proxy_auth=login, **settings)

    def _proxy(self) -> str | None:
        """Return the proxy of the environment. None for a loopback address: to the proxy it would be its own machine."""
        host = self._parts.netloc.rpartition("@")[2]
        if self._is_local or self._target.is_loopback or proxy_bypass(host):
            return None
        proxies = getproxies()
        proxy = proxies.get(self._parts.scheme) or proxies.get("all")
        return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _idna(name: str) -> bytes:
    try:
        return name.encode("idna")
    except UnicodeError:
        raise Misuse(f"{name[:80]!r} is no name that a host can have") from None


def _length(method: str) -> bytes | None:
    """Return the content of a request without a body. A POST or PUT says that its length is 0 (RFC 9110 §8.6)."""
    return b"" if method in ("POST", "PUT") else None


def _received(response: httpcore.Response) -> Received:
    """Read an answer. If its connection breaks off, return the part that arrived: it is the host's answer too."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    content = bytearray()
    flaw = ""
    try:
        for chunk in response.iter_stream():
            content += chunk
            if len(content) > BODY_LIMIT:
                flaw = too_long(BODY_LIMIT)
                break
        else:
            stream = response.extensions["network_stream"]
            is_cut, last = stream.get_extra_info("is_cut"), stream.get_extra_info("last_read") or b""
            flaw = cut_off(headers, bytes(content), is_cut=is_cut) or left_over(headers, bytes(content), last)
    except (httpcore.RemoteProtocolError, httpcore.ReadError) as error:
        flaw = broken_off(headers, len(content), garbled="illegal chunk" in str(error))
    except httpcore.ReadTimeout:
        flaw = broken_off(headers, len(content))
        if not (flaw and is_whole_json(bytes(content))):
            raise
    plain, miscoded = decoded(bytes(content[:BODY_LIMIT]), headers, BODY_LIMIT)
    version = response.extensions["http_version"].decode("latin-1")
    return Received(response.status, headers, plain, version, flaw or miscoded)
