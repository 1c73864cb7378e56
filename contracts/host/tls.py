"""TLS: whom to trust, and the client certificate. Both are checked before anything is sent."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import certifi

from contracts.errors import Misuse
from openapi import source

_LARGEST: Final = 16 * 2**20  # bytes of a file; the certificates of all public authorities take 250 KB
# Variables of the environment that name a file of CA certificates, in the order in which they count.
_CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files, in PEM form, of a client certificate and its key."""

    certificate: Path
    key: Path


def check_bundle(bundle: Path) -> Path:
    """Return the file of CA certificates if it can be used. Raises Misuse."""
    _check_readable("--ca-bundle", bundle)
    try:
        ssl.create_default_context(cafile=str(bundle))
    except OSError as error:
        raise Misuse(f"--ca-bundle: {bundle} holds no certificate in PEM form") from error
    return bundle


def check_certificate(certificate: Certificate, *, where: str) -> Certificate:
    """Return the client certificate if it can be used. `where`: the file and pointer that name it. Raises Misuse."""
    for file in (certificate.certificate, certificate.key):
        _check_readable(where, file)
    try:
        # With an empty password OpenSSL does not prompt for one on the terminal.
        ssl.create_default_context().load_cert_chain(certificate.certificate, certificate.key, password=lambda: "")
    except ssl.SSLError as error:
        raise Misuse(
            f"{where}: {certificate.certificate} and {certificate.key} are not a certificate and its key; "
            "both must be in PEM form, the key without a passphrase"
        ) from error
    return certificate


def trust(certificate: Certificate | None, ca_bundle: Path | None) -> ssl.SSLContext:
    """Return the TLS settings: the CA certificates to trust, and the client certificate to show. Raises Misuse.

    `ca_bundle`: a file to trust instead of the one that the environment names, or that comes with certifi.
    """
    named = next(((name, os.environ[name]) for name in _CA_VARIABLES if os.environ.get(name)), None)
    origin, file = ("--ca-bundle", str(ca_bundle)) if ca_bundle else named or ("certifi", certifi.where())
    try:
        is_folder = Path(file).is_dir()
        if not is_folder:
            _check_readable(origin, Path(file))
        context = ssl.create_default_context(cafile=None if is_folder else file, capath=file if is_folder else None)
    except (OSError, ValueError) as error:
        raise Misuse(f"{origin}: {file} is no readable file of CA certificates in PEM form") from error
    # Without its closing message a TLS connection was cut, so an answer that ends with it may be too (RFC 9112 §9.8).
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    if certificate:
        context.load_cert_chain(certificate.certificate, certificate.key)
    return context


def _check_readable(where: str, file: Path) -> None:
    """Check that a file can be read to its end: OpenSSL would wait for a pipe, and read a device for ever. Raises Misuse."""
    try:
        source.content(file, most=_LARGEST)
    except source.SourceError as error:
        raise Misuse(f"{where}: {file} {str(error).removeprefix(f'{file}: ')}") from error
