"""TLS: whom a run trusts and by which certificate it is known, checked before anything is sent."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import Misuse


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files, in PEM form, by which a host knows us: the certificate, and its key."""

    certificate: Path
    key: Path


def check_bundle(bundle: Path) -> Path:
    """Return a file of certificates to trust. Raises Misuse."""
    try:
        ssl.create_default_context(cafile=str(bundle))
    except ssl.SSLError as error:
        raise Misuse(f"--ca-bundle: {bundle} holds no certificate in PEM form") from error
    except OSError as error:
        raise Misuse(f"--ca-bundle: {bundle} cannot be read: {error.strerror}") from error
    return bundle


def check_certificate(ours: Certificate, *, where: str) -> Certificate:
    """Return a certificate that can be used. Raises Misuse; `where`: the file and pointer that name it."""
    for file in (ours.certificate, ours.key):
        try:
            file.open("rb").close()
        except OSError as error:
            raise Misuse(f"{where}: {file} cannot be read: {error.strerror}") from error
    try:
        # The empty password keeps OpenSSL from asking for one on the terminal.
        ssl.create_default_context().load_cert_chain(ours.certificate, ours.key, password=lambda: "")
    except ssl.SSLError as error:
        raise Misuse(
            f"{where}: {ours.certificate} and {ours.key} are no certificate and its key; "
            "both must be in PEM form, the key without a passphrase"
        ) from error
    return ours
