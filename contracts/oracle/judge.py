"""The judge: hold one answer against everything the page allows for its request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from contracts.exchange import VALID_CREDENTIALS, Answer, Request
from contracts.oracle import acceptance, attribution, hygiene, refusal
from contracts.oracle.body.reader import BodyReader
from contracts.oracle.case import Case
from contracts.oracle.history import History
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.scenes import list_scenes
from contracts.oracle.observation import Happened, Observation, Sight, common
from contracts.oracle.reasons import ANY, Asked, Option, Reason, Scene, reading
from contracts.oracle.reply import Reply, ReplyReader, is_gateway, part
from openapi.document import Document
from openapi.world import Customer

_UNAUTHENTICATED: Final = (401, 403, 498)
_UNSUPPORTED: Final = 415

Kind = Literal["judged", "unjudged", "transient", "failed"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an answer shows. `unjudged`: a gateway answered. `transient`: a failure the page says to try again after.

    `failed`: any other error of a host, or no answer, where there should be none; it counts if it comes again.
    `implies`: question to the readings that fit; `blames`: question to the claim that is broken should the host fit
    none; `hints`: question to the readings that the answer speaks for; `provided`: the same, provided that the host
    looks at the fields first.
    """

    kind: Kind
    observations: tuple[Observation, ...] = ()
    implies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    blames: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, frozenset[str]] = field(default_factory=dict)
    provided: Mapping[str, frozenset[str]] = field(default_factory=dict)
    happened: Happened | None = None
    accepted: bool = False


class Judge:
    """Judges by one document and what is known to exist."""

    def __init__(self, document: Document, knowledge: Knowledge):
        self._outcomes = document.outcomes
        self._bodies = BodyReader(document)
        self._replies = ReplyReader(document)
        self._knowledge = knowledge

    def judge(self, request: Request, answer: Answer, history: History, about: tuple[str, ...] = ()) -> Judgement:
        """Return what an answer shows. `about`: the claims the request was meant to test, the first blamed."""
        if is_gateway(answer) and request.credentials in VALID_CREDENTIALS:
            return Judgement("unjudged")
        reply = self._replies.read(answer)
        judgement = self._judge_by_the_page(request, reply, history, about)
        speechless = not answer.status or (answer.status >= 500 and not any(i.names or i.says for i in reply.errors))
        if speechless and any(o.verdict == "broken" for o in judgement.observations):
            judgement = replace(judgement, kind="failed")
        manners = tuple(hygiene.look(request, answer))
        return replace(judgement, observations=(*judgement.observations, *manners)) if manners else judgement

    def _judge_by_the_page(self, request: Request, reply: Reply, history: History, about: tuple[str, ...]) -> Judgement:
        if request.credentials not in VALID_CREDENTIALS:
            return self._judge_unauthenticated(request, reply)
        unread = reply.status == _UNSUPPORTED and not request.is_bare_json
        if unread or not request.is_plain_call:
            # Of such requests the page says nothing: whatever comes back breaks no claim.
            return Judgement("judged", accepted=reply.verdict == "success")
        if reply.status in _UNAUTHENTICATED:
            sight = Sight()
            claim = f"auth.{request.credentials if request.credentials != 'valid' else 'basic'}"
            sight.blame(claim, "credentials that are valid let in", f"HTTP {reply.status}")
            return Judgement("judged", tuple(sight.observations))
        reasons, asked = self._bodies.read(request.body)
        found = list_scenes(asked, self._knowledge)
        about = about or (_default_claim(asked, found),)
        if self._is_transient(reply, reasons, found):
            return Judgement("transient", happened=None)
        sights = [self._look(reply, reasons, asked, scene, history, about) for scene in found]
        return _settle(sights, accepted=reply.verdict == "success")

    def _judge_unauthenticated(self, request: Request, reply: Reply) -> Judgement:
        """Source: "Prerequisites" row 1. It gives the refusal no form, and says only that credentials are needed."""
        sight = Sight()
        # Whoever looks the request up and warns about the customer has not minded the credentials either.
        enrolled = reply.verdict != "refusal" and isinstance(reply.data, dict)
        got = f"HTTP {reply.status} with data, as if {request.credentials} credentials were valid"
        sight.see("auth.required", not enrolled and reply.verdict != "warned", "a refusal", got)
        named = {name for item in reply.errors for name in item.names}
        fields, _ = self._bodies.read(request.body) if request.is_plain_call else ((), None)
        if any(name in self._outcomes and self._outcomes[name].stage == "validation" for name in named):
            sight.hint((reading("precedence", "validation-credentials-lookup"),))
        elif reply.verdict == "refusal" and not named:
            known = str(reply.status) if reply.status in (401, 403) else "any-refusal"
            sight.hint((reading("unauthenticated", known),))
            if any(not reason.passing for reason in fields):
                first = ("credentials-validation-lookup", "credentials-lookup-validation")
                sight.hint((reading("precedence", *first),))
        return Judgement("judged", tuple(sight.observations), hints=sight.hints, accepted=enrolled)

    def subjects(self, request: Request) -> list[Scene]:
        """Return the scenes in which a request names a promotion and a customer that are known."""
        if not request.is_plain_call:
            return []
        _, asked = self._bodies.read(request.body)
        return [scene for scene in list_scenes(asked, self._knowledge) if scene.promotion and scene.customer]

    def _is_transient(self, reply: Reply, reasons: tuple[Reason, ...], found: tuple[Scene, ...]) -> bool:
        row = self._outcomes["engine_error"]
        due = any("engine_error" in {o.outcome for o in reason.options} for s in found for reason in s.reasons)
        return (
            not due
            and bool(reply.errors)
            and reply.status in (row.status, 200, 503)
            and all(item.names == {"engine_error"} for item in reply.errors)
        )

    def _look(
        self,
        reply: Reply,
        reasons: tuple[Reason, ...],
        asked: Asked,
        scene: Scene,
        history: History,
        about: tuple[str, ...],
    ) -> Sight:
        promotion, customer = scene.promotion, scene.customer
        case = None
        if promotion and customer:
            case = Case(
                asked=asked,
                promotion=promotion,
                customer=customer,
                membership=history.membership(customer, promotion),
                history=history,
                milestones=promotion.milestones
                if promotion.milestones is not None
                else (() if self._knowledge.complete else None),
                strict=self._knowledge.complete,
            )
        past = _reasons_of_history(asked, case)
        every = (*reasons, *scene.reasons, *past)
        if reply.verdict == "refusal":
            sight = self._look_at_refusal(reply, every, asked, scene, about)
            refusal.look_at_precedence(sight, reply, fields=reasons, look_ups=scene.reasons)
        else:
            sight = self._look_at_acceptance(reply, every, case, scene, asked, about)
        if reply.verdict == "warned" and past and sight.broken:
            # A warning and nothing else is one more way to say no to an OPT_IN that comes too early.
            sight = self._look_at_refusal(reply, every, asked, scene, about)
        for implied in scene.implies:
            sight.imply((implied,), attribution.of_question(implied[0], about[0]))
        return sight

    def _look_at_refusal(
        self, reply: Reply, reasons: tuple[Reason, ...], asked: Asked, scene: Scene, about: tuple[str, ...]
    ) -> Sight:
        return refusal.look(reply, reasons, self._outcomes, asked=asked, promotion=scene.promotion, about=about[0])

    def _look_at_acceptance(
        self,
        reply: Reply,
        reasons: tuple[Reason, ...],
        case: Case | None,
        scene: Scene,
        asked: Asked,
        about: tuple[str, ...],
    ) -> Sight:
        if case and self._outcomes["already_enrolled"].message in reply.warnings and not acceptance.must_succeed(case):
            reasons = tuple(reason for reason in reasons if not reason.late)
        stuck = [reason for reason in reasons if not reason.passing]
        if stuck:
            sight = Sight()
            for reason in stuck[:1]:
                claim = reason.claims[0] if reason.claims else about[0]
                sight.blame(claim, f"{reason.what}: a refusal", f"HTTP {reply.status}, {reply.verdict}")
            customer = scene.customer or self._shown(reply)
            if reply.verdict == "success" and customer and scene.promotion:
                sight.happened = Happened(customer, scene.promotion, "unclear")
            return sight
        if case is None or asked.action not in ("ENROL", "OPT_IN"):
            sight = Sight()
            sight.see(
                "response.data.type", isinstance(reply.data, dict) or bool(reply.warnings), "an object", reply.data
            )
        else:
            sight = acceptance.look(reply, case, self._outcomes)
        for reason in reasons:
            _pass(sight, reason, about)
        if not sight.broken:
            sight.keep(*about)
        return sight

    def _shown(self, reply: Reply) -> Customer | None:
        """Return the customer whom an answer shows."""
        shown = part(reply.data, "customer", "customerId")
        return next((c for c in self._knowledge.data.customers if c.id is not None and c.id == shown), None)


