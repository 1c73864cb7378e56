"""Both commands hear SIGTERM while they start, as the first process of a container must."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# The system hands a signal to the first process of a container only if the process catches it, or has it blocked.
HEARD = 1 << (signal.SIGTERM - 1)


def hears(process: int) -> bool:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    masks = dict(line.split(":\t") for line in lines if line.startswith(("SigBlk", "SigCgt")))
    return any(int(mask, 16) & HEARD for mask in masks.values())


@pytest.mark.parametrize(
    ("module", "words", "code"),
    [
        ("enrol_kit.mock", ["serve", "--port", "0"], 143),
        ("enrol_kit.contract", ["run", "http://127.0.0.1:9", "--wait", "30"], 2),
    ],
)
def test_a_command_that_is_starting_ends_at_sigterm(module: str, words: list[str], code: int, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until = time.monotonic() + 20
    while not hears(process.pid):
        assert time.monotonic() < until
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=10)[0]
    assert (process.returncode, said) == (code, "")
