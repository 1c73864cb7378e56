"""Where a request is sent, and with which method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mockserver.conduct.request import Sent
from mockserver.conduct.rule import Claim, Rule, Standard, Symptom
from mockserver.conduct.shown import plain
from mockserver.receiving.host import host_problem

PATH = Rule(
    "target.path",
    "broken",
    "A path that only looks like that of the call: with a slash more, in another case, or misspelt.",
    Claim("call.path"),
    "Build the URL from the path as the page writes it.",
)
METHOD = Rule(
    "target.method",
    "broken",
    "Another method than POST. HEAD and OPTIONS are left out, since they only look.",
    Claim("call.path"),
    "Send the call with POST, in capitals.",
)
CONTENT = Rule(
    "target.body_on_get",
    "hygiene",
    "A GET or HEAD that has a body, which many servers and gateways drop.",
    Standard("RFC 9110", "9.3.1", "A client SHOULD NOT generate content in a GET request"),
    "Send the body with POST.",
)
HOST = Rule(
    "target.host",
    "hygiene",
    "No header Host, several of them, or one that is no host.",
    Standard(
        "RFC 9112",
        "3.2",
        "A client MUST send a Host header field (Section 7.2 of [HTTP]) in all HTTP/1.1 request messages.",
    ),
    "Let the HTTP library set Host.",
)
RULES: Final = (PATH, METHOD, CONTENT, HOST)

_LOOKS: Final = ("HEAD", "OPTIONS")
# What a near miss says of a path. That of another call of the vendor is near to nothing.
_NEAR: Final = ("The path differs", "The path looks", "The path ends")


def symptoms(sent: Sent) -> Iterator[Symptom]:
    """Yield what is wrong with the target of a request."""
    request, near = sent.request, sent.handling.near_miss
    if host_problem(request):
        yield Symptom(HOST, "The header Host is missing, doubled, or no host")
    names = {outcome.name for outcome in sent.outcomes}
    if "path_not_found" in names and near.startswith(_NEAR) and not request.outside:
        yield Symptom(PATH, f"The path is {plain(request.path)}", advice=near)
    call = sent.page.plan.enrol_route
    if request.path == call.path and request.method not in (call.method, *_LOOKS):
        yield Symptom(METHOD, f"The method is {plain(request.method, most=20)}, not {call.method}")
    if request.method in ("GET", "HEAD") and request.size:
        yield Symptom(CONTENT, f"The {request.method} has a body")
