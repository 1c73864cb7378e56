"""Serves the mock over HTTP with Granian, on every address of a host or on a Unix socket, in this process."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import secrets
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mockserver import asgi
from mockserver.addresses import Addresses
from mockserver.app import Mock
from mockserver.asgi import Application
from mockserver.control.access import Access
from mockserver.control.plane import HEALTH
from mockserver.errors import MockError
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.serving import announcement, base_path, connections, cors, front_page, stopping_signals, tls_failures
from mockserver.serving.access_log import AccessLog
from mockserver.serving.certificate import Certificate
from mockserver.serving.entrance import Entrance
from mockserver.serving.readiness import Ready, answers
from mockserver.serving.reloading import Reloading, Sources
from mockserver.serving.stderr import Format, Stderr
from mockserver.serving.unix_socket import MODE, PREFIX, UnixSocket
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World

if TYPE_CHECKING:
    from granian.server.embed import Server

    from mockserver.sharing.store import SharedStore

_BACKLOG = 1024  # clients that wait to be let in, at each address
_SHUTDOWN = 2  # seconds that requests in progress get when the server stops


@dataclass(frozen=True, slots=True)
class Settings:
    """What to serve and where.

    `host` is an address, a name, which means all of its addresses, or unix: with the path of a socket. Port 0 means any
    free port. `store` is where enrolments and sessions lie, None for memory. `tls` makes a certificate, `tls_files` are
    one with its key. `base` is the base path, '' for none. `origins` are those of the web pages that may call. `log` is
    the form of the access log, None for none. `reload` are the files to load anew when they change. With a
    `control_token`, the control plane is for those who send it, and else for this machine. `faults` are those of the
    start. `end_with_stdin`: serve until standard input ends, too.
    """

    document: Document
    world: World
    readings: Readings
    auth: bool = True
    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = False
    tls_files: tuple[Path, Path] | None = None
    base: str = ""
    origins: tuple[str, ...] = ()
    log: Format | None = None
    control_token: str | None = None
    ready: Ready = field(default_factory=Ready)
    reload: Sources | None = None
    faults: Faults | None = None
    end_with_stdin: bool = False
    store: SharedStore | None = None


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then end the process. Raises MockError if it cannot begin.

    That is so if the mock cannot be made, the port is taken, or a file that an option names cannot be used.
    """
    probe = secrets.token_hex()
    lines = Stderr(settings.log)
    log = AccessLog(settings.log, lines.write, probe=probe) if settings.log else None

    store = settings.store
    mock = Mock.of(
        settings.document,
        settings.world,
        settings.readings,
        auth=settings.auth,
        faults=settings.faults,
        heard=log.note if log else None,
        store=store,
        access=Access(settings.control_token, names=(settings.host,), base=settings.base),
    )
    sources = settings.reload
    reloading = Reloading(sources, mock, tell=lines.tell, store=store) if sources else None
    app = layers(settings, asgi.application(mock), log)
    with contextlib.ExitStack() as left:
        listener = _listener(settings)
        left.callback(listener.release)
        certificate = _certificate(settings)
        if certificate:
            left.callback(certificate.throw_away)
        settings.ready.check()
        left.callback(settings.ready.withdraw)
        entrance = Entrance(listener, certificate, probe)
        authority = certificate.authority if certificate else None
        mock.client.conduct.address = announcement.address(entrance.urls[0], settings.base, authority)
        faults = settings.faults or Faults(Abilities(settings.document.outcomes))
        if faults.abilities.sockets or (settings.log and not certificate and isinstance(listener, Addresses)):
            entrance = entrance.behind_a_front(faults, tell=lines.tell, struck=mock.client.coverage.struck)
        asyncio.run(_serve(settings, app, entrance, left, reloading, lines))


def _listener(settings: Settings) -> Addresses | UnixSocket:
    if settings.host.startswith(PREFIX):
        if settings.tls or settings.tls_files:
            raise MockError(f"--host {settings.host}: a Unix socket is served without TLS; leave one of the two out")
        return UnixSocket.reserve(settings.host.removeprefix(PREFIX))
    return Addresses.reserve(settings.host, settings.port)


def _certificate(settings: Settings) -> Certificate | None:
    if settings.tls_files:
        return Certificate.given(*settings.tls_files)
    return Certificate.made(settings.host) if settings.tls else None


