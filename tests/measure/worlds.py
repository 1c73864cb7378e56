"""Worlds: what the kit is told of the server's data. Users know less of their hosts than the sample data says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from tests.faulty.world import WORLD

# The kit is given no target file, and finds that the server knows the sample data.
SAMPLE: Final = "sample"
_VARIABLES: Final = ("MEASURED_USER", "MEASURED_PASSWORD", "MEASURED_KEY", "MEASURED_SECRET")


def _listed(raw: dict[str, Any]) -> dict[str, Any]:
    """The whole sample data, listed by hand: other data may exist."""
    return {"world": raw}


def _sourceless(raw: dict[str, Any]) -> dict[str, Any]:
    """Nobody has written down where customers registered. All else is known."""
    return {"world": {**raw, "customers": _without(raw["customers"], "source")}, "complete": True}


def _bare(raw: dict[str, Any]) -> dict[str, Any]:
    """Customers are known by their ids only, and promotions by what a request for them needs."""
    known = {
        "customers": _without(raw["customers"], "mobile", "email", "externalId", "source"),
        "promotions": _without(raw["promotions"], "identifier", "milestones"),
        "enrolments": [],
    }
    return {"world": {**raw, **known}}


# Each makes the `world` of a target file from the sample data.
WORLDS: Final[Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "listed": _listed,
    "sourceless": _sourceless,
    "bare": _bare,
}


@contextmanager
def target_file(world: str) -> Iterator[Path | None]:
    """Write the target file of a world, with its login in the environment; None for the sample data."""
    if world == SAMPLE:
        yield None
        return
    raw = yaml.safe_load(WORLD.read_text(encoding="utf-8"))
    credentials = raw.pop("credentials")
    user, client = credentials["basic"][0], credentials["oauth"][0]
    values = (user["username"], user["password"], client["key"], client["secret"])
    oauth = {"key": _VARIABLES[2], "secret": _VARIABLES[3]}
    basic = {"username": _VARIABLES[0], "password": _VARIABLES[1]}
    del raw["pinned"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "target.yaml"
        target = {"credentials": {"basic": basic, "oauth": oauth}, **WORLDS[world](raw)}
        path.write_text(yaml.safe_dump(target, allow_unicode=True), encoding="utf-8")
        os.environ.update(zip(_VARIABLES, values, strict=True))
        try:
            yield path
        finally:
            for name in _VARIABLES:
                del os.environ[name]


def _without(entries: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in entry.items() if name not in names} for entry in entries]
