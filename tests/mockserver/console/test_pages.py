"""The pages: what they show, and that nothing that a client or a file says can run in them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from mockserver.console import files
from tests import page
from tests.mockserver.caller import Caller
from tests.mockserver.console.conftest import BROWSER, Look, Post
from tests.mockserver.console.markup import Page

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}{% raw %}</textarea></td>\u3164‮\x1b[2J"
PAGES = (
    "",
    "console/try",
    "console/findings",
    "console/findings?of=all",
    "console/outcomes",
    "console/faults",
    "console/world",
    "console/enrolments",
    "console/sessions",
    "console/reference",
    "console/readings",
    "console/api",
)


def ids(mock: Caller) -> list[str]:
    return [str(one["id"]) for one in mock.journal()]


@pytest.mark.parametrize("path", [*PAGES, "console/rows", "console/nothing", "console/static/console.css"])
def test_every_answer_forbids_scripts_and_frames_of_others(mock: Caller, path: str) -> None:
    answer = mock.client.get(f"/_mock/{path}", headers=BROWSER)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    for rule in ("frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"):
        assert rule in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_a_headline_and_nothing_inline(mock: Caller, look: Look, path: str) -> None:
    mock.send()
    found = look(path)
    assert found.runs() == []
    assert [tag for tag, _ in found.tags].count("h1") == 1
    assert ("html", {"lang": "en"}) in found.tags


def test_recent_requests_are_those_of_the_page_with_what_they_asked_for(mock: Caller, look: Look) -> None:
    mock.send(User_Agent="till/7")
    mock.send({"action": "ENROL"}, User_Agent="till/8")
    text = look().text
    for part in ("Time", "Status", "User agent", "ENROL id 388369579 → enr-58", "till/7", "till/8"):
        assert part in text
    assert text.index("till/8") < text.index("till/7"), "the newest comes first"
    assert "2 requests since the last reset" in text


def test_an_exchange_is_shown_with_its_reason_and_what_it_only_just_misses(mock: Caller, look: Look) -> None:
    mock.enrol("919800000001", "enr-58")
    text = look(f"console/exchanges/{ids(mock)[-1]}").text
    for part in (
        "No customer has this identifier.",
        "Near miss",
        "as mobile, not as id",
        "Error codes, row 11",
        "Basic ***",
    ):
        assert part in text


def test_an_exchange_that_is_gone_is_told_so(look: Look) -> None:
    assert "no longer has this request" in look("console/exchanges/nothing", status=404).text


def test_filters_are_those_of_the_journal(mock: Caller, look: Look) -> None:
    mock.send(User_Agent="fine")
    mock.send({}, User_Agent="refused")
    text = look("?status=4xx&customer=&outcome=").text
    assert ("refused" in text, "fine" in text) == (True, False)
    assert "no such outcome" in look("?outcome=nothing").text


def test_rows_are_sent_only_when_there_is_news(mock: Caller) -> None:
    mock.send()
    first = mock.client.get("/_mock/console/rows", headers=BROWSER)
    state = first.text.partition('data-state="')[2].partition('"')[0]
    assert mock.client.get(f"/_mock/console/rows?state={state}").status_code == 204
    mock.send()
    assert mock.client.get(f"/_mock/console/rows?state={state}").status_code == 200
    mock.client.post("/_mock/reset")
    assert mock.client.get(f"/_mock/console/rows?state={state}").status_code == 200
    assert mock.journal() == [], "a look is no request to the host"


def test_nothing_that_a_client_sends_runs_in_a_page(mock: Caller, look: Look) -> None:
    safe = EVIL.encode("ascii", "ignore").decode().replace("\x1b", "")
    body: dict[str, Any] = json.loads(json.dumps(page.ENROL_REQUEST))
    body |= {"action": EVIL, EVIL: EVIL, "requestId": EVIL}
    body["customer"]["identifierValue"] = EVIL
    body["promotion"]["id"] = EVIL
    mock.send(body, User_Agent=safe, Prefer=safe, X_Evil=safe)
    mock.send_raw(EVIL.encode(), User_Agent=safe)
    mock.client.post(f"/v3/{safe.replace('/', '').replace(' ', '')}?{safe}=1", headers={"User-Agent": safe})
    for path in (
        "",
        "console/findings",
        *(f"console/exchanges/{one}" for one in ids(mock)),
        *(f"console/try?exchange={one}" for one in ids(mock)),
    ):
        found = look(path)
        assert found.runs() == []
        assert "alert(1)" in found.text or path.startswith("console/try")
        assert "img" not in [tag for tag, attributes in found.tags if attributes.get("src") == "x"]
        assert "\x1b" not in found.text
        assert "\u3164" not in found.text, "nothing hides"
        assert "‮" not in found.text, "no text turns the direction of what follows"
        assert "alert(1)" not in found.text or "{{7*7}}" in found.text, "no text is a template"


def test_nothing_of_a_query_or_a_form_runs_in_a_page(look: Look, post: Post) -> None:
    evil = quote(EVIL)
    for path in (f"?status={evil}&customer={evil}&outcome={evil}", f"console/world?q={evil}", f"console/try?outcome={evil}",
                 f"console/try?customer={evil}", f"console/try?exchange={evil}", f"console/try?example={evil}", f"?done={evil}"):  # fmt: skip
        assert look(path).runs() == []
    assert look(f"console/switch?to={evil}", status=400).runs() == []
    for form, fields in (
        ("try", {"method": EVIL, "path": f"/{EVIL}", "headers": f"{EVIL}: {EVIL}", "body": EVIL, "login": EVIL}),
        ("faults", {"effect": EVIL, "count": EVIL, "header": EVIL, "body": EVIL}),
        ("world", {"entries": EVIL}),
        ("world", {"entries": json.dumps({"customers": [{"id": EVIL}]})}),
    ):
        answer = post(form, **fields)
        assert answer.status_code == 400
        assert Page(answer.text).runs() == []


def test_nothing_of_the_world_and_the_faults_runs_in_a_page(mock: Caller, look: Look) -> None:
    customer = {"id": 700000001, "mobile": EVIL, "email": EVIL, "externalId": EVIL}
    promotion = {"id": EVIL, "promotionId": 1, "programId": 5, "identifier": EVIL, "type": "LOYALTY", "status": "LIVE"}
    enrolment = {"customer": 700000001, "promotion": EVIL, "enrollmentId": EVIL, "optinId": EVIL}
    world = {
        "programs": [{"id": 5, "name": EVIL}],
        "promotions": [promotion],
        "customers": [customer],
        "enrolments": [enrolment],
    }
    assert mock.client.put("/_mock/world", json=world).status_code == 200
    fault = {"effect": "answer", "status": 200, "body": EVIL, "header": EVIL, "customer": EVIL, "path": EVIL}
    assert mock.client.post("/_mock/faults", json=fault).status_code == 200
    for path in PAGES:
        assert look(path).runs() == []
    for path in ("console/world", "console/enrolments", "console/faults"):
        assert "alert(1)" in look(path).text
    mock.client.post(
        "/_mock/faults",
        json={"effect": "answer", "status": 200, "body": EVIL, "path": "*", "headers": {"Content-Type": "text/html"}},
    )
    mock.send()
    assert look(f"console/exchanges/{ids(mock)[-1]}").runs() == []


def test_no_page_shows_a_credential(mock: Caller, look: Look, post: Post) -> None:
    post("try", outcome="engine_error")
    post("try", outcome="token_expired")
    shown = "".join(str(look(path).tags) + look(path).text for path in (*PAGES, f"console/exchanges/{ids(mock)[-1]}"))
    shown += "".join(post("try", outcome=name).text for name in ("engine_error", "token_expired", "unauthenticated"))
    for secret in ("c3RvcmUuc2VydmVy", "DllZTk=", "sample-secret", "expired-secret", "eyJ"):
        assert secret not in shown


def test_a_page_that_does_not_exist_is_told_so(look: Look, mock: Caller) -> None:
    assert "no such page" in look("console/nothing", status=404).text
    assert mock.client.get("/_mock/console/static/..%2fsite.py", headers=BROWSER).status_code == 404


def test_documents_of_the_api_browser_name_this_mock_as_their_server(mock: Caller) -> None:
    for name in ("call", "control"):
        answer = mock.client.get(f"/_s/one/_mock/console/{name}.json").get_json()
        assert [server["url"] for server in answer["servers"]] == ["../.."]
        assert answer["openapi"].startswith("3.1")


def test_swagger_ui_is_the_one_that_its_authors_ship(mock: Caller) -> None:
    """Its licence lies beside it, and no part of the page asks its authors' site to judge the document."""
    folder = files._HERE / "vendor" / "swagger-ui"
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert "SmartBear" in (folder / "NOTICE").read_text(encoding="utf-8")
    assert "validatorUrl: null" in mock.client.get("/_mock/console/static/api.js").text
    assert (
        mock.client.get("/_mock/console/static/swagger-ui-bundle.js").content_type == "text/javascript; charset=utf-8"
    )
