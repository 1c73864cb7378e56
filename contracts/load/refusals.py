"""The refusals of a load: one request for each row of the page that must be refused, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from contracts.exchange import NOTHING
from contracts.inputs.roles import Roles
from openapi.world import Promotion


def refusals(roles: Roles) -> Iterator[tuple[Promotion | None, dict[str, Any], str]]:
    """Yield for each row of the page that the data allows a promotion, changes of the request, and the claim it tests."""
    absent = roles.target.absent
    usual: Sequence[Promotion | None] = roles.general_purpose[:1]
    for promotion in usual:
        yield promotion, {"programId": absent.program_id}, "error.program_not_found"
        yield promotion, {}, "error.customer_not_found"
        yield promotion, {"action": NOTHING}, "error.action_required"
        yield promotion, {"programId": NOTHING}, "error.program_id_required"
        yield promotion, {"customer": NOTHING}, "error.customer_required"
        yield promotion, {"promotion": NOTHING}, "error.promotion_required"
        yield promotion, {"value": ""}, "error.identifier_value_required"
    yield None, {}, "error.promotion_not_found"
    yield from ((promotion, {}, "error.generic_not_eligible") for promotion in roles.generic)
    yield from ((promotion, {}, "error.promotion_inactive") for promotion in roles.inactive)
    yield from ((promotion, {"action": "OPT_IN"}, "error.opt_in_not_supported") for promotion in roles.loyalty)
    yield from ((promotion, {}, "error.engine_error") for promotion in roles.engine_down)
