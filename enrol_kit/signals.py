"""A command hears SIGTERM from its first moment on, also as the first process of a container."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn


def end_at_sigterm(code: int) -> None:
    """End this process with an exit code at SIGTERM, until the command handles the signal in its own way.

    The system hands a signal to the first process of a container only if the process handles it. Without this, `docker
    stop` would wait ten seconds for a command that is still starting.
    """

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(code)

    signal.signal(signal.SIGTERM, end)
