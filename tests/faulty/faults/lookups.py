"""Faults in finding the program, the promotion and the customer."""

import re
from typing import Any

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import (
    Test,
    miss,
    named,
    restate,
    take_as,
)
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.world import Customer


def _nowhere(turn: Turn) -> bool:
    return turn.promotion is None


def _take_any_promotion(turn: Turn) -> None:
    if turn.promotion is None and turn.program is not None and "no promotion" in turn.misses:
        turn.promotion = next(one for one in turn.memory.world.promotions if one.program == turn.program)
        turn.misses.remove("no promotion")


def _forget_the_program(turn: Turn) -> None:
    if turn.promotion and turn.asked.program is not None:
        turn.misses = [one for one in turn.misses if one != "no program"]


def _compare_no_program(turn: Turn) -> None:
    promotion = turn.promotion
    if promotion and turn.program not in (None, promotion.program) and promotion.status in ("LIVE", "UPCOMING"):
        turn.misses = [one for one in turn.misses if one == "no customer"]


def _wrap(value: Any) -> Any:
    return (value + 2**31) % 2**32 - 2**31 if type(value) is int else value


def _ids_disagree(turn: Turn) -> bool:
    given = turn.asked.promotion or {}
    named_by = [
        [one.id for one in turn.memory.world.promotions if wanted in (one.id, one.number)]
        for wanted in (given.get("id"), given.get("promotionId"))
    ]
    return all(named_by) and named_by[0] != named_by[1]


def _create(turn: Turn, asked_before: int) -> None:
    """Create a customer who does not exist, after `asked_before` requests for the same one."""
    if "no customer" in turn.misses:
        made = turn.memory.notes.setdefault("made", {})
        count = made[turn.asked.value] = made.get(turn.asked.value, 0) + 1
        if count > asked_before:
            number = 900000000 + sorted(made).index(turn.asked.value)
            turn.customer = Customer(number, "", "", "", "INSTORE")
            turn.misses.remove("no customer")


def _find_customer(when: Test, fits: Any) -> Hook:
    """Look the customer up with `fits` if the correct look-up finds none."""

    def do(turn: Turn) -> None:
        if "no customer" in turn.misses and turn.asked.value and when(turn):
            found = [one for one in turn.memory.world.customers if fits(one, turn.asked.value)]
            if found:
                turn.customer = found[0]
                turn.misses.remove("no customer")

    return after("find", do)


def _leading_digits(text: str) -> str | None:
    found = re.match("[1-9][0-9]*(?=[^0-9 ])", text)
    return found[0] if found else None


def _mismatched(turn: Turn) -> bool:
    return turn.promotion is not None and turn.program not in (None, turn.promotion.program)


FAULTS = (
    Fault(
        "unknown-promotion-has-the-http-status-as-code",
        "A promotion that does not exist is answered with code 404.",
        ("error.promotion_not_found",),
        (restate("no promotion", _nowhere, code=404),),
    ),
    Fault(
        "unknown-promotion-has-the-code-of-the-field",
        "A promotion that does not exist is answered with 310003, though its ids are well-formed.",
        ("error.promotion_not_found",),
        (restate("no promotion", _nowhere, code=310003),),
    ),
    Fault(
        "unknown-promotion-is-any",
        "A promotion that does not exist is replaced by the first one of the program.",
        ("error.promotion_not_found", "response.data.enrollmentStatus.promotion.id.value"),
        (after("find", _take_any_promotion),),
    ),
    Fault(
        "ids-that-disagree-have-another-code",
        "Two ids that name two promotions are answered with 310003: neither not found nor one that wins.",
        ("error.promotion_not_found",),
        (restate("no promotion", _ids_disagree, code=310003),),
    ),
    Fault(
        "unknown-program-ignored",
        "A program that does not exist is not noticed.",
        ("error.program_not_found",),
        (after("find", _forget_the_program),),
    ),
    Fault(
        "unknown-program-has-the-code-of-the-field",
        "A program that does not exist is answered with 310005.",
        ("error.program_not_found",),
        (restate("no program", code=310005),),
    ),
    Fault(
        "program-wraps-at-32-bits",
        "programId is kept in 32 bits: 3334 + 2^32 is program 3334.",
        ("error.program_not_found",),
        (take_as("programId", _wrap),),
    ),
    Fault(
        "program-of-the-promotion-not-compared",
        "A promotion can be enrolled into under another program that exists.",
        ("error.promotion_not_found", "error.program_not_found"),
        (after("find", _compare_no_program),),
    ),
    Fault(
        "mismatched-program-has-the-code-of-the-field",
        "A promotion of another program is answered with 310005: it is either not found, or its program is not.",
        ("error.program_not_found", "error.promotion_not_found"),
        (restate("no promotion", _mismatched, code=310005),),
    ),
    Fault(
        "unknown-customer-created",
        "A customer who does not exist is created and enrolled.",
        ("error.customer_not_found",),
        (after("find", lambda turn: _create(turn, 0)),),
    ),
    Fault(
        "unknown-customer-created-on-the-second-asking",
        "A customer who does not exist is not found at first, and enrolled the second time.",
        ("error.customer_not_found",),
        (after("find", lambda turn: _create(turn, 1)),),
    ),
    Fault(
        "unknown-mobile-created",
        "A mobile number that nobody has is enrolled.",
        ("error.customer_not_found",),
        (after("find", lambda turn: _create(turn, 0) if named("mobile")(turn) else None),),
    ),
    Fault(
        "unknown-customer-has-the-code-of-the-field",
        "A customer who does not exist is answered with 310004.",
        ("error.customer_not_found",),
        (restate("no customer", code=310004),),
    ),
    Fault(
        "unknown-email-has-the-code-of-the-field",
        "An email that nobody has is answered with 310007; other identifiers are right.",
        ("error.customer_not_found",),
        (restate("no customer", named("email"), code=310007),),
    ),
    Fault(
        "unknown-customer-is-a-server-error",
        "A customer who does not exist is answered with HTTP 500.",
        ("error.customer_not_found",),
        (restate("no customer", status=500),),
    ),
    Fault(
        "customer-found-by-the-start-of-the-id",
        "The first digits of a customer id are enough.",
        ("error.customer_not_found",),
        (_find_customer(named("id"), lambda one, text: len(text) > 3 and str(one.id).startswith(text)),),
    ),
    Fault(
        "customer-id-read-up-to-the-first-letter",
        'identifierValue: "388369579x" is customer 388369579.',
        ("error.customer_not_found",),
        (_find_customer(named("id"), lambda one, text: str(one.id) == _leading_digits(text)),),
    ),
    Fault(
        "customer-found-by-another-kind",
        "An id given as email is found all the same.",
        ("error.customer_not_found",),
        (_find_customer(named("email"), lambda one, text: str(one.id) == text),),
    ),
    Fault(
        "email-domain-ignored",
        "An email is compared only up to its @.",
        ("error.customer_not_found",),
        (
            _find_customer(
                named("email"), lambda one, text: "@" in text and one.email.split("@")[0] == text.split("@")[0]
            ),
        ),
    ),
    Fault(
        "email-never-found",
        "No customer is found by email.",
        ("request.customer.identifierName.values",),
        (miss("no customer", named("email")),),
    ),
    Fault(
        "customer-needs-a-mobile-with-country-code-91",
        "No customer is found by a mobile that starts with 44.",
        ("request.customer.identifierName.values",),
        (miss("no customer", lambda turn: named("mobile")(turn) and (turn.asked.value or "").startswith("44")),),
    ),
)
