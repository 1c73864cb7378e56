"""The kinds of credentials that a request may carry: right ones, none, and wrong ones as an attacker would try them.

A wrong kind is wrong in one way each, and its name says in which. Nobody who sends it shows that he has a right to
call: none holds a password beside its user, or a token as it was issued.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

# Basic credentials. What ends in -digest is sent in place of the MD5 of the password, which the vendor's hosts take.
WrongBasic = Literal[
    "wrong",  # an unknown user with a wrong password
    "wrong-user",  # an unknown user with the right password, and so on
    "wrong-password",
    "wrong-password-in-the-other-form",  # as it is where the host takes the MD5, and the other way round
    "empty-password",
    "empty-password-md5",
    "blank-password",
    "null-password",
    "short-password",
    "long-password",
    "password-without-its-first-letter",
    "password-behind-another-letter",
    "password-twice",
    "password-in-other-case",
    "password-in-other-case-md5",
    "password-in-percent-escapes",
    "password-in-base64",
    "password-backwards",
    "password-behind-a-space",
    "password-as-another-number",  # the same number written otherwise, where the password is one
    "password-sha1",
    "password-sha256",
    "digest-of-the-digest",
    "digest-of-user-and-password",
    "true-as-password",
    "zero-as-password",
    "undefined-as-password",
    "usual-password",
    "usual-login",
    "password-before-a-zero-byte",
    "password-before-a-colon",
    "password-before-a-line-end",
    "quotes-in-password",
    "quotes-in-user",
    "short-digest",
    "long-digest",
    "almost-right-digest",
    "user-as-password",
    "swapped",
    "short-user",
    "long-user",
    "empty-user",
    "user-before-a-zero-byte",
    "user-before-a-space",
    "user-of-a-domain",
    "user-behind-a-domain",
    "user-in-wide-letters",
    "wildcard-user",
    "wildcard-password",
    "secret-of-another",
    "password-of-another",
]
# The header Authorization with other things than Basic user:password, or with a wrong password in another form.
WrongHeader = Literal[
    "malformed",  # not Base64
    "unreadable",  # Base64 of a text that is not user:password
    "lower-case-scheme",
    "upper-case-scheme",
    "odd-case-scheme",
    "no-scheme",
    "other-scheme",
    "digest-scheme",
    "bare-scheme",
    "empty-authorization",
    "colon-only",
    "user-only",
    "not-utf-8",
    "base64-cut-short",
    "long-login",
    "bearer-forged",
    "bearer-user",
    "bearer-tampered",
    "bearer-expired",
]
# Access tokens. Where a token has no parts of JSON, those of a token are made up.
WrongToken = Literal[
    "forged",  # a token that the host never issued
    "empty-token",
    "null-token",
    "key-as-token",
    "expired",
    "expired-again",  # an expired token that was sent before
    "outlived",  # a token that was valid and used, and has expired since
    "tampered",  # one letter of the signature is changed
    "tampered-start",
    "tampered-payload",
    "unsigned-token",
    "token-without-signature",
    "unsigned-algorithm",  # "alg": "none"
    "unsigned-algorithm-in-odd-case",
    "signed-with-empty-key",
    "signed-with-another-key",
    "signed-with-the-client-key",
    "signature-of-another",
    "short-token",
    "long-token",
    "half-a-token",
    "token-of-wrong-key",
    "token-of-wrong-secret",
    "token-of-empty-secret",
    "token-of-no-secret",
    "token-as-password",
    "wrong-password-and-forged",
    "wrong-password-and-tampered",
    "wrong-password-and-expired",
    "bare-scheme-and-forged",
]
# Without credentials, but with something that must not stand in for them.
Elsewhere = Literal[
    "headers-of-gateways",  # several that name the user
    "headers-of-services",  # several that ask for no check
    "headers-of-proxies",  # several that give an address of this machine
    "headers-of-keys",
    "x-forwarded-user",
    "x-remote-user",
    "remote-user",
    "x-authenticated-user",
    "x-auth-request-user",
    "x-authenticated",
    "x-internal",
    "x-admin",
    "x-debug",
    "x-forwarded-for",
    "x-real-ip",
    "forwarded",
    "x-forwarded-host",
    "x-api-key",
    "x-auth-token",
    "x-access-token",
    "x-client-certificate",
    "x-original-url",
    "x-rewrite-url",
    "x-http-method-override",
    "x-method-override-options",
    "host-localhost",
    "health-check",
    "origin-localhost",
    "proxy-authorization",
    "session-cookie",
    "user-cookie",
    "token-cookie",
    "access-token-in-query",
    "user-in-query",
    "key-in-query",
    "debug-in-query",
]

# valid: what the host accepts, basic or oauth.
Credentials = Literal["valid", "basic", "oauth", "none", WrongBasic, WrongHeader, WrongToken, Elsewhere]

VALID_CREDENTIALS: Final = frozenset({"valid", "basic", "oauth"})
# For these there may be no token to send: a host should issue none, or has issued none yet that has ended.
UNISSUED: Final[frozenset[Credentials]] = frozenset(
    {
        "token-of-wrong-key",
        "token-of-wrong-secret",
        "token-of-empty-secret",
        "token-of-no-secret",
        "expired",
        "expired-again",
        "outlived",
    }
)
# Kinds that add other headers than those of credentials, or a query.
ELSEWHERE: Final[frozenset[Credentials]] = frozenset(get_args(Elsewhere))
