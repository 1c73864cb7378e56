"""Credentials: whether the host lets in those that are valid, and nobody else. "Prerequisites" row 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from contracts.credentials import ELSEWHERE
from contracts.exchange import UNAUTHENTICATED, Request
from contracts.oracle.assessment import Assessment
from contracts.oracle.reasons import Reason, Scene, reading
from contracts.oracle.reply import Reply, has_envelope
from contracts.oracle.wrong_credentials import in_words
from openapi.document import Outcome

# What a request names and does not exist.
Missing = Literal["nothing", "customer", "promotion"]

_REQUIRED: Final = "auth.required"
# Statuses that can only be about credentials. A firewall says 403 for many reasons.
_ONLY_CREDENTIALS: Final = (401, 498)


def are_turned_away(status: int) -> bool:
    """An HTTP status says that the credentials are not taken."""
    return status in UNAUTHENTICATED


def has_enrolled(reply: Reply) -> bool:
    """The answer shows data and no refusal, as if the request had been carried out."""
    return reply.decision != "refusal" and isinstance(reply.data, dict)


def judge_valid_credentials(request: Request, reply: Reply) -> Assessment:
    """Return what it shows that valid credentials are turned away."""
    assessment = Assessment()
    kind = "basic" if request.credentials == "valid" else request.credentials
    assessment.breaks(f"auth.{kind}", "an answer to valid credentials", f"HTTP {reply.status}")
    return assessment


def judge_wrong_credentials(
    request: Request, reply: Reply, fields: Iterable[Reason], outcomes: Mapping[str, Outcome], *, is_good: bool
) -> Assessment:
    """Return what the answer to missing or wrong credentials shows.

    The page says only that credentials are needed. It gives the refusal no form. `fields`: the reasons that the fields
    of the body give to refuse the request. `is_good`: nothing but the credentials speaks against the request.
    """
    assessment = Assessment()
    if not reply.status and request.credentials in ELSEWHERE:
        return assessment  # a gateway may hang up on such a header, or such a host
    if not reply.status:
        assessment.breaks(_REQUIRED, "a refusal", "no answer")
        return assessment
    # A host that warns about the customer has looked the request up, so it did not mind the credentials either.
    if has_enrolled(reply) or reply.decision == "warned":
        got = f"HTTP {reply.status} with data"
        assessment.breaks(_REQUIRED, "a refusal", got, occasion=f"the request has {in_words(request.credentials)}")
        return assessment
    named = {name for error in reply.errors for name in error.names}
    if _is_for_the_credentials(reply, named, is_good=is_good):
        assessment.keep(_REQUIRED)
    else:
        assessment.leave_open(_REQUIRED)
    _hint(assessment, reply, named, fields, outcomes)
    return assessment


def what_is_missing(fields: Iterable[Reason], scenes: tuple[Scene, ...], *, is_good: bool) -> Missing | None:
    """Return what does not exist of what a request names, in every scene; None if something else is wrong with it."""
    if is_good:
        return "nothing"
    if any(not reason.passing for reason in fields):
        return None
    if all(scene.promotion and not scene.customer for scene in scenes):
        return "customer"
    return "promotion" if all(scene.customer and not scene.promotion for scene in scenes) else None


def _is_for_the_credentials(reply: Reply, named: set[str], *, is_good: bool) -> bool:
    """Nothing but the credentials explains the refusal."""
    if reply.status in _ONLY_CREDENTIALS or (reply.status == 403 and has_envelope(reply.body)):
        return True
    return is_good and not named and bool(reply.errors) and reply.status < 500 and reply.of_the_call


def _hint(
    assessment: Assessment, reply: Reply, named: set[str], fields: Iterable[Reason], outcomes: Mapping[str, Outcome]
) -> None:
    """Record what the refusal suggests: its form, and whether the host looks at credentials or at fields first."""
    if any(name in outcomes and outcomes[name].stage == "validation" for name in named):
        assessment.hint((reading("precedence", "validation-credentials-lookup"),))
    elif reply.decision == "refusal" and not named and reply.status < 500:
        status = str(reply.status) if reply.status in (401, 403) else "any-refusal"
        assessment.hint((reading("unauthenticated", status),))
        if any(not reason.passing for reason in fields):
            first = ("credentials-validation-lookup", "credentials-lookup-validation")
            assessment.hint((reading("precedence", *first),))
