"""The installed kit: its two commands, its pytest plugin, and a mock for the tests of other runners.

This is the only package that the wheel adds to an environment. The other packages, such as `openapi` and `contracts`,
have names that other projects use too. So the wheel keeps them in the folder `enrol_kit/packages`, where the imports of
other programs do not look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enrol_kit.any_runner import mock_server as mock_server
    from enrol_kit.enrol_mock import EnrolMock as EnrolMock
    from enrol_kit.every_outcome import EveryOutcome as EveryOutcome
    from enrol_kit.every_outcome import gauntlet as gauntlet
    from enrol_kit.expectations import Case as Case
    from enrol_kit.expectations import raises as raises
    from enrol_kit.expectations import retries as retries
    from enrol_kit.expectations import returns as returns

__all__ = ["Case", "EnrolMock", "EveryOutcome", "gauntlet", "mock_server", "raises", "retries", "returns"]


def __getattr__(name: str) -> Any:
    """Import what is asked for. The commands, which import this package first, need none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from enrol_kit import any_runner, enrol_mock, every_outcome, expectations

    holders = (any_runner, enrol_mock, every_outcome, expectations)
    return next(getattr(holder, name) for holder in holders if hasattr(holder, name))
