"""The journal in pages: no answer grows without end, and the pages together have everything."""

from __future__ import annotations

from typing import Any

from tests.mockserver.caller import Caller

NUMBER = 300
LONG = "a" * 60_000


def _page(mock: Caller, query: str) -> dict[str, Any]:
    page: dict[str, Any] = mock.client.get(f"/_mock/journal?{query}").get_json()
    return page


def test_pages_are_bounded_and_have_everything_once(mock: Caller) -> None:
    for number in range(NUMBER):
        mock.client.get(f"/nowhere/{number}", headers={"User-Agent": LONG})
    page = _page(mock, "")
    paths, sizes = [one["path"] for one in page["exchanges"]], [len(str(page))]
    while page["next"]:
        assert page["next"] == page["exchanges"][-1]["id"]
        page = _page(mock, f"since={page['next']}")
        paths += [one["path"] for one in page["exchanges"]]
        sizes.append(len(str(page)))
    assert paths == [f"/nowhere/{number}" for number in range(NUMBER)]
    assert len(sizes) > 1
    assert max(sizes) < 9 * 2**20


def test_limit_counts_before_the_page(mock: Caller) -> None:
    for number in range(NUMBER):
        mock.client.get(f"/nowhere/{number}", headers={"User-Agent": LONG})
    page = _page(mock, "limit=2")
    assert [one["path"] for one in page["exchanges"]] == ["/nowhere/298", "/nowhere/299"]
    assert page["next"] is None
    assert _page(mock, "limit=200")["exchanges"][0]["path"] == "/nowhere/100"
