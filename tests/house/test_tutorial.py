"""The tutorial works as it is written: its commands are run, in order, in an empty folder."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.inputs.profiles import PROFILES

pytestmark = pytest.mark.slow
DOCS = Path(__file__).parents[2] / "docs"
# What the tutorial says that its commands print, and how they print it.
FIGURES: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"`(kept: [^`]*: refusals only)`", str),
    (r"settle: (\d+ of \d+)\.", lambda questions: f"\n{questions} questions settled"),
    (r"reach (\d+) of the 90 claims", lambda claims: f"\nunreached ({90 - int(claims)}):"),
    (r"reached (\d+) more claims", lambda claims: f"\ndiffer in {claims} claims\n"),
)


def followed(name: str, port: str, folder: Path, *, seconds: float = 120) -> str:
    """Run the commands of a page in a folder, with another port, and return what they print."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        text = (DOCS / name).read_text(encoding="utf-8").replace(port, str(free.getsockname()[1]))
    commands = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    # If a command fails, what the page has started must not go on in the background.
    script = "\n".join(["set -e", "trap 'kill $! 2>/dev/null || true' EXIT", *commands])
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout + done.stderr


def test_the_tutorial_works_as_written(tmp_path: Path) -> None:
    printed = followed("tutorial.md", "8090", tmp_path)
    assert printed.count(" not reached: refusals only\n") == 2
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    for told, comes_as in FIGURES:
        (figure,) = re.findall(told, page)
        assert comes_as(figure) in printed, told
    sent = json.loads((tmp_path / "copy" / "report.json").read_text(encoding="utf-8"))["requests"]
    assert sent == pytest.approx(PROFILES["quick"].requests, rel=0.05), "--help says another number"
    assert (tmp_path / "enrol-ledger.jsonl").read_text().count('"intent"') == 2
    assert (tmp_path / "refusals" / "report.html").is_file()
    assert (tmp_path / "ci" / "junit.xml").is_file()
    readings = (tmp_path / "readings.yaml").read_text()
    assert "source: 'required'" in readings
    assert "validation-status: '422'" in readings


def test_the_tutorial_of_the_mock_works_as_written(tmp_path: Path) -> None:
    printed = followed("tutorial-mock.md", "8091", tmp_path)
    assert printed.count('"status":"SUCCESS"') >= 3  # twice in the unnamed session, once in another
    assert printed.count("Customer already enrolled or limit reached") == 2  # once enrolled already, once full
    assert '"code":500' in printed
    assert "HTTP/1.1 429 Too Many Requests" in printed
    assert "curl exits with 56" in printed
    assert '"customerId":700000001' in printed
    assert '"nearMiss"' in printed
    assert '"question":"enrol-gives-optin-id"' in printed
    assert "The promotion is full (1)." in (tmp_path / "mock.log").read_text(encoding="utf-8")


def test_the_page_about_loads_works_as_written(tmp_path: Path) -> None:
    printed = followed("load.md", "8092", tmp_path)
    assert len(re.findall(r"^kept: \d+ of \d+ claims kept", printed, re.MULTILINE)) == 2
    assert printed.count(" requests of 10 users, ") == 2
    assert "× HTTP 503" in printed
    assert "Under load" in (tmp_path / "reports" / "report.html").read_text(encoding="utf-8")


def test_the_tutorial_of_the_proxy_works_as_written(tmp_path: Path) -> None:
    printed = followed("proxy.md", "9000", tmp_path)
    claim = "error.promotion_not_found"
    assert f"broken: {claim} (Error codes, row 9): " in printed
    assert "the proxy exits with 1\nbroken: 1 of 90 claims broken, " in printed
    assert "check exits with 1\n" in printed
    assert (tmp_path / "traffic" / "report.html").is_file()
    assert '"status":"SUCCESS"' in (tmp_path / "answer1.json").read_text(encoding="utf-8")
