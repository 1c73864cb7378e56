"""--base-path: everything is below it, and whoever forgets it is told."""

from __future__ import annotations

import json

import pytest

from mockserver.errors import MockError
from mockserver.serving import base_path
from tests import page
from tests.mockserver.serving.conftest import MakeLayered


@pytest.mark.parametrize("base", ["/loyalty", "/a/b", "/v3", page.PATH])
def test_the_call_is_below_the_base_path(layered: MakeLayered, base: str) -> None:
    mock = layered(base=base)
    assert json.loads(mock.enrol(base + page.PATH).body) == page.ENROL_RESPONSE
    assert mock.send("GET", f"{base}/_mock/health").status == 200


@pytest.mark.parametrize(
    "path",
    [page.PATH, "/", "/_mock/health", "/_mock/reset", "/loyaltyx" + page.PATH, "/Loyalty" + page.PATH, "/loyalty2/", "/%6coyalty/", "//loyalty/", "/x/loyalty" + page.PATH],
)  # fmt: skip
def test_a_path_elsewhere_is_not_found_and_says_where_the_mock_is(layered: MakeLayered, path: str) -> None:
    answer = layered(base="/loyalty").enrol(path)
    assert answer.status == 404
    assert json.loads(answer.body)["data"] is None
    assert answer.message == f"There is no path {path}. This mock is served below /loyalty (--base-path)."


def test_a_path_elsewhere_is_in_the_journal_as_it_was_sent(layered: MakeLayered) -> None:
    mock = layered(base="/loyalty")
    mock.enrol()
    (entry,) = json.loads(mock.send("GET", "/loyalty/_mock/journal").body)["exchanges"]
    assert (entry["path"], entry["outcomes"]) == (page.PATH, ["path_not_found"])


@pytest.mark.parametrize("path", ["/loyalty", "/loyalty/"])
def test_the_front_page_is_at_the_base_path(layered: MakeLayered, path: str) -> None:
    mock = layered(base="/loyalty")
    assert f"POST /loyalty{page.PATH}".encode() in mock.send("GET", path).body
    assert mock.send("GET", "/").status == 404


def test_the_front_page_lets_no_browser_ask_for_an_icon_which_would_stand_in_the_journal(layered: MakeLayered) -> None:
    shown = layered().send("GET", "/", accept="text/html").body
    assert b'<link rel="icon" href="data:,">' in shown


@pytest.mark.parametrize(("given", "base"), [("", ""), ("/", ""), ("/loyalty/", "/loyalty"), ("/a.b/c~d", "/a.b/c~d")])
def test_a_slash_at_the_end_means_nothing(given: str, base: str) -> None:
    assert base_path.parse(given) == base


@pytest.mark.parametrize(
    "given", ["loyalty", "//", "/a//b", "/a b", "/ä", "/a?b", "/a#b", "/..", "/a/./b", "/%41", "/a\n"]
)
def test_what_is_no_plain_path_is_refused(given: str) -> None:
    with pytest.raises(MockError, match="is no path such as /loyalty"):
        base_path.parse(given)
