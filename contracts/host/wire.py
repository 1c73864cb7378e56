"""The wire: carry one request to the host and bring its answer back."""

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
    """Raised when the host gives no HTTP answer at all."""


class Wire:
    """A connection to one host. It follows no redirect and reads no .netrc file.

    `timeout` in seconds. `ca_bundle`: a file of certificates to trust instead of the usual ones. `clock` counts seconds.
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
        """Send one request as the host wants it and return the answer. Raises Unreachable, TokenRefused, Misuse."""
        spelled = request.spelled(dialect.promotion_names)
        kind = dialect.login if request.credentials == "valid" else request.credentials
        headers = {
            "User-Agent": "enrol-contract",
            "Accept": "application/json",
            **dict(spelled.headers),
            **dict(self._target.login.headers),
            **login.headers(kind, self._target.login, form=dialect.password, token=self.tokens.of),
        }
        path = self._path if spelled.path is None else spelled.path
        return self._exchange(spelled.method or self._method, path, headers, spelled.payload())

    def renew(self, request: Request, dialect: Dialect) -> bool:
        """Forget the old access token that a request carried, and return whether there was one to forget."""
        kind = dialect.login if request.credentials == "valid" else request.credentials
        client = self._target.login.oauth
        return kind == "oauth" and client is not None and self.tokens.forget_old(client)

    def close(self) -> None:
        """Close the connections."""
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
            # The words of requests show the value, which may be a credential.
            raise Misuse(
                f"one of the headers {', '.join(headers)} cannot be sent: its value has a line break"
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
    """Return the connections to a host, set up by the environment once and for all."""
    session = requests.Session()
    # Proxies and the CA bundle of the environment count, a .netrc file with credentials does not.
    settings = session.merge_environment_settings(target.url, {}, False, None, None)
    # This machine is never asked for through a proxy: there its address would name another machine.
    session.proxies = {} if target.is_loopback else settings["proxies"]
    session.verify = str(ca_bundle) if ca_bundle else settings["verify"]
    ours = target.certificate
    session.cert = (str(ours.certificate), str(ours.key)) if ours else None
    session.trust_env = False
    return session


def _read(response: requests.Response) -> bytes:
    """Return the body, or what came of it: one that breaks off is the host's answer too."""
    content = bytearray()
    # Read as it comes: `iter_content` waits for a whole chunk, and loses it when the body breaks off before.
    with contextlib.suppress(urllib3.exceptions.ProtocolError, urllib3.exceptions.DecodeError):
        while len(content) <= _BODY_LIMIT and (chunk := response.raw.read1(65536, decode_content=True)):
            content += chunk
    return bytes(content)


def _reason(error: Exception) -> str:
    if isinstance(error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError):
        return "it took too long"
    inner = " ".join(str(_innermost(error)).split())
    if not isinstance(error, requests.exceptions.SSLError):
        return inner
    untrusted = "certificate verify failed" in inner
    return f"TLS failed ({inner})" + (
        "; where that is as it should be, give the certificate of its CA with --ca-bundle" if untrusted else ""
    )


def _innermost(error: BaseException) -> BaseException | str:
    """Return what an error rests on, an operating system's in its own words."""
    inner = [arg for arg in (getattr(error, "reason", None), *error.args, error.__cause__) if _is_error(arg)]
    if inner:
        return _innermost(inner[0])
    return error.strerror if isinstance(error, OSError) and error.strerror else error


def _is_error(value: object) -> TypeGuard[BaseException]:
    return isinstance(value, BaseException)
