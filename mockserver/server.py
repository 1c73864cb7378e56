"""Serves the mock over HTTP with Granian, in one worker process."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import threading
import time
from dataclasses import dataclass
from functools import partial
from multiprocessing import parent_process

import msgspec

from mockserver.app import Mock
from mockserver.catalogue import curl
from mockserver.control.plane import HEALTH
from mockserver.errors import MockError
from mockserver.receiving import auth
from openapi.document import Document
from openapi.places import MEDIA_TYPE
from openapi.questions import Readings
from openapi.world import World

# A request whose body is still being sent holds a thread, and Granian sets no time limit for bodies. So this
# many clients that stop half-way through their bodies block all others.
_THREADS = 256
_SHUTDOWN = 2  # seconds that requests in progress get when the server stops


@dataclass(frozen=True, slots=True)
class Settings:
    """What to serve and at which address. Port 0 means any free port."""

    document: Document
    world: World
    readings: Readings
    auth: bool = True
    host: str = "127.0.0.1"
    port: int = 0


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises MockError if the mock cannot be made or the port is taken."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _mock(settings)  # raises here, in the parent, if the worker could not make its mock
    reserved = _reserve(settings)
    address, port = reserved.getsockname()[:2]
    granian = Granian(
        "mockserver",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=_THREADS,
        workers_kill_timeout=_SHUTDOWN,
        log_level=LogLevels.error,
    )
    # On SIGHUP Granian would restart its worker, which would forget all enrolments. Keep the default action.
    granian.on_startup(partial(signal.signal, signal.SIGHUP, signal.getsignal(signal.SIGHUP)))
    granian.serve(target_loader=partial(_start, settings, _url(address, port)), wrap_loader=False)


def _reserve(settings: Settings) -> socket.socket:
    """Reserve the port for this mock, and return the socket that reserves it.

    Granian binds with SO_REUSEPORT, which would let two mocks share a port and answer in turns. So the
    port is bound without that option first, which fails if another process has it. The option is set
    afterwards, so that Granian's own socket can bind beside this one.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        reserved = socket.socket(family, socket.SOCK_STREAM)
        if settings.port:
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        reserved.bind(address)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        raise MockError(f"cannot listen on {settings.host} port {settings.port}: {error.strerror}") from error
    return reserved


def _start(settings: Settings, url: str) -> Mock:
    """Make the mock. Runs in the worker, which then prints when it answers, and ends when its parent ends."""
    os.environ.clear()  # Granian copies it into each WSGI environ, where HTTP_PROXY looks like a header
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threading.Thread(target=_announce, args=(settings, url), daemon=True).start()
    return _mock(settings)


def _mock(settings: Settings) -> Mock:
    return Mock.of(settings.document, settings.world, settings.readings, auth=settings.auth)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _announce(settings: Settings, url: str) -> None:
    """Wait until the mock answers, then print its URL and a curl command to try."""
    while not _answers(url):
        time.sleep(0.002)
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


def _url(address: str, port: int) -> str:
    """Return the URL of a bound address. An address that means all interfaces is reached at the local one."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
