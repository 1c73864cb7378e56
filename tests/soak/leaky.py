"""A mock that leaks on purpose: `python -m tests.soak.leaky` with the arguments of `enrol-mock`."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

from mockserver.cli import main

_PAUSE: Final = 0.02  # seconds
_BYTES: Final = 5_000_000
_TIMES: Final = 5  # files and threads


def leak() -> None:
    """Take some memory, files and threads every now and then, and keep them for good."""
    kept: list[bytes] = []
    while True:
        kept.append(b"x" * _BYTES)
        for _ in range(_TIMES):
            os.open(os.devnull, os.O_RDONLY)
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        time.sleep(_PAUSE)


if __name__ == "__main__":
    threading.Thread(target=leak, daemon=True).start()
    main()
