"""report.html: the result as one page without external files, for readers who do not know the kit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from command_line.html_page import Template, compiled
from command_line.printable import printable, printable_lines
from contracts.exchange import NOTHING, VALID_CREDENTIALS, Credentials, Exchange, Request, decode, encode
from contracts.oracle.wrong_credentials import in_words
from contracts.plural import plural
from contracts.reports import load_figures
from contracts.reports.bug_report import bug_report, steps_of
from contracts.reports.curl import curl
from contracts.reports.json_report import question_status
from contracts.reports.page_map import sections
from contracts.reports.words import (
    VERDICTS,
    enrolled,
    got,
    legend,
    place,
    profile,
    reason,
    says,
    sentence,
    shown,
    status,
    what_would_decide,
)
from contracts.verdict.evidence import QuestionState
from contracts.verdict.result import Result
from openapi.questions import Question

_OTHERS: Final = 200  # how many exchanges are shown in addition to those of the findings
_BODY_LIMIT: Final = 8000
_GIST: Final = 300
# Beside the headline. A run that judged only a part is not shown in the green of one that judged all it could.
_HEADINGS: Final = {"kept": "✓", "broken": "✗", "unjudged": "? Could not judge:"}
_PARTIAL: Final = "partial"
_MARKS: Final = {"kept": "✓", "broken": "✗", "undetermined": "?", "unreached": "–"}


@dataclass(frozen=True, slots=True)
class ShownExchange:
    """An exchange as the page shows it. `asks`, `says`: request and answer in one line. `finds`: broken claims."""

    number: int
    status: int
    asks: str
    says: str
    credentials: str
    request: str
    answer: str
    curl: str
    finds: tuple[str, ...]


def render(result: Result) -> str:
    """Return the HTML page. Everything that the host sent is escaped."""
    findings = [_finding(number, result) for number in range(len(result.findings))]
    exchanges = _exchanges(result)
    return _template().render(
        result=result,
        reason=reason(result),
        verdicts=VERDICTS,
        marks=_MARKS,
        sections=list(sections(result)),
        findings=findings,
        levels={finding["level"] for finding in findings},
        undecided=list(_undecided(result)),
        questions=list(_questions(result)),
        exchanges=exchanges,
        legends=(
            legend(step.curl for finding in findings for step in finding["report"].steps),
            legend(exchange.curl for exchange in exchanges),
        ),
        verdict=_PARTIAL if result.verdict == "kept" and result.is_partial else result.verdict,
        heading=f"{_HEADINGS[result.verdict]} {result.headline}",
        enrolled=enrolled(result),
        profile=profile(result),
        load=_load(result),
        began=result.began.strftime("%Y-%m-%d %H:%M:%S UTC"),
    )


@cache
def _template() -> Template:
    return compiled(Path(__file__).with_name("report.html"), plural=plural, printable=printable, sentence=sentence)


def _load(result: Result) -> dict[str, Any] | None:
    """Return the figures of a load; None of any other run."""
    load = result.load
    if load is None:
        return None
    return {
        "summary": sentence(load_figures.summary(load)),
        "rows": list(load_figures.rows(load)),
        "outcomes": list(load_figures.outcomes(load)),
        "plots": load_figures.plots(load),
    }


def _finding(index: int, result: Result) -> dict[str, Any]:
    finding = result.findings[index]
    exchange = finding.exchange
    return {
        "number": index + 1,
        "claim": finding.claim,
        "level": "known" if result.is_known(finding.claim) else finding.level,
        "says": says(finding, result),
        "place": place(result.document.claims.get(finding.claim)),
        "report": bug_report(finding, result),
        "expected": printable(finding.expected),
        "got": printable(got(finding)),
        "occasion": printable(finding.occasion),
        "times": finding.times,
        "exchange": exchange.number,
        "status": status(exchange.answer.status),
        "answer": _body(exchange.answer.content),
    }


def _undecided(result: Result) -> Iterator[tuple[str, str, list[str]]]:
    """Yield a verdict, what would decide its claims, and the names of those claims."""
    for verdict in ("undetermined", "unreached"):
        claims: dict[str, list[str]] = {}
        for standing in result.standings:
            if standing.verdict == verdict:
                claims.setdefault(what_would_decide(standing) or "", []).append(standing.claim.id)
        for needs, names in claims.items():
            yield verdict, needs, names


def _questions(result: Result) -> Iterator[tuple[Question, list[dict[str, Any]]]]:
    """Yield each question with the host's readings: one entry for all fields with the same reading."""
    for question in result.questions.values():
        alike: dict[tuple[str, tuple[str, ...]], list[QuestionState]] = {}
        for state in result.question_states:
            if state.question == question.id:
                alike.setdefault((question_status(state), state.left), []).append(state)
        yield (
            question,
            [
                {
                    "does": does,
                    "left": left,
                    "fields": [state.key.partition("/")[2] for state in states if "/" in state.key],
                    "exchanges": sorted({number for state in states for number in state.exchanges[:3]}),
                }
                for (does, left), states in alike.items()
            ],
        )


