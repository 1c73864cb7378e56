"""The target file and HOST: the target that they give, and the message for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import Misuse
from contracts.host.login import Login, OAuthClient
from contracts.host.target import load as load_target
from openapi import world
from openapi.source import SourceError
from tests.contracts.conftest import make_target

LOCAL = "http://127.0.0.1:8080"
EXPECTED = "expected a URL such as https://eu.api.example.com or http://127.0.0.1:8080"
USER_NAME = (
    "the host has a user name in its URL; put credentials in environment variables and name those in the target file"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "target.yaml"


def error_of(file: Path, text: str, environment: dict[str, str] | None = None) -> str:
    """Return the error message for a target file, with FILE in place of its path."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises((Misuse, SourceError)) as caught:
        load_target(LOCAL, file, environment or {})
    return str(caught.value).replace(str(file), "FILE")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (LOCAL, LOCAL),
        ("eu.api.example.com", "https://eu.api.example.com"),
        ("https://api.example.com/base/path/", "https://api.example.com/base/path"),
        ("http://localhost:80/", "http://localhost:80"),
        ("http://tunnel.localhost", "http://tunnel.localhost"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_host_is_kept_with_its_base_path(host: str, url: str) -> None:
    assert load_target(host, None).url == url


@pytest.mark.parametrize(
    ("host", "message"),
    [
        (None, f"no host is given; give HOST, such as {LOCAL}, or set `host` in the target file"),
        ("", f"no host is given; give HOST, such as {LOCAL}, or set `host` in the target file"),
        ("ftp://x", f"'ftp://x' is not a valid host; {EXPECTED}"),
        ("https://", f"'https://' is not a valid host; {EXPECTED}"),
        ("https://x?a=1", f"'https://x?a=1' is not a valid host; {EXPECTED}"),
        ("https://x#a", f"'https://x#a' is not a valid host; {EXPECTED}"),
        ("https://x:99999", "'https://x:99999' is not a valid host: Port out of range 0-65535"),
        ("http://[::1", "'http://[::1' is not a valid host: Invalid IPv6 URL"),
        ("https://till:secret@x", USER_NAME),
        ("https://till:secret@x:99999", USER_NAME),
        (
            "http://api.example.com",
            "'http://api.example.com' would get the credentials unencrypted; "
            "use https:// for a host that is not this machine, or name a service container with --this-is-a-test-host",
        ),
    ],
)
def test_an_invalid_host_is_refused(host: str | None, message: str) -> None:
    with pytest.raises(Misuse) as caught:
        load_target(host, None)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *((host, True) for host in (LOCAL, "http://[::1]", "https://localhost", "https://x.localhost")),
        *((host, False) for host in ("https://128.0.0.1", "https://localhost.example.com", "https://notlocalhost")),
    ],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert load_target(host, None).is_loopback is loopback
    assert load_target(host, None).live is not loopback
    assert load_target(host, None, treat_as_live=True).live


def test_without_a_file_it_is_the_sample_world_with_its_credentials() -> None:
    target = load_target(LOCAL, None)
    assert (target.data, target.complete) == (world.load(), True)
    path = "/v3/oauth/token/generate"
    assert target.login == Login(
        basic=("store.server", "123"),
        oauth=OAuthClient("sample-key", "sample-secret", path),
        expired=OAuthClient("expired-key", "expired-secret", path),
    )


def test_a_file_is_loaded_with_secrets_from_the_environment(file: Path) -> None:
    file.write_text(
        """
        host: https://api.example.com
        credentials:
          basic: {username: TILL, password: TILL_PASSWORD}
          oauth: {key: KEY, secret: SECRET, tokenPath: /token}
        headers: {X-Tenant: TENANT}
        complete: true
        world:
          programs: [{id: 7}]
          absent: {programId: 8, promotion: {id: aa, promotionId: 9}, customer: {id: 10}}
        """,
        encoding="utf-8",
    )
    secrets = {"TILL": "t", "TILL_PASSWORD": "p", "KEY": "k", "SECRET": "s", "TENANT": "north"}
    target = load_target(None, file, secrets)
    assert (target.url, target.complete) == ("https://api.example.com", True)
    assert target.login == Login(("t", "p"), OAuthClient("k", "s", "/token"), headers=(("X-Tenant", "north"),))
    assert (target.data.programs[0].id, target.absent.program_id) == (7, 8)


