"""Run a command of enrol-contract in this process, and return what a user sees of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from contracts.commands.run import run
from contracts.errors import Misuse
from contracts.session.opening import Order
from contracts.verdict.result import EXIT_CODES, Result
from openapi.source import SourceError
from tests.contracts.served import SMALL


@dataclass
class Outcome:
    """What a user sees of a command. `said`: its output, with the error line. `result` is None after an error."""

    exit: int
    said: str
    result: Result | None = None

    @property
    def broken(self) -> list[str]:
        """The broken claims, in the order in which they are reported."""
        found = self.result.findings if self.result else ()
        return [finding.claim for finding in found if finding.level == "broken"]

    def verdict(self, claim: str) -> str:
        """Return the verdict on a claim."""
        assert self.result
        return next(standing.verdict for standing in self.result.standings if standing.claim.id == claim)


def tried(url: str | None, *parts: str, **changed: Any) -> Outcome:
    """Run the contract tests, or the named parts of them, with few requests. `changed`: fields of Order."""
    output = StringIO()
    usual: dict[str, Any] = {"profile": SMALL, "seed": 7, "timeout": 10.0}
    try:
        result = run(Order(host=url, parts=parts, **usual | changed), Console(file=output, width=200))
    except (Misuse, SourceError) as error:
        return Outcome(2, f"{output.getvalue()}{error}")
    return Outcome(EXIT_CODES[result.verdict], output.getvalue(), result)


def command(*arguments: str, cwd: Path | None = None, **environment: str) -> Outcome:
    """Run enrol-contract in a process of its own."""

    done = subprocess.run(
        [sys.executable, "-m", "contracts", *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
        timeout=120,
    )
    return Outcome(done.returncode, done.stdout + done.stderr)


def report(folder: Path) -> Any:
    """Return the report.json of a folder."""
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))
