"""Several machines: a swarm that leads others, its workers, and a worker. Locust carries their messages.

Each worker has a share of the customers. What it has sent, it passes on with times of the leader's clock.
"""

from __future__ import annotations

import time
from typing import IO, Any, Final, NamedTuple

import gevent
import msgspec
from gevent.event import Event

from contracts.load.crew import STEP, Crew, environment, watch_stdin
from contracts.load.messages import Batch, Began, Ended, Job, pack, unpack, write

_SENT: Final = "enrol-sent"
_PLAN: Final = "enrol-plan"
_READY: Final = "enrol-ready"
_CLOCK: Final = "enrol-clock"
_OVER: Final = "enrol-over"
_DONE: Final = "enrol-done"
# How often a worker asks for the time of the leader. The answer that came soonest counts.
_LOOKS: Final = 7
# Seconds until a worker is told again what it has not heard.
_PATIENCE: Final = 0.5
# Seconds for which a worker is waited for when the load is over, beyond the timeout of an answer.
_GRACE: Final = 10.0


def lead(job: Job, messages: IO[bytes]) -> Ended:
    """Wait for the workers, let them send the load, and pass on what they have sent."""
    leader = _Leader(job, messages)
    leader.wait_for_workers()
    leader.hand_out_the_plan()
    seconds = leader.let_them_send()
    leader.wait_for_ends()
    return leader.ended(seconds)


def work(job: Job, messages: IO[bytes]) -> Ended:
    """Send a share of the load of the leader, and pass on to it what came back."""
    worker = _Worker(job)
    if not worker.wait_for_the_plan():
        return Ended(0.0, why="interrupted")
    clock = worker.ask_for_the_time()
    if clock is None:
        return worker.tell(Ended(0.0, error="the clock of the other machine could not be asked"))
    return worker.tell(worker.send(worker.crew(), clock, messages))


class _Leader:
    """The swarm that leads the workers. Each has the id of its node of Locust."""

    def __init__(self, job: Job, messages: IO[bytes]) -> None:
        assert job.master
        self._job = job
        self._messages = messages
        self._stopped = Event()
        self._ready: set[str] = set()
        self._done: dict[str, Ended] = {}
        self._open_since: dict[str, float] = {}
        self._runner = environment(job).create_master_runner(*job.master)
        self._runner.register_message(_SENT, self._hear_sent)
        self._runner.register_message(_CLOCK, self._tell_the_time)
        self._runner.register_message(_DONE, self._hear_done)
        self._runner.register_message(_READY, lambda environment, msg: self._ready.add(msg.node_id))
        watch_stdin(self._stopped.set)

    def wait_for_workers(self) -> None:
        """Wait until all have come, or the command wants no load any more."""
        while self._runner.worker_count < self._job.workers and not self._stopped.wait(STEP):
            pass

    def hand_out_the_plan(self) -> None:
        """Send the plan until each worker has answered, or is gone: one that has just come may not listen yet."""
        job = self._job
        plan = {"users": job.users, "rate": job.rate, "seconds": job.seconds, "workers": job.workers, "seed": job.seed}
        while len(self._ready | self._done.keys()) < job.workers <= self._runner.worker_count:
            if self._stopped.is_set():
                return
            self._runner.send_message(_PLAN, plan)
            self._stopped.wait(_PATIENCE)

    def let_them_send(self) -> float:
        """Let the load begin, and end it. Return how many seconds it lasted."""
        began = time.monotonic()
        write(self._messages, Began(began))
        self._open_since.update(dict.fromkeys(self._ready, began))
        if not self._stopped.is_set() and not any(ended.error for ended in self._done.values()):
            self._runner.start(self._job.users, spawn_rate=self._job.users)
        while time.monotonic() < began + self._job.seconds and not self._are_all_done():
            if self._stopped.wait(STEP) or self._runner.worker_count < self._job.workers:
                break
        seconds = time.monotonic() - began
        self._runner.send_message(_OVER)
        return seconds

    def wait_for_ends(self) -> None:
        """Wait until each worker has told how it ended, but not for ever."""
        with gevent.Timeout(self._job.timeout + _GRACE, False):
            while not self._are_all_done():
                gevent.sleep(STEP)
        self._runner.quit()

    def ended(self, seconds: float) -> Ended:
        """Return how the load ended, from how its workers did."""
        lost, ends = self._job.workers - len(self._done), self._done.values()
        why = "interrupted" if self._stopped.is_set() else ""
        if lost:
            why = f"{lost} of {self._job.workers} workers were lost"
        return Ended(
            seconds,
            why=why or next((ended.why for ended in ends if ended.why), ""),
            error=next((ended.error for ended in ends if ended.error), ""),
            is_busy=any(ended.is_busy for ended in ends),
            is_whole=not lost,
        )

    def _are_all_done(self) -> bool:
        return len(self._done) >= self._job.workers

    def _hear_sent(self, environment: object, msg: Any) -> None:
        batch = unpack(msg.data["batch"])
        self._open_since[msg.node_id] = batch.open_since
        write(self._messages, Batch(batch.sent, min(self._open_since.values()), batch.secrets))

    def _tell_the_time(self, environment: object, msg: Any) -> None:
        now = {"asked": msg.data["asked"], "now": time.monotonic()}
        self._runner.send_message(_CLOCK, now, msg.node_id)

    def _hear_done(self, environment: object, msg: Any) -> None:
        self._done[msg.node_id] = msgspec.msgpack.decode(msg.data["ended"], type=Ended)


