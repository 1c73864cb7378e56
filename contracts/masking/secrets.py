"""The secrets of a run: every form in which one may stand in a text, and their removal."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from contracts.host.login import CREDENTIAL_HEADERS, Login

SECRET: Final = "<secret>"
# Headers whose whole value is secret, in lower case.
SECRET_HEADERS: Final = CREDENTIAL_HEADERS | {"proxy-authorization", "cookie", "set-cookie"}
_BASIC: Final = re.compile(r"\b(basic\s+)([A-Za-z0-9+/]{4,}={0,2})", re.IGNORECASE)
# A secret shorter than this is masked as a whole word only.
_SHORT: Final = 8


class Secrets:
    """Takes secrets out of texts: those of a login, and those that the host has handed out."""

    def __init__(self, login: Login, handed_out: Iterable[str]):
        secrets = sorted({*_secrets(login), *handed_out}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_secret_pattern, secrets)) or r"(?!)")

    def hidden(self, text: str) -> str:
        """Return a text with SECRET in the place of each secret."""
        return _BASIC.sub(_without_login, self._pattern.sub(SECRET, text))


def _without_login(found: re.Match[str]) -> str:
    """Mask what reads as user:password once it is decoded, whoever they are."""
    try:
        decoded = base64.b64decode(found[2] + "=" * (-len(found[2]) % 4))
    except ValueError:
        return found[0]
    return f"{found[1]}{SECRET}" if b":" in decoded else found[0]


def _secrets(login: Login) -> Iterator[str]:
    """Yield every secret of a login in the forms in which it travels or could be repeated."""
    if login.basic:
        username, password = login.basic
        digest = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        for form in (password, digest):
            yield form
            yield base64.b64encode(f"{username}:{form}".encode()).decode()
        yield username
    for client in filter(None, (login.oauth, login.expired)):
        yield from (client.key, client.secret)
    yield from (value for _, value in login.headers)


def _secret_pattern(secret: str) -> str:
    forms = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    either = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return f"(?:{either})" if len(secret) >= _SHORT else rf"(?<!\w)(?:{either})(?!\w)"
