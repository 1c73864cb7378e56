"""Stock Schemathesis on the same servers, on its default run, as somebody would use it who has only the document.

It gets what is fair: the credentials, the example's ids and the strict checks of schemathesis.toml, and a
document that is loosened where the page is silent and these servers answer otherwise than our mock. What it
holds against a conforming server all the same goes into its baseline and does not count.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.faulty.server import serve
from tests.measure.trials import BY_NAME, Trial

ROOT: Final = Path(__file__).parents[2]
_SECONDS: Final = 300
_LEARNING_SEEDS: Final = (1, 2, 3)
_SILENT_STATUSES: Final = ("401", "404", "405", "413", "415", "498")
_FAILURE: Final = re.compile(r"^  ❌ (.+): \d+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StockOutcome:
    """What Schemathesis said of a server: accused or not, of what, and whether it came to an end at all."""

    trial: Trial
    accuses: bool
    why: str


class Stock:
    """Schemathesis with its document and its baselines, which it keeps in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def learn(self, readings: tuple[tuple[str, str], ...]) -> int:
        """Record what it holds against the conforming server under these readings, and return how much that is."""
        document = self._folder / "enrol.json"
        if not document.exists():
            document.write_text(json.dumps(_loosened(), default=str), encoding="utf-8")
        baseline = self._baseline(readings)
        for seed in _LEARNING_SEEDS:
            with serve(dict(readings)) as host:
                self._run(host.url, seed, "--continue-on-failure", "--baseline", str(baseline), "--baseline-update")
        return len(json.loads(baseline.read_text(encoding="utf-8"))["entries"])

    def judge(self, trial: Trial) -> StockOutcome:
        """Run it against the trial's server, to its first failure."""
        under = BY_NAME[trial.fault].under if trial.fault else {}
        baseline = self._baseline(tuple(under.items()))
        with serve(dict(trial.readings), trial.fault) as host:
            done = self._run(host.url, trial.seed, "--max-failures", "1", "--baseline", str(baseline))
        if done.returncode not in (0, 1):
            raise RuntimeError(f"exit code {done.returncode}: {(done.stderr or done.stdout)[-300:]}")
        return StockOutcome(trial, done.returncode == 1, ", ".join(_FAILURE.findall(done.stdout)))

    def _baseline(self, readings: tuple[tuple[str, str], ...]) -> Path:
        name = "-".join(["baseline", *(f"{question}-{reading}" for question, reading in readings)])
        return self._folder / f"{name}.json"

    def _run(self, url: str, seed: int, *options: str) -> subprocess.CompletedProcess[str]:
        tool = str(Path(sys.executable).with_name("schemathesis"))
        command = [tool, "--config-file", str(ROOT / "schemathesis.toml"), "run", str(self._folder / "enrol.json")]
        return subprocess.run(
            [*command, "--url", url, "--seed", str(seed), *options],
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )


def crashed(trial: Trial, why: str) -> StockOutcome:
    """Return the outcome of a trial that came to no end."""
    return StockOutcome(trial, False, f"crashed: {why}")


def _loosened() -> dict[str, Any]:
    """Return the document without what it assumes of bodies the page does not show, and with `milestone: null`."""
    document: dict[str, Any] = yaml.safe_load((ROOT / "openapi" / "enrol.yaml").read_text(encoding="utf-8"))
    (operation,) = (item["post"] for item in document["paths"].values())
    for status in _SILENT_STATUSES:
        operation["responses"][status] = {"description": "The page shows no body."}
    document["components"]["schemas"]["MilestoneStatus"]["type"] = ["object", "null"]
    return document
