"""Strangers: hosts that take one kind of credentials only pass, and bad manners towards strangers are told."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi import source
from tests.faulty.faults.access import TOKEN, let_in
from tests.faulty.faults.fault import after
from tests.faulty.host import Hook, Host
from tests.faulty.server import serve
from tests.faulty.turn import Turn
from tests.faulty.wire import listen
from tests.field.running import tried

VARIABLES = {"USER_": "store.server", "PASSWORD_": "123", "KEY_": "sample-key", "SECRET_": "sample-secret"}
LOGINS: dict[str, dict[str, str]] = {
    "basic": {"username": "USER_", "password": "PASSWORD_"},
    "oauth": {"key": "KEY_", "secret": "SECRET_"},
}


@pytest.fixture(autouse=True)
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


def target(folder: Path, *kinds: str) -> Path:
    """Return a target file with the sample data, and a login of these kinds."""
    people = {key: value for key, value in source.read(source.WORLD).items() if key != "credentials"}
    document: dict[str, Any] = {
        "credentials": {kind: LOGINS[kind] for kind in kinds},
        "world": people,
        "complete": True,
    }
    file = folder / "target.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


def turning_away(header: str) -> Hook:
    """Return the hook of a host that knows nothing of the credentials in a header."""

    def do(turn: Turn) -> None:
        if header in turn.headers:
            turn.unauthenticated = "unknown"

    return after("admit", do)


def taking_bearer() -> Hook:
    """Return the hook of a host that takes a token as OAuth itself sends it (RFC 6750)."""

    def fits(turn: Turn) -> bool:
        token = turn.headers.get("authorization", "").partition("Bearer ")[2]
        return turn.memory.tokens.get(token, 0) > time.monotonic()

    return let_in(fits)


@pytest.mark.parametrize(("kind", "other"), [("basic", TOKEN), ("oauth", "authorization")])
def test_a_host_with_one_kind_of_credentials_passes(tmp_path: Path, kind: str, other: str) -> None:
    with listen(Host({}, (turning_away(other),))) as host:
        outcome = tried(host.url, "examples", "credentials", target=target(tmp_path, kind))
    assert outcome.exit == 0, outcome.said
    assert outcome.result
    assert not outcome.result.findings


def test_a_host_that_takes_a_right_token_behind_bearer_passes(tmp_path: Path) -> None:
    with listen(Host({}, (taking_bearer(),))) as host:
        outcome = tried(host.url, "examples", "credentials", target=target(tmp_path, "basic", "oauth"))
    assert outcome.exit == 0, outcome.said


@pytest.mark.parametrize("fault", ["login-in-header", "stranger-told-of-customers"])
def test_bad_manners_fail_a_run_only_if_the_user_asks_for_it(fault: str) -> None:
    with serve(fault=fault) as host:
        told = tried(host.url, "examples", "credentials")
    with serve(fault=fault) as host:
        failed = tried(host.url, "examples", "credentials", fail_on="hygiene")
    assert (told.exit, failed.exit) == (0, 1)
    assert "hygiene." in failed.said
    assert "MjAyY2I5NjJhYzU5MDc1Yjk2NGIwNzE1MmQyMzRiNzA" not in failed.said