def _exchanges(result: Result) -> list[ShownExchange]:
    """Return the exchanges of the findings, and up to _OTHERS more: their history, the evidence, then any."""
    found: dict[int, list[str]] = {}
    for finding in result.findings:
        found.setdefault(finding.exchange.number, []).append(finding.claim)
    evidence = [number for finding in result.findings for number in steps_of(finding, result)]
    evidence += [number for state in result.question_states for number in state.exchanges[:3]]
    others = dict.fromkeys([*evidence, *(exchange.number for exchange in result.exchanges)])
    kept = {*found, *[number for number in others if number not in found][:_OTHERS]}
    return [_shown(exchange, found, result) for exchange in result.exchanges if exchange.number in kept]


def _shown(exchange: Exchange, found: dict[int, list[str]], result: Result) -> ShownExchange:
    request = exchange.request.with_promotion_names(result.promotion_names)
    head = [f"{name}: {value}" for name, value in request.headers]
    answer_head = [f"{name}: {value}" for name, value in exchange.answer.headers.items()]
    return ShownExchange(
        number=exchange.number,
        status=exchange.answer.status,
        asks=_asks(request),
        says=_says(decode(exchange.answer.content)),
        credentials=_credentials(request.credentials),
        request="\n".join([*map(printable, head), "", _body(request.payload())]).strip(),
        answer="\n".join([*map(printable, answer_head), "", _body(exchange.answer.content)]).strip(),
        curl=curl(exchange.request, result),
        finds=tuple(found.get(exchange.number, ())),
    )


def _credentials(kind: Credentials) -> str:
    """Return in words which credentials a request carries; "" for those of every ordinary request."""
    if kind in VALID_CREDENTIALS:
        return "" if kind == "valid" else f"credentials: {kind}"
    return f"with {in_words(kind)}"


def _asks(request: Request) -> str:
    """Return a request in one line: its body, and method and path if they are unusual."""
    unusual = [word for word in (request.method and request.method.upper(), request.path) if word]
    return printable(" ".join([*unusual, shown(request.payload(), _GIST)]))


def _says(body: Any) -> str:
    """Return an answer in one line: its errors, its warnings, or data.status."""
    fields = body if isinstance(body, dict) else {}
    for name in ("errors", "warnings"):
        said = fields.get(name)
        if said:
            items = said if isinstance(said, list) else [said]
            texts = [
                f"{i.get('code', '')} {i.get('message')}".strip() if isinstance(i, dict) else str(i) for i in items
            ]
            return printable("; ".join(texts)[:_GIST])
    data = fields.get("data")
    return printable(str(data.get("status"))[:_GIST]) if isinstance(data, dict) else ""


def _body(content: bytes) -> str:
    """Return a body for display, cut if it is long: JSON is indented, control characters are shown as escapes."""
    value = decode(content)
    if value is not NOTHING:
        try:
            content = json.dumps(value, indent=2, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError):
            content = encode(value)
    return printable_lines(shown(content, _BODY_LIMIT))
