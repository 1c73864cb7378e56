"""The swarm: the process that sends a load. It reads a job from stdin, and writes messages to stdout.

It ends when stdin does, so it does not outlive the command that has started it.
"""

from __future__ import annotations

import os
import sys
import time
from typing import IO

import gevent
import msgspec

from contracts.errors import Misuse
from contracts.load.crew import STEP, Crew, environment, watch_stdin
from contracts.load.machines import lead, work
from contracts.load.messages import Began, Ended, Job, write
from openapi.source import SourceError


def main() -> None:
    """Carry out the job on stdin."""
    messages = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no message
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    carry_out = lead if job.workers else work if job.worker else _send
    try:
        ended = carry_out(job, messages)
    except (Misuse, SourceError, OSError) as error:
        ended = Ended(0.0, error=str(error))
    write(messages, ended)
    os._exit(0)  # Locust leaves threads and timers behind


def _send(job: Job, messages: IO[bytes]) -> Ended:
    """Send the load from this process alone."""
    crew = Crew(job, users=job.users, rate=job.rate)
    callers, runner = crew.callers, environment(job).create_local_runner()
    watch_stdin(lambda: callers.end("interrupted"))
    crew.begin()
    write(messages, Began(crew.began))
    runner.start(job.users, spawn_rate=job.users)

    def report() -> None:
        write(messages, callers.take())

    while not crew.is_over():
        gevent.sleep(STEP)
        report()
    seconds = time.monotonic() - crew.began
    crew.wait_for_answers(lambda: len(runner.user_greenlets), report)
    runner.stop()
    report()
    intents = callers.session.permission.intents
    return Ended(seconds, intents, callers.why, callers.error, is_busy=runner.cpu_warning_emitted)


if __name__ == "__main__":
    main()
