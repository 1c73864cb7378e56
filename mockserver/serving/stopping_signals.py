"""Signals: what tells the mock to stop, and how it hears of that."""

from __future__ import annotations

import asyncio
import os
import signal
import threading


def set_when_told(stopped: asyncio.Event, *, end_with_stdin: bool) -> None:
    """Set the event at SIGTERM or SIGINT, for which a thread waits. Another one waits for the end of standard input.

    The handlers of asyncio miss a signal that comes while hundreds of clients break off at once.
    """
    loop = asyncio.get_running_loop()
    awaited = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)

    def wait() -> None:
        signal.sigwait(awaited)
        loop.call_soon_threadsafe(stopped.set)

    def read() -> None:
        while os.read(0, 4096):
            pass
        loop.call_soon_threadsafe(stopped.set)

    for waiting in (wait, read) if end_with_stdin else (wait,):
        threading.Thread(target=waiting, daemon=True).start()
