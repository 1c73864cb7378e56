"""Faults that depend on the connection, on pauses, or on how long the host has been running."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import HTML, Test, get, opting_in, put
from tests.faulty.host import Hook
from tests.faulty.turn import Complaint, Reply, Turn
from tests.faulty.words import ROWS
from tests.faulty.world import Record

# A host that changes does so after this many requests.
LATE = 1500
ENROLMENT = "data.enrollmentStatus.promotion"


def _nth(number: int) -> Test:
    """Return whether the request is the so-manieth of its connection, or the so-manieth after that, and so on."""
    return lambda turn: turn.nth > 0 and turn.nth % number == 0


def _first(turn: Turn) -> bool:
    return turn.nth == 1 and turn.connection > 1


def _second(turn: Turn) -> bool:
    return turn.nth == 2 and turn.connection > 1


def _late(turn: Turn) -> bool:
    return turn.number > LATE


def _each(number: int) -> Test:
    return lambda turn: turn.number % number == 0


def _rested(seconds: float) -> tuple[Hook, Test]:
    """Return a hook that notices pauses, and whether a request is the first one after a pause of so many seconds."""

    def notice(turn: Turn) -> None:
        notes, now = turn.memory.notes, turn.memory.clock()
        notes["rested"] = now - notes.get("last", now) > seconds
        notes["last"] = now

    return before("route", notice), lambda turn: bool(turn.memory.notes["rested"])


def _on_answer(do: Callable[[dict[str, Any]], None], when: Test, *, refused: bool = False) -> Hook:
    """Change the answer to some requests: acceptances with data, or refusals."""

    def change(turn: Turn) -> None:
        if when(turn) and bool(turn.complaints) is refused and (refused or turn.document.get("data")):
            do(turn.document)

    return after("compose", change)


def _drop(path: str) -> Callable[[dict[str, Any]], None]:
    *holders, key = path.split(".")

    def do(document: dict[str, Any]) -> None:
        found = get(document, ".".join(holders)) if holders else document
        if isinstance(found, dict):
            found.pop(key, None)

    return do


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: put(document, path, value)


def _answer(when: Test, status: int, body: bytes = HTML, kind: str = "text/html") -> Hook:
    def do(turn: Turn) -> None:
        if when(turn) and not turn.reply:
            turn.reply = Reply(status, {"Content-Type": kind}, body)

    return before("check", do)


def _turn_away(when: Test) -> Hook:
    return after("admit", lambda turn: setattr(turn, "unauthenticated", "unknown") if when(turn) else None)


def _let_in(when: Test) -> Hook:
    return after("admit", lambda turn: setattr(turn, "unauthenticated", "") if when(turn) else None)


def _trust(turn: Turn) -> None:
    trusted = turn.memory.notes.setdefault("trusted", set())
    if not turn.unauthenticated:
        trusted.add(turn.connection)
    elif turn.connection in trusted:
        turn.unauthenticated = ""


def _as_row(place: str, row: str, when: Test) -> Hook:
    """Answer the row of a field with another row."""

    def do(turn: Turn) -> None:
        if when(turn):
            turn.complaints = [
                Complaint(ROWS[row].code, ROWS[row].text, one.status, row) if one.row == place else one
                for one in turn.complaints
            ]

    return before("compose", do)


def _let_through(reason: str, when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if when(turn) and turn.promotion and turn.customer:
            turn.misses = [one for one in turn.misses if one != reason]
            turn.unfit = [one for one in turn.unfit if one != reason]

    return before("settle", do)


def _own_memory(key: Callable[[Turn], object]) -> tuple[Hook, ...]:
    """Keep a list of enrolments of its own for each key: what one worker has enrolled, another does not know."""

    def switch(turn: Turn) -> None:
        lists = turn.memory.notes.setdefault("lists", {})
        start = list(turn.memory.world.enrolments)
        turn.memory.records = lists.setdefault(key(turn), start)

    return (before("count", switch),)


def _forget(seconds: float, when: Callable[[Turn, Record], bool] = lambda turn, record: True) -> tuple[Hook, ...]:
    """Forget enrolments that are older than so many seconds."""

    def age(turn: Turn) -> None:
        made = turn.memory.notes.setdefault("made", {})
        now = turn.memory.clock()
        turn.mine = [one for one in turn.mine if now - made.get(id(one), now) <= seconds or not when(turn, one)]
        turn.taken = sum(now - made.get(id(one), now) <= seconds for one in turn.memory.records if _is_here(turn, one))

    def note(turn: Turn) -> None:
        if turn.record:
            turn.memory.notes["made"].setdefault(id(turn.record), turn.memory.clock())

    return after("count", age), after("enrol", note)


def _note_opt_in(turn: Turn) -> None:
    if turn.outcome in ("enrol", "opt in") and opting_in(turn) and turn.record:
        turn.memory.notes[f"opted in {id(turn.record)}"] = turn.memory.clock()


def _forget_opt_ins(turn: Turn) -> None:
    now = turn.memory.clock()
    for one in turn.mine:
        if one.opted_in and now - turn.memory.notes.get(f"opted in {id(one)}", now) > 1.0:
            one.opted_in = False


def _is_here(turn: Turn, record: Record) -> bool:
    return turn.promotion is not None and record.promotion == turn.promotion.id


def _is_inactive(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.status not in ("LIVE", "UPCOMING")


def _stale(when: Test) -> tuple[Hook, ...]:
    """Answer some requests with the answer before on their connection, which is that to another request."""

    def keep(turn: Turn) -> None:
        if not turn.complaints:
            turn.memory.notes[f"before {turn.connection}"] = turn.document

    def use(turn: Turn) -> None:
        if when(turn) and not turn.complaints:
            turn.document = turn.memory.notes.get(f"before {turn.connection}", turn.document)

    return after("compose", use), after("compose", keep)


def _count_again(turn: Turn) -> None:
    if _late(turn) and not turn.memory.notes.get("again"):
        turn.memory.notes["again"] = True
        turn.memory.last_enrollment = 25200


def _no_duplicates(when: Test) -> Hook:
    return after("count", lambda turn: turn.mine.clear() if when(turn) and not opting_in(turn) else None)


def _lower(document: dict[str, Any]) -> None:
    if isinstance(get(document, "data.requestId"), str):
        put(document, "data.requestId", document["data"]["requestId"].lower())


def _walk(name: str, says: str, claims: tuple[str, ...], *hooks: Hook) -> Fault:
    return Fault(name, says, claims, hooks, shows="walk")


def _after_rest(name: str, says: str, claims: tuple[str, ...], *make: Callable[[Test], tuple[Hook, ...]]) -> Fault:
    notice, rested = _rested(1.0)
    # A quick run does not rest so long.
    return replace(
        _walk(name, says, claims, notice, *(hook for one in make for hook in one(rested))), profile="default"
    )


_UNIQUE = f"response.{ENROLMENT}.enrollmentId.unique"
_CUSTOMER_ID = "response.data.customer.customerId"
_DUPLICATE = "warning.already_enrolled"
_LIMIT = "warning.limit_reached"

FAULTS = (
    # What belongs to a connection.
    _walk(
        "enrolments-known-on-their-connection-only",
        "A customer who was enrolled over another connection is enrolled again.",
        (_DUPLICATE, _UNIQUE, _LIMIT),
        *_own_memory(lambda turn: turn.connection),
    ),
    _walk(
        "each-second-connection-has-its-own-memory",
        "Two workers take the connections in turns, and neither knows whom the other has enrolled.",
        (_DUPLICATE, _LIMIT),
        *_own_memory(lambda turn: turn.connection % 2),
    ),
    _walk(
        "one-connection-in-four-has-its-own-memory",
        "One of four workers does not know whom the others have enrolled.",
        (_DUPLICATE, _LIMIT),
        *_own_memory(lambda turn: turn.connection % 4 == 0),
    ),
    _walk(
        "first-answer-of-a-connection-lacks-warnings",
        "The first answer of a connection has no warnings.",
        (_DUPLICATE, _LIMIT, "warning.no_response", "warning.milestones_failed"),
        _on_answer(_set("warnings", None), _first),
    ),
    _walk(
        "first-answer-of-a-connection-lacks-the-request-id",
        "The first answer of a connection does not repeat the requestId.",
        ("response.data.requestId.echo",),
        _on_answer(_set("data.requestId", None), _first),
    ),
    _walk(
        "first-request-of-a-connection-is-refused",
        "The first request of a connection is answered with the code of a missing customer.",
        ("error.customer_required", "request.customer.required"),
        after(
            "check",
            lambda turn: (
                turn.complaints.append(Complaint(310004, ROWS["customer"].text, 400, "customer"))
                if _first(turn) and not turn.problems and not turn.unauthenticated
                else None
            ),
        ),
    ),
    _walk(
        "first-request-of-a-connection-is-turned-away",
        "The login of the first request of a connection is refused.",
        ("auth.basic",),
        _turn_away(_first),
    ),
    _walk(
        "second-answer-of-a-connection-lacks-the-customer",
        "The second answer of a connection has no customer.",
        ("response.data.customer.type",),
        _on_answer(_drop("data.customer"), _second),
    ),
    _walk(
        "second-answer-of-a-connection-is-the-first",
        "The second enrolment of a connection is answered with the answer before.",
        ("response.data.requestId.echo",),
        *_stale(_second),
    ),
    _walk(
        "hundredth-answer-of-a-connection-lacks-the-customer-id",
        "The hundredth answer of a connection has no customerId.",
        (f"{_CUSTOMER_ID}.type",),
        _on_answer(_drop("data.customer.customerId"), _nth(100)),
    ),
    _walk(
        "hundredth-answer-of-a-connection-is-the-one-before",
        "The hundredth answer of a connection repeats the one before.",
        ("response.data.requestId.echo",),
        *_stale(_nth(100)),
    ),
    _walk(
        "hundredth-request-of-a-connection-is-turned-away",
        "The login of the hundredth request of a connection is refused.",
        ("auth.basic",),
        _turn_away(_nth(100)),
    ),
    _walk(
        "hundredth-enrolment-of-a-connection-has-another-status",
        "The hundredth answer of a connection calls an enrolment FAILED.",
        ("response.data.status.value",),
        _on_answer(_set("data.status", "FAILED"), lambda turn: _nth(100)(turn) and turn.outcome == "enrol"),
    ),
    _walk(
        "sixty-fourth-request-of-a-connection-fails",
        "The sixty-fourth request of a connection is answered with HTTP 500 and a page of HTML.",
        ("error.engine_error",),
        _answer(_nth(64), 500),
    ),
    _walk(
        "connection-is-trusted-after-a-valid-request",
        "Behind a request with valid credentials, a connection takes any credentials.",
        ("auth.required",),
        after("admit", _trust),
    ),
    # Pauses.
    _after_rest(
        "first-request-after-a-pause-fails",
        "After a second without a request, the next one is answered with HTTP 500.",
        ("error.engine_error",),
        lambda rested: (_answer(rested, 500),),
    ),
    _after_rest(
        "first-request-after-a-pause-is-turned-away",
        "After a second without a request, the login of the next one is refused.",
        ("auth.basic",),
        lambda rested: (_turn_away(rested),),
    ),
    _after_rest(
        "first-answer-after-a-pause-is-stale",
        "After a second without a request, an enrolment is answered with the answer before.",
        ("response.data.requestId.echo",),
        _stale,
    ),
    _after_rest(
        "first-answer-after-a-pause-lacks-the-promotion",
        "After a second without a request, an answer lacks the promotion.",
        (f"response.{ENROLMENT}.type",),
        lambda rested: (_on_answer(_drop(ENROLMENT), rested),),
    ),
    _walk(
        "enrolment-forgotten-after-a-second",
        "A second after the enrolment, the customer is enrolled once more.",
        (_DUPLICATE, _LIMIT),
        *_forget(1.0),
    ),
    _walk(
        "opt-in-forgotten-after-a-second",
        "An OPT_IN is told that the customer has opted in already, until a second has gone by.",
        (_DUPLICATE, "example.opt_in"),
        after("count", _forget_opt_ins),
        after("enrol", _note_opt_in),
    ),
    _walk(
        "limit-forgotten-after-a-second",
        "Enrolments count towards a limit of the promotion or of the customer for a second.",
        (_LIMIT,),
        *_forget(1.0, lambda turn, record: turn.promotion is not None and turn.promotion.per_customer > 1),
    ),
    # A host that changes.
    _walk(
        "missing-program-has-another-code-later",
        "After 1,500 requests a missing programId is answered with the code of the customer.",
        ("error.program_id_required",),
        _as_row("programId", "customer", _late),
    ),
    _walk(
        "missing-action-has-another-code-later",
        "After 1,500 requests a missing action is answered with the code of the promotion.",
        ("error.action_required",),
        _as_row("action", "promotion", _late),
    ),
    _walk(
        "unknown-customer-is-an-unknown-program-later",
        "After 1,500 requests an unknown customer is answered with the text of an unknown program.",
        ("error.customer_not_found",),
        _as_row("no customer", "no program", _late),
    ),
    _walk(
        "ids-begin-again-later",
        "After 1,500 requests the enrollmentIds begin again.",
        (_UNIQUE,),
        before("enrol", _count_again),
    ),
    _walk(
        "generic-let-through-later",
        "After 1,500 requests a GENERIC promotion takes customers.",
        ("error.generic_not_eligible",),
        _let_through("generic", _late),
    ),
    _walk(
        "inactive-let-through-later",
        "After 1,500 requests a promotion that is not LIVE takes customers.",
        ("error.promotion_inactive",),
        _let_through("no promotion", lambda turn: _late(turn) and _is_inactive(turn)),
    ),
    _walk(
        "opt-in-to-loyalty-let-through-later",
        "After 1,500 requests a promotion of type LOYALTY takes an OPT_IN.",
        ("error.opt_in_not_supported",),
        _let_through("no opt-in", _late),
    ),
    _walk(
        "duplicates-let-through-later",
        "After 1,500 requests nobody looks whether the customer is enrolled.",
        (_DUPLICATE, _LIMIT),
        _no_duplicates(_late),
    ),
    _walk(
        "strangers-let-in-later",
        "After 1,500 requests wrong credentials are taken.",
        ("auth.required",),
        _let_in(_late),
    ),
    _walk(
        "no-customer-by-email-later",
        "After 1,500 requests no customer is found by email.",
        ("request.customer.identifierName.values",),
        after(
            "find",
            lambda turn: turn.misses.append("no customer") if _late(turn) and turn.asked.name == "email" else None,
        ),
    ),
    _walk(
        "request-id-in-lower-case-later",
        "After 1,500 requests the requestId comes back in lower case.",
        ("response.data.requestId.echo",),
        _on_answer(_lower, _late),
    ),
    _walk(
        "milestones-missing-later",
        "After 1,500 requests the milestones are an empty list.",
        ("response.data.enrollmentStatus.milestone.milestones.targetRuleId.value",),
        _on_answer(
            _set("data.enrollmentStatus.milestone.milestones", []), lambda turn: _late(turn) and bool(turn.goals)
        ),
    ),
    _walk(
        "status-done-later",
        "After 1,500 requests the status of an enrolment is DONE.",
        ("response.data.status.value",),
        _on_answer(
            _set("data.status", "DONE"), lambda turn: _late(turn) and turn.outcome == "enrol" and not turn.warnings
        ),
    ),
    _walk(
        "customer-id-in-text-later",
        "After 1,500 requests the customerId is a text.",
        (f"{_CUSTOMER_ID}.type",),
        _on_answer(_set("data.customer.customerId", "1"), _late),
    ),
    _walk(
        "opt-in-without-optin-id-later",
        "After 1,500 requests an OPT_IN shows no optinId.",
        (f"response.{ENROLMENT}.optinId.type",),
        _on_answer(
            _set(f"{ENROLMENT}.optinId", None),
            lambda turn: _late(turn) and opting_in(turn) and turn.outcome != "already",
        ),
    ),
    # One in a hundred.
    _walk(
        "each-hundredth-answer-lacks-the-customer",
        "Each hundredth answer of the host lacks the customer.",
        ("response.data.customer.type",),
        _on_answer(_drop("data.customer"), _each(100)),
    ),
    _walk(
        "each-hundredth-answer-lacks-the-enrolment",
        "Each hundredth answer of the host lacks enrollmentStatus.",
        ("response.data.enrollmentStatus.type",),
        _on_answer(_drop("data.enrollmentStatus"), _each(100)),
    ),
    _walk(
        "each-hundredth-refusal-lacks-the-message",
        "Each hundredth answer of the host has an error without a message.",
        ("response.errors.filled",),
        _on_answer(lambda document: document["errors"][0].pop("message"), _each(100), refused=True),
    ),
)
