"""The journal of a session, which the mock gives in pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from enrol_kit.connection import Connection
from enrol_kit.enrol_mock import EnrolMock

ALL = [{"id": str(number)} for number in range(5)]


class Pages(Connection):
    """Answers with two exchanges at a time."""

    def send(self, method: str, path: str, body: Any = None, *, seconds: float = 0.0) -> tuple[int, Any]:
        since = parse_qs(urlsplit(path).query).get("since", ["-1"])[0]
        left = ALL[int(since) + 1 :]
        return 200, {"exchanges": left[:2], "next": left[1]["id"] if len(left) > 2 else None}


def test_journal_of_a_session_has_all_pages() -> None:
    mock = EnrolMock("http://127.0.0.1:1/_s/a", Pages("127.0.0.1:1"))
    assert mock.journal() == ALL
    assert mock.journal(since="1") == ALL[2:]
    assert mock.wait_for(5) == ALL
