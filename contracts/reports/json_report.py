"""report.json: the result for programs. Its schema is report.schema.json; its order is stable."""

from __future__ import annotations

import base64
from typing import Any, Final

from contracts import json_text
from contracts.exchange import NOTHING, PROMOTION_NAMES, Exchange, Request
from contracts.json_value import as_json
from contracts.oracle.observation import Difference
from contracts.reports import load_figures
from contracts.reports.bug_report import bug_report, steps_of
from contracts.reports.curl import curl
from contracts.reports.words import VERDICTS, shown, what_would_decide
from contracts.verdict.claims import Standing
from contracts.verdict.evidence import QuestionState
from contracts.verdict.findings import Finding
from contracts.verdict.result import EXIT_CODES, Result
from openapi.questions import Question

SCHEMA: Final = 1
_BODY_LIMIT: Final = 20_000


def render(result: Result) -> str:
    """Return the report as JSON text. Two runs with one seed against equal hosts differ only under `run`."""
    report = {
        "schema": SCHEMA,
        "verdict": result.verdict,
        "why": result.why,
        "headline": result.headline,
        "exit": EXIT_CODES[result.verdict],
        "profile": result.profile,
        "seed": result.seed,
        "requests": result.requests,
        "interrupted": result.interrupted,
        "enrolments": {
            "permitted": result.enrolments.budget,
            "sent": result.enrolments.sent,
            "made": result.enrolments.made,
        },
        "counts": {name: result.count(name) for name in VERDICTS},
        "promotionNames": dict(zip(PROMOTION_NAMES, result.promotion_names, strict=True)),
        "claims": [_claim(standing) for standing in result.standings],
        "findings": [_finding(finding, result) for finding in result.findings],
        "questions": [_question(question, result.question_states) for question in result.questions.values()],
        "readings": dict(result.readings),
        "deviations": [
            {
                "claim": known.deviation.claim,
                "reason": known.deviation.reason,
                "expires": known.deviation.expires.isoformat(),
                "state": known.state,
            }
            for known in result.deviations
        ],
        **({"load": load_figures.as_json(result.load)} if result.load else {}),
        "notes": [{"what": note.what, "exchange": note.exchange} for note in result.notes],
        "run": {
            "host": result.target.url,
            "live": result.target.live,
            "testHost": result.target.test_host,
            "began": result.began.isoformat(timespec="seconds"),
            "seconds": round(result.seconds, 3),
        },
    }
    return json_text.dump(report) + "\n"


def question_status(state: QuestionState) -> str:
    """Return one of: settled (one reading is left), open (several), unknown (all), inconsistent (none)."""
    if not state.left:
        return "inconsistent"
    if not state.exchanges:
        return "unknown"
    return "settled" if len(state.left) == 1 else "open"


def _claim(standing: Standing) -> dict[str, Any]:
    claim = standing.claim
    return {
        "id": claim.id,
        "says": claim.says,
        "section": claim.section,
        "row": claim.row,
        "verdict": standing.verdict,
        "answers": standing.answers,
        "needs": what_would_decide(standing),
    }


def _finding(finding: Finding, result: Result) -> dict[str, Any]:
    claim = result.document.claims.get(finding.claim)
    report = bug_report(finding, result)
    return {
        "claim": finding.claim,
        "says": claim.says if claim else None,
        "section": claim.section if claim else None,
        "row": claim.row if claim else None,
        "level": finding.level,
        "known": result.is_known(finding.claim),
        "title": report.title,
        "occasion": finding.occasion,
        "expected": finding.expected,
        "got": finding.got,
        "difference": _difference(finding.difference),
        "times": finding.times,
        "also": [
            {"claim": a.claim, "expected": a.expected, "got": a.got, "exchange": a.exchange, "times": a.times}
            for a in finding.also
        ],
        "lookAt": report.look_at,
        "earlier": list(steps_of(finding, result)),
        **_exchange(finding.exchange, result),
        "curl": curl(finding.exchange.request, result),
    }


def _difference(difference: Difference | None) -> dict[str, Any] | None:
    if difference is None:
        return None
    return {
        "place": difference.place,
        "expected": [as_json(value) for value in difference.expected],
        "got": None if difference.got is NOTHING else as_json(difference.got),
    }


def _exchange(exchange: Exchange, result: Result) -> dict[str, Any]:
    answer = exchange.answer
    return {
        "exchange": exchange.number,
        "group": exchange.group,
        "request": _request(exchange.request, result),
        "answer": {
            "status": answer.status,
            "mediaType": answer.headers.get("content-type"),
            "body": shown(answer.content, _BODY_LIMIT),
            "bytes": answer.size,
        },
    }


def _request(request: Request, result: Result) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if request.raw is None and request.body is not NOTHING and json_text.is_json_value(request.body):
        body["body"] = request.body
        if request.spelling != "usual":
            body["spelling"] = request.spelling
    elif request.payload():
        body["raw"] = base64.b64encode(request.payload()).decode()
    return {
        "method": (request.method or result.document.method).upper(),
        "path": request.path or result.document.path,
        "headers": [{"name": name, "value": value} for name, value in request.headers],
        "credentials": request.credentials,
        **body,
    }


def _question(question: Question, states: tuple[QuestionState, ...]) -> dict[str, Any]:
    return {
        "id": question.id,
        "asks": question.asks,
        "statements": [{"section": s.section, "row": s.row, "says": s.says} for s in question.statements],
        "readings": dict(question.readings),
        "default": question.default,
        "host": [
            {"key": s.key, "does": question_status(s), "left": list(s.left), "exchanges": list(s.exchanges)}
            for s in states
            if s.question == question.id
        ],
    }
