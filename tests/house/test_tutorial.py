"""The tutorial works as it is written: its commands are run, in order, in an empty folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorial.md"


def test_the_tutorial_works_as_written(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    text = TUTORIAL.read_text(encoding="utf-8").replace("8090", port)
    commands = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    # If a command fails, the deployment of step 1 must not go on in the background.
    script = "\n".join(["set -e", "trap 'kill $! 2>/dev/null || true' EXIT", *commands])
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert done.stdout.count(" not reached: refusals only\n") == 2
    assert (tmp_path / "enrol-ledger.jsonl").read_text().count('"intent"') == 2
    assert (tmp_path / "refusals" / "report.html").is_file()
    assert (tmp_path / "ci" / "junit.xml").is_file()
    readings = (tmp_path / "readings.yaml").read_text()
    assert "source: 'required'" in readings
    assert "validation-status: '422'" in readings
