"""The wire: carry one request to the host and bring its answer back."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeGuard

import requests
import urllib3

from contracts.errors import Misuse
from contracts.exchange import NOTHING, Answer, Credentials, Request, decode, encode
from contracts.host.target import OAuthClient, Target

TOKEN_HEADER: Final = "X-CAP-API-OAUTH-TOKEN"
_YOUNG: Final = 60.0
_NOBODY: Final = "nobody.at.all"
_NO_PASSWORD: Final = "not-the-password"
_BODY_LIMIT: Final = 4 * 1024 * 1024


class Unreachable(Misuse):
    """Raised when the host gives no HTTP answer at all."""


class TokenRefused(Exception):
    """Raised when the token endpoint hands out no token; the message says what it answered."""


@dataclass(frozen=True, slots=True, repr=False)
class _Token:
    text: str
    since: float
    until: float


class Wire:
    """A connection to one host.

    `basic_form` says how the password travels: md5 or raw. `usual`: the credentials that requests
    carry where it does not matter which. `ca_bundle`: a file of certificates to trust instead of the usual ones.
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
        self._target = target
        self._path = path
        self._method = method.upper()
        self._timeout = timeout
        self._clock = clock
        self.tokens: set[str] = set()  # every one that was handed out, for the reports to leave out
        self._tokens: dict[OAuthClient, _Token] = {}
        self._session = requests.Session()
        # The environment is read once, here: proxies and the CA bundle count, a .netrc file with credentials does not.
        settings = self._session.merge_environment_settings(target.url, {}, False, None, None)
        # Never for this machine: at a proxy, its address would name another one.
        self._session.proxies = {} if target.is_loopback else settings["proxies"]
        self._session.verify = str(ca_bundle) if ca_bundle else settings["verify"]
        ours = target.certificate
        self._session.cert = (str(ours.certificate), str(ours.key)) if ours else None
        self._session.trust_env = False
        self.basic_form: str = "md5"
        self.usual: Credentials = "basic" if target.login.basic else "oauth" if target.login.oauth else "none"

    def send(self, request: Request) -> Answer:
        """Send one request and return the answer. Raises Unreachable, TokenRefused."""
        path = self._path if request.path is None else request.path
        headers = {
            "User-Agent": "enrol-contract",
            "Accept": "application/json",
            **dict(request.headers),
            **dict(self._target.login.headers),
            **self.credential_headers(request.credentials),
        }
        return self._exchange(request.method or self._method, path, headers, request.payload())

    def credential_headers(self, credentials: Credentials) -> dict[str, str]:
        """Return the headers that carry these credentials."""
        login = self._target.login
        if credentials == "valid":
            credentials = self.usual
        if credentials == "basic" and login.basic:
            return {"Authorization": basic_header(*login.basic, form=self.basic_form)}
        if credentials == "oauth" and login.oauth:
            return {TOKEN_HEADER: self._token(login.oauth)}
        if credentials == "expired" and login.expired:
            return {TOKEN_HEADER: self._token(login.expired)}
        if credentials == "tampered" and login.oauth:
            return {TOKEN_HEADER: _tampered(self._token(login.oauth))}
        if credentials == "forged":
            return {TOKEN_HEADER: "not.a.token"}
        if credentials == "wrong":
            return {"Authorization": basic_header(_NOBODY, _NO_PASSWORD, form=self.basic_form)}
        if credentials == "malformed":
            return {"Authorization": "Basic %%%"}
        if credentials == "unreadable":
            return {"Authorization": "Basic bm8gY29sb24="}
        return self._almost(*login.basic, credentials) if login.basic else {}

    def _almost(self, username: str, password: str, credentials: Credentials) -> dict[str, str]:
        """Return a till's login with one part of it wrong; what is cut off or too long would not show in an MD5."""
        wrong = {
            "wrong-user": basic_header(_NOBODY, password, form=self.basic_form),
            "wrong-password": basic_header(username, _NO_PASSWORD, form=self.basic_form),
            "short-password": basic_header(username, password[:-1], form="raw"),
            "long-password": basic_header(username, f"{password}x", form="raw"),
        }
        return {"Authorization": wrong[credentials]} if credentials in wrong else {}

    def reset_tokens(self) -> None:
        """Forget the tokens; the next request asks for a new one."""
        self._tokens.clear()

    def renew(self, credentials: Credentials) -> bool:
        """Forget an old token, so that the next request asks for a new one; False where there is none.

        One that a host takes back within a minute is no old one.
        """
        client = self._target.login.oauth
        token = self._tokens.get(client) if client else None
        kind = self.usual if credentials == "valid" else credentials
        if client is None or token is None or kind != "oauth" or self._clock() - token.since < _YOUNG:
            return False
        del self._tokens[client]
        return True

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _token(self, client: OAuthClient) -> str:
        known = self._tokens.get(client)
        if known and self._clock() < known.until:
            return known.text
        answer = self._exchange(
            "POST",
            client.token_path,
            {"Content-Type": "application/json", "Accept": "application/json", **dict(self._target.login.headers)},
            encode({"key": client.key, "secret": client.secret}),
        )
        data = answer.json.get("data") if isinstance(answer.json, dict) else None
        token = data.get("accessToken") if isinstance(data, dict) else None
        if not isinstance(data, dict) or not isinstance(token, str):
            raise TokenRefused(f"POST {client.token_path} answered HTTP {answer.status} without data.accessToken")
        life = data.get("ttlSeconds")
        seconds = float(life) if isinstance(life, int | float) else 0.0
        self.tokens.add(token)
        # Renewed a little early, so that no token expires on the way.
        now = self._clock()
        self._tokens[client] = _Token(token, since=now, until=now + seconds * 0.9)
        return token

    def _exchange(self, method: str, path: str, headers: dict[str, str], payload: bytes) -> Answer:
        start = self._clock()
        try:
            with self._session.request(
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


def basic_header(username: str, password: str, *, form: str) -> str:
    """Return the Authorization header; in the form md5 a password that is no MD5 yet becomes one."""
    if form == "md5" and not re.fullmatch(r"[0-9a-f]{32}", password):
        password = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def _tampered(token: str) -> str:
    """Return a token with another letter near its end, where the signature of a JWT is."""
    place = max(len(token) - 5, 0)
    return token[:place] + ("B" if token[place : place + 1] == "A" else "A") + token[place + 1 :]


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