def test_the_host_of_the_command_line_overrides_that_of_the_file(file: Path) -> None:
    file.write_text("{host: https://api.example.com, credentials: none}", encoding="utf-8")
    assert load_target(LOCAL, file, {}).url == LOCAL


def test_a_file_may_have_no_credentials_and_no_test_data(file: Path) -> None:
    file.write_text("credentials: none", encoding="utf-8")
    target = load_target(LOCAL, file, {})
    assert not target.login.is_given
    assert (target.data.promotions, target.complete) == ((), False)


def test_absent_ids_are_those_of_the_sample_if_the_file_has_none(file: Path) -> None:
    file.write_text("{credentials: none, world: {programs: [{id: 7}]}}", encoding="utf-8")
    assert load_target(LOCAL, file, {}).absent == world.load().absent


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "complete: false",
            "FILE: /credentials is missing; name environment variables under basic or oauth, "
            "or write `credentials: none`",
        ),
        ("", "FILE: /credentials is missing; name environment variables under basic or oauth, or write `credentials: none`"),
        (
            "credentials: {basic: {username: TILL, password: P}}",
            "FILE: /credentials/basic/username: the environment variable TILL is not set or empty; set it to the credential",
        ),
        (
            "credentials: {basic: {username: SET, password: EMPTY}}",
            "FILE: /credentials/basic/password: the environment variable EMPTY is not set or empty; set it to the credential",
        ),
        (
            "credentials: {oauth: {key: KEY, secret: S}}",
            "FILE: /credentials/oauth/key: the environment variable KEY is not set or empty; set it to the credential",
        ),
        (
            "credentials: {oauth: {key: SET, secret: S}}",
            "FILE: /credentials/oauth/secret: the environment variable S is not set or empty; set it to the credential",
        ),
        (
            "{credentials: none, headers: {X-Tenant: TENANT}}",
            "FILE: /headers/X-Tenant: the environment variable TENANT is not set or empty; set it to the credential",
        ),
        (
            "{credentials: none, hots: x}",
            "FILE: line 1, column 21: /: unknown key `hots` (did you mean 'host'?)",
        ),
        (
            "credentials: {basic: {user: T, password: P}}",
            "FILE: line 1, column 23: /credentials/basic: unknown key `user` (did you mean 'username'?)",
        ),
        (
            "{credentials: none, world: {promotion: []}}",
            "FILE: line 1, column 29: /world: unknown key `promotion` (did you mean 'promotions'?)",
        ),
        (
            "{credentials: none, world: {promotions: [{id: a, promotionId: 1, programId: 2, type: LOYALTY, status: LIVE}]}}",
            "FILE: line 1, column 77: /world/promotions/0/programId: no program has the id 2",
        ),
        (
            "{credentials: none, world: {customers: [{source: JD}]}}",
            "FILE: line 1, column 41: /world/customers/0: has no identifier (id, mobile, email, externalId)",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_refused_in_one_line(file: Path, text: str, message: str) -> None:
    assert error_of(file, text, {"SET": "x", "EMPTY": ""}) == message


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.yaml: cannot be read: No such file or directory"):
        load_target(LOCAL, tmp_path / "nowhere.yaml", {})


@pytest.mark.parametrize(("headers", "live"), [("{}", False), ("{X-Key: A}", False), ("{host: A}", True)])
def test_a_target_with_a_header_host_is_treated_as_live(file: Path, headers: str, live: bool) -> None:
    """A header Host means that the local port is forwarded to another host."""
    file.write_text(f"credentials: none\nheaders: {headers}", encoding="utf-8")
    assert load_target(LOCAL, file, {"A": "eu.api.example.com"}).live is live


def test_a_file_that_lists_a_default_absent_id_is_refused(file: Path) -> None:
    """A target that lists an id of the default `absent` data must set other ones: a live host is sent only those."""
    text = "credentials: none\nworld: {customers: [{mobile: '15550199999'}]}"
    assert (
        error_of(file, text)
        == "FILE: /world/absent/customer/mobile: /customers/0 has '15550199999'; use an identifier that does not exist"
    )


def test_a_target_without_absent_ids_says_what_to_add() -> None:
    target = make_target(LOCAL, data=world.World())
    with pytest.raises(
        Misuse, match="the target lists no ids that do not exist on the host; add them to its world under `absent`"
    ):
        _ = target.absent


def test_a_login_shows_no_secret() -> None:
    target = load_target(LOCAL, None)
    assert "123" not in repr(target.login)
    assert "sample-secret" not in repr(target.login)
