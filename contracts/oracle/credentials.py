"""Credentials: whether the host lets in those that are valid, and nobody else. "Prerequisites" row 1."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.exchange import UNAUTHENTICATED, Request
from contracts.oracle.assessment import Assessment
from contracts.oracle.reasons import Reason, reading
from contracts.oracle.reply import Reply
from openapi.document import Outcome


def are_turned_away(reply: Reply) -> bool:
    """The answer has a status that says that the credentials are not taken."""
    return reply.status in UNAUTHENTICATED


def has_enrolled(reply: Reply) -> bool:
    """The answer shows data and no refusal, as if the request had been carried out."""
    return reply.decision != "refusal" and isinstance(reply.data, dict)


def judge_valid_credentials(request: Request, reply: Reply) -> Assessment:
    """Return what it shows that valid credentials are turned away."""
    assessment = Assessment()
    kind = "basic" if request.credentials == "valid" else request.credentials
    assessment.breaks(f"auth.{kind}", "credentials that are valid let in", f"HTTP {reply.status}")
    return assessment


def judge_wrong_credentials(
    request: Request, reply: Reply, fields: tuple[Reason, ...], outcomes: Mapping[str, Outcome]
) -> Assessment:
    """Return what the answer to missing or wrong credentials shows.

    The page says only that credentials are needed. It gives the refusal no form. `fields`: the reasons that the fields
    of the body give to refuse the request.
    """
    assessment = Assessment()
    # A host that warns about the customer has looked the request up, so it did not mind the credentials either.
    is_refused = not has_enrolled(reply) and reply.decision != "warned"
    got = f"HTTP {reply.status} with data, as if {request.credentials} credentials were valid"
    assessment.check("auth.required", is_refused, "a refusal", got)
    named = {name for error in reply.errors for name in error.names}
    if any(name in outcomes and outcomes[name].stage == "validation" for name in named):
        assessment.hint((reading("precedence", "validation-credentials-lookup"),))
    elif reply.decision == "refusal" and not named:
        status = str(reply.status) if reply.status in (401, 403) else "any-refusal"
        assessment.hint((reading("unauthenticated", status),))
        if any(not reason.passing for reason in fields):
            first = ("credentials-validation-lookup", "credentials-lookup-validation")
            assessment.hint((reading("precedence", *first),))
    return assessment
