"""Which options of the reasons explain an error: what the host may have refused the request for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from contracts.oracle.reasons import ANY, PLAIN, Option, Reason
from contracts.oracle.reply import ErrorItem

# A reason, and the one of its options that explains an error.
Explanation = tuple[Reason, Option]

# Stands for the error of an answer that refuses without saying why.
NO_ERROR: Final = ErrorItem(code=None, message=None, names=frozenset(), extent=None, plain=True)
# Outcomes that a host may name where any refusal will do: it says that the customer may not opt in.
_WORDS_OF_ANY: Final = frozenset({"opt_in_not_supported", "customer_not_found"})
_WORDLESS: Final = (PLAIN, ANY)


def explain(error: ErrorItem, reasons: Iterable[Reason], status: int) -> list[Explanation]:
    """Return what explains an error best; nothing where it fits no reason. `status`: of HTTP."""
    fitting = [(r, o) for r in reasons for o in r.options if _explains(o, error, status)]
    without_words = [(r, o) for r, o in fitting if o.outcome in _WORDLESS]
    if error.plain:
        # If a reason may be refused with a row or without words, words of the host's own are the latter.
        plain_reasons = {reason for reason, _ in without_words}
        return [(r, o) for r, o in fitting if r not in plain_reasons or o.outcome in _WORDLESS]
    return [pair for pair in fitting if pair not in without_words] or fitting


def sole_reasons(explained: Iterable[list[Explanation]]) -> dict[Reason, list[Option]]:
    """Return the reasons that the errors certainly answer, with the options that explain them.

    An error that could have several causes is evidence of none of them.
    """
    sole: dict[Reason, list[Option]] = {}
    for explanations in explained:
        if len({reason for reason, _ in explanations}) == 1:
            for reason, option in explanations:
                sole.setdefault(reason, []).append(option)
    return sole


def is_wordless(error: ErrorItem, explanations: list[Explanation]) -> bool:
    """The error may be one without a documented text, so that its text says nothing of the host's wording of a row."""
    return error.plain and any(option.outcome in _WORDLESS for _, option in explanations)


def _explains(option: Option, error: ErrorItem, status: int) -> bool:
    if option.outcome is None:
        return False
    if option.outcome == ANY:
        # An error that names another defect is not the refusal that may have any words.
        return 0 < status < 500 and (error.extent in (None, "any-text", "cut") or bool(error.names & _WORDS_OF_ANY))
    if option.outcome == PLAIN:
        return error.plain and 0 < status < 500
    return option.outcome in error.names
