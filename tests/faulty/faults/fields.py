"""Faults in requestId, action, promotion and programId: what is accepted, and with which code it is refused.

`wrong-type` lets a host take a number for a string and a number in a string, nothing else; so a list of one,
an object or a text that merely starts like a number must be refused under every reading."""

import re
import unicodedata
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import (
    crash,
    fill,
    find_fault,
    get,
    opting_in,
    put,
    recode,
    restate,
    take_as,
    take_text_as,
    unwrap,
)
from tests.faulty.turn import Turn

TRACE = b"java.lang.NullPointerException\n\tat com.example.promotions.EnrolResource.enrol(EnrolResource.java:88)"


def _accept_any_request_id(turn: Turn) -> None:
    if not turn.unreadable and isinstance(turn.body.get("requestId"), dict | list | bool):
        turn.problems = [one for one in turn.problems if one.place != "requestId"]


def _ordinal(value: Any) -> Any:
    return ("ENROL", "OPT_IN")[value] if type(value) is int and value in (0, 1) else value


def _milestones_are_all(turn: Turn) -> None:
    if get(turn.body, "action") == "ENROL_MILESTONES" and get(turn.body, "customer.milestone.targetRuleId") is None:
        put(turn.body, "action", "ENROL")


def _any_promotion(turn: Turn) -> Any:
    program = get(turn.body, "programId")
    found = next((one for one in turn.memory.world.promotions if one.program == program), None)
    return {"id": found.id, "promotionId": found.number} if found else None


def _fill_empty_promotion(turn: Turn) -> None:
    if get(turn.body, "promotion") == {}:
        put(turn.body, "promotion", _any_promotion(turn))


def _take_in_order(turn: Turn) -> None:
    given = get(turn.body, "promotion")
    if isinstance(given, dict) and len(given) == 2:
        put(turn.body, "promotion", dict(zip(("id", "promotionId"), given.values(), strict=True)))


def _promotion_is_null(turn: Turn) -> bool:
    return isinstance(turn.body, dict) and "promotion" in turn.body and turn.body["promotion"] is None


def _look_text_up_as_promotion(turn: Turn) -> None:
    for one in turn.memory.world.promotions:
        if get(turn.body, "promotion") == one.id:
            put(turn.body, "promotion", {"id": one.id, "promotionId": one.number})


def _program_of_promotion(turn: Turn) -> Any:
    number = get(turn.body, "promotion.promotionId")
    return next((one.program for one in turn.memory.world.promotions if one.number == number), None)


def _program_of_promotion_on_opt_in(turn: Turn) -> Any:
    return _program_of_promotion(turn) if get(turn.body, "action") == "OPT_IN" else None


def _leading_digits(value: Any) -> Any:
    digits = re.match("[0-9]+", value) if isinstance(value, str) and re.search("[a-z]", value) else None
    return int(digits[0]) if digits else value


