"""Requests at the same time, and over several connections with pauses, to a host in this process."""

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, permutations
from typing import Any

from tests.faulty.asking import DROP, ENROL, LOGIN, OPT_IN, Answer, Asker, request
from tests.faulty.faults.connections import LATE
from tests.faulty.faults.parts import get
from tests.faulty.host import Hook

STRANGER = {**LOGIN, "authorization": "Basic bm9ib2R5OnRoaW5n"}
# A group has at most five requests, so these are all orders.
_ORDERS = 120

Sent = tuple[Any, dict[str, str]]


def crowd_shows(hooks: tuple[Hook, ...], readings: dict[str, str]) -> bool:
    """Return whether a host without these hooks explains the answers of one with them in no order of the requests."""
    crowded = Asker(readings, hooks)
    before: list[Sent] = []
    for group in _groups(crowded):
        answers = _named_ids(_at_once(crowded, group))
        for order in islice(permutations(range(len(group))), _ORDERS):
            alone = Asker(readings)
            for body, headers in before:
                alone.ask(body, headers)
            by_place = {place: alone.ask(*group[place]) for place in order}
            if _named_ids([by_place[place] for place in range(len(group))]) == answers:
                before += [group[place] for place in order]
                break
        else:
            return True
    return False


def _at_once(asker: Asker, group: Sequence[Sent]) -> list[Answer]:
    barrier = threading.Barrier(len(group))

    def ask(sent: Sent) -> Answer:
        barrier.wait()
        return asker.ask(*sent)

    with ThreadPoolExecutor(len(group)) as pool:
        return list(pool.map(ask, group))


def _named_ids(answers: Sequence[Answer]) -> list[Answer]:
    """Return answers in which ids are numbered in the order in which they appear: their values depend on the order."""
    names: dict[str, str] = {}
    named = []
    for status, kind, body in answers:
        text = json.loads(json.dumps(body))
        promotion = get(text, "data.enrollmentStatus.promotion")
        for key in ("enrollmentId", "optinId"):
            if isinstance(promotion, dict) and promotion.get(key) is not None:
                promotion[key] = names.setdefault(f"{key} {promotion[key]}", f"#{len(names)}")
        named.append((status, kind, text))
    return named


def _groups(asker: Asker) -> Iterator[list[Sent]]:
    """Yield requests that are sent at the same time; what stands alone is sent by itself."""
    customers = asker.host.memory.world.customers

    def ask(identifier: str, place: int, base: Any = ENROL, **changes: Any) -> Sent:
        named = {"customer__identifierValue": str(customers[place].id), "requestId": f"r-{identifier}-{place}"}
        return request(base, **{**asker.promotion(identifier), **named, **changes}), LOGIN

    by_mobile = {"customer__identifierName": "mobile", "customer__identifierValue": customers[2].mobile}
    for _ in range(2):
        yield [
            ask("many-64", 0),
            ask("silent-83", 1),
            ask("broken-84", 3, customer__identifierName="email", customer__identifierValue=customers[3].email),
            ask("soon-63", 4, OPT_IN),
            ask("many-64", 5, requestId=DROP),
        ]
    for identifier in ("enr-58", "earn-61"):
        yield [ask(identifier, 2), ask(identifier, 2, requestId="again"), ask(identifier, 2, **by_mobile)]
    for place in (4, 5, 6):
        yield [ask("earn-61", place), ask("earn-61", place, OPT_IN)]
        yield [ask("earn-61", place)]
    yield [ask("three-65", 6, requestId=f"three-{turn}") for turn in range(4)]
    yield [ask("seats-66", place) for place in range(5)]
    for place in (1, 3):
        yield [ask("soon-62", place), ask("soon-62", place + 1)]
        yield [ask("soon-62", place)]
        yield [ask("soon-62", place + 1)]
    yield [ask("soon-62", 7), ask("enr-58", 7)]
    yield from ([ask(identifier, place)] for identifier in ("soon-62", "enr-58") for place in (7,))
    good = [ask("many-64", 9), ask("many-64", 10)]
    for refused in (
        [ask("soon-62", 8, programId=999999), ask("soon-62", 8, action="UNENROL")],
        [ask("soon-62", 8, customer__identifierValue="199999999999"), ask("soon-62", 8, action="UNENROL")],
        [ask("generic-81", 8), ask("draft-71", 8), ask("enr-58", 8, OPT_IN)],
    ):
        yield [*good, *refused]
    yield [ask("soon-62", 8)]
    strange = ask("soon-62", 9)[0], STRANGER
    yield [strange, (ask("many-64", 1)[0], STRANGER), *good]
    yield [ask("soon-62", 9)]


