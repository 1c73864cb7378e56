"""A fault: one named way to contradict the page, and the hooks that implement it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tests.faulty.host import Hook, Step


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a host is wrong.

    `claims`: the claims of enrol.yaml that the fault breaks; the first is the one it was made to break.
    `under`: the readings that the host must follow for the fault to show. `inconsistent`: each single response is
    allowed by some reading, but the host follows two readings of one question for the same field. `shows`: where the
    fault can be seen: in a tour of single requests, in a crowd of requests at the same time, or in a walk over several
    connections with pauses. `level`: "hygiene" if the page says nothing of it, and only good manners are broken.
    `profile`: the shortest that sends what shows it.
    """

    name: str
    says: str
    claims: tuple[str, ...]
    hooks: tuple[Hook, ...]
    under: Mapping[str, str] = field(default_factory=dict)
    inconsistent: bool = False
    shows: Literal["tour", "crowd", "walk"] = "tour"
    level: Literal["broken", "hygiene"] = "broken"
    profile: Literal["quick", "default"] = "quick"


def before(step: str, do: Step) -> Hook:
    return Hook("before", step, do)


def after(step: str, do: Step) -> Hook:
    return Hook("after", step, do)
