"""Archives of clients that a host does not know, or that use the other names: what its other answers show counts for them."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.answers import ASHA, BRUNO, CHEN, ask, made, plain, refused
from tests.field.test_archives import CALL, Entry, archive, checked, entry, requests

STRANGER = {"name": "authorization", "value": "Basic bm9ib2R5OnRoaW5nLWVsc2U="}
OTHER_HOST = CALL.replace("eu.", "us.")


def otherwise(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body that names the promotion as "API Quick Reference" does."""
    promotion = body["promotion"]
    return {**body, "promotion": {"promoHexId": promotion["id"], "promoIntId": promotion["promotionId"]}}


def not_found(body: dict[str, Any], **changed: Any) -> Entry:
    return entry(body, refused("promotion_not_found"), 400, **changed)


ENROLLED = entry(ask("enr-58", BRUNO), made("enr-58", BRUNO))


def test_a_host_of_the_table_is_not_accused_by_a_client_with_other_names(tmp_path: Path) -> None:
    for order in (1, -1):
        seen = checked(archive(tmp_path, *[ENROLLED, not_found(otherwise(ask("enr-58", ASHA)))][::order]))
        assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
        assert "1 refused, maybe for the names of the promotion's ids" in seen.said


def test_a_host_with_other_names_is_not_accused_by_a_client_of_the_table(tmp_path: Path) -> None:
    others = entry(otherwise(ask("enr-58", BRUNO)), made("enr-58", BRUNO))
    seen = checked(archive(tmp_path, not_found(ask("enr-58", ASHA)), others), report_dir=tmp_path)
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
    assert '\\"promoHexId\\"' in (tmp_path / "run.har").read_text(encoding="utf-8")


def test_a_host_with_other_names_is_judged_by_them(tmp_path: Path) -> None:
    others = entry(otherwise(ask("enr-58", BRUNO)), made("enr-58", BRUNO))
    wrong = entry(otherwise(ask("enr-58", CHEN)), made("enr-58", CHEN, ids=("3", "4"), requestId="another"))
    assert checked(archive(tmp_path, others, wrong)).broken == ["response.data.requestId.echo"]
    lost = not_found(otherwise(ask("enr-58", CHEN)))
    assert checked(archive(tmp_path, others, lost)).exit == 1


@pytest.mark.parametrize("status", [200, 400])
def test_a_host_that_turns_a_stranger_away_is_not_accused(tmp_path: Path, status: int) -> None:
    """It may do so with any status, in words of its own."""
    away = entry(came=plain("who are you", 1), status=status, login=STRANGER)
    seen = checked(archive(tmp_path, away, ENROLLED))
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)
    assert "1 refused, maybe for a login that nothing has shown to be right" in seen.said


def test_a_login_that_was_taken_once_is_right(tmp_path: Path) -> None:
    away = entry(ask(requestId="of its own"), plain("who are you", 1), status=400)
    for order in (1, -1):
        assert checked(archive(tmp_path, *[ENROLLED, away][::order])).exit == 1


def test_what_one_host_has_shown_says_nothing_of_another(tmp_path: Path) -> None:
    away = entry(came=plain("who are you", 1), status=400, url=OTHER_HOST)
    ok = entry(ask("enr-58", BRUNO), made("enr-58", BRUNO), url=OTHER_HOST, login=STRANGER)
    seen = checked(archive(tmp_path, ENROLLED, away, ok), host="us.api.example.com")
    assert (seen.exit, seen.broken, requests(seen)) == (0, [], 1)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_an_answer_in_the_bytes_that_travelled_is_judged(tmp_path: Path, coding: str) -> None:
    """Some tools keep the body as it was coded, others as a text; the proxy sees the bytes, too."""
    for came, broken in (
        (made("enr-58", BRUNO), []),
        (made("enr-58", BRUNO, requestId="x"), ["response.data.requestId.echo"]),
    ):
        one = entry(ask("enr-58", BRUNO), came)
        one["response"]["headers"].append({"name": "Content-Encoding", "value": coding})
        body = json.dumps(came).encode()
        packed = gzip.compress(body) if coding == "gzip" else zlib.compress(body)
        one["response"]["content"] |= {
            "text": base64.b64encode(packed).decode(),
            "encoding": "base64",
            "size": len(packed),
        }
        assert checked(archive(tmp_path, one)).broken == broken
