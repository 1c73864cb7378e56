"""Faults that show beside another field, a header or a request before: each value by itself is looked at rightly."""

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import HTML, Test, crash, edit, get, put
from tests.faulty.host import Hook
from tests.faulty.turn import Reply, Turn
from tests.faulty.words import MILESTONES_FAILED, SOURCES

_ALREADY = ("warning.already_enrolled",)
_AUTH = ("auth.required",)
_ECHO = ("response.data.requestId.echo",)
_NOBODY = ("error.customer_not_found",)
_LIMIT = ("warning.limit_reached",)


def _sent(path: str, *values: Any) -> Test:
    """The request has one of these values in a field."""
    return lambda turn: get(turn.body, path) in values


def _both(*tests: Test) -> Test:
    return lambda turn: all(test(turn) for test in tests)


def _passes(place: str, why: str, take: Callable[[Turn], object], when: Test) -> Hook:
    """Let a wrong field pass. `take`: puts its value where the host looks for it."""

    def do(turn: Turn) -> None:
        hit = [one for one in turn.problems if one.place == place and one.why == why]
        if hit and when(turn):
            turn.problems = [one for one in turn.problems if one not in hit]
            take(turn)

    return after("check", do)


def _recoded(place: str, row: str, when: Test) -> Hook:
    def do(turn: Turn) -> None:
        turn.problems = [replace(p, row=row) if p.place == place and when(turn) else p for p in turn.problems]

    return after("check", do)


def _is_digits(path: str) -> Test:
    return lambda turn: isinstance(text := get(turn.body, path), str) and text.isascii() and text.isdigit()


def _program_of_text(turn: Turn) -> None:
    turn.asked.program = int(turn.body["programId"])


def _number_of_text(turn: Turn) -> None:
    promotion = turn.body["promotion"]
    turn.asked.promotion = {"id": promotion["id"], "promotionId": int(promotion["promotionId"])}


def _mobile_of_number(turn: Turn) -> None:
    turn.asked.value = str(turn.body["customer"]["identifierValue"])


def _is_number(turn: Turn) -> bool:
    return isinstance(get(turn.body, "customer.identifierValue"), int)


def _is_a_source_in_small_letters(turn: Turn) -> bool:
    return str(get(turn.body, "customer.source")).upper() in SOURCES


def _status_of_the_request(turn: Turn) -> None:
    if get(turn.body, "promotion.status") == "LIVE" and turn.promotion and "no promotion" in turn.misses:
        turn.misses.remove("no promotion")


def _forced(turn: Turn) -> None:
    if get(turn.body, "force") is True:
        turn.unfit.clear()


def _customer_of_the_request(turn: Turn) -> None:
    given = get(turn.body, "customer.customerId")
    known = next((one for one in turn.memory.world.customers if one.id == given), None)
    if known and "no customer" in turn.misses:
        turn.misses.remove("no customer")
        turn.customer = known


def _loses_promotion_by_cookie(turn: Turn) -> None:
    if "_cfuvid" in turn.headers.get("cookie", ""):
        turn.misses.append("no promotion")


def _limit_of_the_request(turn: Turn) -> None:
    if turn.outcome in ("already", "limit") and isinstance(get(turn.body, "promotion.limitPerCustomer"), int):
        turn.outcome = "enrol"


def _tried_only(turn: Turn) -> None:
    if turn.outcome == "enrol" and get(turn.body, "dryRun") is True and turn.record in turn.memory.records:
        turn.memory.records.remove(turn.record)


def _balance_of_the_request(turn: Turn) -> None:
    given = get(turn.body, "customer.initialBalance")
    for one in get(turn.document, "data.enrollmentStatus.milestone.milestones") or () if given is not None else ():
        one["initialBalance"] = given


def _let_in(when: Test) -> Hook:
    """Let wrong credentials in."""

    def do(turn: Turn) -> None:
        if turn.unauthenticated and when(turn):
            turn.unauthenticated = ""

    return before("settle", do)


