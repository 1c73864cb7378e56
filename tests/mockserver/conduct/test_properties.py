"""Whatever is sent, it is judged without an error, and what is told to be right at a glance is right by all rules."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from command_line.printable import INVISIBLE
from mockserver.app import Mock
from mockserver.conduct.judging import Judge, of_lines
from mockserver.conduct.request import with_body
from mockserver.conduct.rules import fields, values
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.plan import Plan
from openapi import document, questions
from openapi import world as worlds
from openapi.effective import effective
from tests import page
from tests.mockserver.conduct.asking import HEADERS

QUICK = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
READINGS = questions.defaults(questions.load())
OTHERS = READINGS | {
    "milestone-action": "accepted",
    "promotion-ids": "identifier-too",
    "wrong-type": "coerced",
    "refusal-status": "200",
}

NAMES = st.sampled_from(
    ["requestId", "action", "promotion", "customer", "programId", "id", "promotionId", "identifierName", "identifierValue",
     "source", "milestone", "targetRuleId", "promoHexId", "password", "", "a:b"]
) | st.text(max_size=6)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["ENROL", "OPT_IN", "id", "388369579", "INSTORE", "", " ", "a:b"])
    | st.text(max_size=8)
)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=6)  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Return bodies that are right, or nearly so, or anything."""
    body: Any = copy.deepcopy(page.ENROL_REQUEST)
    for _ in range(draw(st.integers(0, 2))):
        holder = draw(st.sampled_from([body, body.get("promotion"), body.get("customer")]))
        if isinstance(holder, dict):
            holder[draw(NAMES)] = draw(VALUES)
    text = json.dumps(draw(st.just(body) | VALUES), indent=draw(st.sampled_from([None, 1])))
    twice = draw(st.sampled_from(["", ', "programId": 3334}', ', "programId" :3334}']))
    raw = (text[:-1] + twice if twice and text.endswith("}") else text).encode(errors="surrogatepass")
    return draw(st.sampled_from([raw, raw, raw, raw[:-1]]) | st.binary(max_size=20))


LINES = st.dictionaries(
    st.sampled_from(["Content-Type", "Accept", "Authorization", "X-CAP-API-OAUTH-TOKEN", "Cookie", "Expect", "Prefer",
                     "User-Agent", "Content-Encoding", "Retry-After", "X-Any"]),
    st.sampled_from(["", "application/json", "text/html", "Basic DllZTk=", "Bearer x", "_cfuvid=1", "code=400", "\xff", ";;,q=x"])
    | st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=12),
    max_size=3,
)  # fmt: skip
QUERIES = st.sampled_from(["", "", "a=1", "token=x", "&&=&%ff=%", "key"])
PATHS = st.sampled_from([page.PATH, page.PATH, page.PATH, page.PATH + "/", "/v3/oauth/token/generate", "/"])
METHODS = st.sampled_from(["POST", "POST", "POST", "GET", "post", "HEAD", ""])


@st.composite
def requests(draw: st.DrawFn) -> Received:
    given_lines = {"Host": "127.0.0.1", **HEADERS, **draw(LINES)}
    body = draw(bodies())
    lines = HeaderLines([(name, value) for name, value in given_lines.items() if value is not None])
    return Received(draw(METHODS), draw(PATHS), draw(QUERIES), lines, "1.1", body, len(body))


def made(readings: dict[str, str]) -> tuple[Mock, Plan]:
    promise = effective(document.load(), readings, known_questions=questions.load())
    mock = Mock.of(promise, worlds.load(), readings)
    return mock, Plan.of(promise, readings)


MADE = [made(READINGS), made(OTHERS)]


@pytest.mark.parametrize(("mock", "plan"), MADE)
@QUICK
@given(asked=st.lists(requests(), min_size=1, max_size=3))
def test_a_glance_says_the_same_as_the_rules(mock: Mock, plan: Plan, asked: list[Received]) -> None:
    judge = Judge(plan)
    for request in [*asked, asked[0]]:
        handling = mock.send(request, by_client=True)
        is_call = (request.path, request.method) == plan.enrol_route
        found = tuple(judge.symptoms(with_body(handling, judge.page), is_call=is_call))
        assert found == request.headers.known(of_lines) or not (is_call and judge.is_plain(handling))
    for one in mock.client.conduct.findings():
        assert len(one.title) < 300
        assert len(one.sent) <= 2000
        assert one.page
        assert not INVISIBLE.search(one.title + one.sent)


@pytest.mark.parametrize(("mock", "plan"), MADE)
@QUICK
@given(asked=requests())
def test_a_request_that_the_mock_takes_is_broken_only_by_what_it_ignores(
    mock: Mock, plan: Plan, asked: Received
) -> None:
    handling = mock.send(asked)
    assert handling.response is not None
    if handling.response.status == 200 and asked.path == page.PATH:
        broken = {
            one.rule
            for one in Judge(plan).symptoms(handling, is_call=asked.method == "POST")
            if one.rule.level == "broken"
        }
        names = {rule.name for rule in broken}
        ignored = {fields.UNKNOWN, fields.MISPLACED, values.FLOAT_ID}
        assert names <= {rule.name for rule in ignored} | {"credentials.in_body"}


def test_every_session_has_a_history_of_its_own_that_goes_with_it() -> None:
    mock, _ = made(READINGS)
    lines = HeaderLines([("Host", "x"), *((name, value) for name, value in HEADERS.items() if value is not None)])
    for number in range(1100):
        request = Received("POST", f"/_s/s{number}{page.PATH}", "", lines, "1.1", b"{}", 2)
        mock.send(request, by_client=True)
    assert len(mock.client.conduct._histories) == 1000
