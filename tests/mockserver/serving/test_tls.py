"""HTTPS, with a certificate of one's own or one for this run; and what is said to a client that gets it wrong."""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme
from cryptography.x509 import DNSName, IPAddress, SubjectAlternativeName, load_pem_x509_certificate

from mockserver.serving.certificate import Certificate
from tests import page
from tests.contracts.host.test_tls import locked
from tests.mockserver.process import Process, run

Serve = Callable[..., Process]


@pytest.fixture
def throw_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Process, Path]]:
    """A mock with a certificate for this run, and the file of its authority."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = Process.start("--host", "localhost", "--tls")
    assert process.popen.stdout is not None
    third = process.popen.stdout.readline()
    yield process, Path(third.removeprefix("clients must trust the certificate in ").rstrip("\n"))
    if process.popen.poll() is None:
        process.stop()


def own(folder: Path, *names: str) -> tuple[Path, Path, Path]:
    """Write a certificate for names: the files of its authority, of its chain, and of its key."""
    authority = trustme.CA()
    issued = authority.issue_cert(*names)
    files = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(files[0])
    issued.cert_chain_pems[0].write_to_path(files[1])
    issued.private_key_pem.write_to_path(files[2])
    return files


def status(process: Process, authority: Path, host: str, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> int:
    context = ssl.create_default_context(cafile=authority)
    context.maximum_version = version
    connection = http.client.HTTPSConnection(host, process.address[1], context=context, timeout=10)
    with closing(connection):
        connection.request("GET", "/_mock/health")
        return connection.getresponse().status


def test_a_certificate_for_this_run_is_good_for_this_machine(throw_away: tuple[Process, Path]) -> None:
    process, authority = throw_away
    assert process.url == f"https://127.0.0.1:{process.address[1]}"
    for host in ("localhost", "127.0.0.1", "::1"):
        assert status(process, authority, host) == 200
    assert status(process, authority, "localhost", ssl.TLSVersion.TLSv1_2) == 200
    done = subprocess.run(shlex.split(process.curl), capture_output=True, check=True)
    assert json.loads(done.stdout) == page.ENROL_RESPONSE


def test_head_gets_no_body_in_any_version_of_http(throw_away: tuple[Process, Path]) -> None:
    """In HTTP/2 a body would be an error of the protocol; in HTTP/1.1 the server below leaves it out by itself."""
    process, authority = throw_away
    for version, begins in (("--http2", "HTTP/2 "), ("--http1.1", "HTTP/1.1 ")):
        for path in ("/", "/_mock/", "/_mock/health", page.PATH):
            asked = ["curl", "-sS", version, "--cacert", str(authority), "--head", f"{process.url}{path}"]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), (version, path)
            assert done.stdout.startswith(begins)


def test_a_certificate_for_this_run_goes_with_it(throw_away: tuple[Process, Path], tmp_path: Path) -> None:
    process, authority = throw_away
    assert authority.is_relative_to(tmp_path)
    key = authority.with_name("key.pem")
    assert authority.parent.stat().st_mode & 0o077 == 0
    assert "PRIVATE KEY" in key.read_text(encoding="ascii")
    assert process.stop() == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["my_host", "-x", "a..b", "x" * 64, "a b", ""])
def test_a_machine_whose_name_no_certificate_can_have_gets_one_for_its_addresses(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)
    made = Certificate.made("127.0.0.1")
    found = load_pem_x509_certificate(made.chain.read_bytes()).extensions.get_extension_for_class(
        SubjectAlternativeName
    )
    made.throw_away()
    assert found.value.get_values_for_type(DNSName) == ["localhost"]
    assert [str(address) for address in found.value.get_values_for_type(IPAddress)] == ["127.0.0.1", "::1"]


def test_a_mock_that_cannot_start_leaves_no_certificate(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert run("serve", "--tls", "--port", port, env={"TMPDIR": str(tmp_path)}).returncode == 2
    unwritable = "--ready-file", str(tmp_path / "none" / "ready")
    assert run("serve", "--tls", "--port", "0", *unwritable, env={"TMPDIR": str(tmp_path)}).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_the_own_certificate_is_served(serve: Serve, tmp_path: Path) -> None:
    """Also one for a name that the mock does not listen on."""
    authority, chain, key = own(tmp_path, "localhost", "mock.example")
    process = serve("--tls-cert", str(chain), "--tls-key", str(key))
    assert status(process, authority, "localhost") == 200
    assert process.stop() == (0, "", "")
    assert key.exists()


def test_a_client_that_gets_it_wrong_is_told_in_the_log(throw_away: tuple[Process, Path], tmp_path: Path) -> None:
    process, authority = throw_away
    with closing(process.connect()) as plain:
        plain.request("GET", "/")
        with pytest.raises((http.client.BadStatusLine, OSError)):
            plain.getresponse()
    (tmp_path / "other").mkdir()
    with pytest.raises(ssl.SSLError):
        status(process, own(tmp_path / "other", "localhost")[0], "localhost")
    assert status(process, authority, "localhost") == 200, "it goes on"
    code, out, err = process.stop()
    assert (code, out) == (0, "")
    first, second = err.splitlines()
    peer = r"enrol-mock: a client at 127\.0\.0\.1:\d+ "
    assert re.fullmatch(peer + "sent plain HTTP to a port that takes HTTPS; use https:// in its URL", first)
    assert re.fullmatch(peer + r"broke off TLS \(UnknownCA\); it may not trust the certificate, .+", second)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--tls-cert", "{cert}"], "--tls-cert and --tls-key are given together"),
        (["--tls-key", "{key}"], "--tls-cert and --tls-key are given together"),
        (["--tls", "--tls-cert", "{cert}", "--tls-key", "{key}"], "give one of the two"),
        (["--tls-cert", "nowhere.pem", "--tls-key", "{key}"], "--tls-cert nowhere.pem: cannot be read: No such file"),
        (["--tls-cert", "{cert}", "--tls-key", "."], "--tls-key .: cannot be read: Is a directory"),
        (["--tls-cert", "{pipe}", "--tls-key", "{key}"], "is not an ordinary file"),
        (["--tls-cert", "{ca}", "--tls-key", "{key}"], "are no certificate with its own key in PEM"),
        (["--tls-cert", "{key}", "--tls-key", "{cert}"], "are no certificate with its own key in PEM"),
        (["--tls-cert", "{cert}", "--tls-key", "{locked}"], "without a passphrase"),
        (["--host", "unix:x.sock", "--tls"], "a Unix socket is served without TLS"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(options: list[str], says: str, tmp_path: Path) -> None:
    ca, cert, key = own(tmp_path, "localhost")
    (tmp_path / "locked.pem").write_bytes(locked(key.read_bytes()))
    files = {"ca": ca, "cert": cert, "key": key, "locked": tmp_path / "locked.pem", "pipe": tmp_path / "pipe"}
    os.mkfifo(files["pipe"])
    done = run("serve", "--port", "0", *(option.format(**files) for option in options), stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr


def test_without_trustme_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "trustme.py").write_text("raise ImportError", encoding="utf-8")
    done = run("serve", "--port", "0", "--tls", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.startswith(
        "enrol-mock: --tls needs the package trustme: pip install '.[tls]' in the folder of the kit"
    )
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_contract_tests_pass_over_https_below_a_base_path(tmp_path: Path) -> None:
    authority, chain, key = own(tmp_path, "127.0.0.1")
    process = Process.start("--tls-cert", str(chain), "--tls-key", str(key), "--base-path", "/loyalty")
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "contracts",
                "run",
                process.url,
                "--profile",
                "quick",
                "--ca-bundle",
                authority,
                "--report-dir",
                tmp_path / "r",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        process.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept: 89 of 90 claims kept" in done.stdout


@pytest.mark.parametrize("options", [["--log", "text"], ["--log", "json"], ["--socket-faults"]], ids=" ".join)
def test_client_that_sends_https_to_a_plain_port_is_named(serve: Serve, options: list[str]) -> None:
    process = serve(*options)
    with socket.create_connection(process.address) as plain:
        client = plain.getsockname()[1]
        with pytest.raises(ssl.SSLError, match="SSL"):
            ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
    with closing(process.connect()) as connection:
        connection.request("GET", "/nowhere")
        assert connection.getresponse().status == 404
    told = process.stop()[2].splitlines()[0]
    said = json.loads(told)["notice"] if "json" in options else told.removeprefix("enrol-mock: ")
    assert said == (
        f"a client at 127.0.0.1 port {client} sent HTTPS to a port that takes plain HTTP; "
        "use http:// in its URL, or start the mock with --tls"
    )
