"""Near misses: what a request that was refused only just misses, for the one who looks for the slip."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from mockserver.deciding.directory import Directory
from mockserver.exchange.answers import Refusal
from mockserver.exchange.handling import Handling, Violation
from mockserver.exchange.request_fields import Path
from mockserver.plan import Plan
from mockserver.receiving.auth import TOKEN_HEADER, user_name
from mockserver.state import State
from openapi.document import Document
from openapi.source import nearest
from openapi.world import Promotion

# What the status of a promotion means that takes no enrolments.
_STATUSES: Final[Mapping[str, str]] = {
    "DRAFT": "is a draft",
    "PENDING_APPROVAL": "is not approved yet",
    "PAUSED": "is paused",
    "STOPPED": "was stopped",
    "COMPLETED": "has ended",
}
# What is compared letter by letter has at most so many names, and so many characters each.
_MOST: Final = 50
_LONGEST: Final = 80
_LONGEST_PATH: Final = 200  # characters of a path that are compared
_CUTOFF: Final = 0.7
_LONGEST_VALUE: Final = 1000  # characters of a path or an identifier that may have a slip in it
_REMEMBERED: Final = 256  # values: a client sends the same slip again and again
# How what was sent can differ from what was meant.
_SLIPS: Final[Mapping[str, Callable[[str], str]]] = {
    "spaces around it": str.strip,
    "upper and lower case": str.lower,
    "a + in front": lambda text: text.removeprefix("+"),
    "zeros in front": lambda text: text.lstrip("0"),
    "spaces, signs and case": lambda text: "".join(text.split()).lower().lstrip("+0").replace("-", ""),
}


def near_miss(handling: Handling, refusal: Refusal, plan: Plan, state: State) -> str:
    """Return what a request that was refused only just misses, in one sentence, or '' if nothing is near."""
    for outcome in refusal.outcomes:
        match outcome.name:
            case "path_not_found":
                found = _path(handling.request.path, plan)
            case "method_not_allowed":
                found = _method(handling)
            case "unauthenticated":
                found = _credentials(handling, state)
            case "promotion_not_found":
                found = _promotion(handling, state.directory)
            case "program_not_found":
                promotion = handling.case.promotion
                found = _programs(promotion) if promotion else ""
            case "customer_not_found":
                found = _customer(handling, state.directory)
            case _:
                found = ""
        if found := found or _field(handling.payload, handling.violations, plan.document):
            return found
    return ""


def _method(handling: Handling) -> str:
    """Name a slip in the method, or the page whose browser asks first (Fetch standard, section 3.3.2)."""
    request = handling.request
    if request.method.upper() == "POST":
        return "Methods are in capitals: POST."
    origin = next(iter(request.headers.getlist("Origin")), "")[:_LONGEST]
    if request.method == "OPTIONS" and origin and "Access-Control-Request-Method" in request.headers:
        return f"A browser asks whether a page of {origin} may send the call. Start the mock with --cors {origin} to let it."
    return ""


def _path(sent: str, plan: Plan) -> str:
    known = plan.enrol_route.path, plan.token_route.path
    return _near_path(sent, known) if len(sent) <= _LONGEST_PATH else _like_path(sent, known)


def _like_path(sent: str, known: tuple[str, ...]) -> str:
    for path in known:
        if sent.endswith(path):
            return f"The path ends with {path}, but {sent.removesuffix(path)[:80]} stands in front of it."
        for slip, mended in _mended_paths(sent) if len(sent) <= _LONGEST_VALUE else ():
            if mended in (path, path.lower()):
                return f"The path differs from {path} only by {slip}."
    beginning = sent[:_LONGEST_PATH]
    likely = [path for path in known if _common(beginning, path) >= _CUTOFF]
    close = difflib.get_close_matches(beginning, likely, n=1, cutoff=_CUTOFF) if likely else []
    return f"The path looks like {close[0]}." if close else ""


def _mended_paths(sent: str) -> Iterator[tuple[str, str]]:
    """Yield how a path may differ from the one that was meant, and what it would be without that."""
    yield "a slash at the end", sent.rstrip("/")
    yield "doubled slashes", _single_slashes(sent)
    yield "percent signs", unquote(sent)
    yield "upper and lower case", sent.lower()
    yield "slashes, percent signs and case", _single_slashes(unquote(sent)).lower().rstrip("/")


_near_path: Final = lru_cache(maxsize=_REMEMBERED)(_like_path)


def _common(one: str, other: str) -> float:
    """Return a ratio that difflib's cannot exceed. It takes a tenth of the time, and most paths are not alike."""
    letters = sum(min(one.count(letter), other.count(letter)) for letter in set(other))
    return 2 * letters / (len(one) + len(other))


