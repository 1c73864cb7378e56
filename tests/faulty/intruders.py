"""Requests of strangers, for the tour: wrong credentials, what stands in for them, and other ways to the call."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

from tests.faulty.asking import DROP, ENROL, LOGIN, OPT_IN, Answer, Asker, request

CALL = "/v3/promotions/enrol"
TOKENS = "/v3/oauth/token/generate"
HEADER = "x-cap-api-oauth-token"
NOBODY = {"content-type": "application/json"}
MD5 = hashlib.md5(b"123").hexdigest()
WORDS = (
    "",
    " ",
    "null",
    "23",
    "x123",
    "123123",
    "123:x",
    "123\0x",
    "*",
    "' OR '1'='1",
    "store.server",
    "sample-secret",
)
DIGESTS = (MD5[:-1], f"{MD5}0", f"{MD5[:-1]}x", hashlib.md5(b"").hexdigest())
USERS = ("store.serve", "store.serverx", "store.server\0x", "", "%", "sample-key")
LOGINS = (*((b"store.server:" + word.encode()) for word in (*WORDS, *DIGESTS)), *(f"{u}:123".encode() for u in USERS))
CONTENTS = (*LOGINS, b"123:store.server", b":", b"store.server", b"\xff:\xff", b"a" * 600 + b":" + b"a" * 600)
WRONG = base64.b64encode(b"store.server:wrong").decode()
VALUES = (
    f"basic {WRONG}",
    f"BASIC {WRONG}",
    f"bAsIc {WRONG}",
    WRONG,
    f"Bearer {WRONG}",
    "Basic",
    "",
    f"Basic {WRONG[:-3]}",
)
OTHERS = ('Digest username="store.server"', "Bearer store.server")
INSTEAD = [
    "x-forwarded-user",
    "x-remote-user",
    "remote-user",
    "x-authenticated-user",
    "x-auth-request-user",
    "x-consumer-username",
    "x-authenticated",
    "x-internal",
    "x-admin",
    "x-debug",
    "x-skip-auth",
    "x-forwarded-for",
    "x-real-ip",
    "x-client-ip",
    "forwarded",
    "x-forwarded-host",
    "x-api-key",
    "apikey",
    "x-auth-token",
    "x-access-token",
    "x-ssl-client-verify",
    "x-original-url",
    "x-rewrite-url",
    "origin",
    "proxy-authorization",
]
VALUED = (("x-http-method-override", "GET"), ("x-http-method-override", "OPTIONS"), ("host", "localhost"))
COOKIES = ("session=1", "user=store.server", "access_token=1")
QUERIES = ("?access_token=1", "?username=a", "?api_key=1", "?debug=true", "?x=1")
PATHS = (
    f"{CALL}/",
    CALL.replace("/enrol", "//enrol"),
    CALL.upper(),
    f"{CALL};x",
    f"{CALL}.json",
    "/v3/x/../promotions/enrol",
)


def intrusions(asker: Asker) -> Iterator[Answer]:
    """Send each request, and yield the responses in order. What a fault lets in enrols somebody."""
    fresh = request(**asker.promotion("many-64"), customer__identifierValue="388600007")
    yield from (asker.ask(fresh, {**NOBODY, **one}) for one in _headers())
    yield from (asker.ask(fresh, NOBODY, path=path) for path in (*(CALL + query for query in QUERIES), *PATHS))
    yield from (asker.ask(fresh, NOBODY, method=method) for method in ("PUT", "PATCH"))
    yield from _with_tokens(asker)
    yield from (asker.ask(body, headers) for body in _bodies(asker) for headers in (NOBODY, LOGIN))
    wrong = {**NOBODY, "authorization": f"Basic {WRONG}"}
    for body in (OPT_IN, request(customer__identifierValue="388600006")):
        yield from (asker.ask(body, headers) for headers in (wrong, LOGIN))
    yield from (asker.ask(fresh, headers) for headers in ({**LOGIN, "connection": "close"}, NOBODY))
    for name, value in (("id", "199999999999"), ("mobile", "15550199999")):
        unknown = {"customer__identifierName": name, "customer__identifierValue": value}
        yield from (asker.ask(request(body, **unknown), NOBODY) for body in (ENROL, OPT_IN))
    yield asker.ask(request(promotion={"id": "f" * 24, "promotionId": 1999999999}), NOBODY)


def _headers() -> Iterator[dict[str, str]]:
    yield from ({"authorization": f"Basic {base64.b64encode(content).decode()}"} for content in CONTENTS)
    yield from ({"authorization": value} for value in (*VALUES, *OTHERS))
    yield from ({name: "store.server"} for name in INSTEAD)
    yield from ({name: value} for name, value in (*VALUED, *(("cookie", value) for value in COOKIES)))
    yield {"user-agent": "kube-probe/1.29"}
    yield {**LOGIN, "cookie": "_cfuvid=1"}
    yield from ({HEADER: value} for value in ("", "null", "sample-key", *_signed()))
    yield {HEADER: "x", "authorization": f"Basic {WRONG}"}
    yield {HEADER: "x", "authorization": "Basic"}


def _signed() -> Iterator[str]:
    """Yield made-up tokens: unsigned ones, and some that are signed with what is no secret."""
    for algorithm, key in (
        ("none", None),
        ("nOnE", None),
        ("HS256", b""),
        ("HS256", b"secret"),
        ("HS256", b"sample-key"),
    ):
        text = f"{_base64(json.dumps({'alg': algorithm}).encode())}.{_base64(b'{}')}"
        yield f"{text}." if key is None else f"{text}.{_base64(hmac.digest(key, text.encode(), 'sha256'))}"


def _with_tokens(asker: Asker) -> Iterator[Answer]:
    body = request(**asker.promotion("many-64"), customer__identifierValue="388600007")
    for asked in ({"secret": "x"}, {"secret": ""}, {}, {"key": "x", "secret": "sample-secret"}):
        _, _, answer = asker.ask({"key": "sample-key", **asked}, {}, path=TOKENS)
        token = (answer["data"] or {}).get("accessToken", "none")
        yield asker.ask(body, {**NOBODY, HEADER: token})
    valid, expired = (
        asker.ask({"key": f"{name}-key", "secret": f"{name}-secret"}, {}, path=TOKENS)[2]["data"]["accessToken"]
        for name in ("sample", "expired")
    )
    head, middle, end = valid.split(".")
    tokens = [f"xx{valid[2:]}", f"{head}.{middle}x.{end}", f"{head}.{middle}", f"{head}.{middle}.", valid[:-4]]
    tokens += [valid[: len(valid) // 2], f"{valid}AAAA", f"{head}.{middle}.{expired.split('.')[2]}", expired, expired]
    yield from (asker.ask(body, {**NOBODY, HEADER: token}) for token in tokens)
    for bearer in (f"{valid[:-2]}__", expired):
        yield asker.ask(body, {**NOBODY, "authorization": f"Bearer {bearer}"})
    as_password = base64.b64encode(f"store.server:{valid}".encode()).decode()
    yield asker.ask(body, {**NOBODY, "authorization": f"Basic {as_password}"})
    yield asker.ask(body, {**NOBODY, "authorization": f"Basic {WRONG}", HEADER: expired})


def _bodies(asker: Asker) -> Iterator[object]:
    """Yield requests that differ in what a host may ask for credentials by."""
    many = asker.promotion("many-64")
    yield request(**many, customer__identifierName="mobile", customer__identifierValue="447700900007")
    yield request(**many, customer__identifierName="email", customer__identifierValue="goran@example.com")
    yield request(**many, customer__source="WEBSITE", customer__identifierValue="388600007")
    yield request(**many, customer__source=DROP)
    yield request(**many, requestId=DROP)
    yield request(**many, requestId="x" * 4096)
    yield request(**asker.promotion("soon-62"))
    yield request(**asker.promotion("soon-63"))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
