"""Every file that a command reads may come from a stranger: what cannot be used is told in one line, in time, and exit 2."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.cli import main as contract
from mockserver.cli import main as mock
from tests.hostile_kit.files import CONTENTS, PATHS, PLACES
from tests.hostile_kit.running import Main, refused

CLOSED: Final = "https://127.0.0.1:9"
# The commands that read a file; @ stands for its path.
COMMANDS: Final[dict[str, tuple[Main, str]]] = {
    "run --target": (contract, "run --target @"),
    "run --readings": (contract, f"run {CLOSED} --readings @"),
    "run --baseline": (contract, f"run {CLOSED} --baseline @"),
    "run --ca-bundle": (contract, f"run {CLOSED} --ca-bundle @"),
    "probe --target": (contract, "probe --target @"),
    "doctor --target": (contract, "doctor --target @"),
    "check": (contract, "check @"),
    "check --target": (contract, "check traffic.har --target @"),
    "replay": (contract, "replay @"),
    "compare": (contract, "compare @ @"),
    "annotate": (contract, "annotate @"),
    "document --readings": (contract, "document --readings @"),
    "serve --world": (mock, "serve --port 0 --world @"),
    "serve --readings": (mock, "serve --port 0 --readings @"),
    "serve --faults": (mock, "serve --port 0 --faults @"),
    "serve --tls-cert": (mock, "serve --port 0 --tls-cert @ --tls-key @"),
    "mock check --world": (mock, "check --world @"),
    "proof": (mock, "proof @"),
}
# One command for each reader: those of YAML, those of JSON, that of certificates.
READERS: Final = ("doctor --target", "annotate", "run --ca-bundle")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """The folder in which the commands run."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def tried(command: str, path: str) -> str:
    """Let a command read a file that it must refuse. Return the line, with FILE in the place of the path."""
    main, words = COMMANDS[command]
    said = refused(main, *(path if word == "@" else word for word in words.split()))
    return said.replace(path, "FILE")


@pytest.mark.parametrize("name", CONTENTS)
def test_a_content_that_cannot_be_used_is_one_line(name: str) -> None:
    content = CONTENTS[name]
    path = Path("hostile")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for command in READERS:
        said = tried(command, "hostile")
        assert "FILE" in said
        assert "codec" not in said
        assert "`$" not in said
        assert "sys.set_int_max_str_digits" not in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_bounded(command: str) -> None:
    for name in ("100,000 brackets", "escapes of a terminal"):
        content = CONTENTS[name]
        Path("hostile").write_bytes(content if isinstance(content, bytes) else content.encode())
        assert "FILE" in tried(command, "hostile"), name


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_no_file_is_not_waited_for(command: str) -> None:
    for number, name in enumerate(PLACES if command in READERS else ("a pipe", "a link to a device", "100 MB")):
        PLACES[name](Path(f"place{number}"))
        assert "FILE" in tried(command, f"place{number}")


@pytest.mark.parametrize("command", [*READERS, "proof", "serve --world", "serve --tls-cert"])
def test_a_path_that_no_file_has_is_one_line(command: str) -> None:
    Path("file").write_text("a: 1")
    for path in PATHS.values():
        tried(command, path)


def test_a_file_that_may_not_be_read_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is forbidden to root, as which tests may run. So the system call itself refuses."""
    real = os.open

    def forbid(path: Any, *more: Any, **named: Any) -> int:
        if str(path) == "hostile":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *more, **named)

    Path("hostile").write_text("a: 1")
    monkeypatch.setattr(os, "open", forbid)
    for command in COMMANDS:
        assert re.search(r"FILE:? cannot be read: Permission denied$", tried(command, "hostile")), command


def test_a_table_of_expectations_is_bounded_too() -> None:
    Path("hostile").write_text("[" * 100_000)
    assert "nested more than 64 levels" in refused(mock, "exec", "--gauntlet", "--expect", "hostile", "--", "true")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("place", ["a pipe", "a link to a device", "100 MB", "nothing"])
def test_a_file_that_the_environment_names_is_not_waited_for(
    variable: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    PLACES[place](Path("bundle"))
    monkeypatch.setenv(variable, "bundle")
    assert refused(contract, "run", CLOSED).startswith(f"{variable}: bundle ")


@pytest.mark.parametrize("place", ["a pipe", "a link to a device", "100 MB", "a folder"])
@pytest.mark.parametrize("part", ["certificate", "key"])
def test_a_certificate_that_a_target_file_names_is_not_waited_for(part: str, place: str) -> None:
    PLACES[place](Path("place"))
    Path("other").write_text("")
    names = {"certificate": "other", "key": "other", part: "place"}
    Path("target.yaml").write_text(
        f"host: {CLOSED}\ncredentials: none\nclientCertificate: {{certificate: {names['certificate']}, key: {names['key']}}}\n"
    )
    assert refused(contract, "run", "--target", "target.yaml").startswith("target.yaml: /clientCertificate: place ")
