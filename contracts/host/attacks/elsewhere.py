"""What must not stand in for credentials: headers that a gateway adds, cookies, and names in the query.

None of them carries credentials as the page knows them, "Basic or OAuth". A right token behind the scheme Bearer is not
among them: it is the way in which OAuth itself sends it (RFC 6750, section 2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contracts.credentials import Credentials
from contracts.host.attacks.attack import Attack, Means, always
from contracts.host.login import FORGED_TOKEN, SESSION


def _header(name: str, value: str) -> Attack:
    return Attack(lambda _: {name: value}, f"-H '{name}: {value}'", always)


def _user(name: str, before: str = "") -> Attack:
    """Return the attack that names a known user in a header. `before`: what stands before the name."""
    return Attack(lambda means: {name: before + means.user}, f'-H "{name}: {before}$ENROL_USERNAME"', always)


def _query(query: str) -> Attack:
    return Attack(lambda _: {}, "", always, query)


def _many(names: str, value: str) -> Attack:
    """Return the attack that sends the same value in several headers."""
    lines = " ".join(f"-H '{name}: {value}'" for name in names.split())
    return Attack(lambda _: dict.fromkeys(names.split(), value), lines, always)


def _users(names: str) -> Attack:
    """Return the attack that names a known user in several headers."""
    lines = " ".join(f'-H "{name}: $ENROL_USERNAME"' for name in names.split())
    return Attack(lambda means: dict.fromkeys(names.split(), means.user), lines, always)


def _key_or_user(means: Means) -> str:
    return means.login.oauth.key if means.login.oauth else means.user


ELSEWHERE: Final[Mapping[Credentials, Attack]] = {
    "headers-of-gateways": _users(
        "X-User X-User-Id X-User-Name X-Username X-Auth-User X-Authenticated-Userid X-Authenticated-By X-Original-User"
        " X-Consumer-Username X-Consumer-Id X-Consumer-Custom-Id X-Credential-Identifier X-WEBAUTH-USER X-Login X-Client-Id"
        " X-Auth-Request-Email X-Forwarded-Email X-Amzn-Oidc-Identity X-Goog-Authenticated-User-Id X-Subject X-Principal"
        " X-MS-Client-Principal-Name X-CAP-REMOTE-USER X-CAP-USER X-Remote-Userid X-Proxy-User X-Till X-Till-Id"
    ),
    "headers-of-services": _many(
        "X-Internal-Request X-Internal-Call X-Internal-Service X-From-Gateway X-Gateway-Verified X-Auth-Verified X-Auth"
        " X-Auth-Checked X-Auth-Status X-Authorized X-Is-Authenticated X-Skip-Auth X-Bypass-Auth X-No-Auth X-Trusted X-Test"
        " X-Test-Mode X-Health-Check X-Service X-Service-Name X-Is-Admin X-Role X-Roles X-Superuser X-Impersonate X-Sudo"
        " X-Development X-Dev-Mode X-Override X-Preview X-Monitoring X-Requested-By X-Auth-Bypass X-Internal-Auth",
        "true",
    ),
    "headers-of-proxies": _many(
        "X-Client-IP True-Client-IP CF-Connecting-IP X-Originating-IP X-Remote-IP X-Remote-Addr X-Cluster-Client-IP"
        " Client-IP Fastly-Client-IP X-Custom-IP-Authorization X-Host X-Forwarded-Server X-Forwarded X-Original-Host",
        "127.0.0.1",
    ),
    "headers-of-keys": _many(
        "API-KEY apikey X-APIKEY X-API-TOKEN X-Token Token Auth-Token X-Authorization X-Session-Token X-Session-Id X-CSRF-Token"
        " X-OAuth-Token X-Bearer-Token X-Client-Key X-Client-Secret X-Secret X-Password X-App-Key X-Auth-Key X-Access-Key",
        FORGED_TOKEN,
    ),
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
    "x-api-key": Attack(lambda means: {"X-API-KEY": _key_or_user(means)}, '-H "X-API-KEY: $ENROL_KEY"', always),
    "x-auth-token": _header("X-Auth-Token", FORGED_TOKEN),
    "x-access-token": _header("X-Access-Token", FORGED_TOKEN),
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
    "session-cookie": _header(
        "Cookie",
        f"session={SESSION}; sessionid={SESSION}; JSESSIONID={SESSION}; PHPSESSID={SESSION}; connect.sid={SESSION}; sid={SESSION}; auth=1; authenticated=true; logged_in=1; admin=1; role=admin",
    ),
    "user-cookie": _user("Cookie", "user="),
    "token-cookie": _header(
        "Cookie",
        f"X-CAP-API-OAUTH-TOKEN={FORGED_TOKEN}; access_token={FORGED_TOKEN}; token={FORGED_TOKEN}; jwt={FORGED_TOKEN}; id_token={FORGED_TOKEN}; Authorization={FORGED_TOKEN}",
    ),
    "access-token-in-query": _query(
        f"?access_token={FORGED_TOKEN}&token={FORGED_TOKEN}&oauth_token={FORGED_TOKEN}&jwt={FORGED_TOKEN}"
    ),
    "user-in-query": _query("?username=admin&user=admin&login=admin&password=admin"),
    "key-in-query": _query("?api_key=1&apikey=1&api-key=1&key=1&client_id=1&sig=1"),
    "debug-in-query": _query("?debug=true&test=true&internal=true&admin=true&auth=off&noauth=1"),
}
