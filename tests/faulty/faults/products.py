"""Faults that show only where two or three fields meet: an action, a kind of identifier, a source, a promotion."""

from collections.abc import Callable
from dataclasses import replace

from tests.faulty.complaints import complaint
from tests.faulty.enrolling import next_enrollment, next_optin
from tests.faulty.faults.fault import Fault, after, before
from tests.faulty.faults.parts import Test, edit, find_fault, miss, unmiss
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.world import Record

CUSTOMER = "data.customer"
PROMOTION = "data.enrollmentStatus.promotion"
ABSENT = object()


def meets(action: str = "", by: str = "", source: object = "", status: str = "", kind: str = "") -> Test:
    """Return a test of all that is given of a request. `kind`: the promotion's type; ABSENT is a source left out."""

    def test(turn: Turn) -> bool:
        asked, promotion = turn.asked, turn.promotion
        has_source = asked.source is None if source is ABSENT else source in ("", asked.source)
        fits = action in ("", asked.action) and by in ("", asked.name) and has_source
        return fits and (
            not (status or kind)
            or (promotion is not None and status in ("", promotion.status) and kind in ("", promotion.type))
        )

    return test


def _store(turn: Turn) -> None:
    """Store an enrolment that no answer reports."""
    if turn.promotion and turn.customer:
        ids = next_enrollment(turn), next_optin(turn)
        turn.memory.records.append(Record(turn.customer.id, turn.promotion.id, *ids))


def _trim_without_source(turn: Turn) -> None:
    if turn.asked.source is None and turn.asked.name == "mobile" and turn.asked.value:
        turn.asked.value = turn.asked.value.rstrip()


def _accept(row: str, when: Test) -> Hook:
    """Accept a promotion that does not allow the action."""
    return after("weigh", lambda turn: turn.unfit.remove(row) if row in turn.unfit and when(turn) else None)


def _refuse(row: str, when: Test) -> Hook:
    """Refuse a promotion that allows the action."""
    return after("weigh", lambda turn: turn.unfit.append(row) if when(turn) else None)


def _find_somebody(when: Test) -> Hook:
    """Enrol the first customer in place of one who does not exist."""

    def do(turn: Turn) -> None:
        if "no customer" in turn.misses and when(turn):
            turn.misses.remove("no customer")
            turn.customer = turn.memory.world.customers[0]

    return after("find", do)


def _engine_unnoticed(when: Test) -> Hook:
    def do(turn: Turn) -> None:
        if turn.outcome == "down" and when(turn):
            turn.outcome = "enrol"
            turn.complaints.clear()

    return after("decide", do)


def _enrol_although(refused: Callable[[Turn], bool], when: Test) -> Hook:
    """Refuse a request as the page says, and store the enrolment all the same."""
    return before("settle", lambda turn: _store(turn) if refused(turn) and when(turn) else None)


def _problem(place: str) -> Test:
    return lambda turn: not turn.misses and [one.place for one in turn.problems] == [place]


def _missed(what: str) -> Test:
    return lambda turn: not turn.problems and turn.misses == [what]


def _inactive(turn: Turn) -> bool:
    return turn.promotion is not None and turn.promotion.status not in ("LIVE", "UPCOMING")


def _unfit(row: str) -> Test:
    return lambda turn: not turn.problems and not turn.misses and turn.unfit == [row]


def _enrol_by_the_first_id(turn: Turn) -> None:
    """Enrol into the promotion of the first of two ids, where the other one names none."""
    ids = turn.asked.promotion or {}
    named = [one for one in turn.memory.world.promotions if one.id == ids.get("id")]
    if turn.misses == ["no promotion"] and not turn.problems and turn.promotion is None and named and len(ids) > 1:
        turn.promotion = named[0]
        _store(turn)
        turn.promotion = None


def _forget_the_enrolment(turn: Turn) -> None:
    """Let a request that names no program end the customer's enrolment."""
    if turn.misses == ["no program"] and turn.customer and turn.promotion and turn.promotion.per_customer == 1:
        turn.memory.records = [
            one for one in turn.memory.records if (one.customer, one.promotion) != (turn.customer.id, turn.promotion.id)
        ]


