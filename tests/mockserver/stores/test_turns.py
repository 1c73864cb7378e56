"""Threads that share a mock and wait for its database: none waits for another one for ever."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack

from mockserver.sharing.turns import Turns
from tests.mockserver.stores.pair import shared_mock
from tests.mockserver.stores.server import made_store


def test_changes_of_two_sessions_that_look_at_all_do_not_wait_for_each_other(postgresql: str) -> None:
    sessions = shared_mock(made_store(postgresql)).sessions
    both, listed = threading.Barrier(2), []

    def change(name: str) -> None:
        def work() -> None:
            both.wait(10)
            listed.append(len(sessions.all(now=0.0)))

        sessions.change(sessions.use(name, now=0.0), work)

    for name in ("one", "two"):
        sessions.use(name, now=0.0)
    threads = [threading.Thread(target=change, args=(name,), daemon=True) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert listed == [3, 3]


def test_one_thread_works_at_a_time_and_gives_way_while_it_waits() -> None:
    turns, inside, most = Turns(8), [0], [0]
    all_wait = threading.Barrier(8)

    def work() -> None:
        for _ in range(3):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.001)
            inside[0] -= 1
            with turns.giving_way():
                all_wait.wait(20)  # it breaks unless all eight wait side by side

    async def eight() -> None:
        await asyncio.gather(*(turns(work) for _ in range(8)))

    asyncio.run(eight())
    assert most == [1]


def test_who_has_no_turn_gives_none_away() -> None:
    turns = Turns(1)
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(turns.giving_way())
    assert asyncio.run(turns(lambda: "done")) == "done"
