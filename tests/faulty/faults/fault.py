"""What a fault is: one named way to break the page, and the hooks that do it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.faulty.host import Hook, Step


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be wrong.

    `claims` are those of enrol.yaml that it breaks, the one it was made for first. `under` are the readings
    that must be chosen for the fault to be seen at all. An inconsistent fault does nothing that no reading
    allows, but follows two readings of one question for one field.
    """

    name: str
    says: str
    claims: tuple[str, ...]
    hooks: tuple[Hook, ...]
    under: Mapping[str, str] = field(default_factory=dict)
    inconsistent: bool = False


def before(step: str, do: Step) -> Hook:
    return Hook("before", step, do)


def after(step: str, do: Step) -> Hook:
    return Hook("after", step, do)