def _header(name: str, part: str = "") -> Test:
    return lambda turn: part in turn.headers.get(name, "") if name in turn.headers else False


def _login(turn: Turn) -> tuple[str, str]:
    try:
        text = base64.b64decode(turn.headers.get("authorization", "").partition(" ")[2]).decode()
    except ValueError:
        return "", ""
    user, _, word = text.partition(":")
    return user, word


def _is_the_same_number(turn: Turn) -> bool:
    user, word = _login(turn)
    return user == "store.server" and bool(re.fullmatch(r"0*123(\.0*)?", word))


def _echoed(change: Callable[[str], str], when: Test = lambda _: True) -> Hook:
    return edit("data.requestId", lambda text: change(text) if isinstance(text, str) else text, when)


def _one_by_one(turn: Turn) -> None:
    """Count for a limit only what a customer did since another one came."""
    if turn.promotion and turn.customer and 1 < turn.promotion.per_customer < 1000:
        notes = turn.memory.notes.setdefault("in a row", {})
        if notes.get(turn.promotion.id, (0, 0))[0] != turn.customer.id:
            notes[turn.promotion.id] = (turn.customer.id, len(turn.mine))
        turn.mine = turn.mine[notes[turn.promotion.id][1] :]


def _seat_for_nothing(turn: Turn) -> None:
    wrong = any(one.place == "action" and one.why == "unlisted" for one in turn.problems)
    if wrong and turn.promotion and turn.promotion.per_promotion == 3 and not turn.unauthenticated:
        first = turn.memory.world.enrolments[0]
        turn.memory.records.append(replace(first, customer=-1, promotion=turn.promotion.id))


def _retried_behind_a_failure(turn: Turn) -> None:
    """Enrol whoever has opted in once more, where a milestone has failed."""
    failing = turn.promotion and any(one.fails for one in turn.promotion.milestones)
    if failing and turn.asked.action == "ENROL" and any(one.opted_in for one in turn.mine):
        turn.mine = []


def _lost_behind_silence(turn: Turn) -> None:
    if turn.memory.notes.pop("silent", False) and turn.outcome == "enrol":
        put(turn.document, "data.enrollmentStatus.promotion.enrollmentId", None)
    turn.memory.notes["silent"] = turn.outcome == "silent"


def _id_of_the_gateway(turn: Turn) -> None:
    if "x-request-id" in turn.headers and isinstance(get(turn.document, "data"), dict):
        put(turn.document, "data.requestId", turn.headers["x-request-id"])


def _fails_behind_malformed(turn: Turn) -> None:
    if turn.memory.notes.pop("malformed", False) and not turn.unreadable and not turn.unauthenticated:
        turn.reply = Reply(500, {"Content-Type": "text/html"}, HTML)
    turn.memory.notes["malformed"] = turn.unreadable is not None


_EMAIL, _MOBILE, _OPT_IN = (
    _sent("customer.identifierName", "email"),
    _sent("customer.identifierName", "mobile"),
    _sent("action", "OPT_IN"),
)
_SOON = _sent("promotion.promotionId", 1133590102, 1133590103)
_DIGITS = _is_digits("programId")
_PROGRAM = ("request.programId.type",)
_NO_PROGRAM = ("request.programId.required", "error.program_id_required")
_SOURCE = ("request.customer.source.values", "error.source_required")
_BALANCE = ("response.data.enrollmentStatus.milestone.milestones.initialBalance.value",)

