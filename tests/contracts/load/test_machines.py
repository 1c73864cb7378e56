"""The leader of several machines, beside a worker that does not hear everything. Locust changes the process that imports it."""

from __future__ import annotations

import subprocess
import sys

# A worker that misses the first plan, as one does that has come at this moment.
LEADER = """
import io
from types import SimpleNamespace

import msgspec

from contracts.load import machines
from contracts.load.messages import Ended


class Runner:
    worker_count = 1

    def __init__(self):
        self.heard, self.sent = {}, []

    def register_message(self, name, hear):
        self.heard[name] = hear

    def send_message(self, name, data=None, client=None):
        self.sent.append(name)
        if name == machines._PLAN and self.sent.count(name) == 2:
            self.heard[machines._READY](None, SimpleNamespace(node_id="a"))
        if name == machines._OVER:
            ended = {"ended": msgspec.msgpack.encode(Ended(1.0))}
            self.heard[machines._DONE](None, SimpleNamespace(node_id="a", data=ended))

    def start(self, users, spawn_rate):
        self.sent.append("start")

    def quit(self):
        pass


runner = Runner()
machines.environment = lambda job: SimpleNamespace(create_master_runner=lambda *address: runner)
machines.watch_stdin = lambda end: None
job = SimpleNamespace(master=("127.0.0.1", 1), workers=1, users=1, rate=None, seconds=0.0, seed=1, timeout=0.1)
ended = machines.lead(job, io.BytesIO())
print(*runner.sent, ended.is_whole)
"""


def test_the_plan_is_sent_until_a_worker_has_heard_it() -> None:
    led = subprocess.run([sys.executable, "-c", LEADER], capture_output=True, text=True, timeout=60, check=True)
    assert led.stdout.split() == ["enrol-plan", "enrol-plan", "start", "enrol-over", "True"]
