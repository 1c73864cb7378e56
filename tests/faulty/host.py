"""The host: it answers a request in fixed steps. A fault or a form hooks in before or after a step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tests.faulty.bodies import compose, encode
from tests.faulty.enrolling import count, decide, enrol
from tests.faulty.fields import check
from tests.faulty.lookups import find, weigh
from tests.faulty.readings import chosen
from tests.faulty.receiving import admit, read, route, settle
from tests.faulty.turn import Memory, Reply, Turn
from tests.faulty.world import load

Step = Callable[[Turn], None]
When = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Hook:
    """A function that runs before or after a step."""

    when: When
    step: str
    do: Step


class Host:
    """A minimal implementation of the documented call, under the given readings. `retell` changes each answer in the end."""

    def __init__(
        self,
        readings: dict[str, str] | None = None,
        hooks: tuple[Hook, ...] = (),
        world: Path | None = None,
        retell: Callable[[Reply], Reply] | None = None,
    ) -> None:
        data = load(world)
        ids = [(one.enrollment_id, one.optin_id or "0") for one in data.enrolments] + list(data.pinned.values())
        self.memory = Memory(
            world=data,
            readings=chosen(readings or {}),
            records=[replace(record) for record in data.enrolments],
            tokens={},
            last_enrollment=max((int(enrollment) for enrollment, _ in ids), default=25000),
            last_optin=max((int(optin) for _, optin in ids), default=25000),
        )
        self._hooks = hooks
        self._retell = retell

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], raw: bytes, *, connection: int = 0, nth: int = 0
    ) -> Reply:
        """Answer one request; header names must be in lower case. `connection`, `nth`: see Turn."""
        turn = Turn(self.memory, method, path, headers, raw, connection=connection, nth=nth)
        with self.memory.lock:
            self.memory.requests += 1
            turn.number = self.memory.requests
        self._run_steps(turn, "route", "admit", "read", "check", "find", "weigh", "settle")
        with self.memory.lock:
            self._run_steps(turn, "count", "decide", "enrol", "compose")
        self._run_steps(turn, "encode")
        if turn.reply is None:
            raise RuntimeError("no step answered")
        return self._retell(turn.reply) if self._retell else turn.reply

    def _run_steps(self, turn: Turn, *names: str) -> None:
        """Run the steps with their hooks. Stop once there is a reply; skip the enrolling steps if there are errors."""
        for name in names:
            if turn.reply or (turn.complaints and name in ("count", "decide", "enrol")):
                continue
            self._run_hooks("before", name, turn)
            STEPS[name](turn)
            self._run_hooks("after", name, turn)

    def _run_hooks(self, when: When, step: str, turn: Turn) -> None:
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
