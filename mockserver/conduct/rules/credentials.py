"""The login: where credentials are sent, and how long a token is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote_plus

from mockserver.conduct.request import TOKEN, Sent
from mockserver.conduct.rule import OF_THE_FIELD, Claim, Node, Rule, Standard, Symptom
from mockserver.conduct.shown import JWT, plain
from mockserver.exchange.answers import Refusal

IN_QUERY = Rule(
    "credentials.in_query",
    "hygiene",
    "A password, a key, a secret or a token in the URL, which logs and proxies keep.",
    Standard(
        "RFC 9110",
        "17.9",
        "It is therefore unwise to include information within a URI that is sensitive, personally identifiable, "
        "or a risk to disclose.",
    ),
    "Send credentials in the headers only, and key and secret in the body of the token call.",
)
IN_BODY = Rule(
    "credentials.in_body",
    "broken",
    "A password, a key, a secret or a token among the fields of the request.",
    OF_THE_FIELD,
    "Send credentials in the headers only.",
)
WRONG_HEADER = Rule(
    "credentials.wrong_header",
    "broken",
    "An access token in Authorization, or Authorization with another scheme than Basic.",
    Node(("securitySchemes", "oauthToken"), "auth.oauth"),
    "Send a token in X-CAP-API-OAUTH-TOKEN, or the login as Authorization: Basic.",
)
BOTH = Rule(
    "credentials.both_kinds",
    "note",
    "A token and a Basic login in one request: the page wants one of the two, and says not which one counts.",
    Node(("securitySchemes", "oauthToken"), "auth.oauth"),
    "Send one of the two.",
)
MISSING = Rule(
    "credentials.missing",
    "note",
    "A request without credentials, as a test of the answer 401 sends, or a client that waits for the challenge.",
    Claim("auth.required"),
    "Send the login with the first request.",
)
EXPIRED = Rule(
    "credentials.expired_token",
    "hygiene",
    "An access token that is used past its life, though its answer told the seconds.",
    Standard(
        "RFC 6749",
        "1.5",
        "If the client knows the access token expired, it skips to step (G); "
        "otherwise, it makes another protected resource request.",
    ),
    "Fetch a new token before ttlSeconds are over.",
)
TOKEN_EACH_TIME = Rule(
    "credentials.token_each_time",
    "note",
    "A new token for each request, though the one before is still valid. This is told at the third in a row.",
    Node(("securitySchemes", "oauthToken"), "auth.oauth"),
    "Keep a token until ttlSeconds are nearly over.",
)
RULES: Final = (IN_QUERY, IN_BODY, WRONG_HEADER, BOTH, MISSING, EXPIRED, TOKEN_EACH_TIME)

# Names of parameters and fields that hold credentials, without the signs in them.
_NAMES: Final = re.compile(
    r".*(?:password|passwd|secret|token|credential|apikey|accesskey|authorization)|pass|pwd|pw|auth|key|user|username",
)


def of_target(sent: Sent) -> Iterator[Symptom]:
    """Yield what is wrong with the query of a request, to whatever path."""
    for pair in sent.request.query.split("&")[:100]:
        name, _, value = pair.partition("=")
        if _is_secret(unquote_plus(name)) or JWT.fullmatch(unquote_plus(value)):
            yield Symptom(IN_QUERY, f"The query has the parameter {plain(unquote_plus(name))}")


def of_body(sent: Sent) -> Iterator[Symptom]:
    """Yield what in the body belongs into the login of a call."""
    if isinstance(sent.payload, dict):
        for name in list(sent.payload)[:100]:
            if (name,) not in sent.page.fields and _is_secret(name):
                yield Symptom(IN_BODY, f"The body has the field {plain(name)}", sent.page.inside(()))


def of_lines(headers: Mapping[str, str]) -> Iterator[Symptom]:
    """Yield what is wrong with the login of a call, whether it is accepted or not."""
    if headers.get("authorization") and TOKEN in headers:
        yield Symptom(BOTH, "The request has a Basic login and an access token")


def of_refusal(login: Refusal, headers: Mapping[str, str]) -> Iterator[Symptom]:
    """Yield what is wrong with a login that was refused."""
    authorization = headers.get("authorization")
    scheme = (authorization or "").partition(" ")[0].lower()
    if scheme == "bearer":
        yield Symptom(WRONG_HEADER, "An access token is sent in Authorization")
    elif authorization and scheme != "basic":
        yield Symptom(WRONG_HEADER, "Authorization has another scheme than Basic")
    elif not authorization and TOKEN not in headers:
        yield Symptom(MISSING, "The request has no credentials")
    if login.outcomes[0].name == "token_expired":
        yield Symptom(EXPIRED, "An access token is used past its life")


def _is_secret(name: str) -> bool:
    return _NAMES.fullmatch(re.sub(r"[\W_]", "", name[:100]).lower()) is not None
