"""The catalogue of single faults: one literal table for each part of the call, all of them here."""

from tests.faulty.faults import (
    access,
    answers,
    echoes,
    engine,
    enrolments,
    envelope,
    fields,
    fitness,
    identifiers,
    inconsistent,
    lookups,
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
)


def fault_named(name: str) -> Fault:
    """Find a fault; ValueError if there is none of that name."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise ValueError(f"no fault is called {name!r}; --list shows them")
