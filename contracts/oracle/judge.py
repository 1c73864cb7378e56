"""The judge: hold one answer against everything the page allows for its request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contracts.exchange import VALID_CREDENTIALS, Answer, Request
from contracts.oracle.acceptance.already_enrolled import judge_beside_warning
from contracts.oracle.acceptance.walk import judge_acceptance
from contracts.oracle.assessment import Assessment
from contracts.oracle.body.reader import BodyReader
from contracts.oracle.choice import choose
from contracts.oracle.credentials import (
    are_turned_away,
    has_enrolled,
    judge_valid_credentials,
    judge_wrong_credentials,
    what_is_missing,
)
from contracts.oracle.history import History
from contracts.oracle.hygiene import bad_manners
from contracts.oracle.judgement import Judgement
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.scenes import list_scenes
from contracts.oracle.reasons import Asked, Reason, Scene
from contracts.oracle.refusal.walk import judge_refusal
from contracts.oracle.reply import Reply, ReplyReader, is_foreign, is_gateway
from contracts.oracle.trial import Trial, find_candidate, reasons_of_history
from contracts.oracle.usual import UNKNOWN, Usual, usual_reasons, usual_scenes
from contracts.oracle.wholeness import as_not_read, flaws, is_about_headers, is_about_size, is_about_transfer
from openapi.document import Document, Outcome
from openapi.world import Customer, Promotion

_UNSUPPORTED: Final = 415


class Judge:
    """Judges by one document and what is known to exist."""

    def __init__(self, document: Document, knowledge: Knowledge):
        self._outcomes = document.outcomes
        self._bodies = BodyReader(document)
        self._replies = ReplyReader(document)
        self._knowledge = knowledge

    def judge(
        self,
        request: Request,
        answer: Answer,
        history: History,
        about: tuple[str, ...] = (),
        *,
        usual: Usual = UNKNOWN,
        strictly: bool = False,
    ) -> Judgement:
        """Return what an answer shows.

        `about`: the claims the request was meant to test, the first to be blamed. `usual`: what the other answers of
        the host show. `strictly`: under their readings only.
        """
        has_valid_credentials = request.credentials in VALID_CREDENTIALS
        reply = self._replies.read(answer)
        if has_valid_credentials and is_about_headers(request, reply):
            return Judgement("judged")
        # A gateway that looks at credentials refuses wrong ones in place of the host.
        if is_gateway(answer) and (has_valid_credentials or not are_turned_away(answer.status)):
            return Judgement("unjudged")
        if _is_in_maintenance(answer, reply):
            return Judgement("unjudged")
        if not has_valid_credentials:
            judgement = self._judge_wrong_credentials(request, reply)
        elif _page_says_nothing(request, reply, answer.version):
            judgement = Judgement("judged", accepted=reply.decision == "success")
        elif answer.flaw:
            judgement = Judgement("judged", tuple(flaws(answer)), accepted=reply.decision == "success")
        elif are_turned_away(reply.status):
            judgement = Judgement("judged", tuple(judge_valid_credentials(request, reply).observations))
        else:
            judgement = self._judge_by_the_page(request, reply, history, about, usual, strictly=strictly)
        if request.is_framed_otherwise and reply.decision == "refusal" and judgement.kind == "judged":
            judgement = as_not_read(request, judgement)
        if any(name.lower() == "accept-language" for name, _ in request.headers):
            judgement = _in_any_language(judgement)
        is_broken = any(o.verdict == "broken" for o in judgement.observations)
        if not reply.status or (is_broken and _is_failure(reply)):
            judgement = replace(judgement, kind="failed")
        elif is_broken and has_valid_credentials and is_foreign(reply):
            judgement = replace(judgement, kind="foreign")
        manners = tuple(bad_manners(request, answer))
        return replace(judgement, observations=(*judgement.observations, *manners)) if manners else judgement

    def concerned(self, request: Request) -> Iterator[tuple[tuple[Customer, Promotion], bool]]:
        """Yield each pair that is known and that a request may name, with whether it may be carried out for this pair."""
        if not request.is_plain_call:
            return
        fields, asked = self._bodies.read(request.body)
        for scene in list_scenes(asked, self._knowledge):
            if scene.promotion and scene.customer:
                passes = all(reason.passing for reason in (*fields, *scene.reasons))
                yield (scene.customer, scene.promotion), passes

    def _judge_wrong_credentials(self, request: Request, reply: Reply) -> Judgement:
        fields: tuple[Reason, ...] = ()
        is_good, missing = False, None
        if request.is_plain_call:
            fields, asked = self._bodies.read(request.body)
            scenes = list_scenes(asked, self._knowledge)
            is_good = any(_is_good((*fields, *scene.reasons), scene) for scene in scenes)
            missing = None if has_enrolled(reply) else what_is_missing(fields, scenes, is_good=is_good)
        elif not has_enrolled(reply):
            return Judgement("judged")  # a preflight or another path: its refusal shows nothing
        assessment = judge_wrong_credentials(request, reply, fields, self._outcomes, is_good=is_good)
        return Judgement(
            "judged",
            tuple(assessment.observations),
            hints=assessment.hints,
            accepted=has_enrolled(reply),
            missing=missing,
        )

    def _judge_by_the_page(
        self,
        request: Request,
        reply: Reply,
        history: History,
        about: tuple[str, ...],
        usual: Usual,
        *,
        strictly: bool,
    ) -> Judgement:
        fields, asked = self._bodies.read(request.body)
        scenes = list_scenes(asked, self._knowledge)
        if _is_passing_engine_error(reply, scenes, self._outcomes["engine_error"]):
            return Judgement("transient")
        if strictly:
            fields, scenes = usual_reasons(fields, usual), usual_scenes(scenes, usual)
        assessed = []
        for scene in scenes:
            candidate = find_candidate(asked, scene, history, self._knowledge)
            past = reasons_of_history(candidate, *about[:1])
            trial = Trial(
                reply=reply,
                asked=asked,
                scene=scene,
                fields=fields,
                past=usual_reasons(past, usual) if strictly else past,
                candidate=candidate,
                history=history,
                knowledge=self._knowledge,
                outcomes=self._outcomes,
                about=about or (_usual_claim(asked, scenes),),
                aimed=bool(about),
                usual=usual,
            )
            assessed.append((trial, _assess(trial)))
        judgement = choose(assessed, accepted=reply.decision == "success", of_the_call=reply.of_the_call)
        looked_up = any(self._outcomes[name].stage == "lookup" for error in reply.errors for name in error.names)
        return replace(judgement, lets_in=looked_up or reply.decision != "refusal")


def _assess(trial: Trial) -> Assessment:
    """Judge one trial: a refusal, or an acceptance."""
    if trial.reply.decision == "refusal":
        assessment = judge_refusal(trial)
    else:
        assessment = judge_acceptance(trial)
        if assessment.broken and trial.past and trial.reply.decision == "warned":
            # A host may refuse an OPT_IN of a customer who is not enrolled with nothing but a warning.
            refusal = judge_refusal(trial)
            if not refusal.broken:
                assessment = refusal
                if trial.candidate:
                    judge_beside_warning(assessment, trial, trial.candidate)
    if not is_foreign(trial.reply):  # what something else answers does not tell which scene is the right one
        assessment.imply(trial.scene.implies, trial.claim)
    return assessment


def _is_good(reasons: tuple[Reason, ...], scene: Scene) -> bool:
    """A request with valid credentials could succeed: what it names exists, and no reason must refuse it."""
    return scene.promotion is not None and scene.customer is not None and all(reason.passing for reason in reasons)


def _in_any_language(judgement: Judgement) -> Judgement:
    """Return a judgement without what the words of an answer show: a client may ask for a language (RFC 9110 §12.5.4)."""
    words = [question for question in judgement.implies if question.startswith("message-extent")]
    left = {question: fitting for question, fitting in judgement.implies.items() if question not in words}
    return replace(judgement, implies=left) if words else judgement


def _page_says_nothing(request: Request, reply: Reply, version: str) -> bool:
    """The page does not speak of such a request, or of such a way to send it, so whatever comes back breaks no claim.

    The page's examples send a bare media type; one with a parameter may be turned away with 415.
    """
    if not request.is_plain_call or (reply.status == _UNSUPPORTED and not request.is_bare_json):
        return True
    return is_about_size(request, reply) or is_about_transfer(request, reply, version)


def _is_in_maintenance(answer: Answer, reply: Reply) -> bool:
    """The host asks to come later (RFC 9110 §15.6.4), and does not report the error of the promotion engine."""
    is_row = any(error.names or error.says for error in reply.errors)
    return answer.status == 503 and "retry-after" in answer.headers and not is_row


def _is_failure(reply: Reply) -> bool:
    """The host did not answer, or failed without naming a row or a warning of the page."""
    return not reply.status or (reply.status >= 500 and not any(error.names or error.says for error in reply.errors))


def _is_passing_engine_error(reply: Reply, scenes: tuple[Scene, ...], row: Outcome) -> bool:
    """The host reports the engine error of the page ("Error codes" row 14), and the test data does not provoke it."""
    return (
        bool(reply.errors)
        and reply.status in (row.status, 200, 503)
        and all(error.names == {row.name} for error in reply.errors)
        and not any(o.outcome == row.name for scene in scenes for reason in scene.reasons for o in reason.options)
    )


def _usual_claim(asked: Asked, scenes: tuple[Scene, ...]) -> str:
    """Return the claim to blame for a request that was not meant to test any."""
    if asked.action == "OPT_IN":
        return "example.opt_in"
    upcoming = any(scene.promotion and scene.promotion.status == "UPCOMING" for scene in scenes)
    return "promotion.live_or_upcoming" if upcoming else "promotion.loyalty_types"