def _single_slashes(path: str) -> str:
    return "/" + "/".join(part for part in path.split("/") if part) + ("/" if path.endswith("/") else "")


def _credentials(handling: Handling, state: State) -> str:
    request = handling.request
    authorization = request.header("Authorization")
    if authorization is None:
        return ""
    scheme, blank, credential = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return f"An access token is sent in {TOKEN_HEADER}, not in Authorization."
    if scheme.lower() != "basic" or not blank:
        return "Authorization has no scheme: it begins with the word Basic and a space."
    user = user_name(credential)
    if user is None:
        return "What follows Basic is not the Base64 form of a user name, a colon and a password."
    if user in {one.username for one in state.start.credentials.basic}:
        return "The world has this user, with another password; it is sent as it is or as its MD5 digest in hex."
    return ""


def _programs(promotion: Promotion) -> str:
    first, *others = map(str, promotion.program_ids)
    return f"Promotion {promotion.id} belongs to program{'s' if others else ''} {' and '.join((first, *others))}."


def _promotion(handling: Handling, directory: Directory) -> str:
    found, program = handling.case.promotion, handling.case.program
    if found and found.status in _STATUSES:
        return f"Promotion {found.id} exists but {_STATUSES[found.status]}."
    if found and program and program.id not in found.program_ids:
        return _programs(found)
    named = handling.case.fields.promotion
    if found or named is None:
        return ""
    sent = {"id": named.id, "promotionId": named.promotion_id, "identifier": named.identifier}
    given = {name: str(value) for name, value in sent.items() if value is not None}
    by_name = {name: directory.promotions_with(value) for name, value in given.items()}
    for name, value in given.items():
        if (promotion := by_name[name].get(name)) is not None:
            others = ", ".join(other for other in given if other != name)
            return f"The {name} is that of a promotion ({_ids(promotion)}), but {others or 'it alone'} is not."
        for other, promotion in by_name[name].items():
            return f"A promotion has {value[:80]!r} as its {other}, not as its {name} ({_ids(promotion)})."
        for slip, variant in _variants(value):
            if promotion := directory.promotions_with(variant).get(name):
                return f"Promotion {promotion.id} has this {name}, but for {slip}."
    return ""


def _ids(promotion: Promotion) -> str:
    return f"id {promotion.id}, promotionId {promotion.promotion_id}"


def _customer(handling: Handling, directory: Directory) -> str:
    name, value = handling.case.fields.identifier_name, handling.case.fields.identifier_value
    if name is None or value is None:
        return ""
    found = directory.customers_with(value)
    if same := found.get(name):
        return f"Customer {same.id} has this {name}, but is of source {same.source}."
    for other, customer in found.items():
        return f"Customer {customer.id} has this value as {other}, not as {name}."
    for slip, variant in _variants(value):
        for other, customer in directory.customers_with(variant).items():
            return f"Customer {customer.id} has this value as {other}, but for {slip}."
    return ""


def _variants(value: str) -> Iterator[tuple[str, str]]:
    """Yield how a value may differ from the one that was meant, and what it would be without that."""
    if len(value) > _LONGEST_VALUE:
        return
    for slip, mend in _SLIPS.items():
        if (mended := mend(value)) != value:
            yield slip, mended


def _field(payload: Any, violations: tuple[Violation, ...], document: Document) -> str:
    """Return how a field that breaks the document could have been meant."""
    for violation in violations:
        *above, name = violation.path or ("",)
        parent = payload
        for step in above:
            parent = parent[step]
        if violation.keyword == "required" and isinstance(parent, dict):
            known = {field.path for field in document.request_fields}
            unknown = [key for key in list(parent)[:_MOST] if len(key) <= _LONGEST and (*above, key) not in known]
            if close := meant(name, tuple(unknown)):
                place = "/".join(map(str, violation.path))
                return f"There is no {place}{close.replace('did you mean', 'is it')}"
        value = parent.get(name) if isinstance(parent, dict) else None
        if violation.keyword == "enum" and isinstance(value, str) and len(value) <= _LONGEST:
            return _meant(violation.path, value, document)
    return ""


def _meant(path: Path, value: str, document: Document) -> str:
    fields = (one for one in document.request_fields if one.path == path)
    allowed = next((document.resolve(one.schema).get("enum", ()) for one in fields), ())
    close = meant(value.strip(), tuple(word for word in allowed if isinstance(word, str)))
    return f"{'/'.join(map(str, path))} is {value!r}{close}." if close else ""


@lru_cache(maxsize=_REMEMBERED)
def meant(value: str, listed: tuple[str, ...]) -> str:
    """Return ' (did you mean …?)' with the listed word closest to a short value, or '' if none is close."""
    return nearest(value, listed)
