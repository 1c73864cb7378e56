"""The rows of enrolments in a database."""

from __future__ import annotations

from typing import Final

from mockserver.stores import EnrolmentRecord
from mockserver.stores.database import Database, Row

COLUMNS: Final = "customer, promotion, sequence, enrollment_id, optin_id, opted_in"


def put(database: Database, book: int, record: EnrolmentRecord, *, sequence: int, is_new: bool) -> None:
    """Write a record under a sequence, and count it if it is new there."""
    promotion = text(record.promotion)
    database.write(
        f"INSERT INTO enrol_mock_enrolments ({COLUMNS}, book) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (book, promotion, customer, sequence) DO UPDATE SET enrollment_id = excluded.enrollment_id, "
        "optin_id = excluded.optin_id, opted_in = excluded.opted_in",
        *(str(record.customer), promotion, sequence, text(record.enrollment_id)),
        *(None if record.optin_id is None else text(record.optin_id), int(record.opted_in), book),
    )
    if is_new:
        database.write(
            "INSERT INTO enrol_mock_taken (book, promotion, taken) VALUES (?, ?, 1) "
            "ON CONFLICT (book, promotion) DO UPDATE SET taken = enrol_mock_taken.taken + 1",
            *(book, promotion),
        )


def record(row: Row) -> EnrolmentRecord:
    """Return the record of a row of COLUMNS."""
    customer, promotion, sequence, enrollment_id, optin_id, opted_in = row
    optin = None if optin_id is None else plain(optin_id)
    return EnrolmentRecord(
        int(customer), plain(promotion), sequence, plain(enrollment_id), optin, opted_in=bool(opted_in)
    )


def text(value: str) -> str:
    """Return a text as it is kept. PostgreSQL keeps no NUL, which may stand in the id of a promotion."""
    return value.replace("\\", "\\\\").replace("\0", "\\0") if "\\" in value or "\0" in value else value


def plain(kept: str) -> str:
    """Return the text that is kept."""
    return "\\".join(part.replace("\\0", "\0") for part in kept.split("\\\\")) if "\\" in kept else kept
