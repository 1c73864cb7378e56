"""The open questions that this host implements: every reading, the default first.

The list is typed here and not read from questions.yaml; `test_readings.py` compares the two."""

READINGS: dict[str, tuple[str, ...]] = {
    "promotion-field-names": ("id-promotionId", "promoHexId-promoIntId"),
    "promotion-ids": ("both", "either", "identifier-too"),
    "one-promotion-id-missing": ("promotion-required", "promotion-not-found"),
    "promotion-ids-disagree": ("promotion-not-found", "id-wins", "promotionId-wins"),
    "program-mismatch": ("promotion-not-found", "program-not-found"),
    "source": ("optional", "required"),
    "source-selects": ("no", "yes"),
    "identifier-names": ("id-mobile-email", "with-externalId", "all-spellings"),
    "milestone-action": ("refused", "accepted"),
    "unknown-value": ("field-code", "plain-400", "ignored"),
    "wrong-type": ("field-code", "plain-400", "coerced"),
    "malformed-id": ("not-found", "field-code"),
    "blank-value": ("field-code", "not-found"),
    "value-folding": ("exact", "trimmed", "case-folded", "both"),
    "leading-zeros": ("significant", "ignored"),
    "null-optional": ("absent", "refused"),
    "unknown-fields": ("ignored", "refused"),
    "many-violations": ("all", "first"),
    "precedence": (
        "credentials-validation-lookup",
        "credentials-lookup-validation",
        "validation-credentials-lookup",
    ),
    "error-shape": ("list-number", "list-string", "object-number", "object-string"),
    "warning-shape": ("list", "object", "strings"),
    "data-on-error": ("null", "absent", "partial-echo"),
    "validation-status": ("400", "200", "422"),
    "refusal-status": ("400", "200", "404"),
    "engine-status": ("500", "200", "503"),
    "message-extent": ("whole", "first-sentence", "any-text"),
    "request-id-absent": ("null", "omitted", "generated"),
    "already-enrolled-body": ("ids-null", "existing-ids", "data-null"),
    "limit-reached-body": ("ids-null", "data-null"),
    "milestones-failed-body": ("failed-list", "milestone-null"),
    "no-response-body": ("success", "failed"),
    "no-milestones": ("empty-list", "null", "absent"),
    "opt-in-types": ("loyalty-earning", "loyalty-too"),
    "opt-in-first": ("enrols", "refused"),
    "opt-in-after": ("once", "already-enrolled", "every-new", "same-ids"),
    "enrol-gives-optin-id": ("always", "loyalty-only", "after-opt-in"),
    "unauthenticated": ("401", "403", "any-refusal"),
}


# Where a conforming host may follow a reading of its own: question -> places, or kinds of wrong values there. A key of
# `chosen` is then question/place or question/place:kind.
_FIELDS = ("action", "promotion", "id", "promotionId", "customer", "identifierName", "identifierValue", "programId")
PLACES: dict[str, tuple[str, ...]] = {
    "one-promotion-id-missing": ("id", "promotionId", "both"),
    "promotion-ids-disagree": ("two", "id", "promotionId"),
    "unknown-value": ("action", "identifierName", "source"),
    "wrong-type": tuple(
        f"{field}:{kind}"
        for field in (*_FIELDS, "source", "requestId")
        for kind in ("array", "object", "string", "integer", "number", "boolean")
    ),
    "malformed-id": ("id", "promotionId", "identifierValue", "programId"),
    "blank-value": tuple(
        f"{field}:{kind}"
        for field in ("action", "id", "identifierName", "identifierValue")
        for kind in ("blank", "empty")
    ),
    "null-optional": ("requestId", "source"),
    "unknown-fields": ("body", "promotion", "customer"),
    "validation-status": ("missing", "other"),
    "message-extent": ("fields", "look-ups", "engine"),
}
# In which order a host looks at presence and types, which the page does not say: it reports what it finds first.
CHECKS: dict[str, tuple[str, ...]] = {"checks": ("together", "presence-first", "types-first")}


def chosen(readings: dict[str, str]) -> dict[str, str]:
    """Return a reading for every question: the given one, otherwise the default.

    Raises ValueError for an unknown question or reading.
    """
    for question, reading in readings.items():
        if reading not in (READINGS | CHECKS).get(question.partition("/")[0], ()):
            raise ValueError(f"{question}={reading}: no such question or reading")
    return {question: allowed[0] for question, allowed in (READINGS | CHECKS).items()} | readings