def _already_the_second_time(refused: Test, when: Test) -> Hook:
    """Answer a refused request as "already enrolled" when it comes again."""

    def do(turn: Turn) -> None:
        if turn.customer is None or turn.promotion is None or not (refused(turn) and when(turn)):
            return
        seen = turn.memory.notes.setdefault("refused once", set())
        key = (turn.customer.id, turn.promotion.id)
        if key in seen:
            _store(turn)
            turn.misses, turn.unfit = [], []
            turn.promotion = replace(turn.promotion, per_customer=1, engine="up")
        seen.add(key)

    return before("settle", do)


def _block_after_generic(turn: Turn) -> None:
    """Remember who asked for a GENERIC promotion; they count as enrolled everywhere."""
    blocked = turn.memory.notes.setdefault("asked for GENERIC", set())
    if turn.customer is None or turn.promotion is None:
        return
    if turn.promotion.type == "GENERIC":
        blocked.add(turn.customer.id)
    elif turn.customer.id in blocked and turn.promotion.per_customer == 1 and not turn.misses and not turn.problems:
        _store(turn)
        blocked.discard(turn.customer.id)


def _with_an_error(row: str, when: Test) -> Hook:
    """Answer a request that is right with an error of a row."""
    return before("count", lambda turn: turn.complaints.append(complaint(turn, row)) if when(turn) else None)


