"""Send requests to a host in the same process, without a socket: for the tests of tests/faulty."""

import json
from copy import deepcopy
from typing import Any

from tests.faulty.host import Hook, Host

LOGIN = {
    "authorization": "Basic c3RvcmUuc2VydmVyOjIwMmNiOTYyYWM1OTA3NWI5NjRiMDcxNTJkMjM0Yjcw",
    "content-type": "application/json",
}
ENROL: dict[str, Any] = {
    "requestId": "some-test-id",
    "action": "ENROL",
    "promotion": {"id": "68c3f64bbd0a8a0aa705c793", "promotionId": 1133590053},
    "customer": {"identifierName": "id", "identifierValue": "388369579", "source": "INSTORE"},
    "programId": 3334,
}
OPT_IN: dict[str, Any] = {
    "requestId": "some-test-id",
    "action": "OPT_IN",
    "promotion": {"id": "690ddfe45d4a900e2157f1c2", "promotionId": 1133595380},
    "customer": {"identifierName": "id", "identifierValue": "388519295", "source": "INSTORE"},
    "programId": 973,
}
DROP = object()

Answer = tuple[int, str, Any]


def request(base: dict[str, Any] = ENROL, /, **changes: Any) -> dict[str, Any]:
    """Return a changed copy of a request: `customer__source=…` sets a nested field, the value DROP removes a field."""
    body = deepcopy(base)
    for path, value in changes.items():
        *holders, key = path.split("__")
        place = body
        for holder in holders:
            place = place.setdefault(holder, {})
        if value is DROP:
            place.pop(key, None)
        else:
            place[key] = value
    return body


class Asker:
    """A new host. `ask` returns each response as (status, its type, coding and framing, body); the body is text if it is not JSON.

    `headers`: the headers of each response, without the one that differs each time.
    """

    def __init__(self, readings: dict[str, str] | None = None, hooks: tuple[Hook, ...] = ()) -> None:
        self.host = Host(readings, hooks)
        self.headers: list[dict[str, str]] = []

    def promotion(self, identifier: str) -> dict[str, Any]:
        """Return the changes that make a request name this promotion, given by its short identifier."""
        one = next(one for one in self.host.memory.world.promotions if one.identifier == identifier)
        return {"promotion": {"id": one.id, "promotionId": one.number}, "programId": one.program}

    def ask(
        self,
        body: Any,
        headers: dict[str, str] = LOGIN,
        *,
        method: str = "POST",
        path: str = "/v3/promotions/enrol",
    ) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = self.host.answer(method, path, headers, raw)
        self.headers.append({name: value for name, value in reply.headers.items() if name != "X-Cap-Requestid"})
        shown = ("Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding")
        kind = ", ".join(reply.headers[name] for name in shown if name in reply.headers)
        try:
            return reply.status, kind, json.loads(reply.body.decode())
        except ValueError:
            return reply.status, kind, reply.body.decode("latin-1")
