"""The host: its steps in order, each of which a fault may precede or follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tests.faulty.bodies import compose, encode
from tests.faulty.doors import admit, read, route, settle
from tests.faulty.enrolling import count, decide, enrol
from tests.faulty.fields import check
from tests.faulty.ground import survey
from tests.faulty.lookups import find, weigh
from tests.faulty.readings import chosen
from tests.faulty.turn import Memory, Reply, Turn

Step = Callable[[Turn], None]
When = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Hook:
    """Something done before or after a step."""

    when: When
    step: str
    do: Step


class Host:
    """A minimal implementation of the documented call, under the given readings."""

    def __init__(
        self, readings: dict[str, str] | None = None, hooks: tuple[Hook, ...] = (), world: Path | None = None
    ) -> None:
        ground = survey(world)
        ids = [(one.enrollment_id, one.optin_id or "0") for one in ground.enrolments] + list(ground.pinned.values())
        self.memory = Memory(
            ground=ground,
            readings=chosen(readings or {}),
            records=[replace(record) for record in ground.enrolments],
            tokens={},
            last_enrollment=max((int(enrollment) for enrollment, _ in ids), default=25000),
            last_optin=max((int(optin) for _, optin in ids), default=25000),
        )
        self._hooks = hooks

    def answer(self, method: str, path: str, headers: Mapping[str, str], raw: bytes) -> Reply:
        """Answer one request; the names of the headers are in lower case."""
        turn = Turn(self.memory, method, path, headers, raw)
        with self.memory.lock:
            self.memory.requests += 1
            turn.number = self.memory.requests
        self._take(turn, "route", "admit", "read", "check", "find", "weigh", "settle")
        with self.memory.lock:
            self._take(turn, "count", "decide", "enrol", "compose")
        self._take(turn, "encode")
        if turn.reply is None:
            raise RuntimeError("no step answered")
        return turn.reply

    def _take(self, turn: Turn, *names: str) -> None:
        """Take the steps: once there is a reply no more of them, and with complaints nothing is enrolled."""
        for name in names:
            if turn.reply or (turn.complaints and name in ("count", "decide", "enrol")):
                continue
            self._meddle("before", name, turn)
            STEPS[name](turn)
            self._meddle("after", name, turn)

    def _meddle(self, when: When, step: str, turn: Turn) -> None:
        for hook in self._hooks:
            if (hook.when, hook.step) == (when, step):
                hook.do(turn)


STEPS: dict[str, Step] = {
    "route": route,
    "admit": admit,
    "read": read,
    "check": check,
    "find": find,
    "weigh": weigh,
    "settle": settle,
    "count": count,
    "decide": decide,
    "enrol": enrol,
    "compose": compose,
    "encode": encode,
}
