"""The process of a mock: start it, wait until it answers, end it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

COMMAND: Final = (sys.executable, "-P", "-m", "enrol_kit.mock")
_LISTENING: Final = re.compile(r"^listening on (\S+)", re.MULTILINE)


class NotStarted(RuntimeError):
    """Raised when the mock cannot be started; the message says why."""


@contextmanager
def mock_process(options: Sequence[str], folder: Path | None = None) -> Iterator[str]:
    """Run a mock, and give its base URL. `options` are those of `enrol-mock serve`; paths are relative to `folder`.

    It ends when this process does, whatever ends that. Raises NotStarted.
    """
    # Faults that break connections cost next to nothing as long as none is set. They need a port.
    sockets = [] if any("unix:" in option for option in options) else ["--socket-faults"]
    command = [*COMMAND, "serve", "--port", "0", "--end-with-stdin", *sockets, *options]
    # What the mock says of an error goes into a file: nobody reads a pipe while the tests run.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        # Ctrl-C is for the tests. Until they have ended, they may need the mock.
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            process_group=0,
        )
        try:
            yield _url(process, said)
        finally:
            process.terminate()
            process.communicate()


def _url(process: subprocess.Popen[str], said: IO[str]) -> str:
    """Return the URL that the mock prints when it answers. Raises NotStarted if it ends instead."""
    assert process.stdout is not None
    for line in process.stdout:
        found = _LISTENING.match(line)
        if found and not found[1].startswith("http://"):
            raise NotStarted(
                f"it needs plain HTTP, and the mock listens on {found[1]}; leave --tls, --tls-cert and --host unix: out "
                "of its options"
            )
        if found:
            return found[1]
    process.wait()
    said.seek(0)
    raise NotStarted(f"cannot start the mock: {said.read().strip() or 'it said nothing'}")
