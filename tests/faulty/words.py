"""The texts of the page, typed from its tables again, and the host's own texts where the page has none."""

from dataclasses import dataclass

ACTIONS = ("ENROL", "OPT_IN")
SOURCES = (
    "FACEBOOK",
    "WEB_ENGAGE",
    "INSTORE",
    "MARTJACK",
    "TMALL",
    "TAOBAO",
    "JD",
    "ECOMMERCE",
    "WEBSITE",
    "LINE",
    "ALL",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table "Error codes"; `free` is the host's own text under the reading message-extent=any-text."""

    code: int
    text: str
    free: str


ROWS = {
    "action": Row(
        310002,
        "action is required. Specify a valid action: ENROL, OPT_IN, or ENROL_MILESTONES.",
        "[INVALID_ACTION] no valid action was given",
    ),
    "promotion": Row(
        310003,
        "promotion is required. Ensure the promotion object is provided in the request body.",
        "[INVALID_PROMOTION] promotion must identify a promotion",
    ),
    "customer": Row(
        310004,
        "customer is required. Ensure the customer object with identifiers is provided.",
        "[INVALID_CUSTOMER] customer must not be null",
    ),
    "programId": Row(
        310005,
        "programId is required. Provide a valid loyalty program ID.",
        "[INVALID_PROGRAM] programId must not be null",
    ),
    "identifierName": Row(
        310006,
        "customer.identifierName is required. Use a valid identifier like mobile, email, or external_id.",
        "[INVALID_IDENTIFIER] unsupported identifier name",
    ),
    "identifierValue": Row(
        310007,
        "customer.identifierValue is required. Provide the actual value for the customer identifier.",
        "[INVALID_IDENTIFIER] identifier value must not be blank",
    ),
    "source": Row(
        310008,
        "customer.source is required. Specify the source of the enrollment (e.g., INSTORE).",
        "[INVALID_SOURCE] unsupported source",
    ),
    "targetRuleId": Row(
        310009,
        "customer.milestone.targetRuleId is required. Provide the specific targetRuleId for milestone enrollment.",
        "[INVALID_MILESTONE] targetRuleId must not be null",
    ),
    "no promotion": Row(
        400,
        "Promotion not found or inactive. Use a valid promotionId/identifier and ensure it is in LIVE or UPCOMING status.",
        "There is no active promotion with these ids",
    ),
    "no program": Row(
        400,
        "Program not found. Verify that the programId provided exists in the system.",
        "There is no such loyalty program",
    ),
    "no customer": Row(
        400,
        "Customer not found. Ensure the customer exists for the given organization and identifiers.",
        "This customer is not known to the organization",
    ),
    "generic": Row(
        400,
        "GENERIC promotions are not eligible for enrollment. Enrollment is only supported for LOYALTY and LOYALTY_EARNING types.",
        "A generic promotion needs no enrollment",
    ),
    "no opt-in": Row(
        400,
        "OPT_IN action not supported. The specified promotion type does not support the OPT_IN action (e.g., use ENROL instead).",
        "This promotion does not take opt-ins",
    ),
    "engine": Row(
        500,
        "Unable to enrol in promotions. An internal error occurred in the promotion engine (EMF). Try again later.",
        "Something went wrong, please try again",
    ),
}
FIELD_ROWS = (
    "action",
    "promotion",
    "customer",
    "programId",
    "identifierName",
    "identifierValue",
    "source",
    "targetRuleId",
)
NOT_FOUND_ROWS = ("no promotion", "no program", "no customer")

ALREADY = "Unable to enroll in promotions. Customer already enrolled or limit reached."
MILESTONES_FAILED = "failed to enrol into milestones"
NO_RESPONSE = "Unable to enroll in promotions. No Response from EMF service."
