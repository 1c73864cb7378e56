"""What the answers of the mock show under each reading of each open question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.mockserver.caller import Caller, with_value, without
from tests.mockserver.readings import asking
from tests.mockserver.readings.asking import (
    CUSTOMER,
    ENROL,
    INT,
    customer,
    ids,
    milestone,
    nobody,
    outcome,
    part,
    promotion,
    statuses,
)

FAILED: dict[str, Any] = {"status": "FAILED", "milestones": []}
EMPTY: dict[str, Any] = {"status": "SUCCESS", "milestones": []}
ONE = {"targetGroupId": 97904, "targetRuleId": 151551, "initialBalance": 40}
DONE = "enrolled SUCCESS"
NONE = (None, None, "FAILED")
NO_DATA = ("nothing", "nothing", "nothing")

# For each question: the function that asks a fresh mock, and what it returns under each reading.
SEEN: dict[str, tuple[Callable[[Caller], Any], dict[str, Any]]] = {
    "promotion-field-names": (
        asking.field_names,
        {
            "id-promotionId": (DONE, "promotion_required"),
            "promoHexId-promoIntId": ("promotion_required", DONE),
        },
    ),
    "promotion-ids": (
        asking.promotion_ids,
        {
            "both": ("promotion_required", "promotion_required"),
            "either": (DONE, "promotion_required"),
            "identifier-too": (DONE, "already_enrolled"),
        },
    ),
    "one-promotion-id-missing": (
        lambda mock: outcome(mock, promotion(promotionId=INT)),
        {"promotion-required": "promotion_required", "promotion-not-found": "promotion_not_found"},
    ),
    "promotion-ids-disagree": (
        asking.ids_disagree,
        {
            "promotion-not-found": ("promotion_not_found", "promotion_not_found"),
            "id-wins": (DONE, "promotion_not_found"),
            "promotionId-wins": ("promotion_not_found", DONE),
        },
    ),
    "program-mismatch": (
        lambda mock: outcome(mock, {**ENROL, "programId": 973}),
        {"promotion-not-found": "promotion_not_found", "program-not-found": "program_not_found"},
    ),
    "source": (
        lambda mock: outcome(mock, without(ENROL, "customer", "source")),
        {"optional": DONE, "required": "source_required"},
    ),
    "source-selects": (
        lambda mock: outcome(mock, with_value(ENROL, "WEBSITE", "customer", "source")),
        {"no": DONE, "yes": "customer_not_found"},
    ),
    "identifier-names": (
        asking.identifier_names,
        {
            "id-mobile-email": ("identifier_name_required",) * 3,
            "with-externalId": (DONE, "identifier_name_required", "identifier_name_required"),
            "all-spellings": (DONE, DONE, DONE),
        },
    ),
    "milestone-action": (
        asking.milestone_action,
        {
            "refused": ("action_required",) * 3,
            "accepted": ("target_rule_id_required", "target_rule_not_found", DONE),
        },
    ),
    "unknown-value": (
        asking.unknown_value,
        {
            "field-code": ("action_required", "identifier_name_required", "source_required"),
            "plain-400": ("invalid_request",) * 3,
            "ignored": ("action_required", "identifier_name_required", DONE),
        },
    ),
    "wrong-type": (
        asking.wrong_type,
        {
            "field-code": ("program_id_required", "source_required", "nothing"),
            "plain-400": ("invalid_request", "invalid_request", "nothing"),
            "coerced": ("already_enrolled", "source_required", "388369579"),
        },
    ),
    "malformed-id": (
        asking.malformed_id,
        {
            "not-found": ("promotion_not_found", "customer_not_found", "program_not_found"),
            "field-code": ("promotion_required", "identifier_value_required", "program_id_required"),
        },
    ),
    "blank-value": (
        lambda mock: (outcome(mock, customer("id", " ")), outcome(mock, promotion(id="", promotionId=INT))),
        {
            "field-code": ("identifier_value_required", "promotion_required"),
            "not-found": ("customer_not_found", "promotion_not_found"),
        },
    ),
    "value-folding": (
        asking.value_folding,
        {
            "exact": ("customer_not_found", "customer_not_found"),
            "trimmed": (DONE, "customer_not_found"),
            "case-folded": ("customer_not_found", DONE),
            "both": (DONE, DONE),
        },
    ),
    "leading-zeros": (
        lambda mock: outcome(mock, customer("id", f"00{CUSTOMER}")),
        {"significant": "customer_not_found", "ignored": DONE},
    ),
    "null-optional": (
        asking.null_optional,
        {"absent": (DONE, "already_enrolled"), "refused": ("invalid_request", "source_required")},
    ),
    "unknown-fields": (
        asking.unknown_fields,
        {"ignored": (DONE, "already_enrolled"), "refused": ("unknown_field", "unknown_field")},
    ),
    "many-violations": (
        lambda mock: outcome(mock, without(without(ENROL, "action"), "customer")),
        {"all": "action_required customer_required", "first": "action_required"},
    ),
    "precedence": (
        asking.precedence,
        {
            "credentials-validation-lookup": (401, "unauthenticated", "action_required"),
            "credentials-lookup-validation": (401, "unauthenticated", "customer_not_found"),
            "validation-credentials-lookup": (400, "action_required", "action_required"),
        },
    ),
    "error-shape": (
        asking.error_shape,
        {
            "list-number": (list, 400),
            "list-string": (list, "400"),
            "object-number": (dict, 400),
            "object-string": (dict, "400"),
        },
    ),
    "warning-shape": (
        asking.warning_shape,
        {"list": (list, dict), "object": (dict, None), "strings": (list, str)},
    ),
    "data-on-error": (
        lambda mock: part(mock.send(nobody()), "data"),
        {
            "null": None,
            "absent": "nothing",
            "partial-echo": {
                "requestId": "some-test-id",
                "action": "ENROL",
                "customer": {"identifierName": "id", "identifierValue": "199999999999"},
            },
        },
    ),
    "validation-status": (
        statuses(without(ENROL, "action"), nobody()),
        {"400": (400, 400), "200": (200, 400), "422": (422, 400)},
    ),
    "refusal-status": (
        statuses(nobody(), {**ENROL, "promotion": {"id": "68c3f64bbd0a8a0aa705c821", "promotionId": 1133590121}}, {}),
        {"400": (400, 400, 400), "200": (200, 200, 400), "404": (404, 400, 400)},
    ),
    "engine-status": (asking.engine_status, {"500": 500, "200": 200, "503": 503}),
    "message-extent": (
        asking.message_extent,
        {
            "whole": "Customer not found. Ensure the customer exists for the given organization and identifiers.",
            "first-sentence": "Customer not found.",
            "any-text": "[CUSTOMER_NOT_FOUND]",
        },
    ),
    "request-id-absent": (asking.request_id_absent, {"null": None, "omitted": "nothing", "generated": "made up"}),
    "already-enrolled-body": (
        asking.already_enrolled_body,
        {"ids-null": NONE, "existing-ids": ("25286", "25910", "SUCCESS"), "data-null": NO_DATA},
    ),
    "limit-reached-body": (asking.limit_reached_body, {"ids-null": NONE, "data-null": NO_DATA}),
    "milestones-failed-body": (
        lambda mock: milestone(mock.enrol(CUSTOMER, "broken-84")),
        {"failed-list": {"status": "FAILED", "milestones": [ONE]}, "milestone-null": None},
    ),
    "no-response-body": (
        lambda mock: ids(mock.enrol(CUSTOMER, "silent-83")),
        {"success": (None, None, "SUCCESS"), "failed": (None, None, "FAILED")},
    ),
    "no-milestones": (
        asking.no_milestones,
        {"empty-list": (EMPTY, EMPTY), "null": (None, None), "absent": ("nothing", "nothing")},
    ),
    "opt-in-types": (
        lambda mock: outcome(mock, mock.request(CUSTOMER, "enr-58", action="OPT_IN")),
        {"loyalty-earning": "opt_in_not_supported", "loyalty-too": DONE},
    ),
    "opt-in-first": (asking.opt_in_first, {"enrols": (DONE, 3), "refused": ("not_enrolled", 2)}),
    "opt-in-after": (
        asking.opt_in_after,
        {
            "once": (("25911", "25913", "SUCCESS"), NONE, NONE),
            "already-enrolled": (NONE, NONE, NONE),
            "every-new": tuple(("25911", optin, "SUCCESS") for optin in ("25913", "25914", "25915")),
            "same-ids": (("25911", "25913", "SUCCESS"),) * 3,
        },
    ),
    "enrol-gives-optin-id": (
        asking.enrol_gives_optin_id,
        {"always": (True, True), "loyalty-only": (True, False), "after-opt-in": (False, False)},
    ),
    "unauthenticated": (asking.unauthenticated, {"401": (401, True), "403": (403, False), "any-refusal": (200, False)}),
}
