"""The list of all faults. Each module of this package holds the faults of one part of the call."""

from tests.faulty.faults import (
    access,
    answers,
    attackers,
    bodies_sent,
    bookkeeping,
    bypasses,
    connections,
    corners,
    echoes,
    engine,
    enrolments,
    envelope,
    fields,
    fitness,
    forgers,
    gateways,
    identifiers,
    inconsistent,
    leaks,
    limits,
    lookups,
    milestones,
    near_misses,
    neighbours,
    operations,
    parsers,
    products,
    serializers,
    texts,
    together,
)
from tests.faulty.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *envelope.FAULTS,
    *access.FAULTS,
    *fields.FAULTS,
    *identifiers.FAULTS,
    *lookups.FAULTS,
    *fitness.FAULTS,
    *enrolments.FAULTS,
    *engine.FAULTS,
    *echoes.FAULTS,
    *answers.FAULTS,
    *inconsistent.FAULTS,
    *attackers.FAULTS,
    *forgers.FAULTS,
    *bypasses.FAULTS,
    *texts.FAULTS,
    *near_misses.FAULTS,
    *bodies_sent.FAULTS,
    *together.FAULTS,
    *connections.FAULTS,
    *products.FAULTS,
    *milestones.FAULTS,
    *limits.FAULTS,
    *leaks.FAULTS,
    *parsers.FAULTS,
    *serializers.FAULTS,
    *operations.FAULTS,
    *bookkeeping.FAULTS,
    *gateways.FAULTS,
    *neighbours.FAULTS,
    *corners.FAULTS,
)


def fault_named(name: str) -> Fault:
    """Return the fault of this name. Raises ValueError if there is none."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise ValueError(f"no fault is called {name!r}; `python -m tests.faulty --list` lists them")
