"""The options of `enrol-mock serve` that say where and how the mock is served."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from command_line.tool import Choice, with_options
from mockserver.errors import MockError

if TYPE_CHECKING:
    from mockserver.sharing.store import SharedStore

_OPTIONS = (
    click.option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        metavar="ADDRESS",
        help="The address to listen on; a name means all of its addresses. unix:PATH listens on a Unix socket instead, "
        "which only the user of the mock may open.",
    ),
    click.option(
        "--port",
        default=8080,
        show_default=True,
        type=click.IntRange(0, 65535),
        metavar="PORT",
        help="The port to listen on; 0 takes any free one.",
    ),
    click.option(
        "--base-path",
        default="",
        metavar="PATH",
        help="A path below which everything is served, as behind a gateway: with /loyalty the call is at "
        "/loyalty/v3/promotions/enrol.",
    ),
    click.option(
        "--cors",
        "origins",
        multiple=True,
        metavar="ORIGIN",
        help="Let web pages of this origin make the call, such as http://localhost:3000; * means pages of every origin. "
        "They never get at /_mock/. May be given more than once.",
    ),
    click.option(
        "--tls",
        is_flag=True,
        help="Serve HTTPS with a certificate that is made for this run. The third line of the output names the file "
        "of the certificate that clients must trust.",
    ),
    click.option(
        "--tls-cert",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Serve HTTPS with the certificate in this PEM file, followed by its intermediate certificates.",
    ),
    click.option(
        "--tls-key",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The PEM file with the key of that certificate, without a passphrase.",
    ),
    click.option(
        "--store",
        envvar="ENROL_MOCK_STORE",
        metavar="STORE",
        help="Keep enrolments, sessions, faults and journals in a database, where other mocks share them: sqlite:FILE, or "
        "postgresql://USER@HOST/DATABASE with a password in PGPASSWORD. docs/shared.md describes it.  [default: in memory]",
    ),
    click.option(
        "--log",
        type=Choice(["text", "json"]),
        help="Write a line for each request to stderr: when, what, the answer, how long it took, and why.  "
        "[default: no log]",
    ),
    click.option(
        "--ready-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the URL to this file once the mock answers; the file is removed when the mock ends.",
    ),
    click.option(
        "--ready-fd",
        type=click.IntRange(1),
        metavar="NUMBER",
        help="Write the URL to this open file descriptor once the mock answers, and close it.",
    ),
    click.option(
        "--end-with-stdin",
        is_flag=True,
        help="End when standard input ends. So a mock that a program has started, with a pipe there, ends with that program.",
    ),
)


serving_options = with_options(_OPTIONS)


def serving_settings(
    *,
    host: str,
    port: int,
    base_path: str,
    origins: tuple[str, ...],
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
    store: str | None,
    log: str | None,
    ready_file: Path | None,
    ready_fd: int | None,
    end_with_stdin: bool,
    reload: bool,
) -> dict[str, Any]:
    """Return the settings of the server that these options make. Raises MockError."""
    from mockserver.serving import base_path as base
    from mockserver.serving import cors
    from mockserver.serving.readiness import Ready

    if (tls_cert is None) != (tls_key is None):
        raise MockError("--tls-cert and --tls-key are given together: a certificate, and its key")
    if tls and tls_cert:
        raise MockError("--tls makes a certificate, --tls-cert names one; give one of the two")
    return {
        "host": host,
        "port": port,
        "base": base.parse(base_path),
        "origins": tuple(cors.parse(origin) for origin in origins),
        "tls": tls,
        "tls_files": (tls_cert, tls_key) if tls_cert else None,
        "store": None if store is None else _opened(store, follows=reload),
        "log": log,
        "ready": Ready(ready_file, ready_fd),
        "end_with_stdin": end_with_stdin,
    }


def _opened(value: str, *, follows: bool) -> SharedStore:
    from mockserver.sharing.store import SharedStore

    return SharedStore(value, follows=follows)
