"""The safe list: the fixed list of requests for a host on which enrolments are not permitted.

Each names only a customer, a promotion and a program that do not exist on the host, and most have a wrong value as
well. So even a broken host has no customer to enrol.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from contracts.exchange import NOTHING, Request, encode
from contracts.inputs.roles import Roles, identifier_names
from contracts.inputs.wrong_values import FIELDS, WrongValue

# Values that no host can mistake for a valid one, even if it converts types: empty ones only.
_EMPTY: Final[dict[str, tuple[Any, ...]]] = {
    "action": ("", []),
    "promotion": ([], {}),
    "promotion.id": ("", []),
    "promotion.promotionId": ([],),
    "customer": ([], {}),
    "customer.identifierName": ("", []),
    "customer.identifierValue": ("", []),
    "customer.source": ([],),
    "programId": ("", []),
    "requestId": ([],),
}


@dataclass(frozen=True, slots=True)
class DescribedRequest:
    """A request, a description of it in a few words, and the claims that it tests (`about`)."""

    description: str
    request: Request
    about: tuple[str, ...] = ()


def safe_list(roles: Roles) -> tuple[DescribedRequest, ...]:
    """Return the requests in the order in which they are sent: few enough to leave some for connecting and retries."""
    return tuple(_requests(roles))


def _requests(roles: Roles) -> Iterator[DescribedRequest]:
    program = roles.target.absent.program_id
    absent = roles.body(None, None, programId=program)
    yield DescribedRequest("nothing that it names exists", Request(body=absent))
    for name in identifier_names(roles.target.absent.customer)[1:]:
        yield DescribedRequest(f"the same, by {name}", Request(body=roles.body(None, None, by=name, programId=program)))
    yield DescribedRequest(
        "the same, as OPT_IN", Request(body=roles.body(None, None, action="OPT_IN", programId=program))
    )
    for path in FIELDS:
        name = ".".join(path)
        yield DescribedRequest(f"{name} missing", Request(body=WrongValue(path, NOTHING).put(absent)))
        yield DescribedRequest(f"{name} null", Request(body=WrongValue(path, None).put(absent)))
        for value in _EMPTY[name]:
            yield DescribedRequest(f"{name} is {value!r}", Request(body=WrongValue(path, value).put(absent)))
    for path in (("promotion",), ("customer",)):
        body = WrongValue(path, NOTHING).put({**absent, "action": "OPT_IN"})
        yield DescribedRequest(f"OPT_IN, {path[0]} missing", Request(body=body))
    yield DescribedRequest("an empty object", Request(body={}))
    if roles.target.login.is_given:
        incomplete = WrongValue(("programId",), NOTHING).put(absent)
        yield DescribedRequest("no credentials, programId missing", Request(body=incomplete, credentials="none"))
        yield DescribedRequest("no credentials, nothing exists", Request(body=absent, credentials="none"))
    if roles.target.login.basic and roles.target.login.oauth:
        yield DescribedRequest("the other credentials", Request(body=absent, credentials="oauth"))
    yield DescribedRequest("another method", Request(method="GET", headers=()))
    yield DescribedRequest("half a body", Request(raw=b"{"))
    yield DescribedRequest("text, not JSON", Request(raw=encode(absent), headers=(("Content-Type", "text/plain"),)))
