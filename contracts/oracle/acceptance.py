"""Acceptances: what an answer must say when a customer is enrolled, opted in, or was enrolled already.

Source: the page, "Response parameters" rows 1 to 23, "Warning messages" rows 1 to 3, "Example response".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from contracts.exchange import NOTHING
from contracts.oracle import milestones
from contracts.oracle.case import Case
from contracts.oracle.observation import Happened, Observation, Sight
from contracts.oracle.reasons import Asked, reading
from contracts.oracle.reply import Reply, has_strays, is_number, part
from openapi.document import Outcome

# Other names of a kind of identifier, by which a host may say which it used. "Body parameters" rows 7 and 8.
_SAME_KIND: Final = {"externalId": ("external_id",), "external_id": ("externalId",), "userid": ("id",)}
_PROMOTION: Final = "response.data.enrollmentStatus.promotion"


def look(reply: Reply, case: Case, outcomes: Mapping[str, Outcome]) -> Sight:
    """Hold an answer without errors against what the request and the history allow."""
    sight = Sight()
    texts = {outcomes[name].message: name for name in ("already_enrolled", "milestones_failed", "no_response")}
    named = [texts.get(text) if isinstance(text, str) else None for text in reply.warnings]
    sight.keep("response.errors.success")
    if has_strays(reply, texts):
        claim = "warning.already_enrolled" if reply.verdict == "warned" else "response.warnings.none"
        sight.blame(claim, "a warning of the page", reply.warnings)
    if reply.warning_shape and not reply.malformed:
        first = next((name for name in named if name), None)
        claim = f"warning.{first}" if first else "response.warnings.none"
        sight.imply((reading("warning-shape", reply.warning_shape),), claim)
    for what in reply.malformed:
        sight.blame("response.warnings.none", "warnings in one of their shapes", what)
    if "already_enrolled" in named:
        _look_at_already(sight, reply, case)
    else:
        _look_at_success(sight, reply, case, {name for name in named if name})
    return sight


def may_succeed(case: Case) -> bool:
    """A success is possible: no limit is known to be reached."""
    if case.asked.action == "OPT_IN" and (case.membership.enrolments or not case.membership.certain):
        return True
    return not case.membership.full and not _limit_reached(case)


def must_succeed(case: Case) -> bool:
    """Nothing but a success is possible: no limit can have been reached."""
    if case.membership.full or not case.membership.certain or not case.seats_certain:
        return False
    # Whether whoever is enrolled may still opt in is an open question.
    return not (case.asked.action == "OPT_IN" and case.membership.enrolments) and not _limit_reached(case)


def _limit_reached(case: Case) -> bool:
    return case.membership.enrolments >= case.promotion.limit_per_customer or case.seats_gone


def _look_at_already(sight: Sight, reply: Reply, case: Case) -> None:
    """Source: "Warning messages" row 1."""
    by_limit = case.seats_gone and not case.membership.enrolments
    claim = "warning.limit_reached" if by_limit or case.promotion.limit_per_customer > 1 else "warning.already_enrolled"
    if must_succeed(case):
        claim = "warning.limit_reached" if case.promotion.limit_per_promotion else claim
        sight.blame(claim, "a success: the customer is not enrolled and no limit is reached", reply.warnings)
        return
    sight.keep(claim)
    if case.is_late_opt_in:
        fits = ("once",) if case.membership.opted_in or case.membership.maybe_opted_in else ()
        sight.imply((reading("opt-in-after", "already-enrolled", *fits),), claim)
    # Whoever may not opt in, being enrolled, may be enrolled once more where there is no limit of one.
    if case.asked.action != "OPT_IN" or case.promotion.limit_per_customer == 1:
        sight.happened = Happened(case.customer, case.promotion, "full")
    if reply.data in (None, NOTHING):
        _imply_body(sight, case, by_limit, "data-null")
        return
    _look_at_data(sight, reply, case, empty=True)
    ids = {name: part(reply.data, "enrollmentStatus", "promotion", name) for name in ("enrollmentId", "optinId")}
    if not any(ids.values()):
        _imply_body(sight, case, by_limit, "ids-null")
        return
    if by_limit and case.membership.certain:
        sight.blame("warning.limit_reached", "no ids: there is no enrolment", ids)
        return
    _imply_body(sight, case, by_limit, "existing-ids")
    for name, known in (("enrollmentId", case.membership.enrollment_ids), ("optinId", case.membership.optin_ids)):
        if ids[name] and known and case.membership.certain:
            sight.see(f"{_PROMOTION}.{name}.unique", ids[name] in known, f"that of the enrolment, {known}", ids[name])


def _imply_body(sight: Sight, case: Case, by_limit: bool, name: str) -> None:
    """Note the reading of the body beside the first warning, where it is sure which condition caused it."""
    if case.promotion.limit_per_customer == 1 and case.asked.action == "ENROL":
        # Of an enrolment whose ids never came back there are none to show.
        known = bool(case.membership.enrollment_ids) or name != "ids-null"
        if case.membership.enrolments and not case.seats_gone and known:
            sight.imply((reading("already-enrolled-body", name),), "warning.already_enrolled")
        elif by_limit and name != "existing-ids":
            sight.imply((reading("limit-reached-body", name),), "warning.limit_reached")


def _look_at_success(sight: Sight, reply: Reply, case: Case, warned: set[str]) -> None:
    # A silent engine may not know of the enrolment that it made: the same warning again is no contradiction.
    if not may_succeed(case) and not (case.promotion.engine == "silent" and "no_response" in warned):
        claim = "warning.limit_reached" if case.seats_gone or case.promotion.limit_per_customer > 1 else ""
        sight.blame(claim or "warning.already_enrolled", "the warning: already enrolled or limit reached", "a success")
    _look_at_warnings(sight, case, warned)
    if not sight.see("response.data.type", isinstance(reply.data, dict), "an object", reply.data):
        return
    silent = "no_response" in warned
    if silent:
        ids = [part(reply.data, "enrollmentStatus", "promotion", name) for name in ("enrollmentId", "optinId")]
        sight.see("warning.no_response", not any(ids), "no ids: they did not come back", ids)
    _look_at_data(sight, reply, case, empty=silent)
    _look_at_ids(sight, reply, case, silent=silent)
    milestones.look(sight, reply, case, failed="milestones_failed" in warned, silent=silent)
    status = reply.data.get("status")
    if silent:
        fits = {"SUCCESS": "success"}.get(str(status), "failed")
        sight.imply((reading("no-response-body", fits),), "warning.no_response")
    elif warned:
        # The enrolment was made; what that is called where its milestones were not, the page does not say.
        sight.see("response.data.status.value", status != "FAILED", "not FAILED: the customer is enrolled", status)
    else:
        sight.see("response.data.status.value", status == "SUCCESS", "SUCCESS", status)
    if not sight.broken:
        sight.keep("example.response")


def _look_at_warnings(sight: Sight, case: Case, warned: set[str]) -> None:
    due = set()
    if case.milestones and any(m.fails for m in case.milestones) and case.asked.action == "ENROL":
        due.add("milestones_failed")
    if case.promotion.engine == "silent" and case.asked.action == "ENROL":
        due.add("no_response")
    for name in sorted(due):
        if name == "milestones_failed" and "no_response" in due:
            continue
        sight.see(f"warning.{name}", name in warned, "the warning", sorted(warned) or "no such warning")
    if not due and case.strict and case.promotion.engine != "silent":
        sight.see("response.warnings.none", not warned, "no warning", sorted(warned))


def _look_at_data(sight: Sight, reply: Reply, case: Case, *, empty: bool = False) -> None:
    """Hold the echoes and the names of what was found against the request. Rows 1 to 12 and 21.

    `empty`: beside this warning there may be nothing to tell of an enrolment, of its promotion, or of its status.
    """
    data, asked = reply.data, case.asked
    if not sight.see("response.data.type", isinstance(data, dict), "an object", data):
        return
    _look_at_request_id(sight, data, asked, case.history.request_ids)
    _text(sight, data, "action", "response.data.action", "echo", asked.action)
    customer = data.get("customer")
    if sight.see("response.data.customer.type", isinstance(customer, dict), "an object", customer):
        place = "response.data.customer"
        name = asked.identifier_name
        _text(
            sight, customer, "identifierName", f"{place}.identifierName", "echo", name, *_SAME_KIND.get(name or "", ())
        )
        _text(sight, customer, "identifierValue", f"{place}.identifierValue", "echo", *_used(case))
        _number(sight, customer, "customerId", f"{place}.customerId", "resolved", case.customer.id)
    enrolment = data.get("enrollmentStatus")
    if empty and part(enrolment, "promotion") is None:
        pass
    elif sight.see("response.data.enrollmentStatus.type", isinstance(enrolment, dict), "an object", enrolment):
        promotion = enrolment.get("promotion")
        if sight.see(f"{_PROMOTION}.type", isinstance(promotion, dict), "an object", promotion):
            _text(sight, promotion, "id", f"{_PROMOTION}.id", "value", case.promotion.id)
            _text(sight, promotion, "identifier", f"{_PROMOTION}.identifier", "value", case.promotion.identifier)
            _number(sight, promotion, "programId", f"{_PROMOTION}.programId", "value", case.promotion.program_id)
    status = data.get("status")
    typed = (isinstance(status, str) and bool(status)) or (empty and status is None)
    sight.see("response.data.status.type", typed, "a string", status)


def _used(case: Case) -> tuple[str | None, ...]:
    """Return the identifier values that an answer may say were used: as sent, or as found where folding found it.

    Row 6. A host that does not find a value as it stands may show it as it has it.
    """
    sent, found = case.asked.identifier_value, case.customer
    if sent is None:
        return (None,)
    known = (str(found.id), found.mobile, found.email, found.external_id)
    if sent in known:
        return (sent,)
    return (sent, *(value for value in (sent.strip(), *known) if value and _folded(value) == _folded(sent)))


def _folded(value: str) -> str:
    return value.strip().lower().lstrip("+0")


def _look_at_request_id(sight: Sight, data: Mapping[str, Any], asked: Asked, known: Collection[str]) -> None:
    """Row 2; what stands there when nothing was sent is an open question. `known`: those that were sent before."""
    sent, got = asked.request_id, data.get("requestId", NOTHING)
    claim = "response.data.requestId"
    if isinstance(sent, str) and sent.strip():
        if got is not None and got is not NOTHING:
            sight.see(f"{claim}.type", isinstance(got, str), "a string", got)
        sight.see(f"{claim}.echo", got == sent, sent, got)
    elif sent in (NOTHING, None):
        fits = "omitted" if got is NOTHING else "null" if got is None else "generated"
        if fits != "generated" or sight.see(f"{claim}.type", isinstance(got, str), "a string, null or nothing", got):
            sight.keep("request.requestId.optional")
            sight.see(f"{claim}.echo", got not in known, "none that another request had", got)
            # Of null nothing follows: a host may echo it, though it leaves the field out where none was sent.
            if sent is NOTHING:
                sight.imply((reading("request-id-absent", fits),), f"{claim}.echo")


def _text(sight: Sight, parent: Mapping[str, Any], name: str, claim: str, kind: str, *allowed: str | None) -> None:
    got = parent.get(name, NOTHING)
    if sight.see(f"{claim}.type", isinstance(got, str), "a string", got) and None not in allowed:
        sight.see(f"{claim}.{kind}", got in allowed, " or ".join(repr(value) for value in allowed), got)


def _number(sight: Sight, parent: Mapping[str, Any], name: str, claim: str, kind: str, value: int | None) -> None:
    got = parent.get(name, NOTHING)
    if sight.see(f"{claim}.type", is_number(got), "a number", got) and value is not None:
        sight.see(f"{claim}.{kind}", got == value, value, got)


def _look_at_ids(sight: Sight, reply: Reply, case: Case, *, silent: bool) -> None:
    """Rows 13 and 14. Ids are compared only where they are present, and never taken for digits."""
    ids = [part(reply.data, "enrollmentStatus", "promotion", name) for name in ("enrollmentId", "optinId")]
    enrollment_id, optin_id = ids
    member, key = case.membership, case.history.key(case.customer, case.promotion)
    opting = case.asked.action == "OPT_IN"
    if silent and not enrollment_id and not optin_id:
        sight.happened = Happened(case.customer, case.promotion, "opted_in" if opting else "enrolled")
        return
    claim = f"{_PROMOTION}.enrollmentId"
    sight.see(f"{claim}.type", isinstance(enrollment_id, str) and bool(enrollment_id), "a string", enrollment_id)
    if isinstance(enrollment_id, str) and enrollment_id:
        owner = case.history.owner("enrollmentId", enrollment_id)
        sight.see(f"{claim}.unique", owner in (None, key), "an id that no other enrolment has", enrollment_id)
        if opting and member.enrollment_ids and member.certain:
            kept = enrollment_id in member.enrollment_ids
            sight.see(f"{claim}.unique", kept, f"that of the enrolment, {member.enrollment_ids}", enrollment_id)
        elif not opting and member.enrollment_ids:
            new = enrollment_id not in member.enrollment_ids
            sight.see(f"{claim}.unique", new, "an id that no earlier enrolment has", enrollment_id)
    claim = f"{_PROMOTION}.optinId"
    if optin_id is not None or opting:
        sight.see(f"{claim}.type", isinstance(optin_id, str) and bool(optin_id), "a string", optin_id)
    if isinstance(optin_id, str) and optin_id:
        owner = case.history.owner("optinId", optin_id)
        sight.see(f"{claim}.unique", owner in (None, key), "an id that no other opt-in record has", optin_id)
    if opting and member.opted_in and sight.broken:
        sight.observations.insert(
            0, Observation("warning.already_enrolled", "broken", "the warning, or ids", "neither")
        )
    if opting:
        _imply_opt_in(sight, case, optin_id)
    elif not member.opted_in:
        _imply_optin_id(sight, case, given=optin_id is not None)
    sight.happened = Happened(
        case.customer,
        case.promotion,
        "opted_in" if opting else "enrolled",
        enrollment_id if isinstance(enrollment_id, str) else None,
        optin_id if isinstance(optin_id, str) else None,
    )


def _imply_opt_in(sight: Sight, case: Case, optin_id: Any) -> None:
    member = case.membership
    sight.keep("example.opt_in")
    if member.certain and not member.enrolments:
        sight.imply((reading("opt-in-first", "enrols"),), "example.opt_in")
    if case.is_late_opt_in:
        fits: tuple[str, ...] = ("once", "every-new", "same-ids")
        if member.opted_in:
            # Where a silent engine kept the first opt-in's id to itself, nobody can tell whether this one is new.
            known = "same-ids" if optin_id in member.optin_ids else "every-new"
            fits = (known,) if member.optin_ids else ("same-ids", "every-new")
        sight.imply((reading("opt-in-after", *fits),), "warning.already_enrolled")


def _imply_optin_id(sight: Sight, case: Case, *, given: bool) -> None:
    if case.promotion.type == "LOYALTY":
        fits = ("always", "loyalty-only") if given else ("after-opt-in",)
    else:
        fits = ("always",) if given else ("loyalty-only", "after-opt-in")
    sight.imply((reading("enrol-gives-optin-id", *fits),), f"{_PROMOTION}.optinId.type")
