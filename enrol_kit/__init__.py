"""The installed kit: its two commands, its pytest plugin, and a mock for the tests of other runners.

This is the only package that the wheel adds to an environment. The packages `openapi`, `mockserver` and `contracts` have
names that other projects use too. So the wheel keeps them in the folder `enrol_kit/packages`, where the imports of other
programs do not look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enrol_kit.enrol_mock import EnrolMock as EnrolMock
    from enrol_kit.mock_server import mock_server as mock_server

__all__ = ["EnrolMock", "mock_server"]


def __getattr__(name: str) -> Any:
    """Import what is asked for. The commands, which import this package first, need none of it."""
    match name:
        case "EnrolMock":
            from enrol_kit.enrol_mock import EnrolMock

            return EnrolMock
        case "mock_server":
            from enrol_kit.mock_server import mock_server

            return mock_server
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
