"""Credentials that are none, and the token call."""

from __future__ import annotations

import base64
import json

from tests.hostile.case import Case, bodies, case
from tests.hostile.corpus.json_texts import TEXT
from tests.mockserver.raw import request

TOKEN_PATH = "/v3/oauth/token/generate"
RIGHT = '{"key": "sample-key", "secret": "sample-secret"}'


def _jwt(header: object, payload: object, signature: str = "c2ln") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, payload))
    return ".".join([*parts, signature])


CREDENTIALS = {
    "none": "",
    "only the scheme": "Basic",
    "no base64": "Basic !!!!",
    "half of base64": "Basic DllZT",
    "no colon": f"Basic {base64.b64encode(b'store.server').decode()}",
    "only a colon": "Basic Og==",
    "NUL": f"Basic {base64.b64encode(b'store.server' + bytes([0]) + b':123').decode()}",
    "bytes that are no UTF-8": f"Basic {base64.b64encode(bytes([255]) * 9).decode()}",
    "20,000 letters": f"Basic {'QUFB' * 5000}",
    "letters that are not ASCII": "Basic \u00e4\u00f6",
    "a list": "Basic eDp5, Basic DllZTk=",
    "Digest": 'Digest username="a", realm="b", nonce="c", uri="/", response="d"',
    "Negotiate": "Negotiate YII=",
    "an unknown scheme": f"{'X' * 1000} a",
    "Bearer without a token": "Bearer ",
    "Bearer with dots only": "Bearer ..",
    "a token without a signature": f"Bearer {_jwt({'alg': 'none'}, {'sub': 'sample-key'}, '')}",
    "a token of another algorithm": f"Bearer {_jwt({'alg': 'RS256', 'kid': '../../dev/null'}, {'sub': 'sample-key'})}",
    "a token that points elsewhere": f"Bearer {_jwt({'alg': 'HS256', 'jku': 'http://127.0.0.1:1/'}, {'sub': 'sample-key'})}",
    "a token with numbers of no end": f"Bearer {_jwt({'alg': 'HS256'}, {'sub': 'sample-key', 'exp': 1e308, 'iat': -1e308})}",
    "a token that is nested": f"Bearer {_jwt({'alg': 'HS256'}, json.loads('[' * 200 + ']' * 200))}",
    "a token that is no object": f"Bearer {_jwt([], 1)}",
}
TOKEN_BODIES: dict[str, bytes | str] = {
    "empty": "",
    "no object": "[]",
    "no JSON": '{"key": ',
    "no secret": '{"key": "sample-key"}',
    "null": '{"key": null, "secret": null}',
    "lists": '{"key": [], "secret": {}}',
    "numbers": '{"key": 1, "secret": 1e999}',
    "half a surrogate pair": r'{"key": "\ud800", "secret": "a"}',
    "deep": '{"key": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a bit deep": "[" * 300 + "]" * 300,
    "long": json.dumps({"key": "a" * 900_000, "secret": "b"}),
    "UTF-16": RIGHT.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + RIGHT.encode(),
    "a form": "key=sample-key&secret=sample-secret",
    "too long": RIGHT + " " * 2**20,
}
WRONG_BODIES = {
    "the secret of another": RIGHT.replace("sample-secret", "x"),
    "NUL between the two": r'{"key": "sample-key\u0000sample-secret", "secret": ""}',
    "another case": RIGHT.upper().replace('KEY"', 'key"', 1).replace('SECRET"', 'secret"', 1),
}


def _with(credentials: str, header: str = "Authorization") -> bytes:
    """Return the page's request with these credentials."""
    lines = ["POST /v3/promotions/enrol HTTP/1.1", "Host: mock", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(TEXT)}", f"{header}: {credentials}", "", TEXT]
    return "\r\n".join(lines).encode("latin-1")


CASES: tuple[Case, ...] = (
    *(case(f"credentials: {name}", _with(text), 401) for name, text in CREDENTIALS.items()),
    *(
        case(f"token in its own header: {name}", _with(text.removeprefix("Bearer "), "X-CAP-API-OAUTH-TOKEN"), 401)
        for name, text in CREDENTIALS.items()
        if text.startswith("Bearer ")
    ),
    *bodies("token call", TOKEN_BODIES, 400, 401, path=TOKEN_PATH),
    *bodies("wrong secret", WRONG_BODIES, 400, 401, path=TOKEN_PATH),
    *(
        case(f"token call: method {method}", request(TOKEN_PATH, method=method, body=RIGHT.encode()), 405)
        for method in ("GET", "HEAD", "PUT", "DELETE", "post")
    ),
)  # fmt: skip
