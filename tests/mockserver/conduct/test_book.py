"""How findings are kept: each cause once, bounded, without secrets, over all sessions and resets."""

from __future__ import annotations

import gc
import json
import threading
import tracemalloc
from typing import Any

import pytest

from mockserver.conduct.judging import RULES
from tests import page
from tests.mockserver.conduct.asking import Asking, changed

EVIL = "\"'><script>alert(1)</script>\x1b[2J‮\n" + "x" * 3000


def test_a_cause_is_kept_once_with_its_count_and_its_tests(asking: Asking) -> None:
    for number in range(12):
        asking.control("reset")
        asking.mock.sessions.unnamed.test = f"tests/test_till.py::test_{number}"
        asking.send(changed(("programId", "3334"), ("requestId", f"till-{number}")))
    (found,) = asking.all()
    assert found["count"] == 12
    assert found["tests"] == [f"tests/test_till.py::test_{number}" for number in range(10)]
    assert "till-0" in found["sent"], "the first one is shown"


def test_a_finding_of_the_headers_is_counted_each_time_with_its_test_and_session(asking: Asking) -> None:
    for number in range(3):
        asking.mock.sessions.unnamed.test = f"test_{number // 2}"
        asking.send(user_agent=None)
    asking.mock.sessions.unnamed.test = ""
    asking.send(user_agent=None, x_mock_session="one")
    asking.send(changed(("requestId", "till-1")), user_agent=None, x_mock_session="one")
    (found,) = asking.all("?session=one")
    assert (found["rule"], found["count"], found["tests"]) == ("headers.user_agent", 5, ["test_0", "test_1"])


@pytest.mark.parametrize("headers", [{"expect": "s3cr3t-till", "cookie": "s3cr3t-till"}, {"expect": "sample-secret"}])
def test_no_secret_among_the_headers_of_a_right_body_is_shown(asking: Asking, headers: dict[str, str]) -> None:
    asking.send(**headers)
    assert asking.found() == [("hygiene", "headers.expect", "Expect is ***")]


def test_what_is_a_secret_of_one_request_is_shown_of_another(asking: Asking) -> None:
    asking.send(expect="loyalty-till")
    asking.send(expect="loyalty-till", cookie="loyalty-till")
    assert [(title, one["count"]) for one, (*_, title) in zip(asking.all(), asking.found(), strict=True)] == [
        ("Expect is loyalty-till", 1),
        ("Expect is ***", 1),
    ]


def test_a_test_without_a_name_is_not_named(asking: Asking) -> None:
    asking.send(changed(("programId", "3334")))
    assert asking.all()[0]["tests"] == []


def test_the_worst_comes_first(asking: Asking) -> None:
    asking.send(user_agent=None)
    asking.send(accept="text/html")
    asking.send(content_type="text/plain")
    assert [level for level, *_ in asking.found()] == ["broken", "hygiene", "note"]


def test_findings_survive_a_reset_and_come_from_all_sessions(asking: Asking) -> None:
    asking.send(changed(("programId", "3334")))
    asking.send(changed(("action", "enrol")), x_mock_session="one")
    asking.control("reset")
    asking.client.post("/_s/one/_mock/reset")
    assert asking.rules() == {"request.wrong_type", "request.unlisted_value"}
    assert [one["rule"] for one in asking.all("?session=one")] == ["request.unlisted_value"]
    assert [one["rule"] for one in asking.all("?session=")] == ["request.wrong_type"]
    assert asking.all("?session=nobody") == []


@pytest.mark.parametrize("query", ["?level=broken", "?session=a/b", "?session=" + "x" * 65])
def test_a_filter_that_is_none_is_refused(asking: Asking, query: str) -> None:
    assert asking.client.get(f"/_mock/findings{query}").status_code == 400


def test_findings_are_bounded(asking: Asking) -> None:
    for number in range(60):
        asking.send(changed((f"field{number}", 1), ("action", f"ENROL{number}")))
        asking.send(to=f"{page.PATH}{number}")
        asking.send(content_type=f"text/x{number}")
    by_rule = [one["rule"] for one in asking.all()]
    assert {by_rule.count(rule) for rule in set(by_rule)} == {20}
    assert len(RULES) * 20 <= 1000
    asking.send({f"f{number}": 1 for number in range(5000)})
    assert len(asking.all()) < 200


