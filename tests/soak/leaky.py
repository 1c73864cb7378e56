"""A mock that leaks on purpose: `python -m tests.soak.leaky` with the arguments of `enrol-mock`."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

from mockserver.cli import main

_PAUSE: Final = 0.01  # seconds
_BYTES: Final = 1_000_000


def leak() -> None:
    """Take a megabyte, a file and a thread a hundred times a second, and keep them for good.

    A machine that is busy wakes this late. Then it takes at once what it has missed, so the leak is the same everywhere.
    """
    kept: list[bytes] = []
    began = time.monotonic()
    while True:
        while len(kept) * _PAUSE < time.monotonic() - began:
            kept.append(b"x" * _BYTES)
            os.open(os.devnull, os.O_RDONLY)
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        time.sleep(_PAUSE)


if __name__ == "__main__":
    threading.Thread(target=leak, daemon=True).start()
    main()
