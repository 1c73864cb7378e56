"""Faults in where credentials are asked for: something else stands in for them, or nobody asks in some places."""

from collections.abc import Callable

from tests.faulty.faults.access import TOKEN
from tests.faulty.faults.attackers import hole
from tests.faulty.faults.fault import Fault, before
from tests.faulty.faults.parts import Test
from tests.faulty.host import Hook
from tests.faulty.receiving import CALL
from tests.faulty.turn import Turn
from tests.faulty.world import Record


def _header(name: str, says: str, header: str, fits: Callable[[str], bool] = bool) -> Fault:
    """Return the fault that takes a header in place of credentials."""
    return hole(name, says, lambda turn: fits(turn.headers.get(header, "")))


def _is_user(turn: Turn, name: str) -> bool:
    return name in [user for user, _ in turn.memory.world.users]


def _user(name: str, says: str, header: str) -> Fault:
    """Return the fault that takes the name of a known user in a header."""
    return hole(name, says, lambda turn: _is_user(turn, turn.headers.get(header, "").removeprefix("user=")))


def _query(name: str, says: str, *names: str) -> Fault:
    """Return the fault that takes a name in the query in place of credentials."""
    return hole(name, says, lambda turn: any(f"{one}=" in turn.path.partition("?")[2] for one in names))


def _unasked(name: str, says: str, when: Test) -> Fault:
    """Return the fault that asks for no credentials where `when` is true of a request that was read."""

    def do(turn: Turn) -> None:
        if turn.unauthenticated and not turn.problems and when(turn):
            turn.unauthenticated = ""

    return Fault(name, says, ("auth.required",), (before("settle", do),))


def _opens(fits: Callable[[str, str], bool]) -> tuple[Hook, ...]:
    """Return the hooks that answer other paths or methods as the call, without credentials. `fits`: method and path."""

    def route(turn: Turn) -> None:
        if fits(turn.method, turn.path) and (turn.method, turn.path) != ("POST", CALL):
            turn.method, turn.path = "POST", CALL
            turn.memory.notes["opened"] = turn.number

    def settle(turn: Turn) -> None:
        if turn.memory.notes.get("opened") == turn.number:
            turn.unauthenticated = ""

    return before("route", route), before("settle", settle)


def _way(name: str, says: str, fits: Callable[[str, str], bool]) -> Fault:
    return Fault(name, says, ("auth.required",), _opens(fits))


def _after_the_end(turn: Turn) -> bool:
    """Return whether the request is the first after one that ended its connection."""
    ended = bool(turn.memory.notes.get("ended"))
    turn.memory.notes["ended"] = turn.headers.get("connection", "").lower() == "close"
    return ended


def _carried_out(when: Test) -> Hook:
    """Return the hook that stores an enrolment, though the request is refused for its credentials."""

    def do(turn: Turn) -> None:
        refused = turn.unauthenticated and not (turn.problems or turn.misses or turn.unfit)
        if refused and turn.promotion and turn.customer and when(turn):
            ids = f"99{turn.number:06}", f"98{turn.number:06}"
            turn.memory.records.append(Record(turn.customer.id, turn.promotion.id, *ids, turn.asked.action == "OPT_IN"))

    return before("settle", do)


def _shows_a_login(turn: Turn) -> bool:
    return "authorization" in turn.headers or TOKEN in turn.headers