def test_no_secret_is_shown(asking: Asking) -> None:
    secret = "s3cr3t-till-password"
    asking.send(
        changed(("password", secret), ("loyaltyTier", secret), (secret, 1)),
        to=f"{page.PATH}?token={secret}&x={secret}",
        authorization=f"Basic {secret}",
        x_cap_api_oauth_token=secret,
        cookie=f"_cfuvid={secret}",
        x_api_key=secret,
    )
    assert len(asking.all()) > 4
    assert secret not in json.dumps(asking.all())


def test_no_access_token_and_no_secret_of_the_world_is_shown(asking: Asking) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0aWxsIn0.c2lnbmF0dXJl"
    asking.send(changed(("loyaltyTier", "sample-secret")), to=f"{page.PATH}?t={token}")
    assert asking.rules() == {"request.unknown_field", "credentials.in_query"}
    assert token not in str(asking.all())
    assert "sample-secret" not in str(asking.all())


def test_hostile_text_is_cut_and_cannot_control_a_screen(asking: Asking) -> None:
    asking.send(changed((EVIL, {EVIL: 1}), ("action", EVIL), ("customer.source", EVIL)))
    asking.send(json.dumps({EVIL: 1, "a": 2})[:-1].encode() + b', "a": 3}')
    asking.send(content_type="text/" + "y" * 500, accept="z" * 500)
    for one in asking.all():
        assert len(one["title"]) < 250
        assert len(one["sent"]) <= 2000
        assert all(letter.isprintable() for text in (one["title"], one["sent"], one["advice"]) for letter in text)


def test_hostile_text_that_is_sent_again_is_cut_too(asking: Asking) -> None:
    asking.fault("empty")
    for number in range(7):
        asking.send(changed(("action", EVIL), ("requestId", EVIL * 300 + str(number // 6))))
    assert {"retry.after_lost_answer", "retry.storm", "retry.new_request_id"} <= asking.rules()
    for one in asking.all():
        assert len(one["title"]) < 250
        assert one["title"].isprintable()


def test_large_requests_take_no_room_in_the_history(asking: Asking) -> None:
    asking.fault("empty")
    large = "x" * 300_000
    tracemalloc.start()
    for number in range(20):
        asking.send(changed(("requestId", f"{large}{number}"), ("promotion", f"{large}{number}"), ("action", large)))
        asking.send(f"{number}{large}".encode())
    asking.control("journal", method="DELETE")
    gc.collect()  # of the client
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 5_000_000


def test_the_line_of_a_finding_sends_the_same_once_more(asking: Asking) -> None:
    asking.send(changed(("programId", "3334")), accept="text/html")
    line = asking.all()[0]["sent"]
    assert line.startswith("curl --silent --user USER:PASSWORD http://127.0.0.1:8080/v3/promotions/enrol ")
    assert "--header 'Accept: text/html'" in line
    assert '"programId": "3334"' in line


def test_what_the_console_sends_is_not_the_clients(asking: Asking) -> None:
    form = {"method": "POST", "path": page.PATH, "login": "valid", "headers": "", "body": "{}"}
    answer = asking.client.post("/_mock/console/try", data=form)
    assert answer.status_code == 200
    assert asking.found() == []


def test_requests_at_the_same_moment_are_all_counted(asking: Asking) -> None:
    def send() -> None:
        for _ in range(20):
            asking.send(user_agent=None)
            asking.send(changed(("action", ...)), user_agent=None)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts: dict[str, Any] = {one["rule"]: one["count"] for one in asking.all()}
    assert counts["headers.user_agent"] == 160


def test_every_name_of_a_rule_is_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


def test_a_bug_in_the_judging_of_a_client_changes_no_answer(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(asking.mock.client.conduct, "take", fail)
    assert asking.send().get_json() == page.ENROL_RESPONSE
    assert "RuntimeError: a bug" in capsys.readouterr().err