# What must be refused is accepted where fields meet.
_ACCEPTED = (
    Fault(
        "paused-accepted-by-email-on-opt-in",
        "A PAUSED promotion takes OPT_IN of customers named by email.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", meets("OPT_IN", "email", status="PAUSED")),),
    ),
    Fault(
        "draft-accepted-by-mobile-without-request-id",
        "A DRAFT promotion takes customers named by mobile where the request has no requestId.",
        ("error.promotion_inactive",),
        (
            unmiss(
                "no promotion", lambda turn: meets(by="mobile", status="DRAFT")(turn) and turn.asked.request_id is None
            ),
        ),
    ),
    Fault(
        "mobile-trimmed-without-source",
        "Spaces behind a mobile are ignored where the request has no source.",
        ("error.customer_not_found",),
        (before("find", _trim_without_source),),
        inconsistent=True,
    ),
    Fault(
        "draft-accepted-from-line",
        "A DRAFT promotion takes customers from LINE.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", meets(source="LINE", status="DRAFT")),),
    ),
    Fault(
        "stopped-accepted-from-jd",
        "A STOPPED promotion takes customers from JD.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", meets(source="JD", status="STOPPED")),),
    ),
    Fault(
        "completed-accepted-without-source",
        "A COMPLETED promotion takes requests without a source.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", meets(source=ABSENT, status="COMPLETED")),),
    ),
    Fault(
        "pending-approval-accepted-from-everywhere",
        "A promotion that is PENDING_APPROVAL takes the source ALL.",
        ("error.promotion_inactive",),
        (unmiss("no promotion", meets(source="ALL", status="PENDING_APPROVAL")),),
    ),
    Fault(
        "generic-accepted-by-email-on-opt-in",
        "A GENERIC promotion takes OPT_IN of customers named by email.",
        ("error.generic_not_eligible", "error.opt_in_not_supported"),
        (_accept("generic", meets("OPT_IN", "email")),),
    ),
    Fault(
        "generic-accepted-from-web-engage",
        "A GENERIC promotion takes customers from WEB_ENGAGE.",
        ("error.generic_not_eligible",),
        (_accept("generic", meets(source="WEB_ENGAGE")),),
    ),
    Fault(
        "opt-in-to-loyalty-accepted-by-email",
        "A LOYALTY promotion takes OPT_IN of customers named by email.",
        ("error.opt_in_not_supported",),
        (_accept("no opt-in", meets(by="email")),),
        inconsistent=True,
    ),
    Fault(
        "opt-in-to-loyalty-accepted-from-ecommerce",
        "A LOYALTY promotion takes OPT_IN of customers from ECOMMERCE.",
        ("error.opt_in_not_supported",),
        (_accept("no opt-in", meets(source="ECOMMERCE")),),
        inconsistent=True,
    ),
    Fault(
        "opt-in-to-loyalty-accepted-when-upcoming",
        "A LOYALTY promotion takes OPT_IN as long as it is UPCOMING.",
        ("error.opt_in_not_supported",),
        (_accept("no opt-in", meets(status="UPCOMING")),),
        inconsistent=True,
    ),
    Fault(
        "unknown-program-accepted-by-mobile-on-opt-in",
        "OPT_IN of a customer named by mobile takes a programId that does not exist.",
        ("error.program_not_found",),
        (unmiss("no program", meets("OPT_IN", "mobile")),),
    ),
    Fault(
        "unknown-program-accepted-from-tmall",
        "A programId that does not exist is taken of customers from TMALL.",
        ("error.program_not_found",),
        (unmiss("no program", meets(source="TMALL")),),
    ),
    Fault(
        "unknown-program-accepted-by-email-when-upcoming",
        "An UPCOMING promotion takes a programId that does not exist, for customers named by email.",
        ("error.program_not_found",),
        (unmiss("no program", meets(by="email", status="UPCOMING")),),
    ),
    Fault(
        "unknown-email-enrols-the-first-customer-on-opt-in",
        "OPT_IN of an email that nobody has opts in the first customer.",
        ("error.customer_not_found",),
        (_find_somebody(meets("OPT_IN", "email")),),
    ),
    Fault(
        "unknown-mobile-enrols-the-first-customer-when-upcoming",
        "An UPCOMING promotion enrols the first customer for a mobile that nobody has.",
        ("error.customer_not_found",),
        (_find_somebody(meets(by="mobile", status="UPCOMING")),),
    ),
    Fault(
        "program-of-another-promotion-accepted-by-mobile-when-upcoming",
        "An UPCOMING promotion is found under any program for customers named by mobile.",
        ("error.promotion_not_found",),
        (
            unmiss(
                "no promotion",
                lambda turn: meets(by="mobile", status="UPCOMING")(turn) and turn.program is not None,
            ),
        ),
    ),
    Fault(
        "engine-down-unnoticed-by-email",
        "When the engine fails, the answer is SUCCESS for customers named by email.",
        ("error.engine_error",),
        (_engine_unnoticed(meets(by="email")),),
    ),
    Fault(
        "engine-down-unnoticed-from-facebook",
        "When the engine fails, the answer is SUCCESS for customers from FACEBOOK.",
        ("error.engine_error",),
        (_engine_unnoticed(meets(source="FACEBOOK")),),
    ),
)

