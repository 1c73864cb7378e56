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
        elif turn.promotion is not None and turn.program not in (turn.promotion.program, *turn.promotion.others):
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
    found = {
        kind: next((one for one in turn.memory.world.promotions if getattr(one, columns[kind]) == value), None)
        for kind, value in given.items()
    }
    ids = [kind for kind in ("id", "promotionId") if found.get(kind)]
    disagree = turn.reading("promotion-ids-disagree", ids[0] if len(ids) == 1 else "two")
    ranks = {"promotionId" if disagree == "promotionId-wins" else "id": 0, "identifier": 2}
    ordered = [found[kind] for kind in sorted(found, key=lambda kind: ranks.get(kind, 1))]
    if not ordered or (disagree == "promotion-not-found" and any(one is not ordered[0] for one in ordered)):
        return None
    return ordered[0]


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
