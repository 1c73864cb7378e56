"""Whatever is sent to the control plane, it answers as its document says and goes on."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mockserver.control.plane import DOORS
from tests import page
from tests.mockserver.caller import Caller
from tests.mockserver.test_control_document import check_body

QUICK = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
# Words that mean something at one place, so that some inputs get past the first check.
WORDS = st.sampled_from(["400", "4xx", "1", "5", "nan", "success", "customer_not_found", page.PATH, "exchange-1", ""])
NAMES = st.sampled_from(["status", "outcome", "path", "customer", "since", "limit", "wait", "timeout", "x"])
KEYS = st.sampled_from(
    ["id", "promotionId", "programId", "identifier", "type", "status", "mobile", "email", "milestones"]
)
ENTRIES = st.dictionaries(KEYS, SCALARS | st.integers(1, 9) | st.sampled_from(["LOYALTY", "LIVE"]), max_size=9)


@QUICK
@given(st.lists(st.tuples(NAMES, WORDS | st.text(max_size=8)), max_size=4), st.sampled_from(["GET", "DELETE"]))
def test_any_query_of_the_journal_is_followed_or_refused(
    mock: Caller, pairs: list[tuple[str, str]], method: str
) -> None:
    mock.send()
    query = "&".join(f"{name}={quote(value)}" for name, value in pairs)
    answer = mock.client.open(f"/_mock/journal?{query}", method=method)
    assert answer.status_code in (200, 400, 408)
    if method == "GET":
        check_body(answer, method, "/_mock/journal")


@QUICK
@given(
    st.binary(max_size=60)
    | VALUES.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(
        st.sampled_from(["programs", "promotions", "customers", "enrolments"]), st.lists(ENTRIES, max_size=2)
    ).map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["PUT", "POST", "PATCH"]),
)
def test_any_world_is_taken_or_refused_whole(mock: Caller, body: bytes, method: str) -> None:
    mock.client.post("/_mock/reset")
    before = mock.client.get("/_mock/world").data
    answer = mock.client.open("/_mock/world", method=method, data=body)
    assert answer.status_code in (200, 400)
    check_body(answer, method, "/_mock/world")
    if answer.status_code == 400:
        assert mock.client.get("/_mock/world").data == before
    assert mock.send().status_code in (200, 400)


@QUICK
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=30)
    | st.sampled_from(["localhost", "[::1]", "null"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=30)
    | st.sampled_from(["http://localhost", "null"]),
    st.sampled_from(sorted(DOORS)),
)
def test_any_header_is_taken_or_refused(mock: Caller, host: str, origin: str, door: tuple[str, str]) -> None:
    method, path = door
    headers = {"Host": host, "Origin": origin, "X-Mock-Token": origin, "Authorization": f"Bearer {origin}"}
    environ = EnvironBuilder(path, method=method, headers=Headers(headers)).get_environ() | {"REMOTE_ADDR": "127.0.0.1"}
    # Werkzeug's client would look at the host itself, and some of its versions refuse what is no host.
    status = int(run_wsgi_app(mock.client.application, environ)[1].split()[0])
    own = host in ("localhost", "[::1]") and origin == f"http://{host}"
    if not own and not re.fullmatch(r"https?://.*", origin):
        assert status in (400, 403)
    assert status < 500


@QUICK
@given(st.text(max_size=70), st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=70))
def test_any_name_of_a_session_is_taken_or_refused(mock: Caller, in_path: str, in_header: str) -> None:
    target = f"/_s/{quote(in_path, safe='')}{page.PATH}"
    answer = mock.client.post(target, headers={"X-Mock-Session": in_header} if in_header else {})
    assert answer.status_code in (400, 401)
    named: Any = re.fullmatch(r"[A-Za-z0-9._-]{1,64}", in_path) and in_path not in (".", "..")
    assert (answer.status_code == 401) == bool(named and in_header in ("", in_path))


@QUICK
@given(VALUES, st.sampled_from([*page.ENROL_REQUEST, "customer.identifierName", "promotion.id", "customer.x"]))
def test_near_misses_of_any_body_are_found_without_a_bug(mock: Caller, value: Any, place: str) -> None:
    body = json.loads(json.dumps(page.ENROL_REQUEST))
    above, _, name = place.rpartition(".")
    (body[above] if above else body)[name] = value
    assert mock.send(body).status_code in (200, 400)
    assert isinstance(mock.journal()[-1]["nearMiss"], str)
