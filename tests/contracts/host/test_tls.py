"""TLS with a real local server: which certificates a run trusts, and its client certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from contracts.errors import Misuse
from contracts.exchange import Answer, Request
from contracts.host.connection import Unreachable
from contracts.host.target import load as load_target
from contracts.session.opening import Order, open_session
from tests.in_thread import in_thread

VARIABLES = ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


@pytest.fixture
def url(authority: trustme.CA) -> Iterator[str]:
    with served(authority) as url:
        yield url


@pytest.fixture(autouse=True)
def _nothing_else_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@contextmanager
def served(authority: trustme.CA, name: str = "127.0.0.1", *, asks: bool = False) -> Iterator[str]:
    """Serve with a certificate for `name`; one that `asks` turns away who has none of the same authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    if asks:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    server = _Server(("127.0.0.1", 0), _Refusing)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with in_thread(server) as address:
        yield f"https://{address}"


def ask(url: str, file: Path | None = None, *, ca_bundle: Path | None = None) -> Answer:
    session = open_session(Order(host=url, target=file, ca_bundle=ca_bundle, timeout=5))
    try:
        return session.wire.send(Request(body={}), session.dialect)
    finally:
        session.wire.close()


def locked(key: bytes) -> bytes:
    """Return a private key with a passphrase."""
    return load_pem_private_key(key, password=None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame")
    )


def test_an_untrusted_certificate_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(Unreachable) as refused:
        ask(url)
    assert str(refused.value).startswith(f"{url} gave no answer: TLS failed (its certificate is not trusted: ")
    assert str(refused.value).endswith("give the certificate of its CA with --ca-bundle")
    assert "\n" not in str(refused.value)


def test_the_bundle_of_the_option_is_trusted(url: str, bundle: Path) -> None:
    assert ask(url, ca_bundle=bundle).status == 400


@pytest.mark.parametrize("variable", VARIABLES[:2])
def test_a_bundle_of_the_environment_is_trusted(
    url: str, bundle: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(bundle))
    assert ask(url).status == 400


def test_a_certificate_for_another_name_is_refused(authority: trustme.CA, bundle: Path) -> None:
    with (
        served(authority, "elsewhere.example") as url,
        pytest.raises(Unreachable, match=r"certificate is not trusted: IP address mismatch[^;]*\)$"),
    ):
        ask(url, ca_bundle=bundle)


def test_a_host_that_asks_for_a_client_certificate_gets_it(authority: trustme.CA, bundle: Path, tmp_path: Path) -> None:
    ours = authority.issue_cert("tester.example")
    (tmp_path / "keys").mkdir()
    ours.cert_chain_pems[0].write_to_path(str(tmp_path / "keys" / "tester.pem"))
    ours.private_key_pem.write_to_path(str(tmp_path / "keys" / "tester.key"))
    file = tmp_path / "target.yaml"
    file.write_text(
        "credentials: none\nclientCertificate: {certificate: keys/tester.pem, key: keys/tester.key}\n",
        encoding="utf-8",
    )
    with served(authority, asks=True) as url:
        assert ask(url, file, ca_bundle=bundle).status == 400
        with pytest.raises(Unreachable):
            ask(url, ca_bundle=bundle)


def test_an_invalid_bundle_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    for write, message in ((False, "cannot be read: No such file or directory"), (True, "holds no certificate")):
        if write:
            empty.touch()
        with pytest.raises(Misuse, match=rf"^--ca-bundle: \S+empty\.pem {message}"):
            open_session(Order(host="https://elsewhere.example", ca_bundle=empty))


def test_an_unusable_client_certificate_is_refused_before_anything_is_sent(
    authority: trustme.CA, bundle: Path, tmp_path: Path
) -> None:
    key = tmp_path / "other.key"
    file = tmp_path / "target.yaml"
    file.write_text(
        f"credentials: none\nclientCertificate: {{certificate: {bundle}, key: other.key}}", encoding="utf-8"
    )
    with pytest.raises(Misuse, match=r"target\.yaml: /clientCertificate: \S+other\.key cannot be read: No such file"):
        load_target("https://elsewhere.example", file, {})
    plain = authority.issue_cert("somebody.example").private_key_pem.bytes()
    key.write_bytes(plain)
    with pytest.raises(Misuse, match=r"/clientCertificate: .* are not a certificate and its key; both must be in PEM"):
        load_target("https://elsewhere.example", file, {})
    key.write_bytes(locked(plain))  # nobody is asked for its passphrase
    with pytest.raises(Misuse, match=r"the key without a passphrase$"):
        load_target("https://elsewhere.example", file, {})


class _Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that end the handshake because they do not trust the certificate."""


class _Refusing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"data": null, "errors": [{"code": 400, "message": "no"}], "warnings": null}'
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