FAULTS = (
    _user("forwarded-user-trusted", "The header X-Forwarded-User is trusted.", "x-forwarded-user"),
    _user("x-remote-user-trusted", "The header X-Remote-User is trusted.", "x-remote-user"),
    _user("remote-user-trusted", "The header Remote-User is trusted.", "remote-user"),
    _user("authenticated-user-trusted", "The header X-Authenticated-User is trusted.", "x-authenticated-user"),
    _user("auth-request-user-trusted", "The header X-Auth-Request-User is trusted.", "x-auth-request-user"),
    _header("authenticated-trusted", "The header X-Authenticated is trusted.", "x-authenticated"),
    _header("internal-trusted", "The header X-Internal is trusted.", "x-internal"),
    _header("admin-trusted", "The header X-Admin is trusted.", "x-admin"),
    _header("debug-trusted", "With the header X-Debug nobody is asked.", "x-debug"),
    _header("forwarded-for-trusted", "X-Forwarded-For says that it is this machine.", "x-forwarded-for"),
    _header("real-ip-trusted", "X-Real-IP says that it is this machine.", "x-real-ip"),
    _header("forwarded-trusted", "Forwarded says that it is this machine.", "forwarded"),
    _header("forwarded-host-trusted", "X-Forwarded-Host says that it is this machine.", "x-forwarded-host"),
    _header("any-api-key-accepted", "Whatever X-API-KEY holds is let in.", "x-api-key"),
    _header("any-auth-token-accepted", "Whatever X-Auth-Token holds is let in.", "x-auth-token"),
    _header("any-x-access-token-accepted", "Whatever X-Access-Token holds is let in.", "x-access-token"),
    _header("client-certificate-header-trusted", "X-SSL-Client-Verify is trusted.", "x-ssl-client-verify"),
    _header("original-url-decides", "X-Original-URL decides whether to ask.", "x-original-url"),
    _header("rewrite-url-decides", "X-Rewrite-URL decides whether to ask.", "x-rewrite-url"),
    _header("method-override-decides", "An override to GET is not asked.", "x-http-method-override", "GET".__eq__),
    _header(
        "preflight-override-decides", "An override to OPTIONS is not asked.", "x-http-method-override", "OPTIONS".__eq__
    ),
    _header("host-localhost-trusted", "Who calls it localhost is let in.", "host", "localhost".__eq__),
    _header("health-check-trusted", "Who says to be a health check is let in.", "user-agent", lambda v: "probe" in v),
    _header("origin-trusted", "A page of localhost is let in.", "origin"),
    _header("proxy-login-accepted", "Any login for a proxy is let in.", "proxy-authorization"),
    _header("session-cookie-accepted", "Any cookie named session is let in.", "cookie", lambda v: "session=" in v),
    _user("user-cookie-trusted", "A cookie that names a user is let in.", "cookie"),
    _header("token-cookie-accepted", "Any cookie with a token is let in.", "cookie", lambda v: "access_token=" in v),
    _header("gateway-consumer-trusted", "The header X-Consumer-Username is trusted.", "x-consumer-username"),
    _header("skip-auth-trusted", "With the header X-Skip-Auth nobody is asked.", "x-skip-auth"),
    _header("client-ip-trusted", "X-Client-IP says that it is this machine.", "x-client-ip"),
    _header("any-apikey-accepted", "Whatever the header apikey holds is let in.", "apikey"),
    _query("token-in-query-accepted", "Any token in the query is let in.", "access_token"),
    _query("user-in-query-accepted", "A user and a password in the query are let in.", "username"),
    _query("key-in-query-accepted", "Any key in the query is let in.", "api_key", "apikey"),
    _query("debug-in-query-trusted", "A query of debug turns the check off.", "debug"),
    _unasked("enrol-needs-no-login", "ENROL needs no credentials.", lambda turn: turn.asked.action == "ENROL"),
    _unasked("mobile-needs-no-login", "Nobody is asked who names a mobile.", lambda turn: turn.asked.name == "mobile"),
    _unasked("email-needs-no-login", "Nobody is asked who names an email.", lambda turn: turn.asked.name == "email"),
    _unasked("website-needs-no-login", "The source WEBSITE is not asked.", lambda turn: turn.asked.source == "WEBSITE"),
    _unasked("source-less-need-no-login", "Without source nobody is asked.", lambda turn: turn.asked.source is None),
    _unasked(
        "request-id-asks-for-login", "Without requestId nobody is asked.", lambda turn: turn.asked.request_id is None
    ),
    _unasked("one-program-needs-no-login", "Program 973 needs no credentials.", lambda turn: turn.program == 973),
    _unasked(
        "upcoming-needs-no-login",
        "An UPCOMING promotion needs no credentials.",
        lambda turn: bool(turn.promotion and turn.promotion.status == "UPCOMING"),
    ),
    _unasked("large-body-needs-no-login", "A body above 4000 bytes is not asked.", lambda turn: len(turn.raw) > 4000),
    hole("new-connection-needs-no-login", "The first request of a connection is not asked.", _after_the_end),
    _way("slash-behind-path-opens", "With a slash behind the path nobody is asked.", lambda _, p: p == f"{CALL}/"),
    _way(
        "two-slashes-open", "With two slashes in the path nobody is asked.", lambda _, p: p.replace("//", "/") == CALL
    ),
    _way("capitals-in-path-open", "In capitals the path needs no credentials.", lambda _, p: p == CALL.upper()),
    _way("semicolon-in-path-opens", "Behind a semicolon nobody is asked.", lambda _, p: p.startswith(f"{CALL};")),
    _way("dots-in-path-open", "Through dots in the path nobody is asked.", lambda _, p: "/../" in p),
    _way("query-opens", "With a query nobody is asked.", lambda _, p: p.partition("?")[0] == CALL),
    _way("ending-in-path-opens", "With the ending json nobody is asked.", lambda _, p: p == f"{CALL}.json"),
    _way("put-needs-no-login", "PUT does the same, and nobody is asked.", lambda m, p: m == "PUT" and p == CALL),
    _way("patch-needs-no-login", "PATCH does the same, and nobody is asked.", lambda m, p: m == "PATCH" and p == CALL),
    Fault(
        "stranger-opted-in",
        "An OPT_IN without the right credentials is answered with a refusal, and carried out.",
        ("auth.required", "warning.already_enrolled"),
        (_carried_out(lambda turn: turn.asked.action == "OPT_IN"),),
    ),
    Fault(
        "wrong-login-enrols",
        "A request with wrong credentials is answered with a refusal, and carried out.",
        ("auth.required", "warning.already_enrolled"),
        (_carried_out(_shows_a_login),),
    ),
)