def _pass(sight: Sight, reason: Reason, about: tuple[str, ...]) -> None:
    """Note what it means that a host lets a request pass in spite of a reason."""
    claim = reason.claims[0] if reason.claims else about[0]
    passing = reason.passing
    (sight.keep if any(o.decides for o in passing) else sight.leave)(*reason.claims)
    implied = [dict(option.implies) for option in passing]
    for key in set(implied[0]).intersection(*implied[1:]):
        fits = ((key, frozenset().union(*(one[key] for one in implied))),)
        if reason.hint:
            sight.hint(fits)
        else:
            sight.imply(fits, attribution.of_question(key, claim))


def _reasons_of_history(asked: Asked, case: Case | None) -> tuple[Reason, ...]:
    """An OPT_IN of somebody who is not enrolled: an open question, so refused or not."""
    if case is None or asked.action != "OPT_IN" or case.membership.enrolments:
        return ()
    certain = case.membership.certain
    enrols = Option(None, (reading("opt-in-first", "enrols"),) if certain else (), decides=False)
    refused = Option(ANY, (reading("opt-in-first", "refused"),), decides=False)
    return (Reason("OPT_IN without an enrolment", ("example.opt_in",), (enrols, refused)),)


def _settle(sights: list[Sight], *, accepted: bool) -> Judgement:
    """Take the scenes that the answer fits; where it fits none, the one it misses by least and meets in most."""
    fitting = [sight for sight in sights if not sight.broken]
    chosen = fitting or [min(sights, key=lambda sight: (len(sight.broken), -len(sight.observations)))]
    first = chosen[0]
    blames: dict[str, str] = {}
    for sight in chosen:
        blames = {**sight.blames, **blames}
    if fitting:
        first.keep("call.path")
    return Judgement(
        "judged",
        tuple(dict.fromkeys(first.observations)),
        implies=common(sight.implies for sight in fitting),
        blames=blames,
        hints=common(sight.hints for sight in fitting),
        provided=common(sight.provided for sight in fitting),
        happened=first.happened,
        accepted=accepted,
    )


def _default_claim(asked: Asked, found: tuple[Scene, ...]) -> str:
    if asked.action == "OPT_IN":
        return "example.opt_in"
    upcoming = any(scene.promotion and scene.promotion.status == "UPCOMING" for scene in found)
    return "promotion.live_or_upcoming" if upcoming else "promotion.loyalty_types"
