"""What all test processes recorded of the client: put together by `enrol-mock proof`, which writes the reports."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enrol_kit.mock_process import COMMAND


@dataclass(frozen=True, slots=True)
class Summary:
    """What `enrol-mock proof` prints, and its exit code: 1 if a gate is missed, 2 if it cannot be told."""

    text: str
    code: int


def summary(proofs: Sequence[str], options: Sequence[str]) -> Summary:
    """Join proofs, each a JSON text. `options` are those of `enrol-mock proof`, as for gates and reports."""
    with tempfile.TemporaryDirectory(prefix="enrol-mock-") as folder:
        files = [Path(folder) / f"{number}.json" for number in range(len(proofs))]
        for file, proof in zip(files, proofs, strict=True):
            file.write_text(proof, encoding="utf-8")
        ran = subprocess.run(
            [*COMMAND, "proof", *options, *map(str, files)],
            env={**os.environ, "COLUMNS": str(shutil.get_terminal_size((100, 24)).columns)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    return Summary(ran.stdout.rstrip(), ran.returncode)
