"""The generator: start the swarm as a process of its own, and hear what it has sent.

Locust changes the whole process in which it runs, and a judge beside it would make answers seem late.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Final

import msgspec

from contracts.errors import Misuse
from contracts.load.messages import Ended, Job, Message, read_all

_MODULE: Final = "contracts.load.swarm"
# Seconds for which the swarm may go on once it is to end.
_GRACE: Final = 15.0


class Generator:
    """A swarm that carries out a job. As a context manager it ends the swarm."""

    def __init__(self, job: Job):
        if find_spec("locust") is None:
            raise Misuse("a load needs Locust: pip install '.[load]' in the folder of the kit")
        self._job = job
        self._messages: SimpleQueue[Message | None] = SimpleQueue()
        self._said: deque[str] = deque(maxlen=1)

    def __enter__(self) -> Generator:
        packages = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH", ""))))
        # -P: the current folder may hold packages of the same names. A session of its own hears no Ctrl-C.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._read_errors)]
        for reader in self._readers:
            reader.start()
        assert self._process.stdin
        with suppress(BrokenPipeError):  # `messages` says why it has ended so soon
            self._process.stdin.write(msgspec.json.encode(self._job) + b"\n")
            self._process.stdin.flush()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()
        try:
            self._process.wait(_GRACE if kind is None else 1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()

    def end(self) -> None:
        """Let the swarm send no more. Its last messages still come."""
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def messages(self) -> Iterator[Message]:
        """Yield the messages of the swarm until it has ended. Raises Misuse if it ends without a word."""
        while message := self._messages.get():
            yield message
            if isinstance(message, Ended):
                return
        self._readers[1].join(1.0)
        said = " ".join(self._said) or f"exit code {self._process.wait()}"
        raise Misuse(f"the process that sends the load has ended: {said}")

    @property
    def waiting(self) -> int:
        """How many messages have come and are not yielded yet."""
        return self._messages.qsize()

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as stream:
            for message in read_all(stream):
                self._messages.put(message)
        self._messages.put(None)

    def _read_errors(self) -> None:
        assert self._process.stderr
        with self._process.stderr as stream:
            for line in stream:
                if text := line.decode("utf-8", "replace").strip():
                    self._said.append(text)
