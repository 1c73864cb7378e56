"""TLS: the certificate of the mock, given by its owner, or made for this run and thrown away with it."""

from __future__ import annotations

import shutil
import socket
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.errors import MockError
from openapi import source

if TYPE_CHECKING:
    import trustme

_LARGEST = 2**20  # bytes
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The PEM files of a certificate, with those between it and its authority, and of its private key.

    `authority` is the file with the certificate of an authority that was made for this run, and `folder` holds all
    three then.
    """

    chain: Path
    key: Path
    authority: Path | None = None
    folder: Path | None = None

    @classmethod
    def given(cls, chain: Path, key: Path) -> Certificate:
        """Return a certificate from two files. Raises MockError if they cannot be read, or do not belong together."""
        for option, path in (("--tls-cert", chain), ("--tls-key", key)):
            try:
                source.content(path, most=_LARGEST)
            except source.SourceError as error:
                raise MockError(f"{option} {error}") from error
        try:
            # A key with a passphrase would ask for it on the terminal; an empty one makes it fail instead.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password="")
        except (ssl.SSLError, ValueError) as error:
            said = getattr(error, "reason", None) or str(error)
            raise MockError(
                f"--tls-cert {chain}, --tls-key {key}: are no certificate with its own key in PEM, without a "
                f"passphrase ({said})"
            ) from error
        return cls(chain, key)

    @classmethod
    def made(cls, host: str) -> Certificate:
        """Make a certificate for this machine and the host, and an authority that signs it. Raises MockError.

        Their files lie in a folder that only its owner may open.
        """
        try:
            import trustme
        except ImportError as error:
            raise MockError(
                "--tls needs the package trustme: pip install '.[tls]' in the folder of the kit, or give --tls-cert and --tls-key"
            ) from error
        authority = trustme.CA(organization_name="enrol-mock", organization_unit_name="made for one run")
        issued = authority.issue_cert(*_names(host, authority))
        folder = Path(tempfile.mkdtemp(prefix="enrol-mock-"))
        made = cls(folder / "cert.pem", folder / "key.pem", folder / "ca.pem", folder)
        for number, blob in enumerate(issued.cert_chain_pems):
            blob.write_to_path(made.chain, append=number > 0)
        issued.private_key_pem.write_to_path(made.key)
        authority.cert_pem.write_to_path(folder / "ca.pem")
        return made

    def context(self) -> ssl.SSLContext:
        """Return what a server of Python needs to speak TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.chain, self.key)
        return context

    def throw_away(self) -> None:
        """Remove the files, if they were made for this run."""
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def _names(host: str, authority: trustme.CA) -> list[str]:
    """Return the names and addresses for which a certificate is good, each once.

    A machine, above all a container, may have a name that no certificate can have, such as my_app.
    """
    names = list(_LOCAL)
    for name in (host, socket.gethostname()):
        try:
            authority.issue_cert(name)
        except ValueError:
            continue
        if name not in names:
            names.append(name)
    return names
