"""Steps "find" and "weigh": which program, promotion and customer are meant, and may they be enrolled."""

from tests.faulty.ground import Customer, Promotion
from tests.faulty.turn import Turn


def find(turn: Turn) -> None:
    """Look up what the clean fields name; the first thing that is not there goes to `turn.misses`."""
    ground, asked = turn.memory.ground, turn.asked
    if asked.promotion is not None:
        turn.promotion = promotion_named(turn, asked.promotion)
        if turn.promotion is None or turn.promotion.status not in ("LIVE", "UPCOMING"):
            turn.misses.append("no promotion")
    if asked.program is not None:
        turn.program = next((program for program in ground.programs if program == asked.program), None)
        if turn.program is None:
            turn.misses.append("no program")
        elif turn.promotion is not None and turn.promotion.program != turn.program:
            elsewhere = turn.reading("program-mismatch") == "program-not-found"
            turn.misses.append("no program" if elsewhere else "no promotion")
    if asked.name is not None and asked.value is not None:
        turn.customer = customer_named(turn, asked.name, asked.value)
        if turn.customer is None:
            turn.misses.append("no customer")


def weigh(turn: Turn) -> None:
    """Note in `turn.unfit` why a promotion that was found is not one for this action."""
    if turn.promotion is None:
        return
    if turn.promotion.type == "GENERIC":
        turn.unfit.append("generic")
    elif turn.asked.action == "OPT_IN":
        takers = ["LOYALTY_EARNING"] + (["LOYALTY"] if turn.reading("opt-in-types") == "loyalty-too" else [])
        if turn.promotion.type not in takers:
            turn.unfit.append("no opt-in")


def promotion_named(turn: Turn, given: dict[str, object]) -> Promotion | None:
    """Find the promotion by the ids given; where they disagree the reading says which one wins."""
    columns = {"id": "id", "promotionId": "number", "identifier": "identifier"}
    found = [
        next((one for one in turn.memory.ground.promotions if getattr(one, columns[kind]) == value), None)
        for kind, value in sorted(given.items(), key=lambda item: _rank(turn, item[0]))
    ]
    if not found:
        return None
    if turn.reading("promotion-ids-disagree") == "promotion-not-found" and any(one is not found[0] for one in found):
        return None
    return found[0]


def _rank(turn: Turn, kind: str) -> int:
    first = "promotionId" if turn.reading("promotion-ids-disagree") == "promotionId-wins" else "id"
    return 0 if kind == first else 2 if kind == "identifier" else 1


def customer_named(turn: Turn, name: str, value: str) -> Customer | None:
    """Find the customer by the identifier, and by where they registered if the reading says so."""
    folding = turn.reading("value-folding")
    if folding in ("trimmed", "both"):
        value = value.strip()
    for customer in turn.memory.ground.customers:
        if _is(turn, customer, name, value, folded=folding in ("case-folded", "both")):
            wanted = turn.asked.source if turn.reading("source-selects") == "yes" else None
            return customer if wanted in (None, "ALL", customer.source) else None
    return None


def _is(turn: Turn, customer: Customer, name: str, value: str, *, folded: bool) -> bool:
    if name in ("id", "userid"):
        if turn.reading("leading-zeros") == "ignored" and value.isascii() and value.isdigit():
            value = value.lstrip("0")
        return value == str(customer.id)
    if name == "mobile":
        return value == customer.mobile
    if name == "email":
        return value == customer.email or (folded and value.casefold() == customer.email.casefold())
    return value == customer.external
