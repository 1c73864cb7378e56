"""A mock that leaks on purpose: `python -m tests.soak.leaky` with the arguments of `enrol-mock`."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

from mockserver.cli import main

_PAUSE: Final = 0.02  # seconds
_MEGABYTE: Final = 1_000_000


def leak() -> None:
    """Take a megabyte of memory, a file and a thread every now and then, and keep them for good."""
    kept: list[bytes] = []
    while True:
        kept.append(os.urandom(_MEGABYTE))
        os.open(os.devnull, os.O_RDONLY)
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        time.sleep(_PAUSE)


if __name__ == "__main__":
    threading.Thread(target=leak, daemon=True).start()
    main()
