"""Where connections lead: TLS with the settings of a target, hosts that cannot be reached, and wrong addresses."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from contracts.errors import Misuse
from contracts.host.target import Target
from contracts.host.target import load as load_target
from contracts.proxy.relay import Relay
from contracts.proxy.tap import Tap
from contracts.proxy.upstream import Upstream, upstream_of
from tests.contracts.proxy.bytes_host import BytesHost, Line, plain, through

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.fixture(autouse=True)
def _nothing_else_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def host(authority: trustme.CA) -> Iterator[BytesHost]:
    """A host under TLS that asks for a certificate, and answers with the name that it was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    authority.configure_trust(context)
    names: list[str] = []
    context.sni_callback = lambda _, name, __: names.append(name or "")
    context.set_alpn_protocols(["h2", "http/1.1"])
    started = BytesHost(context)

    def script(line: Line) -> None:
        line.until(b"\r\n\r\n")
        carried = line.socket
        assert isinstance(carried, ssl.SSLSocket)
        line.send(f"{names[-1]} {carried.selected_alpn_protocol()} {bool(carried.getpeercert())}".encode())

    started.script = script
    yield started
    started.close()


def target(port: int, **changes: Any) -> Target:
    found = load_target(f"https://localhost:{port}", None)
    return replace(found, **changes)


def test_a_host_under_tls_is_asked_by_its_name_for_http_1_1(host: BytesHost, bundle: Path) -> None:
    with through(host, upstream_of(target(host.port), bundle)) as relay:
        client = relay.client()
        client.send(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % relay.port)
        assert client.rest() == b"localhost http/1.1 False"
    assert host.lines[0].received == b"GET / HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % host.port


def test_a_host_under_tls_gets_the_certificate_of_the_target(
    host: BytesHost, authority: trustme.CA, bundle: Path, tmp_path: Path
) -> None:
    own = authority.issue_cert("client.example")
    own.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    own.cert_chain_pems[0].write_to_path(str(tmp_path / "own.pem"))
    file = tmp_path / "target.yaml"
    file.write_text("credentials: none\nclientCertificate: {certificate: own.pem, key: key.pem}\n")
    upstream = upstream_of(load_target(f"https://localhost:{host.port}", file), bundle)
    with through(host, upstream) as relay:
        client = relay.client()
        client.send(GET)
        assert client.rest() == b"localhost http/1.1 True"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_host_that_is_not_trusted_is_not_asked(host: BytesHost, method: str) -> None:
    with through(host, upstream_of(target(host.port), None)) as relay:
        client = relay.client()
        client.send(GET.replace(b"GET", method.encode()))
        head, _, body = client.rest().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 502 Bad Gateway\r\nServer: enrol-contract-proxy\r\n")
        assert (b"--ca-bundle" in body) == (method == "GET")
    assert host.lines == []
    assert [why for why in relay.relay.refused if "certificate is not trusted" in why]


def test_a_host_that_refuses_is_answered_for_by_the_proxy() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    host = BytesHost()
    with through(host, plain(port)) as relay:
        client = relay.client()
        client.send(b"POST / HTTP/1.1\r\nContent-Length: 500000\r\n\r\n" + b"x" * 100_000)
        body = client.rest().partition(b"\r\n\r\n")[2].decode()
        silent = relay.client()
        silent.socket.shutdown(socket.SHUT_WR)
        assert silent.rest() == b""
        assert body == (
            f"This is enrol-contract proxy. It cannot reach http://127.0.0.1:{port}: Connection refused. "
            "The host itself has said nothing.\n"
        )
        assert [piece for piece in relay.pieces() if piece.data] == []
    host.close()


def test_plain_http_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that led to this machine may lead elsewhere later."""
    monkeypatch.setattr("contracts.proxy.carried.is_loopback", lambda address: False)
    host = BytesHost()
    with through(host) as relay:
        client = relay.client()
        client.send(GET)
        assert b"which is not this machine" in client.rest()
    host.close()


def test_a_target_whose_port_is_forwarded_names_its_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "eu.api.example.com")
    file = tmp_path / "target.yaml"
    file.write_text("credentials: none\nheaders: {Host: NAME}\n")
    assert upstream_of(load_target("http://127.0.0.1:8443/base", file), None).authority == b"eu.api.example.com"


def test_an_address_that_is_taken_is_refused() -> None:
    host = BytesHost()
    with pytest.raises(Misuse, match="cannot listen there: "), Relay(plain(1), Tap()).listening("127.0.0.1", host.port):
        pass
    host.close()


def test_a_proxy_does_not_lead_to_itself() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        pytest.raises(Misuse, match="itself; give another port"),
        Relay(plain(port), Tap()).listening("127.0.0.1", port),
    ):
        pass


def test_upstream_of_a_name_beyond_ascii() -> None:
    assert upstream_of(load_target("https://bücher.example", None), None).authority == b"xn--bcher-kva.example"
    assert isinstance(upstream_of(load_target("https://a.example", None), None), Upstream)
