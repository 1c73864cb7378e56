"""The secrets of a run: find each in every form that it may take in a text, and mask it."""

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
# Names, in lower case, of headers whose whole value is secret.
SECRET_HEADERS: Final = CREDENTIAL_HEADERS | {"proxy-authorization", "cookie", "set-cookie"}
_BASIC: Final = re.compile(r"\b(basic\s+)([A-Za-z0-9+/]{4,}={0,2})", re.IGNORECASE)
# A shorter secret is masked only where it is a whole word: within other words it is likely to be a coincidence.
_SHORT: Final = 8


class Secrets:
    """Masks the secrets of a login, and those that the host issued (`issued`), in texts."""

    def __init__(self, login: Login, issued: Iterable[str]):
        secrets = sorted({*_secrets(login), *issued}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_secret_pattern, secrets)) or r"(?!)")

    def mask(self, text: str) -> str:
        """Return a text with each secret replaced by SECRET."""
        return _BASIC.sub(_mask_basic, self._pattern.sub(SECRET, text))


def _mask_basic(found: re.Match[str]) -> str:
    """Mask Basic credentials of any user: Base64 that decodes to a text with a colon."""
    try:
        decoded = base64.b64decode(found[2] + "=" * (-len(found[2]) % 4))
    except ValueError:
        return found[0]
    return f"{found[1]}{SECRET}" if b":" in decoded else found[0]


def _secrets(login: Login) -> Iterator[str]:
    """Yield every secret of a login, in each form in which a request sends it or an answer could repeat it."""
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
