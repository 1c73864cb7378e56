"""Products: requests in which the values of several fields meet, in few requests.

Each value of a field is tested elsewhere. A host may also treat a value otherwise beside another one: a source on
OPT_IN, a status for customers named by e-mail address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from typing import Any, Final

from contracts.exchange import NOTHING, REQUEST_ID
from contracts.inputs.covering import covering
from contracts.inputs.roles import IDENTIFIERS, Roles, identifier_names, identifier_value
from contracts.inputs.wrong_values import TELLING, Path, WrongValue, value_at
from openapi.document import Document
from openapi.world import Customer, Promotion

ACTIONS: Final = ("ENROL", "OPT_IN")


@dataclass(frozen=True, slots=True)
class Asking:
    """A request body, and the claims that it tests; without any, the oracle names them."""

    body: dict[str, Any]
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """What a request names, and the claims that it tests. `program`: another one than that of the promotion."""

    about: tuple[str, ...]
    promotion: Promotion | None
    program: int | None = None


class Ways:
    """Draws for each request the kind of identifier and the source that were used least in requests of the same kind.

    So the enrolments that a run makes, each of which needs a customer of its own, cover many combinations.
    """

    def __init__(self) -> None:
        self._used: Counter[tuple[object, ...]] = Counter()

    def least_used(self, promotion: Promotion, customer: Customer, action: str = "ENROL") -> dict[str, Any]:
        """Return `by` and `source` as Roles.body takes them. Any host finds the customer with such a source."""
        kind = (promotion.id, action)
        names = identifier_names(customer) or ["id"]
        by = min(names, key=lambda name: self._used[*kind, name])
        options: tuple[Any, ...] = (customer.source, "ALL", NOTHING) if customer.source else ("ALL", NOTHING)
        source = min(options, key=lambda one: self._used[*kind, by, _kind_of(one, customer)])
        self._used[*kind, by] += 1
        self._used[*kind, by, _kind_of(source, customer)] += 1
        return {"by": by, "source": source}


def listed_sources(document: Document) -> list[str]:
    """Return the sources that the page lists. "Body parameters" row 9."""
    field = next(f for f in document.request_fields if f.path == ("customer", "source"))
    return [source for source in field.schema["enum"] if source is not None]


def must_be_refused(
    roles: Roles, sources: Sequence[str], *, strength: int, each_source: bool = False
) -> Iterator[Asking]:
    """Yield requests that a row of the page refuses whatever their identifier and source are.

    `sources`: those that the page lists. Most rows are met by ENROL. There is a second reason to refuse many an OPT_IN,
    which hides whether the host minds the first. `each_source`: of what no action may be carried out on, an OPT_IN
    comes from each source, too.
    """
    yield from _look_ups_that_fail(roles, sources)
    rows = list(_rows_for_both(roles))
    down = [_Row(("error.engine_error",), promotion) for promotion in roles.engine_down[:1]]
    unsupported = [_Row(("error.opt_in_not_supported",), p) for p in _of_each_kind(roles.enrolable, "LOYALTY")]
    yield from _each(roles, [*rows, *down], sources, action="ENROL", strength=strength)
    yield from _each(roles, unsupported, sources, action="OPT_IN", strength=strength)
    if strength > 2:
        yield from _each(roles, rows, sources, action="OPT_IN", strength=strength)
        return
    unfit = [row for row in rows if each_source and row.promotion in (*roles.inactive, *roles.generic)]
    yield from _each(roles, unfit, sources, action="OPT_IN", strength=strength)
    turns = cycle((*sources, NOTHING))
    for row, by in product((row for row in rows if row not in unfit), _known(roles)):
        yield _asking(roles, row, action="OPT_IN", by=by, source=next(turns))


def must_be_accepted(
    roles: Roles, promotions: Iterable[Promotion], sources: Sequence[str], *, action: str, strength: int
) -> Iterator[Asking]:
    """Yield requests that a host must carry out, or answer as already enrolled."""
    rows = [_Row((), promotion) for promotion in promotions]
    yield from _each(roles, rows, sources, action=action, strength=strength)


def wrong_in_each_way(roles: Roles, path: Path, sources: Sequence[str], *, strength: int) -> Iterator[dict[str, Any]]:
    """Yield bodies with a wrong value of one field, beside values of the other fields that a host may treat otherwise.

    All name one customer: where the field is optional, the host carries the request out. By a kind of identifier that
    he is not known by, they name nobody. The listed sources take turns with each wrong value.
    """
    customer = max(roles.customers, key=lambda one: len(identifier_names(one)), default=None)
    turns = {wrong: cycle(roles.random.sample(sources, len(sources))) for wrong in TELLING}
    factors = {
        "wrong": TELLING,
        "action": ACTIONS,
        "by": identifier_names(roles.target.absent.customer),
        "source": ("own", "listed", NOTHING)[: 2 if path == ("customer", "source") else 3],
        "status": ("LIVE", "UPCOMING"),
        "named": (REQUEST_ID, NOTHING)[: 1 if path == ("requestId",) else 2],
    }
    for drawn in covering(factors, strength=strength):
        action, source = drawn["action"], drawn["source"]
        fitting = (*roles.general_purpose[:1], *roles.loyalty) if action == "ENROL" else roles.loyalty_earning
        promotion = next((p for p in fitting if p.status == drawn["status"]), next(iter(fitting), None))
        changes = {} if source == "own" else {"source": next(turns[drawn["wrong"]]) if source == "listed" else NOTHING}
        named = customer if customer and identifier_value(customer, drawn["by"]) else None
        body = roles.body(promotion, named, action=action, by=drawn["by"], requestId=drawn["named"], **changes)
        value = value_at(path, body)
        wrong = WrongValue(path, drawn["wrong"](value))
        # Any text is a right requestId. Two requests with the same one would be one request to some hosts.
        is_right = wrong.value == value or (path == ("requestId",) and isinstance(wrong.value, str) and wrong.value)
        if not is_right:
            yield wrong.put(body)


def _each(
    roles: Roles, rows: Sequence[_Row], sources: Sequence[str], *, action: str, strength: int
) -> Iterator[Asking]:
    """Yield requests in which so many of row, identifier and source meet, whichever they are."""
    factors = {"row": rows, "by": _known(roles), "source": (*sources, NOTHING), "named": (REQUEST_ID, NOTHING)}
    for drawn in covering(factors, strength=strength):
        yield _asking(
            roles, drawn["row"], action=action, by=drawn["by"], source=drawn["source"], requestId=drawn["named"]
        )


def _asking(roles: Roles, row: _Row, *, action: str, by: str, source: Any, **changes: Any) -> Asking:
    if row.program is not None:
        changes["programId"] = row.program
    body = roles.body(row.promotion, _customer(roles, source, by), action=action, by=by, source=source, **changes)
    left_out = ("request.customer.source.optional",) if source is NOTHING else ()
    return Asking(body, row.about or left_out)


def _look_ups_that_fail(roles: Roles, sources: Sequence[str]) -> Iterator[Asking]:
    """Yield a customer who does not exist, and the program of another promotion, in each way and with each promotion.

    The sources take turns: what is not found is registered nowhere.
    """
    programs = [program.id for program in roles.target.data.programs]
    absent = roles.target.absent.customer
    turns = cycle((*sources, NOTHING))
    # Neither the kinds of identifier nor the actions take turns in fives.
    names = cycle((*[REQUEST_ID] * 4, NOTHING))
    for promotion, action, by in product(_of_each_kind(roles.enrolable), ACTIONS, _known(roles)):
        if by in identifier_names(absent):
            body = roles.body(promotion, None, action=action, by=by, source=next(turns), requestId=next(names))
            yield Asking(body, ("error.customer_not_found",))
        for other in [program for program in programs if program not in promotion.program_ids][:1]:
            yield _asking(roles, _Row((), promotion, program=other), action=action, by=by, source=next(turns))


def _rows_for_both(roles: Roles) -> Iterator[_Row]:
    yield _Row(("error.promotion_not_found",), None)
    yield from (_Row(("error.promotion_inactive",), promotion) for promotion in roles.inactive)
    yield from (_Row(("error.generic_not_eligible",), promotion) for promotion in roles.generic)
    for promotion in _of_each_kind(roles.enrolable):
        yield _Row(("error.program_not_found",), promotion, program=roles.target.absent.program_id)


def _of_each_kind(promotions: Iterable[Promotion], *types: str) -> list[Promotion]:
    """Return the first promotion of each status and type."""
    first: dict[tuple[str, str], Promotion] = {}
    for promotion in promotions:
        if not types or promotion.type in types:
            first.setdefault((promotion.status, promotion.type), promotion)
    return list(first.values())


def _known(roles: Roles) -> list[str]:
    """Return the kinds of identifier that a customer is known by."""
    return [name for name in IDENTIFIERS if any(identifier_value(customer, name) for customer in roles.customers)]


def _customer(roles: Roles, source: Any, by: str) -> Customer:
    """Return a random customer who is registered at a source and has this kind of identifier; if there is none, another.

    Who is registered there is found by any host. Otherwise a host that compares the source need not find the customer.
    """
    having = [customer for customer in roles.customers if identifier_value(customer, by)]
    return roles.random.choice([customer for customer in having if customer.source == source] or having)


def _kind_of(source: Any, customer: Customer) -> str:
    return "left out" if source is NOTHING else "own" if source == customer.source else "ALL"