# What must be accepted is refused, or answered wrongly, where fields meet.
_REFUSED = (
    Fault(
        "source-instore-refused-for-loyalty-earning",
        "LOYALTY_EARNING promotions do not take the source INSTORE.",
        ("request.customer.source.values", "example.opt_in"),
        (_with_an_error("source", meets(source="INSTORE", kind="LOYALTY_EARNING")),),
    ),
    Fault(
        "source-line-refused-on-opt-in",
        "OPT_IN does not take the source LINE.",
        ("request.customer.source.values",),
        (find_fault("source", "source", meets("OPT_IN", source="LINE")),),
    ),
    Fault(
        "source-martjack-refused-by-email",
        "The source MARTJACK is not taken of customers named by email.",
        ("request.customer.source.values",),
        (find_fault("source", "source", meets(by="email", source="MARTJACK")),),
    ),
    Fault(
        "source-all-refused-by-mobile-on-opt-in",
        "OPT_IN of customers named by mobile does not take the source ALL.",
        ("request.customer.source.values",),
        (find_fault("source", "source", meets("OPT_IN", "mobile", "ALL")),),
    ),
    Fault(
        "source-taobao-refused-when-upcoming",
        "UPCOMING promotions do not take the source TAOBAO.",
        ("request.customer.source.values",),
        (_with_an_error("source", meets(source="TAOBAO", status="UPCOMING")),),
    ),
    Fault(
        "source-required-when-upcoming",
        "source may be left out, except where the promotion is UPCOMING.",
        ("request.customer.source.optional", "error.source_required"),
        (_with_an_error("source", meets(source=ABSENT, status="UPCOMING")),),
        inconsistent=True,
    ),
    Fault(
        "email-not-found-when-upcoming",
        "UPCOMING promotions find no customer by email.",
        ("request.customer.identifierName.values", "error.customer_not_found"),
        (miss("no customer", meets(by="email", status="UPCOMING")),),
    ),
    Fault(
        "mobile-not-found-on-opt-in-from-website",
        "OPT_IN finds no customer from WEBSITE by mobile.",
        ("request.customer.identifierName.values", "error.customer_not_found"),
        (miss("no customer", meets("OPT_IN", "mobile", "WEBSITE")),),
    ),
    Fault(
        "upcoming-refused-by-mobile",
        "UPCOMING promotions are not found for customers named by mobile.",
        ("promotion.live_or_upcoming",),
        (miss("no promotion", meets(by="mobile", status="UPCOMING")),),
    ),
    Fault(
        "upcoming-refused-from-jd-on-opt-in",
        "UPCOMING promotions are not found by OPT_IN of customers from JD.",
        # Of a customer who does not exist, one such answer alone shows that the row of the customer is missing.
        ("promotion.live_or_upcoming", "error.customer_not_found"),
        (miss("no promotion", meets("OPT_IN", source="JD", status="UPCOMING")),),
    ),
    Fault(
        "loyalty-earning-refused-by-email",
        "A LOYALTY_EARNING promotion is answered like a GENERIC one on ENROL by email.",
        ("promotion.loyalty_types",),
        (_refuse("generic", meets("ENROL", "email", kind="LOYALTY_EARNING")),),
    ),
    Fault(
        "loyalty-refused-from-ecommerce",
        "A LOYALTY promotion is answered like a GENERIC one for customers from ECOMMERCE.",
        ("promotion.loyalty_types",),
        (_refuse("generic", meets("ENROL", source="ECOMMERCE", kind="LOYALTY")),),
    ),
    Fault(
        "opt-in-refused-without-source-by-email",
        "OPT_IN without source is not supported for customers named by email.",
        ("error.opt_in_not_supported", "example.opt_in", "request.customer.source.optional"),
        (_refuse("no opt-in", meets("OPT_IN", "email", ABSENT, kind="LOYALTY_EARNING")),),
    ),
    Fault(
        "customer-id-of-the-next-by-email-on-opt-in",
        "OPT_IN by email shows a customerId that is one too high.",
        ("response.data.customer.customerId.resolved",),
        (edit(f"{CUSTOMER}.customerId", lambda value: value + 1, meets("OPT_IN", "email")),),
    ),
    Fault(
        "name-of-identifier-is-id-by-mobile-from-tmall",
        'identifierName is answered as "id" for customers from TMALL who are named by mobile.',
        ("response.data.customer.identifierName.echo",),
        (edit(f"{CUSTOMER}.identifierName", lambda _: "id", meets(by="mobile", source="TMALL")),),
    ),
    Fault(
        "program-of-another-in-the-answer-by-mobile-on-opt-in",
        "OPT_IN by mobile shows programId 3334 whatever the program is.",
        ("response.data.enrollmentStatus.promotion.programId.value",),
        (edit(f"{PROMOTION}.programId", lambda _: 3334, meets("OPT_IN", "mobile")),),
    ),
    Fault(
        "status-is-pending-when-upcoming-by-email",
        "data.status is PENDING for UPCOMING promotions and customers named by email.",
        ("response.data.status.value",),
        (
            edit(
                "data.status",
                lambda _: "PENDING",
                lambda turn: meets(by="email", status="UPCOMING")(turn) and not turn.warnings,
            ),
        ),
    ),
)