@dataclass
class _Walk:
    """A way over several connections of one host. `now`: the seconds on its clock."""

    asker: Asker
    connection: int = 1
    nth: int = 0
    now: float = 0.0

    def __post_init__(self) -> None:
        self.asker.host.memory.clock = lambda: self.now

    def ask(self, body: Any, headers: dict[str, str] = LOGIN) -> Answer:
        self.nth += 1
        reply = self.asker.host.answer(
            "POST", "/v3/promotions/enrol", headers, json.dumps(body).encode(), connection=self.connection, nth=self.nth
        )
        kind = reply.headers["Content-Type"]
        return reply.status, kind, json.loads(reply.body) if kind == "application/json" else reply.body.decode()

    def reconnect(self) -> None:
        self.connection, self.nth = self.connection + 1, 0


def walk(asker: Asker) -> Iterator[Answer]:
    """Send the same requests over several connections, after pauses and late; yield the answers."""
    way = _Walk(asker)
    bodies = list(_bodies(asker))
    for body in bodies:
        yield way.ask(body)
    for body in (*bodies, *bodies, *bodies):
        way.reconnect()
        yield way.ask(body)
        yield way.ask(bodies[0])
    for _ in range(105):
        yield way.ask(bodies[0])
    way.now += 1.5
    yield way.ask(bodies[0])
    for body in bodies:
        yield way.ask(body)
    yield way.ask(bodies[0], STRANGER)
    while asker.host.memory.requests <= LATE:
        way.ask({})
    for place, body in enumerate(bodies):
        yield way.ask({**body, "requestId": f"Late-{place}"})
        yield way.ask(body, STRANGER)
    newcomer = {"customer__identifierValue": "388600007"}
    yield way.ask(request(**asker.promotion("earn-61"), **newcomer))
    yield way.ask(request(OPT_IN, **asker.promotion("earn-61"), **newcomer))
    for number in range(100):
        yield way.ask(bodies[number % 2 + 1])


def _bodies(asker: Asker) -> Iterator[Any]:
    email = {"customer__identifierName": "email", "customer__identifierValue": "dora@example.com"}
    yield request(**asker.promotion("many-64"))
    yield request(**asker.promotion("many-64") | {"programId": DROP})
    yield request(ENROL)
    yield request(ENROL)
    yield request(**asker.promotion("many-64"), **email)
    yield request(**asker.promotion("soon-63"), action=DROP)
    yield request(OPT_IN, **asker.promotion("soon-63"))
    yield from (request(OPT_IN, **asker.promotion("earn-61"), requestId=f"opt-{turn}") for turn in range(2))
    yield request(**asker.promotion("earn-61"), customer__identifierValue="388600006")
    yield from (request(**asker.promotion("three-65"), requestId=f"three-{turn}") for turn in range(4))
    yield request(**asker.promotion("many-64"), customer__identifierValue="199999999999")
    yield request(**asker.promotion("generic-81"))
    yield request(**asker.promotion("draft-71"))
    yield request(OPT_IN, **asker.promotion("enr-58"))
    many = asker.promotion("many-64")
    yield from (request(**many, **wrong) for wrong in ({"customer__identifierValue": ""}, {"customer__source": "SHOP"}))
    yield request(**many | {"programId": 999999})
    yield request(customer__identifierName="email", customer__identifierValue="asha@example.com")
