"""Read each file of openapi/ once in a process: hundreds of tests run a command, and each command reads them all."""

from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path
from typing import Any

from openapi import source

_read = source.read


@cache
def _pickled(path: Path) -> bytes:
    return pickle.dumps(_read(path))


def _read_once(path: Path) -> Any:
    """Return the plain data of a file, each time a copy of its own. Other files are read each time."""
    return pickle.loads(_pickled(path)) if Path(path).parent == source.HERE else _read(path)


source.read = _read_once
