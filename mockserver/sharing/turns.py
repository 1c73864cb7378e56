"""Turns: threads that may wait for a database, of which one at a time works."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Turns:
    """Lets one thread at a time do the work of a mock, which so needs no lock of its own.

    Whoever waits for the database gives way, so that a slow or locked one holds up as many requests as there are
    threads, and the event loop never.
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="turn")
        self._working = threading.Lock()
        self._own = threading.local()

    async def __call__(self, work: Callable[[], T]) -> T:
        """Return what `work` does, in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._do, work)

    def _do(self, work: Callable[[], T]) -> T:
        with self._working:
            self._own.works = True
            try:
                return work()
            finally:
                self._own.works = False

    @contextmanager
    def giving_way(self) -> Iterator[None]:
        """Let others work until the end of the block, if this thread has the turn."""
        if not getattr(self._own, "works", False):
            yield
            return
        self._working.release()
        try:
            yield
        finally:
            self._working.acquire()