# A refusal changes something all the same.
_CHANGING = (
    Fault(
        "unknown-program-refused-but-enrolled-by-mobile",
        "A request with an unknown program is refused, yet enrols customers named by mobile.",
        ("warning.already_enrolled",),
        (_enrol_although(_missed("no program"), meets(by="mobile")),),
    ),
    Fault(
        "unknown-program-refused-but-enrolled-on-opt-in",
        "OPT_IN with an unknown program is refused, yet enrols the customer.",
        ("warning.already_enrolled", "example.opt_in"),
        (_enrol_although(_missed("no program"), meets("OPT_IN")),),
    ),
    Fault(
        "program-of-another-promotion-refused-but-enrolled",
        "A request with the program of another promotion is refused, yet enrols the customer.",
        ("warning.already_enrolled",),
        (
            _enrol_although(
                _missed("no promotion"), lambda turn: meets(status="LIVE")(turn) or meets(status="UPCOMING")(turn)
            ),
        ),
    ),
    Fault(
        "unlisted-action-refused-but-enrolled-by-email",
        "A request with an unlisted action is refused, yet enrols customers named by email.",
        ("warning.already_enrolled",),
        (_enrol_although(_problem("action"), meets(by="email")),),
    ),
    Fault(
        "unlisted-source-refused-but-enrolled-by-email",
        "A request with an unlisted source is refused, yet enrols customers named by email.",
        ("warning.already_enrolled",),
        (_enrol_although(_problem("source"), meets(by="email")),),
    ),
    Fault(
        "unlisted-source-refused-but-enrolled-on-opt-in",
        "OPT_IN with an unlisted source is refused, yet enrols the customer.",
        ("warning.already_enrolled", "example.opt_in"),
        (_enrol_although(_problem("source"), meets("OPT_IN")),),
    ),
    Fault(
        "opt-in-to-loyalty-refused-but-enrolled-by-mobile",
        "OPT_IN to a LOYALTY promotion is refused, yet enrols customers named by mobile.",
        ("warning.already_enrolled",),
        (_enrol_although(_unfit("no opt-in"), meets(by="mobile")),),
    ),
    Fault(
        "missing-program-refused-but-enrolled-on-opt-in-by-email",
        "OPT_IN by email without programId is refused, yet enrols the customer.",
        ("warning.already_enrolled", "example.opt_in"),
        (_enrol_although(_problem("programId"), meets("OPT_IN", "email")),),
    ),
    Fault(
        "ids-that-disagree-refused-but-enrolled",
        "Two ids of the promotion that disagree are refused, and the first of them is enrolled into.",
        ("warning.already_enrolled",),
        (before("settle", _enrol_by_the_first_id),),
    ),
    Fault(
        "refusal-ends-the-enrolment",
        "A request with an unknown program is refused, and ends the enrolment that the customer has.",
        ("warning.already_enrolled",),
        (before("settle", _forget_the_enrolment),),
    ),
    Fault(
        "inactive-refused-then-already-enrolled",
        "Who asks for a promotion that is not active, and asks again, is told to be enrolled.",
        ("error.promotion_inactive",),
        (_already_the_second_time(_missed("no promotion"), _inactive),),
    ),
    Fault(
        "inactive-refused-then-already-enrolled-by-email-on-opt-in",
        "Whose OPT_IN by email names a promotion that is not active, and does so again, is told to be enrolled.",
        ("error.promotion_inactive",),
        (
            _already_the_second_time(
                _missed("no promotion"), lambda turn: _inactive(turn) and meets("OPT_IN", "email")(turn)
            ),
        ),
    ),
    Fault(
        "generic-refused-then-already-enrolled-by-mobile",
        "Who asks for a GENERIC promotion by mobile, and asks again, is told to be enrolled.",
        ("error.generic_not_eligible",),
        (_already_the_second_time(_unfit("generic"), meets(by="mobile")),),
    ),
    Fault(
        "generic-refused-blocks-the-next-promotion",
        "Who was refused a GENERIC promotion is told to be enrolled in the next one.",
        ("warning.already_enrolled",),
        (before("settle", _block_after_generic),),
    ),
)

FAULTS = (*_ACCEPTED, *_REFUSED, *_CHANGING)