class _Clock(NamedTuple):
    """The clock of the leader. `slack`: by how much it may be wrong; `ahead`: how far it is ahead of the own one."""

    slack: float
    ahead: float

    def moved(self, batch: Batch) -> Batch:
        """Return a batch with times of the leader's clock. Each may be wrong by `slack` seconds."""
        moved = (
            msgspec.structs.replace(one, begin=one.begin + self.ahead, end=one.end + self.ahead, slack=self.slack)
            for one in batch.sent
        )
        return Batch(tuple(moved), batch.open_since + self.ahead - self.slack, batch.secrets)


class _Worker:
    """A swarm that sends a share of the load of another one."""

    def __init__(self, job: Job) -> None:
        assert job.worker
        self._job = job
        self._planned, self._over, self._looked = Event(), Event(), Event()
        self._plan: dict[str, Any] = {}
        self._why = ""
        self._looks: list[_Clock] = []
        self._runner = environment(job).create_worker_runner(*job.worker)
        self._runner.register_message(_PLAN, self._hear_the_plan)
        self._runner.register_message(_CLOCK, self._hear_the_time)
        self._runner.register_message(_OVER, lambda environment, msg: self._over.set())
        watch_stdin(self._stop)

    def wait_for_the_plan(self) -> bool:
        """Return whether the plan of the load has come; False if the load is over before."""
        while not self._planned.wait(STEP):
            if self._over.is_set():
                return False
        return True

    def ask_for_the_time(self) -> _Clock | None:
        """Return the clock of the leader; None if it does not answer."""
        for _ in range(_LOOKS):
            self._looked.clear()
            self._runner.send_message(_CLOCK, {"asked": time.monotonic()})
            self._looked.wait(1.0)
        return min(self._looks, default=None)

    def crew(self) -> Crew:
        """Return the callers of this worker, with its share of the plan."""
        plan = self._plan
        return Crew(
            msgspec.structs.replace(self._job, seconds=plan["seconds"], seed=plan["seed"]),
            share=(self._runner.worker_index, plan["workers"]),
            users=-(-plan["users"] // plan["workers"]),
            rate=plan["rate"] / plan["workers"] if plan["rate"] else None,
        )

    def send(self, crew: Crew, clock: _Clock, messages: IO[bytes]) -> Ended:
        """Let the callers send as soon as the leader begins, pass on what came back, and return how that ended."""
        callers, runner = crew.callers, self._runner

        def report() -> None:
            runner.send_message(_SENT, {"batch": pack(clock.moved(callers.take()))})

        runner.send_message(_READY)
        while not runner.user_greenlets and not self._over.is_set():
            gevent.sleep(STEP / 10)
        crew.begin()
        write(messages, Began(crew.began))
        while not crew.is_over() and not self._over.is_set():
            gevent.sleep(STEP)
            report()
        callers.end(self._why)
        seconds = time.monotonic() - crew.began
        crew.wait_for_answers(lambda: len(runner.user_greenlets), report)
        report()
        return Ended(seconds, why=callers.why, error=callers.error, is_busy=runner.cpu_warning_emitted)

    def tell(self, ended: Ended) -> Ended:
        """Tell the leader how this worker has ended, and wait until the whole load is over."""
        self._runner.send_message(_DONE, {"ended": msgspec.msgpack.encode(ended)})
        self._over.wait(_GRACE)
        gevent.sleep(STEP)  # for the message to leave
        return ended

    def _hear_the_plan(self, environment: object, msg: Any) -> None:
        self._plan.update(msg.data)
        self._planned.set()

    def _hear_the_time(self, environment: object, msg: Any) -> None:
        asked, came = msg.data["asked"], time.monotonic()
        self._looks.append(_Clock((came - asked) / 2, msg.data["now"] - (asked + came) / 2))
        self._looked.set()

    def _stop(self) -> None:
        self._why = "a worker was interrupted"
        self._over.set()
