"""The wire: send one request to the host over HTTP and return its answer."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeGuard

import requests
import urllib3

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Answer, Request, decode, encode
from contracts.host import login
from contracts.host.dialect import Dialect
from contracts.host.login import OAuthClient
from contracts.host.target import Target
from contracts.host.tokens import Tokens

_BODY_LIMIT: Final = 4 * 1024 * 1024


class Unreachable(Misuse):
    """Raised when the host sends no HTTP answer."""


class Wire:
    """Sends requests to one host. It follows no redirect and reads no .netrc file.

    `timeout`: seconds. `ca_bundle`: a file of CA certificates to trust instead of the system's. `clock`: returns
    seconds. `tokens`: the access tokens of the run.
    """

    def __init__(
        self,
        target: Target,
        *,
        path: str,
        method: str,
        timeout: float,
        ca_bundle: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.tokens = Tokens(self._fetch_token, clock)
        self._target = target
        self._path = path
        self._method = method.upper()
        self._timeout = timeout
        self._clock = clock
        self._connections = _connections(target, ca_bundle)

    def send(self, request: Request, dialect: Dialect) -> Answer:
        """Send one request, with the login and field names of `dialect`. Raises Unreachable, TokenRefused, Misuse."""
        translated = request.with_promotion_names(dialect.promotion_names)
        kind = dialect.login if request.credentials == "valid" else request.credentials
        headers = {
            "User-Agent": "enrol-contract",
            "Accept": "application/json",
            **dict(translated.headers),
            **dict(self._target.login.headers),
            **login.headers(kind, self._target.login, form=dialect.password, token=self.tokens.token_for),
        }
        path = self._path if translated.path is None else translated.path
        return self._exchange(translated.method or self._method, path, headers, translated.payload())

    def forget_token(self, request: Request, dialect: Dialect) -> bool:
        """Forget the access token that a request carried. Return whether it was old enough; see Tokens.forget_old."""
        kind = dialect.login if request.credentials == "valid" else request.credentials
        client = self._target.login.oauth
        return kind == "oauth" and client is not None and self.tokens.forget_old(client)

    def close(self) -> None:
        """Close the connections to the host."""
        self._connections.close()

    def _fetch_token(self, client: OAuthClient) -> Answer:
        headers = {"Content-Type": "application/json", "Accept": "application/json", **dict(self._target.login.headers)}
        return self._exchange("POST", client.token_path, headers, encode({"key": client.key, "secret": client.secret}))

    def _exchange(self, method: str, path: str, headers: dict[str, str], payload: bytes) -> Answer:
        start = self._clock()
        try:
            with self._connections.request(
                method,
                self._target.url + path,
                data=payload or None,
                headers={name: value.encode("utf-8") for name, value in headers.items()},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _read(response)
        except requests.exceptions.InvalidHeader:
            # The message of requests shows the value, which may be a credential.
            raise Misuse(
                f"one of the headers {', '.join(headers)} cannot be sent: its value holds a line break; remove it"
            ) from None
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise Unreachable(f"{self._target.url} gave no answer: {_reason(error)}") from error
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            content=content,
            seconds=self._clock() - start,
            json=decode(content) if content else NOTHING,
            start=start,
        )


def _connections(target: Target, ca_bundle: Path | None) -> requests.Session:
    """Return the connections to a host. The environment is read here, once."""
    session = requests.Session()
    # Take proxies and CA bundle from the environment, but no credentials from a .netrc file.
    settings = session.merge_environment_settings(target.url, {}, False, None, None)
    # No proxy for a loopback address: to the proxy it would mean the proxy's own machine.
    session.proxies = {} if target.is_loopback else settings["proxies"]
    session.verify = str(ca_bundle) if ca_bundle else settings["verify"]
    certificate = target.certificate
    session.cert = (str(certificate.certificate), str(certificate.key)) if certificate else None
    session.trust_env = False
    return session


def _read(response: requests.Response) -> bytes:
    """Return the body. If the connection breaks off, return the part that arrived: it is the host's answer too."""
    content = bytearray()
    # Not `iter_content`: it waits for a whole chunk and loses it if the connection breaks off before.
    with contextlib.suppress(urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError):
        while len(content) <= _BODY_LIMIT and (chunk := response.raw.read1(65536, decode_content=True)):
            content += chunk
    return bytes(content)


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "it did not answer within the timeout (--timeout)"
    inner = " ".join(str(_innermost(error)).split())
    if not isinstance(error, requests.exceptions.SSLError):
        return inner
    untrusted = "certificate verify failed" in inner
    return f"TLS failed ({inner})" + (
        "; if you trust the host, give the certificate of its CA with --ca-bundle" if untrusted else ""
    )


def _innermost(error: BaseException) -> BaseException | str:
    """Return the error at the root of a chain of errors; for an OSError, its message without the number."""
    inner = [arg for arg in (getattr(error, "reason", None), *error.args, error.__cause__) if _is_error(arg)]
    if inner:
        return _innermost(inner[0])
    return error.strerror if isinstance(error, OSError) and error.strerror else error


def _is_error(value: object) -> TypeGuard[BaseException]:
    return isinstance(value, BaseException)
