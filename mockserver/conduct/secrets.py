"""The secrets of a request, and what is shown of it without them."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from mockserver.conduct.judging import of_lines
from mockserver.conduct.rule import Symptom
from mockserver.conduct.shown import HIDDEN
from mockserver.exchange.header_lines import HeaderLines
from mockserver.receiving.auth import TOKEN_HEADER
from openapi.world import Credentials

# An access token, and what stands before it. Each letter is looked at once or twice, however hostile the text is.
_TOKEN: Final = re.compile(r"(?<![\w-])(?>([\w-]*?)eyJ)[\w-]++\.[\w-]++\.[\w-]*+")
_SHORTEST: Final = 6  # characters; a shorter one may be a part of other words


class Secrets:
    """The credentials of a world, and those that a request is sent with, as they may stand elsewhere in it."""

    def __init__(self, known: Credentials) -> None:
        self._of_world = (*(one.password for one in known.basic), *(one.secret for one in known.oauth))

    def without(self, text: str, headers: HeaderLines) -> str:
        """Return text of a request with stars in place of secrets, and of whatever looks like an access token."""
        for secret in headers.known(self._longest_first):
            text = text.replace(secret, HIDDEN)
        return _TOKEN.sub(rf"\1{HIDDEN}", text)

    def hidden(self, symptom: Symptom, headers: HeaderLines) -> Symptom:
        """Return a symptom of a request without secrets."""
        title, advice = self.without(symptom.title, headers), symptom.advice and self.without(symptom.advice, headers)
        if title == symptom.title and advice == symptom.advice:
            return symptom
        return replace(symptom, title=title, advice=advice)

    def of_lines(self, headers: HeaderLines) -> tuple[Symptom, ...]:
        """Return what is wrong with the headers by themselves, without secrets."""
        return tuple(self.hidden(symptom, headers) for symptom in headers.known(of_lines))

    def _longest_first(self, headers: HeaderLines) -> tuple[str, ...]:
        authorization, token = headers.get("Authorization") or "", headers.get(TOKEN_HEADER) or ""
        sent = (authorization.partition(" ")[2].strip(), authorization, token, headers.get("Cookie") or "")
        found = sorted({*sent, *self._of_world}, key=len, reverse=True)
        return tuple(secret for secret in found if len(secret) >= _SHORTEST)
