"""How long and how often everything is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CONNECTIONS: Final = (1, 8, 64)


@dataclass(frozen=True, slots=True)
class Windows:
    """Loads are `seconds` long and carried out `count` times, in turns; medians count."""

    count: int
    seconds: float

    def shorter(self) -> Windows:
        """Return windows of half the length, a whole second at least, for what is no comparison with others."""
        return Windows(self.count, min(self.seconds, max(1, self.seconds // 2)))
