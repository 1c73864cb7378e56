"""The knowledge: what is known to exist at the host that is tested."""

from __future__ import annotations

from dataclasses import dataclass

from openapi.world import World


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The test data. `complete`: nothing exists at the host but what the data lists."""

    data: World
    complete: bool
