"""Requests that broke a claim are kept in a folder, and a later run with another seed sends them first."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.exchange import Request
from contracts.inputs.failing import Failing
from contracts.inputs.fuzz import Lane, run_lane
from openapi import document
from tests.contracts.conftest import make_target


class _Host:
    """Breaks a claim with some requests, and another one with others."""

    def __init__(self, *, is_mended: bool = False):
        self.asked: list[bytes] = []
        self.broken: list[str] = []
        self._is_mended = is_mended

    def ask(self, request: Request) -> None:
        sent = request.payload()
        self.asked.append(sent)
        size = len(sent) % 7
        if not self._is_mended and size < 2:
            self.broken.append(f"claim.{size}")


def run(host: _Host, folder: Path | None, *, seed: int, lane: Lane = "documented", count: int = 15) -> list[bytes]:
    failing = Failing(folder, lambda: host.broken) if folder else None
    run_lane(lane, document.load(), make_target(), count=count, seed=seed, ask=host.ask, failing=failing)
    return host.asked


def broke(sent: bytes) -> bool:
    return len(sent) % 7 < 2


def test_a_later_run_sends_first_what_broke_a_claim_and_each_only_once(tmp_path: Path) -> None:
    first = run(_Host(), tmp_path, seed=1)
    later, generated = run(_Host(), tmp_path, seed=2), run(_Host(), None, seed=2)
    again = later[: len(later) - len(generated)]
    assert again + generated == later  # the generated requests stay the same
    assert len(again) == len({len(sent) % 7 for sent in again}) > 0  # one for each claim
    assert set(again) <= {sent for sent in first if broke(sent)}


def test_what_no_longer_breaks_a_claim_is_forgotten(tmp_path: Path) -> None:
    run(_Host(), tmp_path, seed=1)
    kept = sorted(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    mended = run(_Host(is_mended=True), tmp_path, seed=2, count=3)
    assert broke(mended[0])  # it was asked once more
    left = sorted(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert len(left) < len(kept)


def test_each_lane_keeps_its_own(tmp_path: Path) -> None:
    run(_Host(), tmp_path, seed=1)
    assert len(run(_Host(), tmp_path, seed=1, lane="negative", count=5)) == 5


def test_a_mistake_of_the_kit_is_no_broken_claim(tmp_path: Path) -> None:
    run(_Host(), tmp_path, seed=1)

    class Mistaken(_Host):
        def ask(self, request: Request) -> None:
            super().ask(request)
            raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        run(Mistaken(), tmp_path, seed=2)
