"""Secrets: what people write in target files by mistake, and where a host, a recorder or a client repeats them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contracts.errors import Misuse
from contracts.exchange import Request
from contracts.host.target import load
from contracts.session.ledger import Ledger
from openapi.source import SourceError

BASIC = "credentials: {{basic: {{username: {}, password: {}}}}}"
NAME_WANTED = "name the environment variable that holds it (letters, digits and _), not the value itself"


def refused(folder: Path, text: str, **environment: str) -> str:
    """Return the message with which a target file is refused, with FILE in place of its path."""
    file = folder / "target.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises((Misuse, SourceError)) as caught:
        load("http://127.0.0.1:9", file, environment)
    return str(caught.value).replace(str(file), "FILE")


@pytest.mark.parametrize(
    ("text", "secret", "message"),
    [
        (BASIC.format("A", "'S3cret-Pa55!'"), "S3cret", f"FILE: /credentials/basic/password: {NAME_WANTED}"),
        (BASIC.format("till.seven", "B"), "till", f"FILE: /credentials/basic/username: {NAME_WANTED}"),
        ("credentials: {oauth: {key: k-1/2, secret: B}}", "k-1", f"FILE: /credentials/oauth/key: {NAME_WANTED}"),
        ("credentials: {oauth: {key: A, secret: 's p'}}", "s p", f"FILE: /credentials/oauth/secret: {NAME_WANTED}"),
        ("{credentials: none, headers: {X-Key: 'a:b'}}", "a:b", f"FILE: /headers/X-Key: {NAME_WANTED}"),
        ("{credentials: none, headers: {1a2b3c4d5e: X-Key}}", "1a2b", f"FILE: /headers, entry 1: {NAME_WANTED}"),
        ("{credentials: none, headers: {'X-Key: 1a2b': A}}", "1a2b", "FILE: /headers, entry 1: is not the name of a header"),
        (BASIC.format("A", "5683"), "5683", "FILE: /credentials/basic/password: Expected `str`, got `int`"),
        ("credentials: {basic: {till.seven: hunter2}}", "till", "FILE: /credentials/basic: Object contains unknown field …"),
        ("credentials: hunter2", "hunter2", "FILE: /credentials: Invalid enum value …"),
        (BASIC.format("A", "*hunter2"), "hunter2", "FILE: line 1, column 46: found undefined alias"),
        (BASIC.format("A", "!hunter2 x"), "hunter2", "FILE: line 1, column 46: could not determine a constructor for the tag …"),
        ("{credentials: none, clientCertificate: {certificate: c.pem, key: '-----BEGIN PRIVATE KEY-----\nMIIB'}}", "MIIB",
         "FILE: /clientCertificate/key: give the path of a file, not what is in it"),
    ],
)  # fmt: skip
def test_a_value_in_place_of_a_name_is_not_repeated(tmp_path: Path, text: str, secret: str, message: str) -> None:
    said = refused(tmp_path, text, A="x")
    assert said == message
    assert secret not in said


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        *((name, True) for name in ("ENROL_PASSWORD", "PASSWORD", "ENROL_PASSWORD_2", "EU1_PASSWORD")),
        *((name, False) for name in ("hunter2", "Enrol_Password", "AKIAIOSFODNN7EXAMPLE", "DEADBEEF01", "P4SS")),
    ],
)
def test_a_name_that_may_be_a_secret_is_not_repeated_either(tmp_path: Path, name: str, shown: bool) -> None:
    said = refused(tmp_path, BASIC.format("A", name), A="x")
    named = f"the environment variable {name}" if shown else "the environment variable named there"
    assert said == f"FILE: /credentials/basic/password: {named} is not set or empty; set it to the credential"


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        (BASIC.format("A", "B"), "open\nsesame", "/credentials/basic/password: the environment variable B holds a line break or another control character"),
        (BASIC.format("A", "B"), "sesame\x1b[2J", "/credentials/basic/password: the environment variable B holds a line break or another control character"),
        (BASIC.format("A", "B"), "sesame\udcff", "/credentials/basic/password: the environment variable B is not UTF-8"),
        (BASIC.format("B", "A"), "till\r", "/credentials/basic/username: the environment variable B holds a line break or another control character"),
        (BASIC.format("B", "A"), "till:7", "/credentials/basic/username: the environment variable B holds a colon, which a user name cannot have in Basic credentials (RFC 7617, section 2)"),
        ("credentials: {oauth: {key: A, secret: B}}", "s\n", "/credentials/oauth/secret: the environment variable B holds a line break or another control character"),
        ("{credentials: none, headers: {X-Key: B}}", "k\r\nHost: x", "/headers/X-Key: the environment variable B holds a line break or another control character"),
        ("{credentials: none, headers: {X-Key: B}}", " key", "/headers/X-Key: the environment variable B begins or ends with a space, which no header keeps"),
    ],
)  # fmt: skip
def test_a_credential_that_cannot_be_sent_is_named_unseen(tmp_path: Path, text: str, value: str, message: str) -> None:
    assert refused(tmp_path, text, A="x", B=value) == f"FILE: {message}"


@pytest.mark.parametrize(
    "path",
    ["@127.0.0.2:1/x", "//127.0.0.2:1/x", "http://127.0.0.2:1/x", "x", "", "/\\\\127.0.0.2/x", "/x y", "/x\\r\\ny", "/x#y", "/é",
     "\\\\127.0.0.2", "/\\t/x", ":1/x", ".evil.example/x"],
)  # fmt: skip
def test_key_and_secret_go_to_the_host_under_test_only(tmp_path: Path, path: str) -> None:
    text = f'credentials: {{oauth: {{key: A, secret: A, tokenPath: "{path}"}}}}'
    assert refused(tmp_path, text, A="x") == (
        "FILE: /credentials/oauth/tokenPath: must be a path on the same host, such as /v3/oauth/token/generate: "
        "one / at its start, and no space, backslash, # or control character"
    )


@pytest.mark.parametrize("host", ["https://till:Pa55word@[::1", "https:/till:Pa55word@x", "https://x?token=Pa55word", "ftp://x#Pa55word"])  # fmt: skip
def test_a_host_with_a_secret_in_it_is_refused_unseen(host: str) -> None:
    with pytest.raises(Misuse) as caught:
        load(host, None)
    assert "Pa55word" not in str(caught.value)


def test_a_ledger_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_text('{"intent": 1}\n', encoding="utf-8")
    path.chmod(0o664)
    Ledger(path, host="http://127.0.0.1:9").write_request(2, Request(body={}))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").count('"intent"') == 2


@pytest.mark.parametrize(("kind", "why"), [("link", "it is a symbolic link"), ("pipe", "it is not a regular file")])
def test_a_ledger_that_leads_elsewhere_is_refused(tmp_path: Path, kind: str, why: str) -> None:
    path, elsewhere = tmp_path / "ledger.jsonl", tmp_path / "notes.txt"
    elsewhere.write_text("notes")
    elsewhere.chmod(0o644)
    if kind == "link":
        path.symlink_to(elsewhere)
    else:
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(Misuse, match=f"cannot be written: {why}; nothing was sent"):
        Ledger(path, host="http://127.0.0.1:9").write_request(1, Request(body={}))
    if kind == "pipe":
        os.close(reader)
    assert (elsewhere.read_text(), elsewhere.stat().st_mode & 0o777) == ("notes", 0o644)
