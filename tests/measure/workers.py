"""Many trials at once, in processes of their own: one that dies takes no figure with it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# What the libraries keep of one run slows the next; a new process now and then costs less.
_PER_PROCESS: Final = 25


def each(
    do: Callable[[Item], Result], items: Iterable[Item], crashed: Callable[[Item, str], Result], processes: int
) -> Iterator[Result]:
    """Yield what `do` makes of each item, as they end; of one that raised or died, what `crashed` makes of it."""
    todo: SimpleQueue[Item] = SimpleQueue()
    done: SimpleQueue[Result] = SimpleQueue()
    count = 0
    for count, item in enumerate(items, 1):  # noqa: B007  counted as they are put
        todo.put(item)
    for _ in range(min(processes, count)):
        Thread(target=_work, args=(do, todo, done, crashed), daemon=True).start()
    for _ in range(count):
        yield done.get()


def _work(
    do: Callable[[Item], Result],
    todo: SimpleQueue[Item],
    done: SimpleQueue[Result],
    crashed: Callable[[Item, str], Result],
) -> None:
    """Take items until none is left, each batch in a new process.

    A pool of one process each: the pool's own `max_tasks_per_child` comes to a standstill now and then in Python 3.11.
    """
    while not todo.empty():
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            for _ in range(_PER_PROCESS):
                try:
                    item = todo.get_nowait()
                except Empty:
                    return
                try:
                    result = pool.submit(do, item).result()
                except BrokenProcessPool as error:
                    done.put(crashed(item, f"the process died: {error}"))
                    break
                except Exception as error:  # whatever a trial raises counts against it, and ends no other
                    result = crashed(item, f"{type(error).__name__}: {error}")
                done.put(result)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the main thread when the block takes longer."""

    def end(*_: object) -> None:
        raise TimeoutError(f"no end within {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