def layers(settings: Settings, mock: Application, log: AccessLog | None) -> Application:
    """Put around the mock what stands between it and the network, from the inside out."""
    app = front_page.before(settings.document, settings.base, mock)
    app = cors.allowed(settings.origins, app)
    app = base_path.below(settings.base, app)
    return log.around(app) if log else app


def _servers(app: Application, entrance: Entrance, room: int) -> list[Server]:
    """Return a server of Granian for each address, which has room for so many connections."""
    from granian.constants import Interfaces, SSLProtocols
    from granian.http import HTTP1Settings, HTTP2Settings
    from granian.log import LogLevels
    from granian.server.embed import Server

    options: dict[str, Any] = {
        "interface": Interfaces.ASGINL,
        "websockets": False,
        "backlog": _BACKLOG,
        "backpressure": room,
        "http1_settings": HTTP1Settings(
            header_read_timeout=int(connections.QUIET * 1000), max_buffer_size=connections.HEAD
        ),
        "http2_settings": HTTP2Settings(max_headers_size=connections.HEAD),
        "log_level": LogLevels.error,
    }
    if entrance.behind:
        return [Server(app, address=host, port=entrance.behind.port, **options) for host in entrance.behind.hosts]
    if entrance.certificate:
        options |= {
            "ssl_cert": entrance.certificate.chain,
            "ssl_key": entrance.certificate.key,
            "ssl_protocol_min": SSLProtocols.tls12,
        }
    if isinstance(entrance.listener, UnixSocket):
        server = Server(app, uds=entrance.listener.path, **options)
        server.uds_permissions = MODE
        return [server]
    return [Server(app, address=host, port=entrance.listener.port, **options) for host in entrance.listener.hosts]


async def _serve(
    settings: Settings,
    app: Application,
    entrance: Entrance,
    left: contextlib.ExitStack,
    reloading: Reloading | None,
    lines: Stderr,
) -> None:
    """Run the servers. They share the application, and the one thread of the event loop. `left` is done at the end."""
    # The front has two sockets for each client, and the server behind it a third one. As many clients wait at the
    # front, and it may let in as many again before it turns them away.
    room = connections.room(addresses=len(entrance.urls), files=5 if entrance.front else 1)
    clients = connections.Connections(room)
    app = clients.around(app)
    servers = _servers(entrance.front.around(app) if entrance.front else app, entrance, room)
    if entrance.certificate:
        tls_failures.show(lines.tell)
    stopped = asyncio.Event()
    stopping_signals.set_when_told(stopped, end_with_stdin=settings.end_with_stdin)
    serving = [asyncio.create_task(server.serve()) for server in servers]
    listening = await entrance.listen(backlog=min(_BACKLOG, room), room=room)
    looking = asyncio.create_task(clients.watch(entrance.port))
    announcing = asyncio.create_task(asyncio.to_thread(_announce, settings, entrance, stopped))
    watching = asyncio.create_task(reloading.watch()) if reloading else None
    gc.freeze()  # what the start has made stays
    gc.enable()
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait([stopping, *serving], return_when=asyncio.FIRST_COMPLETED)
    stopped.set()
    looking.cancel()
    if watching:
        watching.cancel()
    if not stopping.done():
        await asyncio.gather(*serving)  # raises what has ended one of them
    for server in servers:
        server.stop()  # type: ignore[no-untyped-call]  # the library has no types here
    if listening:
        listening.close()
    # Clients that do not send the rest of their requests would keep Granian waiting.
    await asyncio.wait([announcing, *serving], timeout=_SHUTDOWN)
    left.close()
    # Granian's own threads may still be at work. They abort the process if Python ends before them.
    sys.stdout.flush()
    os._exit(0)


def _announce(settings: Settings, entrance: Entrance, stopped: asyncio.Event) -> None:
    """Wait until the mock answers at each address, then print the first URL and a curl command to try."""
    for url in entrance.asked:
        while not answers(url, settings.base + HEALTH, probe=entrance.probe):
            if stopped.is_set():
                return
            time.sleep(0.002)
    url = entrance.urls[0]
    authority = entrance.certificate.authority if entrance.certificate else None
    lines = announcement.lines(
        url, settings.document, settings.world if settings.auth else None, base=settings.base, authority=authority
    )
    with contextlib.suppress(BrokenPipeError):  # the reader of stdout has closed it
        print("\n".join(lines), flush=True)
    settings.ready.tell(announcement.shown(url, settings.base))
