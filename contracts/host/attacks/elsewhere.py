"""What must not stand in for credentials: headers that a gateway adds, cookies, and names in the query.

None of them carries credentials as the page knows them, "Basic or OAuth". A right token behind the scheme Bearer is not
among them: it is the way in which OAuth itself sends it (RFC 6750, section 2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from contracts.credentials import Credentials
from contracts.host.attacks.attack import Attack, Means, always, has_oauth

_FORGED: Final = "not.a.token"


def _header(name: str, value: str) -> Attack:
    return Attack(lambda _: {name: value}, f"-H '{name}: {value}'", always)


def _user(name: str, before: str = "") -> Attack:
    """Return the attack that names a known user in a header. `before`: what stands before the name."""
    return Attack(lambda means: {name: before + means.user}, f'-H "{name}: {before}$ENROL_USERNAME"', always)


def _query(query: str) -> Attack:
    return Attack(lambda _: {}, "", always, query)


def _key(made: Callable[[Means], str]) -> Attack:
    return Attack(lambda means: {"X-API-KEY": made(means)}, '-H "X-API-KEY: $ENROL_KEY"', has_oauth)


ELSEWHERE: Final[Mapping[Credentials, Attack]] = {
    "x-forwarded-user": _user("X-Forwarded-User"),
    "x-remote-user": _user("X-Remote-User"),
    "remote-user": _user("Remote-User"),
    "x-authenticated-user": _user("X-Authenticated-User"),
    "x-auth-request-user": _user("X-Auth-Request-User"),
    "x-authenticated": _header("X-Authenticated", "true"),
    "x-internal": _header("X-Internal", "true"),
    "x-admin": _header("X-Admin", "true"),
    "x-debug": _header("X-Debug", "true"),
    "x-forwarded-for": _header("X-Forwarded-For", "127.0.0.1"),
    "x-real-ip": _header("X-Real-IP", "127.0.0.1"),
    "forwarded": _header("Forwarded", "for=127.0.0.1;host=localhost"),
    "x-forwarded-host": _header("X-Forwarded-Host", "localhost"),
    "x-api-key": _key(lambda means: means.login.oauth.key if means.login.oauth else ""),
    "x-auth-token": _header("X-Auth-Token", _FORGED),
    "x-access-token": _header("X-Access-Token", _FORGED),
    "x-client-certificate": Attack(
        lambda means: {"X-SSL-Client-Verify": "SUCCESS", "X-SSL-Client-S-DN": f"CN={means.user}"},
        "-H 'X-SSL-Client-Verify: SUCCESS' -H \"X-SSL-Client-S-DN: CN=$ENROL_USERNAME\"",
        always,
    ),
    "x-original-url": _header("X-Original-URL", "/"),
    "x-rewrite-url": _header("X-Rewrite-URL", "/"),
    "x-http-method-override": _header("X-HTTP-Method-Override", "GET"),
    "x-method-override-options": _header("X-HTTP-Method-Override", "OPTIONS"),
    "host-localhost": _header("Host", "localhost"),
    "health-check": _header("User-Agent", "kube-probe/1.29"),
    "origin-localhost": _header("Origin", "http://localhost"),
    "proxy-authorization": _header("Proxy-Authorization", "Basic bm9ib2R5LmF0LmFsbDpub3QtdGhlLXBhc3N3b3Jk"),
    "session-cookie": _header("Cookie", "session=1; JSESSIONID=1; authenticated=true"),
    "user-cookie": _user("Cookie", "user="),
    "token-cookie": _header("Cookie", f"X-CAP-API-OAUTH-TOKEN={_FORGED}; access_token={_FORGED}"),
    "access-token-in-query": _query(f"?access_token={_FORGED}&token={_FORGED}"),
    "user-in-query": _query("?username=admin&password=admin"),
    "key-in-query": _query("?api_key=1&apikey=1&key=1"),
    "debug-in-query": _query("?debug=true&test=true&auth=off"),
}
