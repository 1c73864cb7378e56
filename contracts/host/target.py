"""The target: the host under test, its credentials, and the data that is known to exist there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from contracts.errors import Misuse
from contracts.host.base_url import base_url
from contracts.host.login import Login, OAuthClient
from contracts.host.loopback import names_this_machine
from contracts.host.tls import Certificate, check_certificate
from contracts.host.variables import credential, header_value, user_name
from openapi import source, world
from openapi.source import SourceError
from openapi.world import Absent, World

# The words that YAML and msgspec quote from the file, with the space before them.
_QUOTED: Final = re.compile(r"""\s*('[^']*'|"[^"]*"|(?<=unknown key )`.*`)""")
_TOKEN_PATH: Final = re.compile(r"/(?!/)[^\\#\x00-\x20\x7f-\U0010ffff]*", re.ASCII)
# Source: RFC 9110, section 5.6.2, "token".
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
# A name that nobody takes for a secret: words without digits, joined by hyphens.
_USUAL_HEADER: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*", re.ASCII)


class BasicNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of the environment variables that hold a user name and a password."""

    username: str
    password: str


class OAuthNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Names of the environment variables that hold a client's key and secret; `token_path`: on the same host."""

    key: str
    secret: str
    token_path: str = "/v3/oauth/token/generate"


class _CredentialNames(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    basic: BasicNames | None = None
    oauth: OAuthNames | None = None


class _CertificateFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    certificate: str
    key: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    host: str | None = None
    credentials: _CredentialNames | Literal["none"] | None = None
    headers: dict[str, str] = {}
    client_certificate: _CertificateFiles | None = None
    world: dict[str, Any] = {}
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A host and what is known of it.

    `url`: scheme, authority and base path, without a trailing slash. `complete`: an id that `data` does not list does
    not exist on the host. `live`: the host may be production, so no customer is enrolled there without permission.
    `certificate`: the client certificate, if the host asks for one. `test_host`: the user calls it a test host, so it
    is not live although its address is not of this machine. `from_file`: a user has listed the data.
    """

    url: str
    login: Login
    data: World
    complete: bool
    live: bool = False
    certificate: Certificate | None = None
    test_host: bool = False
    from_file: bool = False

    @property
    def is_loopback(self) -> bool:
        """The address of the host is one of this machine."""
        return names_this_machine(urlsplit(self.url).hostname or "")

    @property
    def absent(self) -> Absent:
        """Ids of a customer, a promotion and a program that do not exist on the host. Raises Misuse."""
        if self.data.absent is None:
            raise Misuse("the target lists no ids that do not exist on the host; add them to its world under `absent`")
        return self.data.absent


def load(
    host: str | None,
    path: Path | None,
    environment: Mapping[str, str] = os.environ,
    *,
    treat_as_live: bool = False,
    test_host: str | None = None,
) -> Target:
    """Return the target of a run. Without a file, use the sample world and the credentials in it.

    `host` overrides the host in the file. `test_host`: host and port that may be asked over http and count as no
    production. Raises SourceError for the file, Misuse for host and environment.
    """
    if path is None:
        sample = world.load()
        url = base_url(host, test_host)
        live = treat_as_live or _is_elsewhere(url, test_host)
        return Target(url, _sample_login(sample), sample, complete=True, live=live, test_host=test_host is not None)
    file = _read(path)
    data = world.parse({**file.world, "absent": _absent(file)}, path=path, pointer="/world")
    url = base_url(host or file.host, test_host)
    # A header Host means that the address is not that of the host itself: the port is forwarded to another host.
    is_forwarded = any(name.lower() == "host" for name in file.headers)
    return Target(
        url,
        _login(file, path, environment),
        data,
        complete=file.complete,
        live=treat_as_live or is_forwarded or _is_elsewhere(url, test_host),
        certificate=_certificate(file, path),
        test_host=test_host is not None,
        from_file=True,
    )


def _is_elsewhere(url: str, test_host: str | None) -> bool:
    """Return whether a host is neither this machine nor what the user calls a test host."""
    return test_host is None and not names_this_machine(urlsplit(url).hostname or "")


def _read(path: Path) -> _File:
    """Read a target file. Raises SourceError, without the words that it quotes: any of them may be a secret. "…" stands for them."""
    try:
        read = source.read(path)
        return source.shape({} if read is None else read, _File, path=path)
    except SourceError as error:
        problem = str(error).removeprefix(f"{path}: ")
        # A word that is close to a known one is no secret, and its writer needs to see it.
        said = problem if "(did you mean" in problem else _QUOTED.sub(" …", problem)
    raise SourceError(f"{path}: {said}")


def _absent(file: _File) -> Any:
    """Return the ids in the file that do not exist on the host; those of the sample world if it lists none."""
    listed = file.world.get("absent")
    return msgspec.to_builtins(world.load().absent) if listed is None else listed


def _certificate(file: _File, path: Path) -> Certificate | None:
    """Return the client certificate. Relative paths start at the folder of the target file."""
    names = file.client_certificate
    if names is None:
        return None
    for pointer, name in (("certificate", names.certificate), ("key", names.key)):
        if not name.isprintable() or "-----" in name:
            raise Misuse(f"{path}: /clientCertificate/{pointer}: give the path of a file, not what is in it")
    files = (path.parent / Path(name).expanduser() for name in (names.certificate, names.key))
    return check_certificate(Certificate(*files), where=f"{path}: /clientCertificate")


def _login(file: _File, path: Path, environment: Mapping[str, str]) -> Login:
    names = file.credentials
    if names is None:
        raise Misuse(
            f"{path}: /credentials is missing; name environment variables under basic or oauth, or write `credentials: none`"
        )
    basic = oauth = None
    if names == "none":
        names = _CredentialNames()
    if names.basic:
        where = f"{path}: /credentials/basic"
        basic = (
            user_name(names.basic.username, environment, where=f"{where}/username"),
            credential(names.basic.password, environment, where=f"{where}/password"),
        )
    if names.oauth:
        where = f"{path}: /credentials/oauth"
        oauth = OAuthClient(
            credential(names.oauth.key, environment, where=f"{where}/key"),
            credential(names.oauth.secret, environment, where=f"{where}/secret"),
            _token_path(names.oauth.token_path, where=f"{where}/tokenPath"),
        )
    headers = tuple(_headers(file.headers, path, environment))
    variables = (names.basic.username, names.basic.password) if names.basic else None
    return Login(basic=basic, oauth=oauth, headers=headers, variables=variables)


def _token_path(path: str, *, where: str) -> str:
    """Return the path of the token endpoint. Joined to the URL of the host it must not lead to another host."""
    if not _TOKEN_PATH.fullmatch(path):
        raise Misuse(
            f"{where}: must be a path on the same host, such as {OAuthNames('', '').token_path}: "
            "one / at its start, and no space, backslash, # or control character"
        )
    return path


def _headers(variables: Mapping[str, str], path: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for number, (name, variable) in enumerate(variables.items(), 1):
        where = f"{path}: /headers/{name}" if _USUAL_HEADER.fullmatch(name) else f"{path}: /headers, entry {number}"
        if not _HEADER_NAME.fullmatch(name):
            raise Misuse(f"{where}: is not the name of a header")
        yield name, header_value(variable, environment, where=where)


def _sample_login(sample: World) -> Login:
    clients = {
        client.ttl_seconds > 0: OAuthClient(client.key, client.secret, OAuthNames("", "").token_path)
        for client in sample.credentials.oauth
    }
    first = sample.credentials.basic[0]
    return Login(basic=(first.username, first.password), oauth=clients.get(True), expired=clients.get(False))
