"""TLS: check the CA bundle and the client certificate before anything is sent."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import Misuse


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files, in PEM form, of a client certificate and its key."""

    certificate: Path
    key: Path


def check_bundle(bundle: Path) -> Path:
    """Return the file of CA certificates if it can be used. Raises Misuse."""
    try:
        ssl.create_default_context(cafile=str(bundle))
    except ssl.SSLError as error:
        raise Misuse(f"--ca-bundle: {bundle} holds no certificate in PEM form") from error
    except OSError as error:
        raise Misuse(f"--ca-bundle: {bundle} cannot be read: {error.strerror}") from error
    return bundle


def check_certificate(certificate: Certificate, *, where: str) -> Certificate:
    """Return the client certificate if it can be used. `where`: the file and pointer that name it. Raises Misuse."""
    for file in (certificate.certificate, certificate.key):
        try:
            file.open("rb").close()
        except OSError as error:
            raise Misuse(f"{where}: {file} cannot be read: {error.strerror}") from error
    try:
        # With an empty password OpenSSL does not prompt for one on the terminal.
        ssl.create_default_context().load_cert_chain(certificate.certificate, certificate.key, password=lambda: "")
    except ssl.SSLError as error:
        raise Misuse(
            f"{where}: {certificate.certificate} and {certificate.key} are not a certificate and its key; "
            "both must be in PEM form, the key without a passphrase"
        ) from error
    return certificate
