"""`serve`: start a host, given the names of its readings and of its fault."""

from pathlib import Path

from tests.faulty.faults import fault_named
from tests.faulty.wire import Handle, listen


def serve(
    readings: dict[str, str] | None = None, fault: str | None = None, port: int = 0, world: Path | None = None
) -> Handle:
    """Start a host. A fault sets the readings it needs (`Fault.under`); `readings` override them."""
    if fault is None:
        return listen(readings, (), port, world)
    wrong = fault_named(fault)
    return listen({**wrong.under, **(readings or {})}, wrong.hooks, port, world)
