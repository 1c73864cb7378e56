"""Faults of serializers: what libraries make of an answer, or of a text on its way through them."""

import re
from collections.abc import Callable
from typing import Any

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import always, edit, edit_milestones, get, opting_in, put, succeeded
from tests.faulty.host import Hook
from tests.faulty.turn import Turn

_LIST = "data.enrollmentStatus.milestone.milestones"
_ECHO = ("response.data.requestId.echo", "response.data.requestId.type")
_BALANCE = "response.data.enrollmentStatus.milestone.milestones.initialBalance"


def _echoed(change: Callable[[str], Any], when: Callable[[Turn], bool] = always) -> Hook:
    """Change requestId on its way into the answer."""
    return edit("data.requestId", lambda value: change(value) if isinstance(value, str) else value, when)


def _of(holder: Any, name: str, test: Callable[[Any], bool]) -> None:
    if name in holder and test(holder[name]):
        del holder[name]


def _one_error_alone(turn: Turn) -> None:
    errors = turn.document.get("errors")
    if isinstance(errors, list) and len(errors) == 1:
        turn.document["errors"] = errors[0]


def _listed(change: Callable[[list[Any]], list[Any]]) -> Hook:
    return edit(_LIST, lambda found: change(found) if isinstance(found, list) else found)


def _grown(turn: Turn) -> None:
    found = get(turn.document, _LIST)
    if isinstance(found, list) and found and turn.promotion:
        seen = turn.memory.notes.setdefault("grown", {})
        seen[turn.promotion.id] = seen.get(turn.promotion.id, 0) + 1
        if seen[turn.promotion.id] == 3:
            put(turn.document, _LIST, [*found, *found])


def _exponent(text: str) -> Any:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?[eE][+-]?\d{1,2}", text) else text


def _warned(turn: Turn) -> bool:
    return bool(turn.warnings)


def _soon(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.status == "UPCOMING"


def _latin(text: str) -> str:
    return text.encode("latin-1", errors="replace").decode("latin-1")


FAULTS = (
    Fault("zero-balance-omitted", "An initialBalance of 0 is left out.", (f"{_BALANCE}.type", f"{_BALANCE}.value"),
          (edit_milestones(lambda one: _of(one, "initialBalance", lambda value: value == 0)),)),
    Fault("single-error-alone", "One error is no list, several are.", ("response.errors.filled",), (after("compose", _one_error_alone),),
          inconsistent=True),
    Fault("customer-id-of-14-digits", "Of customerId 14 digits are kept.", ("response.data.customer.customerId.resolved",),
          (edit("data.customer.customerId", lambda value: float(f"{value:.13e}")),)),
    Fault("broken-balance-as-text", "An initialBalance with a fraction is a text.", (f"{_BALANCE}.type",),
          (edit_milestones(lambda one: one.update(initialBalance=str(one["initialBalance"])) if one["initialBalance"] % 1 else None),)),
    Fault("balance-of-one-decimal", "An initialBalance has one decimal.", (f"{_BALANCE}.value",),
          (edit_milestones(lambda one: one.update(initialBalance=round(one["initialBalance"], 1))),)),
    Fault("balance-in-thousands", "An initialBalance from 1000 on has a comma.", (f"{_BALANCE}.type",),
          (edit_milestones(lambda one: one.update(initialBalance=f"{one['initialBalance']:,}") if one["initialBalance"] >= 1000 else None),)),
    Fault("milestones-by-group", "Of the milestones of one group the last is listed.",
          ("response.data.enrollmentStatus.milestone.milestones.type", "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value"),
          (_listed(lambda found: list({one["targetGroupId"]: one for one in found}.values())),)),
    Fault("milestones-listed-twice-once", "The third answer of a promotion lists each milestone twice.",
          ("response.data.enrollmentStatus.milestone.milestones.type", "response.data.enrollmentStatus.milestone.milestones.targetRuleId.value"),
          (after("compose", _grown),)),
    Fault("object-ids-rewritten", "A requestId of 24 hexadecimal digits is an object.", _ECHO,
          (_echoed(lambda text: {"$oid": text} if re.fullmatch("[0-9a-f]{24}", text) else text),)),
    Fault("exponents-rewritten", "A requestId that looks like a number with an exponent is one.", _ECHO, (_echoed(_exponent),)),
    Fault("zero-text-is-none", 'The requestId "0" counts as none.', _ECHO, (_echoed(lambda text: None if text == "0" else text),)),
    Fault("undefined-is-none", 'The requestId "undefined" counts as none.', _ECHO, (_echoed(lambda text: None if text == "undefined" else text),)),
    Fault("card-numbers-masked", "What looks like the number of a card is masked in requestId.", _ECHO,
          (_echoed(lambda text: re.sub(r"\b\d{12,15}(?=\d{4}\b)", lambda found: "*" * len(found[0]), text)),)),
    Fault("emails-masked", "What looks like an e-mail address is masked in requestId.", _ECHO,
          (_echoed(lambda text: re.sub(r"[\w.+-]{1,64}@[\w.-]{1,64}\.\w{2,20}", "***", text)),)),
    Fault("digits-of-scripts-latinised", "Digits of other scripts in requestId become ASCII digits.", _ECHO,
          (_echoed(lambda text: re.sub(r"\d", lambda found: str(int(found[0])), text)),)),
    Fault("latin-opt-in-texts", "The table of opt-ins keeps Latin-1 only.", _ECHO, (_echoed(_latin, opting_in),)),
    Fault("latin-repeat-texts", "The answer to a repeat keeps Latin-1 only.", _ECHO, (_echoed(_latin, _warned),)),
    Fault("opt-in-texts-of-64", "The table of opt-ins keeps 64 characters of requestId.", _ECHO, (_echoed(lambda text: text[:64], opting_in),)),
    Fault("upcoming-texts-trimmed", "requestId is trimmed in answers for UPCOMING promotions.", _ECHO, (_echoed(str.strip, _soon),)),
    Fault("texts-of-65535-bytes", "requestId is cut behind 65535 bytes.", _ECHO,
          (_echoed(lambda text: text.encode(errors="surrogatepass")[:65535].decode(errors="ignore") if len(text) > 16000 else text),)),
    Fault("opt-in-value-without-domain", "identifierValue loses its domain in the answer to an OPT_IN by e-mail.",
          ("response.data.customer.identifierValue.echo",),
          (edit("data.customer.identifierValue", lambda value: value.split("@")[0], lambda turn: opting_in(turn) and turn.asked.name == "email" and succeeded(turn)),)),
    Fault("opt-in-soon-action", "The answer to an OPT_IN to an UPCOMING promotion says ENROL.", ("response.data.action.echo",),
          (edit("data.action", lambda _: "ENROL", lambda turn: _soon(turn) and opting_in(turn)),)),
    Fault("customer-id-text-by-email", "customerId is a text if the customer is found by e-mail and opts in.", ("response.data.customer.customerId.type",),
          (edit("data.customer.customerId", str, lambda turn: turn.asked.name == "email" and opting_in(turn)),)),
)  # fmt: skip
