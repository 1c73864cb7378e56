"""Refusals: may this request be refused, with these codes and texts, under this HTTP status?

Source: the page, "Error codes" rows 1 to 14.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contracts.exchange import NOTHING
from contracts.oracle import attribution
from contracts.oracle.observation import Sight
from contracts.oracle.reasons import ANY, PLAIN, Asked, Option, Reason, reading
from contracts.oracle.reply import ErrorItem, Reply, has_strays, part
from openapi.document import Outcome
from openapi.world import Promotion

_WORDS_OF_ANY: Final = frozenset({"opt_in_not_supported", "customer_not_found"})
_NOT_FOUND: Final = ("promotion_not_found", "program_not_found", "customer_not_found")


def look(
    reply: Reply,
    reasons: tuple[Reason, ...],
    outcomes: Mapping[str, Outcome],
    *,
    asked: Asked,
    promotion: Promotion | None,
    about: str,
) -> Sight:
    """Hold a refusal against the reasons for one. `about`: the claim to blame where nothing names another."""
    sight = Sight()
    used: dict[Reason, list[Option]] = {}
    allowed: list[tuple[Reason, Option]] = []
    for item in reply.errors or (_NO_ITEM,):
        fitting = [(r, o) for r in reasons for o in r.options if _explains(o, item, reply.status)]
        wordless = [(r, o) for r, o in fitting if o.outcome in (PLAIN, ANY)]
        if item.plain:
            # Of one reason, the refusal without words explains words of the host's own better than a row does.
            wanting = {reason for reason, _ in wordless}
            fitting = [(r, o) for r, o in fitting if r not in wanting or o.outcome in (PLAIN, ANY)]
        else:
            fitting = [pair for pair in fitting if pair not in wordless] or fitting
        if not fitting:
            refusing = [r for r in reasons if any(o.outcome for o in r.options)]
            if refusing and item.says not in attribution.WARNINGS:
                _blame_reason(sight, reply, item, attribution.culprit(refusing), outcomes, about)
            else:
                claim = attribution.of_refusal(reply, item, asked, promotion, about)
                sight.blame(claim, "the request is accepted", _got(reply, item))
        causes = {reason for reason, _ in fitting}
        # An error with several causes at hand tells nothing of any of them.
        if len(causes) == 1:
            for reason, option in fitting:
                used.setdefault(reason, []).append(option)
        # Text of its own under a code without a field may be an error of its own, or a free wording of a row.
        if not (item.plain and wordless) and fitting:
            _look_at_text(sight, item, fitting[0][0], outcomes, about)
        allowed += fitting
    for reason, options in used.items():
        _look_at_reason(sight, reason, options, outcomes, about)
    if not sight.broken:
        _look_at_status(sight, reply, allowed, outcomes, about)
    _look_at_number(sight, reply, reasons, outcomes)
    _look_at_shape(sight, reply, outcomes)
    return sight


# Stands for an answer that says no without saying why.
_NO_ITEM: Final = ErrorItem(code=None, message=None, names=frozenset(), extent=None, plain=True)


def _explains(option: Option, item: ErrorItem, status: int) -> bool:
    if option.outcome is None:
        return False
    if option.outcome == ANY:
        # An error that names what is wrong elsewhere is not the refusal that has no words.
        return status < 500 and (item.extent in (None, "any-text") or bool(item.names & _WORDS_OF_ANY))
    if option.outcome == PLAIN:
        return item.plain and status < 500
    return option.outcome in item.names


def _blame_reason(
    sight: Sight, reply: Reply, item: ErrorItem, reason: Reason, outcomes: Mapping[str, Outcome], about: str
) -> None:
    names = dict.fromkeys(o.outcome for o in reason.options)
    expected = " or ".join(_describe(name, outcomes) for name in names)
    claim = attribution.of_reason(reason, outcomes, about, item.says)
    if item is _NO_ITEM and 400 <= reply.status < 500:
        # It says no, as it should, and does not say why: that is one defect, whatever was asked.
        sight.leave(claim, *reason.claims)
        claim = "response.errors.filled"
    sight.blame(claim, f"{reason.what}: {expected}", _got(reply, item))


def _got(reply: Reply, item: ErrorItem) -> str:
    if item is not _NO_ITEM:
        return f"HTTP {reply.status}, code {item.code!r}, message {item.message!r}"
    return f"HTTP {reply.status} " + ("without errors" if reply.body is not NOTHING else "and a body that is no JSON")


def _describe(name: str | None, outcomes: Mapping[str, Outcome]) -> str:
    if name is None:
        return "accepted"
    if name in outcomes:
        return f"code {outcomes[name].code} ({outcomes[name].message.partition('. ')[0]})"
    return "an error without a documented code" if name == PLAIN else name


def _look_at_text(sight: Sight, item: ErrorItem, reason: Reason, outcomes: Mapping[str, Outcome], about: str) -> None:
    """Note how much of a row's text the host says.

    It may cut one row behind another sentence than the next, and have words of its own for the fields, or for what
    it looks up, or for its engine, and those of the page for the others.
    """
    stages = {outcomes[o.outcome].stage for o in reason.options if o.outcome and o.outcome in outcomes}
    if item.extent and len(stages) == 1:
        key = f"message-extent/{stages.pop()}"
        sight.hint((reading(key, item.extent),))
        if reason.worded:
            fits = ("any-text",) if item.extent == "any-text" else ("whole", "first-sentence")
            sight.imply((reading(key, *fits),), attribution.of_reason(reason, outcomes, about))


def _look_at_reason(
    sight: Sight, reason: Reason, options: list[Option], outcomes: Mapping[str, Outcome], about: str
) -> None:
    (sight.keep if any(o.decides for o in options) else sight.leave)(*reason.claims)
    for option in options:
        outcome = outcomes.get(option.outcome or "")
        if outcome and outcome.stage == "validation" and len({o.outcome for o in options}) == 1:
            sight.keep(f"error.{outcome.name}")
    implied = [dict(option.implies) for option in options]
    for key in set(implied[0]).intersection(*implied[1:]):
        fits = ((key, frozenset().union(*(one[key] for one in implied))),)
        if reason.hint:
            sight.hint(fits)
        else:
            sight.imply(fits, attribution.of_question(key, reason.claims[0] if reason.claims else about))


def _look_at_status(
    sight: Sight, reply: Reply, allowed: list[tuple[Reason, Option]], outcomes: Mapping[str, Outcome], about: str
) -> None:
    known = [(reason, outcomes[o.outcome]) for reason, o in allowed if o.outcome and o.outcome in outcomes]
    if not known or len(known) < len(allowed):
        return
    claim = attribution.of_reason(allowed[0][0], outcomes, about)
    fits: dict[str, set[str]] = {}
    for reason, outcome in known:
        for question, name, status in _statuses(outcome):
            # A host that says 404 of what does not exist may say 400 of what does.
            else_400 = name == "404" and not reason.absent and reply.status == outcome.status
            if status == reply.status or else_400:
                fits.setdefault(question, set()).add(name)
    if not fits:
        statuses = sorted({status for _, outcome in known for _, _, status in _statuses(outcome)})
        sight.blame(claim, f"{known[0][1].name} under HTTP {' or '.join(map(str, statuses))}", f"HTTP {reply.status}")
    elif len({_statuses(outcome)[0][0] for _, outcome in known}) == 1:
        for question, names in fits.items():
            sight.imply((reading(question, *names),), claim)


def _statuses(outcome: Outcome) -> list[tuple[str, str, int]]:
    """Return (question, reading, HTTP status) for each status an outcome may travel under.

    The document's own status is the default reading's; the others are those of the question.
    """
    if outcome.stage == "validation":
        question, others = "validation-status", {"200": 200, "422": 422}
    elif outcome.stage == "engine":
        question, others = "engine-status", {"200": 200, "503": 503}
    else:
        question = "refusal-status"
        others = {"200": 200, "404": 404 if outcome.name in _NOT_FOUND else outcome.status}
    default = {"validation-status": "400", "refusal-status": "400", "engine-status": "500"}[question]
    return [(question, default, outcome.status), *((question, name, status) for name, status in others.items())]


def look_at_precedence(sight: Sight, reply: Reply, *, fields: tuple[Reason, ...], look_ups: tuple[Reason, ...]) -> None:
    """Note what spoke first where a field and a look-up both fail, and what a failed look-up tells of the fields."""
    told = {name for item in reply.errors for name in item.names if item.extent in ("whole", "first-sentence")}
    by_fields = {o.outcome for reason in fields for o in reason.options}
    by_look_ups = {o.outcome for reason in look_ups for o in reason.options}
    if not told or sight.broken:
        return
    if told <= by_look_ups - by_fields:
        if any(not reason.passing for reason in fields):
            sight.hint((reading("precedence", "credentials-lookup-validation"),))
        for reason in fields:
            for option in reason.passing:
                sight.provided.update(option.implies)
    elif told <= by_fields - by_look_ups and any(not reason.passing for reason in look_ups):
        fields_first = ("credentials-validation-lookup", "validation-credentials-lookup")
        sight.hint((reading("precedence", *fields_first),))


def _look_at_number(sight: Sight, reply: Reply, reasons: tuple[Reason, ...], outcomes: Mapping[str, Outcome]) -> None:
    """Note whether all violations are reported, or one, where several can only be answered by codes of their own."""
    certain = {r.options[0].outcome for r in reasons if len(r.options) == 1}
    due = {name for name in certain if name and name in outcomes and outcomes[name].stage == "validation"}
    # One object holds one error, whatever the host would like to say.
    if len(due) < 2 or (reply.error_shape or "").startswith("object"):
        return
    told = {name for item in reply.errors for name in item.names}
    # A lone error that is none of them says nothing of how many there would have been.
    fits = "all" if due <= told else "first" if len(reply.errors) == 1 and due & told else None
    if fits:
        # A host may look at some fields before others, and report all that is wrong with those.
        key = f"many-violations/{'+'.join(sorted(due))}"
        sight.imply((reading(key, fits),), "response.errors.filled")


def _look_at_shape(sight: Sight, reply: Reply, outcomes: Mapping[str, Outcome]) -> None:
    claim = "response.errors.filled"
    for what in reply.malformed:
        sight.blame(claim, "errors and warnings in one of their shapes", what)
    texts = [row.message for row in outcomes.values() if row.kind == "warning"]
    if has_strays(reply, texts):
        sight.blame("response.warnings.none", "no warning but those of the page", reply.warnings)
    if reply.error_shape and not reply.malformed:
        sight.imply((reading("error-shape", reply.error_shape),), claim)
        sight.keep(claim)
    if reply.errors and all(item.names for item in reply.errors):
        beside = {"NoneType": ("null", "partial-echo"), "dict": ("partial-echo",)}.get(
            type(reply.data).__name__, ("absent",)
        )
        sight.imply((reading("data-on-error", *beside),), claim)
    made = part(reply.data, "enrollmentStatus", "promotion", "enrollmentId")
    if reply.errors and made:
        sight.blame("response.errors.success", "no enrolment beside errors", f"enrollmentId {made!r}")
