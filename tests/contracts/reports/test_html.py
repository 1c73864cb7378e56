"""report.html: one file without references to others, in which all text of the host is escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from contracts.exchange import Answer, Exchange, Request
from contracts.reports import html, words
from contracts.reports.page_map import sections
from contracts.verdict.result import Result

_VOID = {"meta", "link", "br", "wbr", "input"}


class _Reader(HTMLParser):
    """Collects elements, ids, links and texts, and checks that every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.texts: dict[str, str] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.attributes |= set(named)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.links += [named["href"] or ""] if tag == "a" else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag] = self.texts.get(tag, "") + data


@pytest.fixture(params=["kept", "broken", "baselined", "live"])
def result(request: pytest.FixtureRequest) -> Result:
    chosen: Result = request.getfixturevalue(request.param)
    return chosen


def test_elements_are_closed_and_links_lead_somewhere(result: Result) -> None:
    page = _Reader(html.render(result))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_nothing_is_loaded_and_only_the_own_script_runs(result: Result) -> None:
    text = html.render(result)
    assert re.findall(r"""(?:src|href)=["'](?!#|data:,)[^"']*""", text) == []
    assert not {name for name in _Reader(text).attributes if name.startswith("on") or name in ("style", "src")}
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_text_of_the_host_is_escaped(broken: Result) -> None:
    text = html.render(broken)
    assert _Reader(text).tags.count("script") == 1
    assert "<script>alert" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in text


def test_every_claim_stands_in_the_map_and_in_the_table(result: Result) -> None:
    page = _Reader(html.render(result))
    for claim in result.document.claims:
        assert f"claim-{claim}" in page.ids
        assert f"#claim-{claim}" in page.links


def test_verdicts_are_words_and_marks_not_colours_alone(broken: Result) -> None:
    text = html.render(broken)
    chips = re.findall(r'<a class="chip (\w+)"[^>]*>(.)&nbsp;', text)
    assert len(chips) == len(broken.standings)
    assert set(chips) == {("kept", "✓"), ("broken", "✗"), ("unreached", "–")}


@pytest.mark.parametrize(
    ("section", "number", "above", "name", "words"),
    [
        ("Body parameters", 4, "promotion.", "id", ["required", "type"]),
        ("Response parameters", 18, "milestone.milestones.", "targetGroupId", ["type", "value"]),
        ("Response parameters", 1, "", "data", ["type"]),
        ("Error codes", 7, "", "310008", ["source required"]),
        ("Error codes", 9, "", "400", ["promotion not found", "promotion inactive", "live or upcoming"]),
        ("Title", 1, "", "", ["path"]),
    ],
)
def test_rows_of_the_map_have_the_names_of_the_page(
    kept: Result, section: str, number: int, above: str, name: str, words: list[str]
) -> None:
    rows = dict(sections(kept))[section]
    row = next(row for row in rows if row.number == number)
    assert (row.above, row.name, [word for word, _ in row.claims]) == (above, name, words)


def test_the_reason_is_told_where_the_headline_and_the_counts_do_not_tell_it(kept: Result, broken: Result) -> None:
    slow = replace(broken, why=f"{broken.why}; half of the answers took 2 s")
    early = replace(kept, verdict="unjudged", why="the host stopped to answer")
    told = [f"<p>{words.sentence(run.why)}." in html.render(run) for run in (kept, broken, slow, early)]
    assert told == [False, False, True, True]


def test_only_the_levels_and_variables_that_occur_are_explained(broken: Result) -> None:
    page = html.render(broken)
    for word, occurs in (("<i>hygiene</i>", True), ("<i>budget</i>", False), ("ENROL_TOKEN is", False)):
        assert (word in page) is occurs, word
    plain = replace(broken, findings=tuple(one for one in broken.findings if one.level == "broken"))
    assert "<i>hygiene</i>" not in html.render(plain)


def test_findings_lead_to_their_exchange(broken: Result) -> None:
    text = html.render(broken)
    for finding in broken.findings:
        assert f'href="#exchange-{finding.exchange.number}"' in text
        assert f'id="exchange-{finding.exchange.number}"' in text


def test_number_of_exchanges_is_limited_but_those_of_findings_stay(broken: Result) -> None:
    finding = broken.findings[0]
    last = Exchange(5000, Request(body={}), Answer(status=200, headers={}, content=b"{}"))
    many = tuple(replace(last, number=number) for number in range(1, 5001))
    result = replace(
        broken, exchanges=many, findings=(replace(finding, exchange=last),), requests=len(many), question_states=()
    )
    shown = re.findall(r'<details id="exchange-(\d+)"', html.render(result))
    assert len(shown) == 201
    assert shown[-1] == "5000"


def test_long_bodies_are_cut_with_a_note(broken: Result) -> None:
    long = Exchange(1, Request(body={}), Answer(status=200, headers={}, content=b"x" * 100_000))
    text = html.render(replace(broken, exchanges=(long,), findings=(), question_states=()))
    assert "… (100000 bytes in all)" in text
    assert len(text) < 150_000


def test_question_without_evidence_says_so(kept: Result) -> None:
    text = html.render(kept)
    assert "no answer shows it" in text
    assert "What is milestone when the promotion has none, or on OPT_IN?" in text


def test_wrong_credentials_are_told_in_words(broken: Result) -> None:
    exchange = broken.findings[0].exchange
    sent = replace(exchange, request=replace(exchange.request, credentials="tampered"))
    others = (one for one in broken.exchanges if one.number != sent.number)
    page = html.render(replace(broken, exchanges=(sent, *others)))
    assert '<span class="quiet">with a token with one letter of its signature changed</span>' in page
