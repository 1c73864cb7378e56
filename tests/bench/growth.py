"""Measures whether a request costs as much with a million enrolments as with none, and what memory they take."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing.connection import Connection
from statistics import median
from typing import Final

from mockserver import asgi
from mockserver.app import Mock
from mockserver.stores import EnrolmentRecord, Store, Transaction
from openapi import document, questions, world
from openapi.world import World
from tests import people
from tests.bench import kinds
from tests.bench.inside import microseconds, scope_of
from tests.bench.load import Request
from tests.bench.processes import usage
from tests.bench.tables import Table

ENROLMENTS: Final = (0, 100_000, 1_000_000)
_ROUNDS: Final = 7
_REQUESTS: Final = 1_000


def table(
    enrolments: tuple[int, ...] = ENROLMENTS, customers: int = kinds.CUSTOMERS, requests: int = _REQUESTS
) -> Table:
    """Return a row for each number of enrolments. Each is held by a process of its own, and all are measured in turns."""
    with ExitStack() as stack:
        held = [stack.enter_context(_process(number, customers)) for number in enrolments]
        memory = [float(one.recv()) for one in held]
        rounds = [[_ask(one, requests) for one in held] for _ in range(_ROUNDS)]
    found = [{name: median(each[at][name] for each in rounds) for name in rounds[0][at]} for at in range(len(held))]
    names = tuple(found[0])
    rows = tuple(
        (
            f"{number:,}",
            *(f"{one[name]:,.1f}" for name in names),
            f"{max(one[n] / found[0][n] for n in names):.2f}",
            f"{mb:,.0f}",
        )
        for number, one, mb in zip(enrolments, found, memory, strict=True)
    )
    columns = ("enrolments", *(f"{name}, µs" for name in names), "most : with none", "memory MB")
    note = f"{customers:,} customers in the world. Processor time in one process, without a network."
    return Table("Growth", columns, rows, note)


@contextmanager
def _process(enrolments: int, customers: int) -> Iterator[Connection]:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(theirs, enrolments, customers), daemon=True)
    process.start()
    theirs.close()
    yield ours
    ours.send(0)
    process.join(30)


def _ask(connection: Connection, requests: int) -> dict[str, float]:
    connection.send(requests)
    found: dict[str, float] = connection.recv()
    return found


def _serve(connection: Connection, enrolments: int, customers: int) -> None:
    """Make a mock with so many enrolments, send its memory in MB, and then the figures of rounds of as many requests as asked.

    0 ends it.
    """
    data = world.parse(kinds.world(customers), path="growth")
    mock = Mock.of(document.load(), data, questions.defaults(questions.load()))
    _fill(mock.sessions.use("", now=0.0).state.store, data, enrolments)
    asked = kinds.requests(customers)
    connection.send(usage(os.getpid()).rss)
    while requests := connection.recv():
        connection.send({name: _microseconds(mock, request, requests) for name, request in asked.items()})


def _fill(store: Store, data: World, enrolments: int) -> None:
    """Enrol the customers in turns into the first promotion, each as often as the others."""
    promotion, customers = data.promotions[0].id, len(data.customers)

    def enrol(transaction: Transaction, number: int) -> None:
        enrolled = EnrolmentRecord(
            customer=people.FIRST_ID + number % customers,
            promotion=promotion,
            sequence=number // customers + 1,
            enrollment_id=transaction.new_id(),
            optin_id=None,
            opted_in=False,
        )
        transaction.put(enrolled)

    for number in range(enrolments):
        store.transact(partial(enrol, number=number))


def _microseconds(mock: Mock, request: Request, requests: int) -> float:
    bodies = [request.next_body() for _ in range(requests)]
    return microseconds(asgi.application(mock), scope_of(request), 400 if request.refused else 200, bodies)
