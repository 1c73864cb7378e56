"""The plan: everything about a mock that is fixed before the first request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mockserver.deciding import rules
from mockserver.deciding.prefer import Preferences
from mockserver.deciding.rules import Rulebook
from mockserver.errors import MockError
from mockserver.exchange.answers import Refusal
from mockserver.receiving import token_call
from mockserver.receiving.reader import Reader
from mockserver.receiving.token_call import TokenCall
from mockserver.receiving.validation import Validation
from mockserver.replying.replies import Replies
from openapi.document import Document
from openapi.questions import Readings
from openapi.source import nearest

# The outcomes that the steps before the rules answer with. Every other outcome belongs to a node or a rule.
_NEEDED = (
    "unauthenticated",
    "token_expired",
    "path_not_found",
    "method_not_allowed",
    "body_too_large",
    "unsupported_media_type",
    "malformed_json",
    "invalid_request",
)


class Route(NamedTuple):
    """The path and the HTTP method (in capitals) of a call."""

    path: str
    method: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What follows from the documents and the readings alone.

    It never changes while the mock serves, so any number of states can share one plan. `document` is
    the document of the enrol call, as the readings have it; `tokens` answers the token call.
    """

    document: Document
    readings: Readings
    enrol_route: Route
    token_route: Route
    reader: Reader
    validation: Validation
    preferences: Preferences
    rulebook: Rulebook
    tokens: TokenCall
    replies: Replies

    @classmethod
    def of(cls, document: Document, readings: Readings) -> Plan:
        """Compile a plan. Raises MockError when the document and the rules do not fit together."""
        for name in _NEEDED:
            if name not in document.outcomes:
                raise MockError(f"the document has no outcome {name!r}{nearest(name, list(document.outcomes))}")
        token_document = token_call.load()
        return cls(
            document=document,
            readings=readings,
            enrol_route=_route(document),
            token_route=_route(token_document),
            reader=Reader(document, readings),
            validation=Validation(document, readings),
            preferences=Preferences(document),
            rulebook=rules.rulebook(document.outcomes),
            tokens=TokenCall(token_document),
            replies=Replies(document, token_document, readings),
        )

    def refuse(self, outcome: str, why: str, *, text: str | None = None) -> Refusal:
        """Return the refusal with one outcome of the document, by its name. `text` replaces the outcome's message."""
        return Refusal((self.document.outcomes[outcome],), why, text=text)


def _route(document: Document) -> Route:
    return Route(document.path, document.method.upper())
