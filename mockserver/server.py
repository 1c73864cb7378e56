"""Serves the mock over HTTP with Granian, on every address of a host, in this process."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass

import msgspec

from mockserver import asgi
from mockserver.addresses import Addresses
from mockserver.app import Mock
from mockserver.catalogue import curl
from mockserver.control.plane import HEALTH
from mockserver.faults.armed import Faults
from mockserver.faults.front.server import Front
from mockserver.receiving import auth
from openapi.document import Document
from openapi.places import MEDIA_TYPE
from openapi.questions import Readings
from openapi.world import World

_CONNECTIONS = 1024  # at once, for each address; others wait
_SHUTDOWN = 2  # seconds that requests in progress get when the server stops


@dataclass(frozen=True, slots=True)
class Settings:
    """What to serve and at which address. Port 0 means any free port. A name means all of its addresses."""

    document: Document
    world: World
    readings: Readings
    auth: bool = True
    host: str = "127.0.0.1"
    port: int = 0
    faults: Faults | None = None


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then end the process. Raises MockError if it cannot begin.

    That is so if the mock cannot be made or the port is taken.
    """
    mock = Mock.of(settings.document, settings.world, settings.readings, auth=settings.auth, faults=settings.faults)
    addresses = Addresses.reserve(settings.host, settings.port)
    try:
        asyncio.run(_serve(settings, mock, addresses))
    finally:
        addresses.release()


async def _serve(settings: Settings, mock: Mock, addresses: Addresses) -> None:
    """Run a server of Granian for each address. They share the mock, and the one thread of the event loop."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    app, behind, front = asgi.application(mock), addresses, None
    if settings.faults and settings.faults.abilities.sockets:
        behind = Addresses.reserve("127.0.0.1", 0)
        front = Front(settings.faults, (behind.hosts[0], behind.port))
        app = front.around(app)
    servers = [
        Server(
            app,
            address=host,
            port=behind.port,
            interface=Interfaces.ASGINL,
            websockets=False,
            backlog=_CONNECTIONS,
            log_level=LogLevels.error,
        )
        for host in behind.hosts
    ]
    stopped = asyncio.Event()
    _set_when_told_to_stop(stopped)
    serving = [asyncio.create_task(server.serve()) for server in servers]
    listening = await front.listen(addresses.hosts, addresses.port, backlog=_CONNECTIONS) if front else None
    announcing = asyncio.create_task(asyncio.to_thread(_announce, settings, addresses, behind, stopped))
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait([stopping, *serving], return_when=asyncio.FIRST_COMPLETED)
    stopped.set()
    if not stopping.done():
        await asyncio.gather(*serving)  # raises what has ended one of them
    for server in servers:
        server.stop()  # type: ignore[no-untyped-call]
    if listening:
        listening.close()
    # Clients that do not send the rest of their requests would keep Granian waiting.
    await asyncio.wait([announcing, *serving], timeout=_SHUTDOWN)
    # Granian's own threads may still be at work. They abort the process if Python ends before them.
    sys.stdout.flush()
    os._exit(0)


def _set_when_told_to_stop(stopped: asyncio.Event) -> None:
    """Set the event at SIGTERM or SIGINT, for which a thread waits.

    The handlers of asyncio miss a signal that comes while hundreds of clients break off at once.
    """
    loop = asyncio.get_running_loop()
    awaited = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)

    def wait() -> None:
        signal.sigwait(awaited)
        loop.call_soon_threadsafe(stopped.set)

    threading.Thread(target=wait, daemon=True).start()


def _announce(settings: Settings, addresses: Addresses, behind: Addresses, stopped: asyncio.Event) -> None:
    """Wait until the mock answers at each address behind the front, where no fault strikes, then print the first URL and a curl command to try."""
    for url in behind.urls:
        while not _answers(url):
            if stopped.is_set():
                return
            time.sleep(0.002)
    url = addresses.urls[0]
    with contextlib.suppress(BrokenPipeError):  # the reader of stdout has closed it
        print(f"listening on {url}\n{_curl(settings, url)}", flush=True)


def _answers(url: str) -> bool:
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _curl(settings: Settings, url: str) -> str:
    """Return the page's first example request as a curl command."""
    headers = {"Content-Type": MEDIA_TYPE}
    if settings.auth:
        name, value = auth.sample(settings.world.credentials, now=time.time())
        headers[name] = value
    body = msgspec.json.encode(next(iter(settings.document.request_examples().values())))
    return curl.command(url + settings.document.path, headers=headers, body=body)
