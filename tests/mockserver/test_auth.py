"""Which credentials the mock accepts."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mockserver.errors import MockError
from mockserver.receiving import auth
from openapi.world import Basic, Client, Credentials, World
from tests import page
from tests.mockserver.caller import Caller, caller, codes
from tests.mockserver.conftest import Clock, MakeMock
from tests.mockserver.process import Process

TOKEN_PATH = "/v3/oauth/token/generate"


def status(mock: Caller, headers: dict[str, str]) -> int:
    return mock.client.post(page.PATH, json=page.ENROL_REQUEST, headers=headers).status_code


def token(mock: Caller, key: str = "sample-key", secret: str = "sample-secret") -> str:
    answer = mock.client.post(TOKEN_PATH, json={"key": key, "secret": secret})
    return str(answer.get_json()["data"]["accessToken"])


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic c3RvcmUuc2VydmVyOjEyMw==",
        "basic c3RvcmUuc2VydmVyOjEyMw==",
        # The vendor's own example: the password as MD5 in hexadecimal digits.
        "Basic c3RvcmUuc2VydmVyOjIwMmNiOTYyYWM1OTA3NWI5NjRiMDcxNTJkMjM0Yjcw",
        "Basic DllZTk=",
    ],
)
def test_credential_of_the_world_is_accepted(mock: Caller, authorization: str) -> None:
    assert status(mock, {"Authorization": authorization}) == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic ",
        "basic DllZTk=",
        "Basic DllZTk",
        "Bearer c3RvcmUuc2VydmVyOjEyMw==",
        "c3RvcmUuc2VydmVyOjEyMw==",
        "Basic " + b64encode(b"store.server:1234").decode(),
        "Basic " + b64encode(b"store.server:").decode(),
        "Basic \xff\xfe",
    ],
)
def test_any_other_authorization_is_refused(mock: Caller, authorization: str) -> None:
    assert status(mock, {"Authorization": authorization}) == 401


def test_refusal_names_the_scheme_and_reason(mock: Caller) -> None:
    response = mock.client.post(page.PATH, json=page.ENROL_REQUEST)
    assert response.headers["WWW-Authenticate"].startswith("Basic ")
    assert codes(response) == [401]
    assert mock.journal()[0]["why"] == "The request has no credentials."


def test_challenge_says_that_credentials_are_utf_8(mock: Caller) -> None:
    """RFC 7617, section 2.1."""
    response = mock.client.post(page.PATH, json=page.ENROL_REQUEST)
    assert response.headers["WWW-Authenticate"] == 'Basic realm="promotions", charset="UTF-8"'


NON_ASCII = Credentials(basic=(Basic("zo\u00eb.\u5e97", "p\u00e4ss:\u20ac"),))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("zo\u00eb.\u5e97:p\u00e4ss:\u20ac".encode(), 200),
        ("zoe\u0308.\u5e97:pa\u0308ss:\u20ac".encode(), 200),
        ("zo\u00eb.\u5e97:".encode() + hashlib.md5("p\u00e4ss:\u20ac".encode()).hexdigest().encode(), 200),
        ("zo\u00eb.\u5e97:p\u00e4ss:\u20ac".encode("utf-16"), 401),
        ("zo\u00eb.:p\u00e4ss:".encode("latin-1"), 401),
        ("zoe.\u5e97:p\u00e4ss:\u20ac".encode(), 401),
        ("zo\u00eb.\u5e97:p\u00e4ss".encode(), 401),
        (b"\xff\xfe", 401),
    ],
)
def test_credentials_are_read_as_utf_8(make_mock: MakeMock, sample_world: World, sent: bytes, code: int) -> None:
    world = msgspec.structs.replace(sample_world, credentials=NON_ASCII)
    mock = caller(make_mock(world=world), world)
    assert status(mock, {"Authorization": f"Basic {b64encode(sent).decode()}"}) == code


def test_curl_sends_credentials_beyond_ascii(serve: Callable[..., Process], tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    file.write_text("credentials: {basic: [{username: zo\u00eb, password: p\u00e4ss}]}\n", encoding="utf-8")
    url = serve("--world", str(file)).url + page.PATH
    for password, code in (("p\u00e4ss", "415"), ("pass", "401")):
        command = ["curl", "-s", "-o", "-", "-w", "%{http_code}", "-u", f"zo\u00eb:{password}", "-d", "{}", url]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout[-3:] == code


def test_credentials_are_looked_at_before_the_body(mock: Caller) -> None:
    for body, content_type in ((b"{", "application/json"), (b"{}", "text/plain"), (b" " * 2_000_000, "text/plain")):
        assert mock.client.post(page.PATH, data=body, content_type=content_type).status_code == 401


def test_access_token_is_accepted_until_it_expires(mock: Caller, clock: Clock) -> None:
    header = {"X-CAP-API-OAUTH-TOKEN": token(mock)}
    assert status(mock, header) == 200
    clock.seconds += 299.9
    assert status(mock, header) == 200
    clock.seconds += 0.1
    response = mock.client.post(page.PATH, json=page.ENROL_REQUEST, headers=header)
    assert response.status_code == 498
    assert codes(response) == [498]


def test_token_of_a_client_with_zero_seconds_has_expired_at_once(mock: Caller) -> None:
    assert status(mock, {"X-CAP-API-OAUTH-TOKEN": token(mock, "expired-key", "expired-secret")}) == 498


def test_one_valid_credential_is_enough(mock: Caller) -> None:
    good = {"Authorization": "Basic DllZTk="}
    assert status(mock, {**good, "X-CAP-API-OAUTH-TOKEN": "nonsense"}) == 200
    assert status(mock, {"Authorization": "Basic x", "X-CAP-API-OAUTH-TOKEN": token(mock)}) == 200


@pytest.mark.parametrize(
    "spoilt", [lambda t: t + "x", lambda t: t[1:], lambda t: "", lambda t: "a.b.c", lambda t: "\xff"]
)
def test_token_that_was_never_made_is_no_credential(mock: Caller, spoilt: Callable[[str], str]) -> None:
    assert status(mock, {"X-CAP-API-OAUTH-TOKEN": spoilt(token(mock))}) == 401


def test_token_with_other_claims_is_no_credential(mock: Caller) -> None:
    head, _, signature = token(mock).split(".")
    claims = b64encode(b'{"sub":"sample-key","exp":9999999999}').rstrip(b"=").decode()
    assert status(mock, {"X-CAP-API-OAUTH-TOKEN": f"{head}.{claims}.{signature}"}) == 401


@pytest.mark.parametrize("algorithm", ["none", "None", "HS384", "HS512", "RS256"])
def test_token_of_another_algorithm_is_no_credential(mock: Caller, algorithm: str) -> None:
    """The header of a token must not decide how the token is verified (RFC 8725, section 3.1)."""
    _, claims, signature = token(mock).split(".")
    head = b64encode(json.dumps({"alg": algorithm, "typ": "JWT"}).encode()).rstrip(b"=").decode()
    for forged in (f"{head}.{claims}.{signature}", f"{head}.{claims}."):
        assert status(mock, {"X-CAP-API-OAUTH-TOKEN": forged}) == 401


def test_token_signed_with_the_secret_itself_is_no_credential(mock: Caller) -> None:
    """The mock signs with a key that it derives from the secret, so a client cannot make tokens itself."""
    head, claims, _ = token(mock).split(".")
    raw = hmac.digest(b"sample-secret", f"{head}.{claims}".encode(), "sha256")
    signature = urlsafe_b64encode(raw).rstrip(b"=").decode()
    assert status(mock, {"X-CAP-API-OAUTH-TOKEN": f"{head}.{claims}.{signature}"}) == 401


def test_token_survives_a_reset_and_is_accepted_by_another_mock_of_the_same_world(
    mock: Caller, make_mock: MakeMock, sample_world: World
) -> None:
    header = {"X-CAP-API-OAUTH-TOKEN": token(mock)}
    mock.client.post("/_mock/reset")
    assert status(mock, header) == 200
    assert status(caller(make_mock(), sample_world), header) == 200


def test_token_of_a_client_of_another_world_is_no_credential(
    mock: Caller, make_mock: MakeMock, sample_world: World
) -> None:
    others = Credentials(oauth=(Client("sample-key", "another secret"),))
    other = caller(make_mock(world=msgspec.structs.replace(sample_world, credentials=others)), sample_world)
    assert status(other, {"X-CAP-API-OAUTH-TOKEN": token(mock)}) == 401


def test_header_of_a_token_may_hold_anything(mock: Caller) -> None:
    for head in (
        b"[" * 5000,
        b"null",
        b'{"alg":1}',
        b'{"alg":"HS256","crit":7}',
        b'{"alg":"HS256","b64":false}',
        b"\xff",
    ):
        forged = f"{urlsafe_b64encode(head).rstrip(b'=').decode()}.e30.e30"
        assert status(mock, {"X-CAP-API-OAUTH-TOKEN": forged}) == 401


def test_token_answer_says_how_long_it_lives(mock: Caller) -> None:
    response = mock.client.post(TOKEN_PATH, json={"key": "sample-key", "secret": "sample-secret"})
    body = response.get_json()
    assert response.status_code == 200
    assert set(body) == {"data", "errors"}
    assert body["errors"] is None
    assert body["data"]["ttlSeconds"] == 300


@pytest.mark.parametrize(("key", "secret"), [("sample-key", "x"), ("x", "sample-secret"), ("", "")])
def test_unknown_client_gets_no_token(mock: Caller, key: str, secret: str) -> None:
    response = mock.client.post(TOKEN_PATH, json={"key": key, "secret": secret})
    assert response.status_code == 401
    assert response.get_json() == {
        "data": None,
        "errors": [{"code": 401, "message": "No client has this key and secret."}],
    }


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"key":"sample-key"}', b'{"key":1,"secret":2}', b"[" * 100_000])
def test_unreadable_token_request_is_refused(mock: Caller, body: bytes) -> None:
    response = mock.client.post(TOKEN_PATH, data=body)
    assert response.status_code == 400
    message = "The body must be a JSON object with the strings key and secret."
    assert response.get_json() == {"data": None, "errors": [{"code": 400, "message": message}]}


def test_auth_off_accepts_any_request(make_mock: MakeMock, sample_world: World) -> None:
    mock = caller(make_mock(auth=False), sample_world)
    assert status(mock, {}) == 200
    assert status(mock, {"Authorization": "Basic nonsense"}) == 200


def test_world_without_credentials_needs_auth_off(make_mock: MakeMock) -> None:
    with pytest.raises(MockError, match="--auth off"):
        make_mock(world=World())
    make_mock(world=World(), auth=False)


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials(basic=(Basic("till", "pässword"),), headers=("x",)),
        Credentials(headers=("Bearer abc",)),
        Credentials(oauth=(Client("k", "s"),)),
    ],
)
def test_sample_credential_is_accepted(make_mock: MakeMock, clock: Clock, credentials: Credentials) -> None:
    world = World(credentials=credentials)
    header = dict([auth.sample(credentials, now=clock())])
    response = caller(make_mock(world=world), world).client.post(page.PATH, json={}, headers=header)
    assert codes(response)[0] == 310002, "the credential is accepted, and the body validated"
