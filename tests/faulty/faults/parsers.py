"""Faults of parsers: what libraries and databases take for a listed value, an id or a number."""

import re
from collections.abc import Callable
from struct import pack, unpack

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import crash, find_fault, get, put, take_as, take_text_as
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.words import SOURCES
from tests.faulty.world import Customer

_NOBODY = ("error.customer_not_found",)
_SOURCE = ("request.customer.source.values", "error.source_required")
_ACTION = ("request.action.values", "error.action_required")
_BRIDGE = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"]


def _finds(kind: str, is_it: Callable[[str, Customer], bool]) -> Hook:
    """Find a customer by a value of this kind that is not his."""

    def do(turn: Turn) -> None:
        asked = turn.asked
        if "no customer" not in turn.misses or asked.name != kind or not asked.value:
            return
        for one in turn.memory.world.customers:
            if is_it(asked.value, one):
                turn.customer = one
                turn.misses.remove("no customer")
                return

    return after("find", do)


def _wrapped(bits: int) -> Callable[[str, Customer], bool]:
    return lambda value, one: (
        bool(re.fullmatch("[1-9][0-9]{1,40}", value)) and int(value) != one.id and int(value) % (1 << bits) == one.id
    )


def _as_double(value: str, one: Customer) -> bool:
    return bool(re.fullmatch("[1-9][0-9]{1,40}", value)) and float(value) == float(one.id)


def _listed(value: str, one: Customer) -> bool:
    return re.split("[,;|]", value)[0] == one.email and value != one.email


def _extended(value: str, one: Customer) -> bool:
    return bool(one.mobile) and bool(
        re.fullmatch(re.escape(one.mobile) + r"( ?(x|ext\.?|;ext=|#|,)) ?[0-9]{1,5}", value)
    )


def _relaxed(value: str) -> str:
    plain = re.sub("[- _]", "", value)
    return next((one for one in SOURCES if one.replace("_", "") == plain), value)


def _single(mantissa: float) -> float:
    """Return a number as 32 bits keep it."""
    found: float = unpack("f", pack("f", mantissa))[0]
    return found


def _as_singles(turn: Turn) -> None:
    number = get(turn.body, "promotion.promotionId")
    if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < 1e30:
        for one in turn.memory.world.promotions:
            if one.id == get(turn.body, "promotion.id") and _single(number) == _single(one.number):
                put(turn.body, "promotion.promotionId", one.number)


def _customer_before_promotion(turn: Turn) -> bool:
    names = list(turn.body)
    return "customer" in names and "promotion" in names and names.index("customer") < names.index("promotion")


def _value(has: Callable[[str], bool]) -> Callable[[Turn], bool]:
    return lambda turn: isinstance(value := get(turn.body, "customer.identifierValue"), str) and has(value)


