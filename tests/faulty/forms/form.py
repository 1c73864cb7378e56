"""A form: one named way to send or to read that breaks no word of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faulty.host import Hook
from tests.faulty.turn import Reply

Retell = Callable[[Reply], Reply]


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a conforming host differs from the plain one.

    `kind`: a host has at most one form of each kind. `style`: changes of the JSON text, see texts.Style. `hooks`:
    changes of how a request is read, or of the answer as data. `retell`: a change of the answer as bytes. `wiring`:
    changes of how the bytes are sent, see wiring.Wiring. `under`: the readings that the host must follow.
    """

    name: str
    says: str
    kind: str
    style: Mapping[str, Any] = field(default_factory=dict)
    hooks: tuple[Hook, ...] = ()
    retell: Retell | None = None
    wiring: Mapping[str, Any] = field(default_factory=dict)
    under: Mapping[str, str] = field(default_factory=dict)
