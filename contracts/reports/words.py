"""The words that all reports share: places on the page, texts that are safe to print, bodies cut to a length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from contracts.plural import plural
from contracts.verdict.claims import Standing
from contracts.verdict.findings import Finding
from contracts.verdict.result import Result
from openapi.document import Claim

VERDICTS: Final = ("kept", "broken", "undetermined", "unreached")
# What stands in curl lines, and what it stands for.
_STAND_INS: Final[Mapping[str, tuple[str, ...]]] = {
    "ENROL_HOST is the host": ("$ENROL_HOST",),
    "ENROL_AUTHORIZATION is the value of the header Authorization": ("$ENROL_AUTHORIZATION",),
    "ENROL_TOKEN is an access token, which the host's token call issues": ('$ENROL_TOKEN"',),
    "<…> stands for a secret or a person": ("<secret", "<mobile of ", "<email of "),
}
_BEYOND_THE_PAGE: Final = "Common standards ask for it; the page does not say it."
_BUDGET: Final = "You set this limit; the page does not say it."
_LEFT_OPEN: Final = "the page is open here; the host's reading is listed under the questions"


def place(claim: Claim | None) -> str:
    """Return the place of a claim on the page; "not on the page" for hygiene and budgets, which have none."""
    return f"{claim.section}, row {claim.row}" if claim else "not on the page"


def says(finding: Finding, result: Result) -> str:
    """Return the statement that the host breaks."""
    claim = result.document.claims.get(finding.claim)
    if claim is None:
        return _BUDGET if finding.level == "budget" else _BEYOND_THE_PAGE
    return claim.says


def what_would_decide(standing: Standing) -> str | None:
    """Return what would decide a claim that is undetermined or unreached; None for other claims."""
    if standing.verdict == "unreached":
        return standing.needs
    return _LEFT_OPEN if standing.verdict == "undetermined" else None


def profile(result: Result) -> str:
    """Return the profile of a run; "live" for a live host, which gets the safe list whatever the profile."""
    return "live" if result.target.live else result.profile


def enrolled(result: Result) -> str:
    """Return in words how many customers the run enrolled, and where that is listed."""
    enrolments = result.enrolments
    said = plural(enrolments.made, "answer") if enrolments.made else "no answer"
    if enrolments.budget is None:
        return f"{said} said that a customer is enrolled"
    if not enrolments.budget:
        return "no request named a customer who exists, so nobody was enrolled"
    sent = (
        f"{plural(enrolments.sent, 'request')} sent that may enrol a customer (at most {enrolments.budget} permitted)"
    )
    listed = f", listed in {enrolments.ledger}" if enrolments.ledger and enrolments.sent else ""
    return f"{sent}{listed}; {said} said that a customer is enrolled"


def reason(result: Result) -> str:
    """Return why the run has its verdict; "" if the headline and the counts beside it say it all."""
    is_told = result.verdict == "kept" and not result.count("broken")
    is_told |= result.verdict == "broken" and result.why == f"{result.headline}, {result.count('kept')} kept"
    return "" if is_told else result.why


def legend(lines: Iterable[str]) -> str:
    """Return what the variables and placeholders of some curl lines stand for, as a sentence; "" if none occurs."""
    text = "\n".join(lines)
    told = [words for words, signs in _STAND_INS.items() if any(sign in text for sign in signs)]
    return f"In the curl lines, {'; '.join(told)}." if told else ""


def got(finding: Finding) -> str:
    """Return what came in place of what was expected; an empty text in words."""
    return finding.got or "an empty text"


def sentence(text: str) -> str:
    """Return a text with a capital letter at its start, unless an address stands there."""
    return text if text.startswith(("http://", "https://")) else text[:1].upper() + text[1:]


def shown(content: bytes, limit: int) -> str:
    """Return a body as text, cut after `limit` characters with a note of its size."""
    text = content.decode("utf-8", "backslashreplace")
    return text if len(text) <= limit else f"{text[:limit]}… ({len(content)} bytes in all)"


def status(code: int) -> str:
    """Return a status in words; 0 stands for no answer."""
    return f"HTTP {code}" if code else "no answer"
