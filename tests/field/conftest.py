"""Fixtures for hosts that fail now and then."""

from __future__ import annotations

import pytest

from contracts.session import limits


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kit pause a hundredth as long before it sends a request again. test_limits.py tests how long it pauses."""
    monkeypatch.setattr(limits, "_FIRST_PAUSE", 0.001)
