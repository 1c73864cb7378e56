"""The effects that a fault can have, and what does not go together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mockserver.errors import MockError
from mockserver.faults.fault import Fault
from openapi.document import Outcome
from openapi.source import nearest

# What each effect does to an answer. HTTP statuses and the names of outcomes are effects as well.
ANSWERS: Final = {
    "answer": "the status, headers and body that the fault gives",
    "garbage": "200 with a body that is no JSON",
    "empty": "200 without a body",
    "wrong-media-type": "the usual answer, called text/html",
    "slow": "the usual answer, late or in pieces",
}
# Ways in which a connection breaks; each is a Breakage of the manner in which an answer is sent.
BREAKAGES: Final = {
    "reset-before": "the connection is reset in place of the answer",
    "reset-in": "the connection is reset in the middle of the body",
    "reset-after": "the connection is reset after the answer",
    "truncated": "the connection is closed in the middle of the body",
    "length-too-long": "Content-Length promises more than comes; then the connection is closed",
    "length-too-short": "Content-Length promises less than comes; the connection stays open",
    "endless": "the body never ends",
    "close": "the connection is closed in place of the answer",
}
REFUSE_TLS: Final = "refuse-tls"
SILENT: Final = frozenset({"reset-before", "close"})  # breakages that leave nothing of an answer
_STATUS: Final = re.compile(r"[2-5]\d\d")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the mock can do: answer with these outcomes, break connections, and refuse TLS.

    `named`: in a session with a name, which no connection has before its first request.
    """

    outcomes: Mapping[str, Outcome]
    sockets: bool = False
    tls: bool = False
    named: bool = False


def needs_sockets(fault: Fault) -> bool:
    """Return whether a fault breaks connections."""
    return fault.effect in BREAKAGES or fault.effect == REFUSE_TLS


def is_status(effect: str) -> bool:
    """Return whether an effect is an HTTP status."""
    return _STATUS.fullmatch(effect) is not None


def replaces(fault: Fault, outcomes: Mapping[str, Outcome]) -> bool:
    """Return whether an effect takes the place of the usual answer."""
    effect = fault.effect
    return effect in ("answer", "garbage", "empty") or effect in SILENT or is_status(effect) or effect in outcomes


def check(fault: Fault, abilities: Abilities) -> None:
    """Raise MockError if the mock cannot do what a fault says, or parts of it do not go together."""
    for problem in _problems(fault, abilities):
        raise MockError(problem)


def _problems(fault: Fault, abilities: Abilities) -> list[str]:
    effect = fault.effect
    names = (*ANSWERS, *BREAKAGES, REFUSE_TLS, *abilities.outcomes)
    if effect not in names and not is_status(effect):
        near = nearest(effect, names)
        known = f"{', '.join((*ANSWERS, *BREAKAGES, REFUSE_TLS))}, a status from 200 to 599, or the name of an outcome"
        return [f"no effect is called {effect!r}{near}; there are {known}"]
    where = f"the effect {effect}"
    found = []
    if needs_sockets(fault) and not abilities.sockets:
        found.append(f"{where} breaks connections; start the mock with --socket-faults")
    if effect == REFUSE_TLS:
        found += _problems_of_refused_tls(fault, abilities)
    if effect == "answer" and fault.status is None:
        found.append(f"{where} needs a status, such as 503")
    if effect != "answer" and (fault.status is not None or fault.body is not None or fault.headers):
        found.append(f"{where} takes no status, headers or body; only the effect answer does")
    if fault.retry_after is not None and effect not in ("429", "503"):
        found.append(f"{where} takes no retryAfter; only 429 and 503 do")
    if fault.handle is not None and not _may_choose(fault, abilities.outcomes):
        found.append(f"{where} takes no handle; it needs the usual answer, or none at all")
    found += _problems_of_time(fault, where)
    found += [
        f"the header {name!r} cannot be sent"
        for name, value in fault.headers.items()
        if not _HEADER_NAME.fullmatch(name) or not _is_header_value(value)
    ]
    if any(name.lower() in ("content-length", "transfer-encoding", "connection") for name in fault.headers):
        found.append(
            "Content-Length, Transfer-Encoding and Connection are the server's; see the effects on connections"
        )
    return found


def _problems_of_refused_tls(fault: Fault, abilities: Abilities) -> list[str]:
    found = [] if abilities.tls else [f"{REFUSE_TLS} needs a mock that speaks TLS"]
    if abilities.named:
        found.append(f"{REFUSE_TLS} is set without a session, since a handshake names none; POST it to /_mock/faults")
    matching = (fault.method, fault.path, fault.customer, fault.promotion, fault.action, fault.header)
    timing = (fault.delay, fault.delay_most, fault.sigma, fault.pieces, fault.over)
    if any(part is not None for part in (*matching, *timing)):
        found.append(
            f"{REFUSE_TLS} meets connections, before there is a request: it takes only after, count, probability, seed"
        )
    return found


def _problems_of_time(fault: Fault, where: str) -> list[str]:
    found = []
    if fault.effect == "slow" and fault.delay is None and fault.pieces is None:
        found.append(f"{where} needs a delay, or pieces")
    if fault.delay is None and (fault.delay_most is not None or fault.sigma is not None):
        found.append("delayMost and sigma need a delay")
    if fault.sigma is not None and fault.delay == 0:
        found.append("sigma needs a delay above 0, which is the median")
    if fault.delay is not None and fault.delay_most is not None and fault.delay_most < fault.delay:
        found.append(f"delayMost {fault.delay_most:g} is less than delay {fault.delay:g}")
    if (fault.pieces is None) != (fault.over is None):
        found.append("pieces and over need each other")
    if fault.pieces is not None and needs_sockets(fault):
        found.append(f"{where} takes no pieces")
    return found


def _may_choose(fault: Fault, outcomes: Mapping[str, Outcome]) -> bool:
    """Return whether a fault can say that the request is handled. A warning is an answer to a request in hand."""
    outcome = outcomes.get(fault.effect)
    return replaces(fault, outcomes) and (outcome is None or outcome.kind == "error")


def _is_header_value(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()
