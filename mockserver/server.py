"""The server: the mock on Granian, one worker process."""

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
from openapi.document import MEDIA_TYPE, Document
from openapi.questions import Readings
from openapi.world import World

# Each request whose body is still on its way holds a thread, for as long as the client likes: Granian has
# no time limit for bodies. So many half-sent ones keep everybody else waiting.
_THREADS = 256
_FAREWELL = 2  # seconds that requests under way have when the server stops


@dataclass(frozen=True, slots=True)
class Settings:
    """What to serve, and where; port 0 is any free one."""

    document: Document
    world: World
    readings: Readings
    auth: bool = True
    host: str = "127.0.0.1"
    port: int = 0


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises MockError before anything is started."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _mock(settings)  # what cannot be served is refused here, before anything starts
    held = _hold(settings)
    address, port = held.getsockname()[:2]
    granian = Granian(
        "mockserver",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=_THREADS,
        workers_kill_timeout=_FAREWELL,
        log_level=LogLevels.error,
    )
    # Granian takes a hang-up for a wish to reload, which would forget all enrolments.
    granian.on_startup(partial(signal.signal, signal.SIGHUP, signal.getsignal(signal.SIGHUP)))
    granian.serve(target_loader=partial(_start, settings, _url(address, port)), wrap_loader=False)


def _hold(settings: Settings) -> socket.socket:
    """Bind the port so that nobody else gets it, and so that Granian's own socket still does.

    Granian shares its port with whoever asks for sharing as well: two mocks on one port would answer
    by turns. So the port is taken unshared, and opened for sharing afterwards.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        held = socket.socket(family, socket.SOCK_STREAM)
        if settings.port:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(address)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        raise MockError(f"cannot listen on {settings.host} port {settings.port}: {error.strerror}") from error
    return held


def _start(settings: Settings, url: str) -> Mock:
    """Make the mock; called in the worker, which ends with its parent and tells when it is ready."""
    os.environ.clear()  # Granian passes it on with each request, where HTTP_PROXY would count as a header
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threading.Thread(target=_announce, args=(settings, url), daemon=True).start()
    return _mock(settings)


def _mock(settings: Settings) -> Mock:
    return Mock(settings.document, settings.world, settings.readings, auth=settings.auth)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _announce(settings: Settings, url: str) -> None:
    """Print where the mock listens, and a request to try, once it has answered one of our own."""
    while not _answers(url):
        time.sleep(0.002)
    with contextlib.suppress(BrokenPipeError):  # nobody reads it
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
    """Return the page's first example request as a command for the shell."""
    headers = {"Content-Type": MEDIA_TYPE}
    if settings.auth:
        name, value = auth.sample(settings.world.credentials, now=time.time())
        headers[name] = value
    body = msgspec.json.encode(next(iter(settings.document.request_examples().values())))
    return curl.command(url + settings.document.path, headers=headers, body=body)


def _url(address: str, port: int) -> str:
    """Return the URL to reach a bound address by; the address that means all is reached as the local one."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