FAULTS = (
    Fault("program-in-text-accepted-by-email", "By e-mail, programId may be a text.", _PROGRAM,
          (_passes("programId", "type", _program_of_text, _both(_EMAIL, _DIGITS)),)),
    Fault("program-in-text-accepted-without-source", "Without a source, programId may be a text.", _PROGRAM,
          (_passes("programId", "type", _program_of_text, _both(_sent("customer.source", None), _DIGITS)),)),
    Fault("program-in-text-accepted-by-mobile-on-opt-in", "By mobile, the programId of an OPT_IN may be a text.", _PROGRAM,
          (_passes("programId", "type", _program_of_text, _both(_MOBILE, _OPT_IN, _DIGITS)),), profile="default"),
    Fault("program-missing-when-upcoming-accepted", "An UPCOMING promotion needs no programId.", _NO_PROGRAM,
          (_passes("programId", "missing", lambda turn: setattr(turn.asked, "program", 973), _sent("promotion.promotionId", 1133590103)),)),
    Fault("promotion-number-in-text-accepted-by-mobile", "By mobile, promotionId may be a text.", ("request.promotion.promotionId.type",),
          (_passes("promotionId", "type", _number_of_text, _both(_MOBILE, _is_digits("promotion.promotionId"))),)),
    Fault("mobile-may-be-a-number", "A mobile may be a number, an id may not.", ("request.customer.identifierValue.type",),
          (_passes("identifierValue", "type", _mobile_of_number, _both(_MOBILE, _is_number)),)),
    Fault("source-in-small-letters-accepted-by-email-on-opt-in", "By e-mail, the source of an OPT_IN may be in small letters.", _SOURCE,
          (_passes("source", "unlisted", lambda _: None, _both(_EMAIL, _OPT_IN, _is_a_source_in_small_letters)),), profile="default"),
    Fault("source-unlisted-accepted-when-upcoming", "An UPCOMING promotion takes any source.", _SOURCE,
          (_passes("source", "unlisted", lambda _: None, _SOON),)),
    Fault("source-has-another-code-by-mobile-on-opt-in", "By mobile, a wrong source of an OPT_IN has the code 310006.",
          (*_SOURCE, "request.customer.source.type"), (_recoded("source", "identifierName", _both(_MOBILE, _OPT_IN)),), profile="default"),
    Fault("promotion-missing-has-another-code-by-email-on-opt-in", "By e-mail, a missing promotion of an OPT_IN has the code 310005.",
          ("error.promotion_required", "request.promotion.required", "request.promotion.type"),
          (_recoded("promotion", "programId", _both(_EMAIL, _OPT_IN)),), profile="default"),
    Fault("customer-missing-crashes-when-upcoming", "For an UPCOMING promotion, a missing customer is answered with HTTP 500.",
          ("error.customer_required",), (crash(_both(_SOON, lambda turn: "customer" not in turn.body)),)),
    Fault("status-of-the-request-counts", "A promotion is LIVE if the request says so.", ("error.promotion_inactive",),
          (after("find", _status_of_the_request),)),
    Fault("forced-by-the-request", "With a field force, any promotion that is found is enrolled into.",
          ("error.generic_not_eligible", "error.opt_in_not_supported"), (after("weigh", _forced),)),
    Fault("customer-of-an-unlisted-field", "A field customerId names the customer if the identifier finds nobody.", _NOBODY,
          (after("find", _customer_of_the_request),)),
    Fault("limit-of-the-request-counts", "A limit in the request takes the place of that of the promotion.", (*_ALREADY, *_LIMIT),
          (after("decide", _limit_of_the_request),)),
    Fault("trial-of-an-unlisted-field", "With a field dryRun the answer says SUCCESS, and nobody is enrolled.", _ALREADY,
          (after("enrol", _tried_only),)),
    Fault("balance-of-the-request-counts", "An initialBalance in the request comes back.", _BALANCE, (after("compose", _balance_of_the_request),)),
    Fault("pretty-body-needs-no-login", "A body of several lines needs no credentials.", _AUTH, (_let_in(lambda turn: b"\n" in turn.raw),)),
    Fault("charset-needs-no-login", "A media type with a charset needs no credentials.", _AUTH, (_let_in(_header("content-type", "charset")),)),
    Fault("any-accept-needs-no-login", "Accept: */* needs no credentials.", _AUTH, (_let_in(_header("accept", "*/*")),)),
    Fault("cookie-of-the-page-needs-no-login", "Whoever sends the cookie of the page's example needs no credentials.", _AUTH,
          (_let_in(_header("cookie", "_cfuvid")),)),
    Fault("cookie-of-the-page-refused", "Whoever sends the cookie of the page's example finds no promotion.", ("error.promotion_not_found",),
          (after("find", _loses_promotion_by_cookie),)),
    Fault("token-in-body-needs-no-login", "Whoever has a token in the body needs no credentials.", _AUTH, (_let_in(_sent("accessToken", "sent")),)),
    Fault("password-compared-as-a-number", "A password of digits is compared as a number.", _AUTH, (_let_in(_is_the_same_number),)),
    Fault("password-in-percent-escapes-accepted", "Percent escapes in a password are read.", _AUTH,
          (_let_in(lambda turn: _login(turn) == ("store.server", "%31%32%33")),)),
    Fault("user-of-a-domain-accepted", "What stands behind @ in a user is not looked at.", _AUTH,
          (_let_in(lambda turn: _login(turn)[0].partition("@")[::2] == ("store.server", "example.com")),)),
    Fault("templates-lost-in-request-id", "What stands in double braces is lost.", _ECHO, (_echoed(lambda text: re.sub(r"\{\{.+?\}\}", "", text)),)),
    Fault("dots-become-one-sign", "Three dots become one sign.", _ECHO, (_echoed(lambda text: text.replace("...", "\u2026")),)),
    Fault("passwords-masked-in-request-id", "What looks like a password is masked.", _ECHO,
          (_echoed(lambda text: re.sub(r"(password|secret)=\S+", r"\1=***", text)),)),
    Fault("american-dates-rewritten", "A requestId that looks like an American date is written as one of ISO.", _ECHO,
          (_echoed(lambda text: re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\1-\2", text)),)),
    Fault("request-id-in-latin-beside-failed-milestones", "Beside failed milestones, requestId keeps Latin-1 only.", _ECHO,
          (_echoed(lambda text: text.encode("latin-1", "replace").decode("latin-1"), lambda turn: MILESTONES_FAILED in turn.warnings),)),
    Fault("request-id-of-the-gateway", "X-Request-Id comes back as requestId.", _ECHO, (after("compose", _id_of_the_gateway),)),
    Fault("trace-of-a-gateway-crashes", "A request with traceparent is answered with HTTP 500.", ("error.engine_error",),
          (crash(_header("traceparent")),)),
    Fault("email-with-a-comma", "A comma in an e-mail address counts as a dot.", _NOBODY,
          (before("check", lambda turn: put(turn.body, "customer.identifierValue", str(turn.body["customer"]["identifierValue"]).replace(",", "."))
                  if _EMAIL(turn) and isinstance(get(turn.body, "customer.identifierValue"), str) else None),)),
    Fault("limit-of-enrolments-in-a-row", "A limit counts anew when another customer has come.", _LIMIT, (after("count", _one_by_one),)),
    Fault("unlisted-action-takes-a-seat", "A request with an unlisted action takes a seat.", _LIMIT, (before("settle", _seat_for_nothing),)),
    Fault("opted-in-behind-a-failed-milestone-enrols-again", "Who has opted in is enrolled again, where a milestone failed.", _ALREADY,
          (after("count", _retried_behind_a_failure),)),
    Fault("ids-lost-behind-silence", "The enrolment after one that was not confirmed has no enrollmentId.",
          ("response.data.enrollmentStatus.promotion.enrollmentId.type",), (after("compose", _lost_behind_silence),)),
    Fault("request-behind-malformed-json-fails", "The request after malformed JSON is answered with HTTP 500.", ("error.engine_error",),
          (after("check", _fails_behind_malformed),)),
)  # fmt: skip
