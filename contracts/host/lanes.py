"""Lanes: several connections to one host at the same time, so that requests overlap there."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from contracts.exchange import NO_ANSWER, Answer
from contracts.host.connection import Connection, Unreachable

# Seconds for which requests wait for each other. A host that takes one connection at a time holds the others up.
_LONGEST_WAIT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it is sent, with its login and the names of the host."""

    method: str
    path: str
    headers: dict[str, str]
    payload: bytes


# Sends a message over a connection. Raises Unreachable, Misuse.
Send = Callable[[Connection, Message], Answer]


def send_at_once(like: Connection, messages: Sequence[Message], send: Send) -> list[Answer]:
    """Send messages at the same moment, each over a new connection, and return the answers in the order of the messages.

    `like`: a connection to the same host. One that gets no answer has NO_ANSWER. Each connection is closed behind its
    answer, since a host may take the next one only then. Raises Misuse.
    """
    gate = threading.Barrier(len(messages))

    def carry(message: Message) -> Answer:
        waited = 0.0

        def pass_gate() -> None:
            nonlocal waited
            begin = time.monotonic()
            with contextlib.suppress(threading.BrokenBarrierError):
                gate.wait(_LONGEST_WAIT)
            waited += time.monotonic() - begin

        connection = like.another(gate=pass_gate)
        try:
            answer = send(connection, message)
            return replace(
                answer, seconds=max(answer.seconds - waited, 0.0)
            )  # to wait for each other is not the host's
        except Unreachable:
            gate.abort()  # the others need not wait for this one
            return NO_ANSWER
        finally:
            connection.close()

    with ThreadPoolExecutor(len(messages)) as pool:
        return list(pool.map(carry, messages))


class Lanes:
    """Connections that are used side by side, to save time at a slow host. They stay open between two calls of `send`."""

    def __init__(self, like: Connection, number: int):
        self._connections = [like.another() for _ in range(number)]

    def send(self, messages: Sequence[Message], send: Send) -> list[Answer]:
        """Send messages, each over the next lane that is free, and return the answers in the order of the messages.

        One that gets no answer has NO_ANSWER, with what its connection had carried before. Raises Misuse.
        """
        answers = [NO_ANSWER] * len(messages)
        places = count()  # next() of it is one step of the interpreter, so no two lanes get the same place

        def serve(connection: Connection) -> None:
            while (place := next(places)) < len(messages):
                try:
                    answers[place] = send(connection, messages[place])
                except Unreachable as error:
                    answers[place] = replace(NO_ANSWER, kept=error.kept)

        lanes = self._connections[: len(messages)]
        with ThreadPoolExecutor(len(lanes)) as pool:
            list(pool.map(serve, lanes))
        return answers

    def close(self) -> None:
        """Close all connections; `send` opens them again."""
        for connection in self._connections:
            connection.close()
