"""The words that all reports share: places on the page, text that is safe to show, bodies cut to a length."""

from __future__ import annotations

import re
from typing import Final

from contracts.verdict.claims import Standing
from contracts.verdict.findings import Finding
from contracts.verdict.needs import missing
from contracts.verdict.result import Result
from openapi.document import Claim

VERDICTS: Final = ("kept", "broken", "undetermined", "unreached")
VARIABLES: Final = (
    "ENROL_AUTHORIZATION is a whole Authorization header, ENROL_TOKEN an access token, ENROL_HOST the host; "
    "<…> stands for what is masked."
)
_BEYOND_THE_PAGE: Final = "what standards ask of every host; the page does not say it"
_LEFT_OPEN: Final = "the page leaves it open; what the host does stands with the questions"
# Controls, directions and other marks that would change how the text around them is shown; lone surrogates.
_UNSHOWN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def place(claim: Claim | None) -> str:
    """Return where a claim stands on the page; a finding of hygiene stands nowhere."""
    return f"{claim.section}, row {claim.row}" if claim else "beyond the page"


def says(finding: Finding, result: Result) -> str:
    """Return the sentence that a finding breaks."""
    claim = result.document.claims.get(finding.claim)
    return claim.says if claim else _BEYOND_THE_PAGE


def what_would_decide(standing: Standing, result: Result) -> str | None:
    """Return what would decide a claim that is neither kept nor broken."""
    if standing.verdict == "unreached":
        return missing(standing.claim.id, result.target)
    return _LEFT_OPEN if standing.verdict == "undetermined" else None


def profile(result: Result) -> str:
    """Return how much was asked; of a host that is treated as live it is one list, whatever the profile."""
    return "live" if result.target.live else result.profile


def plural(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def printable(text: str) -> str:
    r"""Return a text in which whatever would not be seen is written out, as \x1b."""
    return _UNSHOWN.sub(_written_out, text)


def shown(content: bytes, limit: int) -> str:
    """Return a body as text, cut after `limit` characters with a note of how much there is."""
    text = content.decode("utf-8", "backslashreplace")
    return text if len(text) <= limit else f"{text[:limit]}… ({len(content)} bytes in all)"


def status(code: int) -> str:
    """Return a status in words; 0 is that of no answer."""
    return f"HTTP {code}" if code else "no answer"


def _written_out(found: re.Match[str]) -> str:
    known = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(found[0])
    return known.get(found[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
