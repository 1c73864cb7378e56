"""What carries credentials in a request: its headers, a query, and the arguments of curl.

Source: "Prerequisites" row 1, "Basic or OAuth authentication". The page names no header; the
names here come from other pages of the vendor.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Final

from contracts.credentials import Credentials
from contracts.host.attacks import ATTACKS, Means
from contracts.host.attacks.attack import always
from contracts.host.login import TOKEN_HEADER, WRONG_PASSWORD, basic_header, md5_of

# Shorter texts are likely to be words of other texts.
_LONG: Final = 8
_HARMLESS: Final = (WRONG_PASSWORD, md5_of(WRONG_PASSWORD), md5_of(""))
# Arguments for curl. Secrets appear as names of shell variables, never as values.
_RIGHT: Final[Mapping[Credentials, str]] = {
    "basic": '-H "Authorization: $ENROL_AUTHORIZATION"',
    "oauth": f'-H "{TOKEN_HEADER}: $ENROL_TOKEN"',
}


def headers(kind: Credentials, means: Means) -> Mapping[str, str]:
    """Return the headers that carry credentials of a kind; empty if the login lacks the secrets for it.

    Raises what `means.token` raises.
    """
    login = means.login
    if kind == "basic":
        return {"Authorization": basic_header(*login.basic, form=means.form)} if login.basic else {}
    if kind == "oauth":
        return {TOKEN_HEADER: means.token(login.oauth)} if login.oauth else {}
    attack = ATTACKS.get(kind)
    return attack.headers(means) if attack and attack.is_possible(login) else {}


def close_to_secrets(kind: Credentials, sent: Mapping[str, str]) -> Iterator[str]:
    """Yield the texts in the headers of an attack that were made from secrets, so that reports can mask them too."""
    attack = ATTACKS.get(kind)
    if attack is None or attack.is_possible is always:
        return
    for value in sent.values():
        text = value.rpartition(" ")[2]
        if len(text) >= _LONG:
            yield text
        try:
            word = base64.b64decode(text, validate=True).decode().partition(":")[2]
        except ValueError:
            continue
        if len(word) >= _LONG and word not in _HARMLESS:
            yield word


def query(kind: Credentials) -> str:
    """Return what credentials of a kind add to the path; "" if they add nothing."""
    attack = ATTACKS.get(kind)
    return attack.query if attack else ""


def in_curl(kind: Credentials) -> str | None:
    """Return the curl arguments that carry credentials of a kind; None if that kind sends none."""
    attack = ATTACKS.get(kind)
    return attack.curl or None if attack else _RIGHT.get(kind)