FAULTS = (
    Fault(
        "request-id-required",
        "A request without requestId is refused.",
        ("request.requestId.optional",),
        (find_fault("requestId", None, lambda turn: turn.asked.request_id is None, "requestId is required."),),
    ),
    Fault(
        "request-id-required-for-opt-in",
        "OPT_IN without requestId is refused, ENROL without is not.",
        ("request.requestId.optional",),
        (
            find_fault(
                "requestId",
                None,
                lambda turn: turn.asked.request_id is None and opting_in(turn),
                "requestId is required.",
            ),
        ),
    ),
    Fault(
        "request-id-object-accepted",
        "requestId may be an object, a list or a boolean and is then dropped.",
        ("request.requestId.type", "response.data.requestId.echo"),
        (after("check", _accept_any_request_id),),
    ),
    Fault(
        "action-missing-is-enrol",
        "A request without action is taken as ENROL.",
        ("request.action.required", "error.action_required"),
        (fill("action", lambda _: "ENROL"),),
    ),
    Fault(
        "action-null-is-enrol",
        "action: null is taken as ENROL; without action the answer is 310002.",
        ("request.action.required", "error.action_required"),
        (fill("action", lambda _: "ENROL", only="null"),),
    ),
    Fault(
        "action-blank-is-enrol",
        'action: "" is taken as ENROL: whether blank or unlisted, it must be refused.',
        ("request.action.values", "request.action.required", "error.action_required"),
        (fill("action", lambda _: "ENROL", only="blank"),),
    ),
    Fault(
        "action-missing-has-an-unknown-code",
        "A request without action is answered with 310001.",
        ("error.action_required", "request.action.required"),
        (restate("action", lambda turn: get(turn.body, "action") is None, code=310001),),
    ),
    Fault(
        "action-list-accepted",
        'action: ["ENROL"] is taken as ENROL.',
        ("request.action.type", "error.action_required"),
        (unwrap("action"),),
    ),
    Fault(
        "action-ordinal-accepted",
        "action: 0 is taken as ENROL and 1 as OPT_IN; coerced, they would be texts that are not listed.",
        ("request.action.type", "error.action_required"),
        (take_as("action", _ordinal),),
    ),
    Fault(
        "action-in-any-case-accepted",
        "action: enrol is taken as ENROL.",
        ("request.action.values", "error.action_required"),
        (take_text_as("action", str.upper),),
    ),
    Fault(
        "action-trimmed",
        "Spaces around the action are ignored.",
        ("request.action.values", "error.action_required"),
        (take_text_as("action", str.strip),),
    ),
    Fault(
        "action-american-spelling-accepted",
        "action: ENROLL is taken as ENROL.",
        ("request.action.values", "error.action_required"),
        (take_text_as("action", lambda text: "ENROL" if text == "ENROLL" else text),),
    ),
    Fault(
        "action-hyphen-accepted",
        "action: OPT-IN or OPTIN is taken as OPT_IN.",
        ("request.action.values", "error.action_required"),
        (take_text_as("action", lambda text: "OPT_IN" if text in ("OPT-IN", "OPTIN") else text),),
    ),
    Fault(
        "action-in-full-width-letters-accepted",
        "action in full-width letters is taken for the same in ASCII.",
        ("request.action.values", "error.action_required"),
        (take_text_as("action", lambda text: unicodedata.normalize("NFKC", text)),),
    ),
    Fault(
        "action-unlisted-enrols",
        "Every action that is not listed enrols.",
        ("request.action.values", "error.action_required"),
        (take_text_as("action", lambda text: text if text in ("ENROL", "OPT_IN", "") else "ENROL"),),
    ),
    Fault(
        "action-unlisted-has-the-code-of-another-field",
        "An unlisted action is answered with 310006, a missing one with 310002.",
        ("error.action_required", "request.action.values"),
        (recode("action", "identifierName", "unlisted"),),
    ),
    Fault(
        "milestone-action-is-plain-enrol",
        "ENROL_MILESTONES without targetRuleId enrols: neither 310002 nor 310009.",
        ("error.target_rule_id_required", "request.action.values"),
        (before("check", _milestones_are_all),),
    ),
    Fault(
        "target-rule-has-an-unknown-code",
        "ENROL_MILESTONES is known, but without targetRuleId the code is 310010.",
        ("error.target_rule_id_required",),
        (restate("targetRuleId", code=310010),),
        under={"milestone-action": "accepted"},
    ),
    Fault(
        "promotion-missing-has-the-code-of-customer",
        "A request without promotion is answered with 310004.",
        ("request.promotion.required", "error.promotion_required"),
        (recode("promotion", "customer", "missing"),),
    ),
    Fault(
        "promotion-missing-is-any",
        "A request without promotion is enrolled into the first promotion of the program.",
        ("request.promotion.required", "error.promotion_required"),
        (fill("promotion", _any_promotion),),
    ),
    Fault(
        "promotion-empty-is-any",
        "promotion: {} is enrolled into the first promotion of the program; no reading does without any id.",
        ("request.promotion.id.required", "request.promotion.promotionId.required", "error.promotion_required"),
        (before("check", _fill_empty_promotion),),
    ),
    Fault(
        "promotion-null-crashes",
        "promotion: null is answered with HTTP 500 and a stack trace.",
        ("error.promotion_required", "response.errors.filled"),
        (crash(_promotion_is_null, TRACE, "text/plain"),),
    ),
    Fault(
        "promotion-text-accepted",
        "promotion may be the hexadecimal id alone.",
        ("request.promotion.type", "error.promotion_required"),
        (before("check", _look_text_up_as_promotion),),
    ),
    Fault(
        "promotion-list-accepted",
        "promotion may be a list of one promotion.",
        ("request.promotion.type", "error.promotion_required"),
        (unwrap("promotion"),),
    ),
    Fault(
        "promotion-id-missing-has-another-code",
        "A promotion without id is answered with 310004: it may be accepted, not found or 310003.",
        ("request.promotion.id.required", "error.promotion_required"),
        (recode("promotion.id", "customer", "missing"),),
    ),
    Fault(
        "promotion-number-missing-has-the-code-of-program",
        "A promotion without promotionId is answered with 310005, the code of programId.",
        ("request.promotion.promotionId.required", "error.promotion_required"),
        (recode("promotion.promotionId", "programId", "missing"),),
    ),
    Fault(
        "promotion-id-list-accepted",
        "promotion.id may be a list of one id.",
        ("request.promotion.id.type", "error.promotion_required"),
        (unwrap("promotion.id"),),
    ),
    Fault(
        "promotion-id-wrong-type-has-another-code",
        "A promotion.id that is no string is answered with 310005.",
        ("request.promotion.id.type", "error.promotion_required"),
        (recode("id", "programId", "type"),),
    ),
    Fault(
        "promotion-number-list-accepted",
        "promotion.promotionId may be a list of one number.",
        ("request.promotion.promotionId.type", "error.promotion_required"),
        (unwrap("promotion.promotionId"),),
    ),
    Fault(
        "promotion-number-wrong-type-has-the-code-of-program",
        "A promotionId that is no number is answered with 310005.",
        ("request.promotion.promotionId.type", "error.promotion_required"),
        (recode("promotionId", "programId", "type"),),
    ),
    Fault(
        "program-missing-is-that-of-the-promotion",
        "A request without programId is enrolled in the program of the promotion.",
        ("request.programId.required", "error.program_id_required"),
        (fill("programId", _program_of_promotion),),
    ),
    Fault(
        "program-missing-is-that-of-the-promotion-on-opt-in",
        "OPT_IN does not need programId, ENROL does.",
        ("request.programId.required", "error.program_id_required"),
        (fill("programId", _program_of_promotion_on_opt_in),),
    ),
    Fault(
        "program-missing-is-not-found",
        'A request without programId is answered with the row "Program not found".',
        ("error.program_id_required", "request.programId.required"),
        (fill("programId", lambda _: -1),),
    ),
    Fault(
        "program-missing-has-the-code-of-promotion",
        "A request without programId is answered with 310003.",
        ("error.program_id_required", "request.programId.required"),
        (recode("programId", "promotion", "missing"),),
    ),
    Fault(
        "program-list-accepted",
        "programId may be a list of one number.",
        ("request.programId.type", "error.program_id_required"),
        (unwrap("programId"),),
    ),
    Fault(
        "program-read-up-to-the-first-letter",
        'programId: "3334abc" is taken as 3334, which is more than a number in a string.',
        ("request.programId.type", "error.program_id_required"),
        (take_as("programId", _leading_digits),),
    ),
    Fault(
        "program-wrong-type-has-another-code",
        "A programId that is no number is answered with 310003.",
        ("request.programId.type", "error.program_id_required"),
        (recode("programId", "promotion", "type"),),
    ),
    Fault(
        "ids-of-the-promotion-by-their-order",
        "The first member of promotion is taken for id and the second for promotionId, whatever they are called.",
        ("request.promotion.required", "error.promotion_not_found", "error.promotion_required"),
        (before("check", _take_in_order),),
    ),
)
