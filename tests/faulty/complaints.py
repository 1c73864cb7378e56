"""The errors with which the host refuses a request: rows of the page, or texts of its own."""

from tests.faulty.turn import Complaint, Turn
from tests.faulty.words import FIELD_ROWS, NOT_FOUND_ROWS, ROWS


def complaint(turn: Turn, row: str, why: str = "") -> Complaint:
    """Return the error of a row of the table "Error codes"; the readings decide its status and how much text it has.

    `why`: of the field that is wrong; see Problem.
    """
    words = ROWS[row]
    stage = "fields" if row in FIELD_ROWS else "engine" if row == "engine" else "look-ups"
    extent = turn.reading("message-extent", stage)
    message = words.text if extent == "whole" else words.free
    if extent == "first-sentence":
        message = words.text.split(". ")[0] + "."
    if row in FIELD_ROWS:
        status = int(turn.reading("validation-status", "missing" if why == "missing" else "other"))
    elif row == "engine":
        status = int(turn.reading("engine-status"))
    else:
        status = int(turn.reading("refusal-status"))
        if status == 404 and row not in NOT_FOUND_ROWS:
            status = 400
    return Complaint(words.code, message, status, row)


def own(turn: Turn, words: str) -> Complaint:
    """Return an error with a text of the host's own, and the HTTP status that the rows "400" have."""
    return Complaint(400, words, 200 if turn.reading("refusal-status") == "200" else 400)
