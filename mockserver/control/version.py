"""The version of the kit, as it is installed."""

from __future__ import annotations

from functools import cache


@cache
def version() -> str:
    """Return the version of the kit; "" in a copy that nobody has installed."""
    from importlib import metadata  # it takes 5 ms

    try:
        return metadata.version("enrol-contract-kit")
    except metadata.PackageNotFoundError:
        return ""
