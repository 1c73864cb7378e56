"""Says in the user's terms what PyYAML's parser does not understand."""

from __future__ import annotations

import re
from typing import Any, Final

from openapi.parsing.problem import TOO_DEEP, Problem, quoted

_INDENT: Final = re.compile(r"[ \t]*")
_ALIAS_OR_ANCHOR: Final = ("while scanning an alias", "while scanning an anchor")
_FLOW: Final = ("while parsing a flow mapping", "while parsing a flow sequence", "while parsing a flow node")
# A key, and the spaces before its value.
_VALUE: Final = re.compile(r"\s*(?:- +)*(?:.*[{,] *)?[^:]*: +")
_LIKE_ITS_KEYS: Final = "; indent this line like the keys beside it"


def needs_quotes(text: str) -> str:
    """Return what to say of a text without quotes that begins with a character which means something else in YAML."""
    return f"a text that begins with {text[0]} needs quotes: {quoted(text)}"


def explained(error: Any, text: str) -> Problem:
    """Return the problem that a yaml.MarkedYAMLError is about: its line, its column, and what to write instead."""
    mark = error.problem_mark or error.context_mark
    context = error.context_mark or mark
    lines = text.removeprefix("\ufeff").splitlines()
    found = _problem(error.problem or "", error.context or "", lines, mark, context)
    if found is None:
        return Problem(error.problem or "this is not YAML", mark.line + 1, mark.column + 1)
    says, where = found
    return Problem(says, where[0] + 1, where[1] + 1)


def _problem(
    problem: str, during: str, lines: list[str], mark: Any, context: Any
) -> tuple[str, tuple[int, int]] | None:
    """Return what is wrong and where, counted from 0; None if PyYAML's own words must do."""
    here, begun = (mark.line, mark.column), (context.line, context.column)
    line = lines[mark.line] if mark.line < len(lines) else ""
    letter = line[mark.column : mark.column + 1]
    tab = line.find("\t", 0, len(_INDENT.match(line)[0]))  # type: ignore[index]  # it matches any line
    if (tab >= 0 or letter == "\t") and during not in _FLOW:
        return "a tab; YAML is indented with spaces", (mark.line, tab if tab >= 0 else mark.column)
    if problem == "exceeded maximum nesting depth":  # libyaml's own limit, which it meets while it looks ahead
        return TOO_DEEP, here
    if problem.startswith("found character ") and problem.endswith("cannot start any token"):
        return needs_quotes(_written(line, mark.column)), here
    if during in _ALIAS_OR_ANCHOR or "mapping keys are not allowed" in problem or "directive" in during:
        return needs_quotes(_written(lines[context.line], context.column) or letter), begun
    if during == "while scanning a block scalar" and "comment or line break" in problem:
        return needs_quotes(_written(lines[context.line], context.column)), begun
    if "mapping values are not allowed" in problem or (during in _FLOW and letter == ":"):
        value = _VALUE.match(line[: mark.column])
        if value and value.end() < mark.column:
            missing = "a comma is missing, or there is " if during in _FLOW else ""
            return f"{missing}a colon inside a text; quote the whole text: {quoted(_written(line, value.end()))}", here
        if during not in _FLOW:
            return f"this key does not belong to what is above it{_LIKE_ITS_KEYS}", here
    if problem == "did not find expected '-' indicator":
        return "an entry of a list begins with a dash and a space; its further keys are indented like the first", here
    if problem == "did not find expected key" and not during.startswith("while parsing a flow"):
        if letter == "-":
            return f"an entry of a list among keys{_LIKE_ITS_KEYS}, or begin each entry above with a dash", here
        if line[: mark.column].strip():
            return "something stands behind the end of a value; put one pair of quotes around all of it", here
        return f"this line is indented by {mark.column} spaces, and nothing above it is{_LIKE_ITS_KEYS}", here
    if problem == "could not find expected ':'":
        return "a key needs a colon and a space behind it; a text of several words stands behind its key", begun
    if during in _FLOW and problem.startswith("did not find expected ',' or "):
        return f"a comma is missing before this, or the {problem[-2]} that closes what line {begun[0] + 1} opens", here
    if problem == "did not find expected node content":
        if during in _FLOW:
            return "a value is missing here; if it is a text, quote it", here
        return needs_quotes(_written(line, mark.column)), here
    if problem == "found unexpected end of stream" and "quoted" in during:
        return "the quote that begins here does not end", begun
    if problem == "found invalid Unicode character escape code":
        return "this escape is half a character; write the character itself, or save the data as JSON", here
    if problem == "found unknown escape character":
        return "a backslash within double quotes begins an escape; use single quotes", here
    return None


def _written(line: str, column: int) -> str:
    """Return the text without quotes that begins at a column, counted from 0."""
    within_brackets = re.search(r"[\[{]", line[:column])
    found = re.match(r"(?:(?! #)[^,\]}])*" if within_brackets else r"(?:(?! #).)*", line[column:])
    return (found[0].rstrip() if found else "") or line[column : column + 1]
