"""The next steps after a run: where the reports are, who was enrolled, and the commands that show a finding again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from contracts.host.login import Login, PasswordForm
from contracts.reports.words import enrolled
from contracts.session.permission import can_enrol_nobody
from contracts.verdict.findings import Finding
from contracts.verdict.result import Result

# Stands for the address of a host that has ended with the run: when it is started again, it has another port.
URL: Final = "URL"
# A host whose data have changed since somebody wrote them down answers rightly, and looks broken.
_STALE: Final = (
    "first: is what the target file says of the customer and the promotion of a finding still so on the host?"
)
_NAMES: Final = ("ENROL_USERNAME", "ENROL_PASSWORD")
_HASHED: Final = '$(printf %s "$ENROL_PASSWORD" | md5sum | cut -c1-32)'


def next_steps(
    result: Result, login: Login, *, folder: Path | None, options: tuple[str, ...], form: PasswordForm
) -> Iterator[str]:
    """Yield lines for the terminal. No line shows a secret: a login is given by the names of its variables.

    `folder`: that of the reports. `options`: those that `replay` needs to find the same host again.
    `form`: how the host expects the password.
    """
    if result.enrolments.budget != 0:
        yield f"enrolments: {enrolled(result)}"
    if folder:
        yield reports_in(folder)
    if not result.findings:
        return
    if login.variables and any(finding.level == "broken" for finding in result.findings):
        yield _STALE
    number = next((number for number, finding in enumerate(result.findings, 1) if _is_repeatable(finding, result)), 0)
    if folder and number:
        url = f"    ({URL}: where you start that host again)" if URL in options else ""
        yield f"next: {_replay(folder, number, options)}{url}"
    elif number:
        yield "next: with --report-dir DIR the run leaves reports, from which `enrol-contract replay` sends a finding again"
    yield f"for the curl lines: {_exports(login, form, url=URL if URL in options else result.target.url)}"


def replays(result: Result, *, folder: Path | None, options: tuple[str, ...]) -> dict[int, str]:
    """Return what to do next about each finding, by its number: the command that sends its request again.

    `folder`, `options`: as in next_steps.
    """
    if not folder:
        return {}
    if result.load:
        again = f"`load` again with --seed {result.seed}: `replay` sends one request, which does not race"
        return {number: again for number, finding in enumerate(result.findings, 1) if finding.level != "budget"}
    return {
        number: _replay(folder, number, options)
        if _is_repeatable(finding, result)
        else "`run` again, with --permit-enrolments: the request may enrol a customer, so `replay` does not send it"
        for number, finding in enumerate(result.findings, 1)
        if finding.level != "budget"
    }


def _replay(folder: Path, number: int, options: tuple[str, ...]) -> str:
    return shlex.join(["enrol-contract", "replay", str(folder / "report.json"), str(number), *options])


def reports_in(folder: Path) -> str:
    """Return the line that says where the reports are."""
    return f"reports: {folder / 'report.html'}, and report.json, junit.xml, summary.md and run.har beside it"


def _is_repeatable(finding: Finding, result: Result) -> bool:
    """The command `replay` can send the finding's request again: it judges claims, and enrols nobody on a live host."""
    if finding.level == "budget" or result.load:
        return False
    return not result.target.live or can_enrol_nobody(finding.exchange.request, result.target.absent)


def _exports(login: Login, form: PasswordForm, *, url: str) -> str:
    """Return the commands that set the variables of the curl lines, from the variables that the target file names."""
    host = f"ENROL_HOST={shlex.quote(url)}"
    where = [f"{URL} is where you start that host again"] if url == URL else []
    if not login.basic:
        return f"export {host}{_comment(where)}"
    words = [host]
    if login.variables:
        words += [f'{own}="${named}"' for own, named in zip(_NAMES, login.variables, strict=True) if own != named]
    password = _HASHED if form == "md5" else "$ENROL_PASSWORD"
    whose = [] if login.variables else ["first set ENROL_USERNAME and ENROL_PASSWORD to the login of the sample data"]
    encoded = f'$(printf %s "$ENROL_USERNAME:{password}" | base64 | tr -d "\\n")'
    return f'export {" ".join(words)}; export ENROL_AUTHORIZATION="Basic {encoded}"{_comment(where + whose)}'


def _comment(words: list[str]) -> str:
    """Return a comment of a shell; "" without words."""
    return f"  # {'; '.join(words)}" if words else ""