FAULTS = (
    Fault("id-wraps-at-32-bits", "An id is looked up by its last 32 bits.", _NOBODY, (_finds("id", _wrapped(32)),)),
    Fault("id-looked-up-as-double", "An id is looked up as a double.", _NOBODY, (_finds("id", _as_double),)),
    Fault("id-negative", "The sign of an id is ignored.", _NOBODY, (_finds("id", lambda value, one: value == f"-{one.id}"),)),
    Fault("email-first-of-a-list", "Of a list of e-mail addresses the first counts.", _NOBODY, (_finds("email", _listed),)),
    Fault("email-trailing-dot", "A dot behind the domain is ignored.", _NOBODY,
          (_finds("email", lambda value, one: value == f"{one.email}."),)),
    Fault("email-quoted", "The local part of an e-mail address may be in quotes.", _NOBODY,
          (_finds("email", lambda value, one: value == '"{}"@{}'.format(*one.email.split("@"))),)),
    Fault("mobile-with-extension", "An extension behind the mobile number is ignored.", _NOBODY, (_finds("mobile", _extended),)),
    Fault("mobile-as-uri", "The scheme tel is taken off.", _NOBODY,
          (_finds("mobile", lambda value, one: value in (f"tel:{one.mobile}", f"tel:+{one.mobile}")),)),
    Fault("mobile-in-email-column", "A mobile number finds the customer by e-mail as well.", _NOBODY,
          (_finds("email", lambda value, one: value == one.mobile),)),
    Fault("action-by-number-text", "The place of an action in the enum stands for it, as a text.", _ACTION,
          (take_text_as("action", lambda value: {"0": "ENROL", "1": "OPT_IN"}.get(value, value)),)),
    Fault("action-as-flags", "Actions may be joined by a comma.", _ACTION,
          (take_text_as("action", lambda value: "ENROL" if re.fullmatch("ENROL, ?OPT_IN", value) else value),)),
    Fault("action-pattern-open", "The pattern ^ENROL|OPT_IN$ is taken as if it were ^(ENROL|OPT_IN)$.", _ACTION,
          (take_text_as("action", lambda value: "ENROL" if value.startswith("ENROL") and value != "ENROL_MILESTONES" else value),)),
    Fault("action-line-end", "The pattern of actions lets a line end through.", _ACTION,
          (take_text_as("action", lambda value: value.removesuffix("\n")),)),
    Fault("source-part-of-the-list", "A part of the text of the listed sources is a source.", _SOURCE,
          (take_text_as("customer.source", lambda value: "INSTORE" if value and value in ",".join(SOURCES) and value not in SOURCES else value),)),
    Fault("source-long-s", "Signs whose capital is a Latin letter stand for it in a source.", _SOURCE,
          (take_text_as("customer.source", lambda value: value if value.isascii() else value.upper()),)),
    Fault("source-of-the-prototype", "What every JavaScript object has is a source.", _SOURCE,
          (take_text_as("customer.source", lambda value: "INSTORE" if value in _BRIDGE else value),)),
    Fault("source-relaxed", "Dashes, spaces and underlines in a source do not count.", _SOURCE,
          (take_text_as("customer.source", _relaxed),)),
    Fault("source-by-number-text", "The place of a source in the enum stands for it, as a text.", _SOURCE,
          (take_text_as("customer.source", lambda value: SOURCES[int(value)] if value in tuple("0123456789") else value),)),
    Fault("identifier-name-of-the-prototype", "What every JavaScript object has is an identifierName.",
          ("error.identifier_name_required", "request.customer.identifierName.values"),
          (take_text_as("customer.identifierName", lambda value: "mobile" if value in _BRIDGE else value),)),
    Fault("identifier-name-alias", "customerId is an identifierName.",
          ("error.identifier_name_required", "request.customer.identifierName.values"),
          (take_text_as("customer.identifierName", lambda value: "id" if value == "customerId" else value),)),
    Fault("promotion-number-as-single", "promotionId is compared in single precision.", ("error.promotion_not_found",),
          (before("check", _as_singles),)),
    Fault("program-in-16-bits", "programId is kept in 16 bits.", ("error.program_not_found",),
          (take_as("programId", lambda value: value % 65536 if type(value) is int and value >= 65536 else value),)),
    Fault("program-negative", "The sign of programId is ignored.", ("error.program_not_found",),
          (take_as("programId", lambda value: -value if type(value) is int and value < 0 else value),)),
    Fault("customer-read-behind-promotion", "A customer that stands before the promotion is not found.", ("request.customer.required", "error.customer_required"),
          (find_fault("customer", "customer", _customer_before_promotion),)),
    Fault("astral-value-crashes", "A sign beyond 16 bits in identifierValue ends in an error of the database.", _NOBODY,
          (crash(_value(lambda value: any(ord(sign) > 0xFFFF for sign in value))),)),
    Fault("backslash-value-crashes", "A backslash at the end of identifierValue ends in an error of the database.", _NOBODY,
          (crash(_value(lambda value: value.endswith("\\"))),)),
    Fault("long-number-value-crashes", "An id of more than 19 digits ends in an error of the parser.", _NOBODY,
          (crash(lambda turn: turn.asked.name == "id" and _value(lambda value: bool(re.fullmatch("[0-9]{20,}", value)))(turn)),)),
    Fault("promotion-number-overflow-crashes", "A promotionId beyond 32 bits ends in an error of the parser.", ("error.promotion_not_found",),
          (crash(lambda turn: type(n := get(turn.body, "promotion.promotionId")) is int and n >= 1 << 31),)),
)  # fmt: skip
