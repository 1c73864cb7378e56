"""Steps "find" and "weigh": look up program, promotion and customer, and check whether they may be enrolled."""

from tests.faulty.turn import Turn
from tests.faulty.world import Customer, Promotion


def find(turn: Turn) -> None:
    """Look up what the valid fields name, and add each thing that does not exist to `turn.misses`."""
    world, asked = turn.memory.world, turn.asked
    if asked.promotion is not None:
        turn.promotion = promotion_named(turn, asked.promotion)
        if turn.promotion is None or turn.promotion.status not in ("LIVE", "UPCOMING"):
            turn.misses.append("no promotion")
    if asked.program is not None:
        turn.program = next((program for program in world.programs if program == asked.program), None)
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
    """Add to `turn.unfit` why a promotion that was found does not allow this action."""
    if turn.promotion is None:
        return
    if turn.promotion.type == "GENERIC":
        turn.unfit.append("generic")
    elif turn.asked.action == "OPT_IN":
        takers = ["LOYALTY_EARNING"] + (["LOYALTY"] if turn.reading("opt-in-types") == "loyalty-too" else [])
        if turn.promotion.type not in takers:
            turn.unfit.append("no opt-in")


def promotion_named(turn: Turn, given: dict[str, object]) -> Promotion | None:
    """Return the promotion that the given ids name; if they disagree, a reading decides which one wins."""
    columns = {"id": "id", "promotionId": "number", "identifier": "identifier"}
    found = [
        next((one for one in turn.memory.world.promotions if getattr(one, columns[kind]) == value), None)
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
    """Return the customer with this identifier, and with this source if the reading `source-selects` is yes."""
    folding = turn.reading("value-folding")
    if folding in ("trimmed", "both"):
        value = value.strip()
    for customer in turn.memory.world.customers:
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
