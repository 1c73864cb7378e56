"""What saves time in every process of the tests, such as files that are read once; and the certificate authority of their hosts."""

from __future__ import annotations

import gc
import os
import pickle
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import trustme

from mockserver.replying.skeletons import CHECK_ALL
from openapi import source

os.environ[CHECK_ALL] = "1"  # for every mock of the tests, also those in other processes
_read = source.read


# Hundreds of tests run a command in this process, and each command reads all files of openapi/.
@cache
def _pickled(path: Path) -> bytes:
    return pickle.dumps(_read(path))


def _read_once(path: Path) -> Any:
    """Return the plain data of a file, each time a copy of its own. Other files are read each time."""
    return pickle.loads(_pickled(path)) if Path(path).parent == source.HERE else _read(path)


source.read = _read_once


def pytest_xdist_auto_num_workers() -> int:
    """Run two processes for each processor: the tests wait half of their time, for servers, deadlines and retries."""
    return 2 * (os.cpu_count() or 1)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long text by its length. A test of it that runs a command hands its name on, and Linux takes 128 KiB there."""
    return f"{len(val)} of {val[:20]!r}" if isinstance(val, str | bytes) and len(val) > 200 else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have slow tests, the ones with the most first: at the end one of them would run alone."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the modules and tests, which are there to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who certifies the hosts of the tests."""
    return trustme.CA()


@pytest.fixture(scope="session")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that makes a client trust these hosts."""
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return file
