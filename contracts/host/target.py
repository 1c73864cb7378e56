"""The target: the host under test, its credentials, and the data that is known to exist there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from contracts.errors import Misuse
from contracts.host.login import Login, OAuthClient
from contracts.host.loopback import names_this_machine
from contracts.host.tls import Certificate, check_certificate
from openapi import source, world
from openapi.world import Absent, World


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
    is not live although its address is not of this machine.
    """

    url: str
    login: Login
    data: World
    complete: bool
    live: bool = False
    certificate: Certificate | None = None
    test_host: bool = False

    @property
    def is_loopback(self) -> bool:
        """The address of the host is one of this machine."""
        return _is_loopback(urlsplit(self.url))

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
        url = _base_url(host, test_host)
        login = _sample_login(sample)
        return _target(url, login, sample, complete=True, live=treat_as_live, test_host=test_host is not None)
    file = source.shape(source.read(path) or {}, _File, path=path)
    data = world.parse({**file.world, "absent": _absent(file)}, path=path, pointer="/world")
    return _target(
        _base_url(host or file.host, test_host),
        _login(file, path, environment),
        data,
        complete=file.complete,
        # A header Host means that the address is not that of the host itself: the port is forwarded to another host.
        live=treat_as_live or any(name.lower() == "host" for name in file.headers),
        certificate=_certificate(file, path),
        test_host=test_host is not None,
    )


def is_this_machine(host: str) -> bool:
    """A host, as a URL or by its name, has a loopback address."""
    try:
        return _is_loopback(urlsplit(host if "://" in host else f"https://{host}"))
    except ValueError:
        return False


def _absent(file: _File) -> Any:
    """Return the ids in the file that do not exist on the host; those of the sample world if it lists none."""
    listed = file.world.get("absent")
    return msgspec.to_builtins(world.load().absent) if listed is None else listed


def _certificate(file: _File, path: Path) -> Certificate | None:
    """Return the client certificate. Relative paths start at the folder of the target file."""
    names = file.client_certificate
    if names is None:
        return None
    files = (path.parent / Path(name).expanduser() for name in (names.certificate, names.key))
    return check_certificate(Certificate(*files), where=f"{path}: /clientCertificate")


def _target(
    url: str,
    login: Login,
    data: World,
    *,
    complete: bool,
    live: bool,
    test_host: bool,
    certificate: Certificate | None = None,
) -> Target:
    is_live = live or not (test_host or _is_loopback(urlsplit(url)))
    return Target(url, login, data, complete, is_live, certificate, test_host)


def _base_url(host: str | None, test_host: str | None) -> str:
    if not host:
        raise Misuse("no host is given; give HOST, such as http://127.0.0.1:8080, or set `host` in the target file")
    try:
        parts = urlsplit(host if "://" in host else f"https://{host}")
        if parts.username is not None:
            raise Misuse(
                "the host has a user name in its URL; put credentials in environment variables and name those in the target file"
            )
        parts.port  # noqa: B018  raises ValueError for an invalid port
    except ValueError as error:
        raise Misuse(f"{host!r} is not a valid host: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise Misuse(
            f"{host!r} is not a valid host; expected a URL such as https://eu.api.example.com or http://127.0.0.1:8080"
        )
    if test_host is not None and parts.netloc.lower() != test_host.lower():
        raise Misuse(f"--this-is-a-test-host {test_host} is not the host under test, {parts.netloc}; nothing was sent")
    if parts.scheme == "http" and test_host is None and not _is_loopback(parts):
        raise Misuse(
            f"{host!r} would get the credentials unencrypted; use https:// for a host that is not this machine, "
            "or name a service container with --this-is-a-test-host"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_loopback(parts: SplitResult) -> bool:
    return names_this_machine(parts.hostname or "")


def _login(file: _File, path: Path, environment: Mapping[str, str]) -> Login:
    def secret(name: str, pointer: str) -> str:
        value = environment.get(name)
        if not value:
            raise Misuse(
                f"{path}: {pointer}: the environment variable {name} is not set or empty; set it to the credential"
            )
        return value

    names = file.credentials
    if names is None:
        raise Misuse(
            f"{path}: /credentials is missing; name environment variables under basic or oauth, or write `credentials: none`"
        )
    basic = oauth = None
    if names == "none":
        names = _CredentialNames()
    if names.basic:
        basic = (
            secret(names.basic.username, "/credentials/basic/username"),
            secret(names.basic.password, "/credentials/basic/password"),
        )
    if names.oauth:
        oauth = OAuthClient(
            secret(names.oauth.key, "/credentials/oauth/key"),
            secret(names.oauth.secret, "/credentials/oauth/secret"),
            names.oauth.token_path,
        )
    headers = tuple((name, secret(variable, f"/headers/{name}")) for name, variable in file.headers.items())
    variables = (names.basic.username, names.basic.password) if names.basic else None
    return Login(basic=basic, oauth=oauth, headers=headers, variables=variables)


def _sample_login(sample: World) -> Login:
    clients = {
        client.ttl_seconds > 0: OAuthClient(client.key, client.secret, OAuthNames("", "").token_path)
        for client in sample.credentials.oauth
    }
    first = sample.credentials.basic[0]
    return Login(basic=(first.username, first.password), oauth=clients.get(True), expired=clients.get(False))
