"""Several machines: a swarm that leads others, its workers, and a worker. Locust carries their messages.

Each worker has a share of the customers. What it has sent, it passes on with times of the leader's clock.
"""

from __future__ import annotations

import time
from typing import IO, Any, Final

import gevent
import msgspec
from gevent.event import Event
from locust.runners import WorkerRunner

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
    assert job.master
    runner = environment(job).create_master_runner(*job.master)
    stopped = Event()
    ready: set[str] = set()
    done: dict[str, Ended] = {}
    open_since: dict[str, float] = {}

    def on_sent(environment: object, msg: Any) -> None:
        batch = unpack(msg.data["batch"])
        open_since[msg.node_id] = batch.open_since
        write(messages, Batch(batch.sent, min(open_since.values()), batch.secrets))

    def on_clock(environment: object, msg: Any) -> None:
        runner.send_message(_CLOCK, {"asked": msg.data["asked"], "now": time.monotonic()}, msg.node_id)

    def on_done(environment: object, msg: Any) -> None:
        done[msg.node_id] = msgspec.msgpack.decode(msg.data["ended"], type=Ended)

    runner.register_message(_SENT, on_sent)
    runner.register_message(_CLOCK, on_clock)
    runner.register_message(_DONE, on_done)
    runner.register_message(_READY, lambda environment, msg: ready.add(msg.node_id))
    watch_stdin(stopped.set)
    while runner.worker_count < job.workers and not stopped.wait(STEP):
        pass
    plan = {"users": job.users, "rate": job.rate, "seconds": job.seconds, "workers": job.workers, "seed": job.seed}
    # A worker that has just come may not listen yet, so the plan is sent until each has answered, or is gone.
    while len(ready | done.keys()) < job.workers <= runner.worker_count and not stopped.is_set():
        runner.send_message(_PLAN, plan)
        stopped.wait(_PATIENCE)
    began = time.monotonic()
    write(messages, Began(began))
    open_since.update(dict.fromkeys(ready, began))
    if not stopped.is_set() and not any(ended.error for ended in done.values()):
        runner.start(job.users, spawn_rate=job.users)
    until = began + job.seconds
    while time.monotonic() < until and len(done) < job.workers and not stopped.wait(STEP):
        if runner.worker_count < job.workers:
            break
    seconds = time.monotonic() - began
    runner.send_message(_OVER)
    with gevent.Timeout(job.timeout + _GRACE, False):
        while len(done) < job.workers:
            gevent.sleep(STEP)
    runner.quit()
    lost = job.workers - len(done)
    why = f"{lost} of {job.workers} workers were lost" if lost else "interrupted" if stopped.is_set() else ""
    return Ended(
        seconds,
        why=why or next((ended.why for ended in done.values() if ended.why), ""),
        error=next((ended.error for ended in done.values() if ended.error), ""),
        is_busy=any(ended.is_busy for ended in done.values()),
        is_whole=not lost,
    )


def work(job: Job, messages: IO[bytes]) -> Ended:
    """Send a share of the load of the leader, and pass on to it what came back."""
    assert job.worker
    runner = environment(job).create_worker_runner(*job.worker)
    planned, over, looked = Event(), Event(), Event()
    plan: dict[str, Any] = {}
    ends: list[str] = []
    looks: list[tuple[float, float]] = []  # by how much a clock may be wrong, and how far the leader's is ahead

    def on_plan(environment: object, msg: Any) -> None:
        plan.update(msg.data)
        planned.set()

    def on_clock(environment: object, msg: Any) -> None:
        asked, came = msg.data["asked"], time.monotonic()
        looks.append(((came - asked) / 2, msg.data["now"] - (asked + came) / 2))
        looked.set()

    runner.register_message(_PLAN, on_plan)
    runner.register_message(_CLOCK, on_clock)
    runner.register_message(_OVER, lambda environment, msg: over.set())

    def stop() -> None:
        ends.append("a worker was interrupted")
        over.set()

    watch_stdin(stop)
    while not planned.wait(STEP):
        if over.is_set():
            return Ended(0.0, why="interrupted")
    for _ in range(_LOOKS):
        looked.clear()
        runner.send_message(_CLOCK, {"asked": time.monotonic()})
        looked.wait(1.0)
    if not looks:
        return _tell(runner, Ended(0.0, error="the clock of the other machine could not be asked"), over)
    slack, ahead = min(looks)
    job = msgspec.structs.replace(job, seconds=plan["seconds"], seed=plan["seed"])
    share = (runner.worker_index, plan["workers"])
    rate = plan["rate"] / plan["workers"] if plan["rate"] else None
    crew = Crew(job, share=share, users=-(-plan["users"] // plan["workers"]), rate=rate)

    def report() -> None:
        runner.send_message(_SENT, {"batch": pack(_on_the_leaders_clock(crew.callers.take(), slack, ahead))})

    runner.send_message(_READY)
    while not runner.user_greenlets and not over.is_set():
        gevent.sleep(STEP / 10)
    crew.begin()
    write(messages, Began(crew.began))
    while not crew.is_over() and not over.is_set():
        gevent.sleep(STEP)
        report()
    crew.callers.end(next(iter(ends), ""))
    seconds = time.monotonic() - crew.began
    crew.wait_for_answers(lambda: len(runner.user_greenlets), report)
    report()
    callers = crew.callers
    ended = Ended(seconds, why=callers.why, error=callers.error, is_busy=runner.cpu_warning_emitted)
    return _tell(runner, ended, over)


def _tell(runner: WorkerRunner, ended: Ended, over: Event) -> Ended:
    """Tell the leader how this worker has ended, and wait until the whole load is over."""
    runner.send_message(_DONE, {"ended": msgspec.msgpack.encode(ended)})
    over.wait(_GRACE)
    gevent.sleep(STEP)  # for the message to leave
    return ended


def _on_the_leaders_clock(batch: Batch, slack: float, ahead: float) -> Batch:
    """Return a batch with times of the leader's clock. Each may be wrong by `slack` seconds."""
    moved = (
        msgspec.structs.replace(one, begin=one.begin + ahead, end=one.end + ahead, slack=slack) for one in batch.sent
    )
    return Batch(tuple(moved), batch.open_since + ahead - slack, batch.secrets)
