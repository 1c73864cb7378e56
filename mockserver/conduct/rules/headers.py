"""Other headers of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from mockserver.conduct.request import Sent
from mockserver.conduct.rule import Rule, Standard, Symptom
from mockserver.conduct.shown import plain

COOKIE = Rule(
    "headers.cookie",
    "hygiene",
    "The cookie of the page's example, which was given to the one who wrote the page.",
    Standard("RFC 6265", "4.2.1", "The user agent sends stored cookies to the origin server in the Cookie header."),
    "Leave the header Cookie of the page's example out.",
)
USER_AGENT = Rule(
    "headers.user_agent",
    "note",
    "No User-Agent: the one who runs the host cannot tell which program calls.",
    Standard(
        "RFC 9110",
        "10.1.5",
        "A user agent SHOULD send a User-Agent header field in each request unless specifically configured not to do so.",
    ),
    "Send a User-Agent with the name and the version of the program.",
)
EXPECT = Rule(
    "headers.expect",
    "hygiene",
    "Expect without a body, or with another word than 100-continue.",
    Standard(
        "RFC 9110",
        "10.1.1",
        "A client MUST NOT generate a 100-continue expectation in a request that does not include content.",
    ),
    "Leave Expect out.",
)
RULES: Final = (COOKIE, USER_AGENT, EXPECT)

_COOKIE: Final = "_cfuvid="  # of the page's second example; the mock sets none


def of_lines(headers: Mapping[str, str]) -> Iterator[Symptom]:
    """Yield what is wrong with these headers by themselves."""
    if any(one.strip().startswith(_COOKIE) for one in headers.get("cookie", "").split(";")):
        yield Symptom(COOKIE, "The cookie of the page's example is sent")
    if not headers.get("user-agent"):
        yield Symptom(USER_AGENT, "The request has no User-Agent")
    expect = headers.get("expect")
    if expect is not None and expect.lower() != "100-continue":
        yield Symptom(EXPECT, f"Expect is {plain(expect)}")


def symptoms(sent: Sent) -> Iterator[Symptom]:
    """Yield what is wrong with these headers beside the body."""
    if sent.headers.get("expect", "").lower() == "100-continue" and not sent.request.size:
        yield Symptom(EXPECT, "Expect: 100-continue is sent without a body")
