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


def chosen(readings: dict[str, str]) -> dict[str, str]:
    """Return a reading for every question: the given one, otherwise the default.

    Raises ValueError for an unknown question or reading.
    """
    for question, reading in readings.items():
        if reading not in READINGS.get(question, ()):
            raise ValueError(f"{question}={reading}: no such question or reading")
    return {question: allowed[0] for question, allowed in READINGS.items()} | readings
