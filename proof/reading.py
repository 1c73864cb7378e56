"""Read proof files, which may come from anybody."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from openapi import source
from openapi.source import SourceError
from proof.records import VERSION, Proof, joined

_LARGEST: Final = 8 * 2**20  # bytes; the proof of a mock has some 20 KB


def load_all(paths: Sequence[Path]) -> Proof:
    """Return what several files hold as one proof; a file that is named twice counts once. Raises SourceError."""
    return joined(load(path) for path in {os.path.realpath(path): path for path in paths}.values())


def load(path: Path) -> Proof:
    """Return the proof of a file. Raises SourceError, in one line, for whatever else the file is."""
    if _size(path) > _LARGEST:
        raise SourceError(f"{path}: has more than {_LARGEST // 2**20} MiB, which no proof of a client has")
    raw = source.read(path)
    if not isinstance(raw, dict) or "version" not in raw or "met" not in raw:
        raise SourceError(f"{path}: is no proof of a client; GET /_mock/proof of a mock gives one")
    if raw["version"] != VERSION:
        raise SourceError(
            f"{path}: is a proof of version {str(raw['version'])[:20]!r}, and this kit reads version {VERSION}; "
            "make the reports with the kit that made the file"
        )
    proof = source.shape(raw, Proof, path=path)
    for list_name, counts in (
        ("met", [one.count for one in proof.met]),
        ("findings", [f.count for f in proof.findings]),
    ):
        for index, count in enumerate(counts):
            if not 0 <= count < 2**53:
                raise SourceError(f"{path}: /{list_name}/{index}/count: is no number of answers or requests")
    return proof


def _size(path: Path) -> int:
    """Return the size of an ordinary file; 0 for what else is there, of which the reader says what it is."""
    try:
        found = path.stat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0
