"""The encodings of a secret: find it in a text in any of the ways in which programs write texts.

Each character may be percent-encoded, escaped as in JSON or HTML, or both, more than once. The whole may be in Base64,
with anything before and behind it, or in hexadecimal digits. All repetitions are bounded, so that no text takes long.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from typing import Final

# A shorter secret is masked only where it is a whole word: within other words it is likely to be a coincidence.
SHORT: Final = 8
# Of a longer text only the beginning is looked for, and what follows it is masked up to the end of the word.
_LONG: Final = 256
_REST: Final = r"(?:[^\s\"'<>\\]|\\{1,8}[^\s\"'<>\\])*+"
_ALPHANUMERIC: Final = re.compile("[a-z0-9]+")
# What a word may stand behind: no letter or digit, or the end of an escape.
_START: Final = r"(?:(?<!\w)|(?<=%[0-9a-fA-F]{2})|(?<=%25[0-9a-fA-F]{2})|(?<=\\u[0-9a-fA-F]{4})|(?<=\\x[0-9a-fA-F]{2})|(?<=\\[bfnrt]))"
_END: Final = r"(?!\w)"
_ENCODED: Final = re.compile(
    r"(?:(?<!\\)\\++(?:u00|x)|%(?:25)*+|&(?:amp;)*+#0*+x)([0-9a-f]{2});?|&(?:amp;)*+#0*+([0-9]{2,3});"
)

# The names of characters in HTML.
_NAMES: Final[dict[str, list[str]]] = {}
for _name, _letter_named in html5.items():
    if _name.endswith(";"):
        _NAMES.setdefault(_letter_named, []).append(_name[:-1])


@dataclass(frozen=True, slots=True)
class Form:
    """A text in which a secret may appear.

    `base64`: it is Base64, so that two characters have other forms in URLs, and padding may follow. `last`: a letter
    that may stand between the two. `cut`: it is only the beginning of a text. `core`: its longest run of letters and
    digits, in lower case; a text without it does not hold the form. It is "" if the run is too short to tell.
    """

    text: str
    base64: bool = False
    last: str = ""
    cut: bool = False

    @property
    def core(self) -> str:
        """See Form."""
        core = max(_ALPHANUMERIC.findall(self.text.lower()), key=len, default="")
        return core if len(core) > 2 else ""

    def pattern(self, *, encoded: bool) -> str:
        """Return a regular expression for the form. `encoded`: letters and digits may be encoded too."""
        return _pattern(self, encoded)


def forms(secret: str) -> Iterator[Form]:
    """Yield a secret, and the texts that hold it in Base64 or in hexadecimal digits."""
    cut = len(secret) > _LONG
    secret = secret[:_LONG]
    yield Form(secret, cut=cut)
    content = secret.encode("utf-8", "surrogatepass")
    if len(content) < SHORT:
        # Base64 of a short secret is short too. It is a whole word only if nothing is encoded with it.
        yield Form(base64.b64encode(content).decode().rstrip("="), base64=True)
        if len(content) > 3:
            yield Form(content.hex())
        return
    yield Form(content.hex(), cut=cut)
    yield from dict.fromkeys(_in_base64(content, before, cut=cut) for before in range(3))


def decoded(lowered: str) -> str:
    """Return a text in lower case with the encoded letters and digits decoded."""
    if "%" in lowered or "\\" in lowered or "&" in lowered:
        return _ENCODED.sub(_letter, lowered)
    return lowered


def _letter(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code).lower() if code < 128 else found[0]


def _in_base64(content: bytes, before: int, *, cut: bool) -> Form:
    """Return the Base64 of bytes that follow `before` other bytes, without the letters that depend on others.

    The last letter is the right one only if nothing follows.
    """
    text = base64.b64encode(bytes(before) + content).decode().rstrip("=")
    whole = (before + len(content)) * 8 // 6
    return Form(text[-(-before * 8 // 6) : whole], base64=True, last=text[whole:], cut=cut)


@lru_cache(maxsize=4096)
def _pattern(form: Form, encoded: bool) -> str:
    # Several backslashes become one term. One term each would match in too many ways.
    parts = re.findall(r"\\+|[^\\]", form.text, re.DOTALL)
    body = "".join(_character(part, encoded=encoded, in_base64=form.base64) for part in parts)
    if form.cut:
        body += _REST
    elif form.base64:
        padding = f"{_character('=', encoded=encoded, in_base64=True)}{{0,2}}"
        last = form.last and _character(form.last, encoded=encoded, in_base64=True)
        body += f"(?:{last}{padding})?" if last else padding
    return f"(?i:{body})" if len(form.text) >= SHORT else f"{_START}{body}{_END}"


@lru_cache(maxsize=2048)
def _character(letter: str, *, encoded: bool, in_base64: bool) -> str:
    """Return a regular expression for a character, or for several backslashes, in every encoding."""
    if letter[0] == "\\":
        number = len(letter)
        return rf"(?:\\{{{number},{8 * number}}}|(?:{'|'.join(_encodings(letter[0]))}){{{number}}})"
    if letter.isascii() and letter.isalnum():
        return f"(?:{letter}|{'|'.join(_encodings(letter))})" if encoded else letter
    plain = [rf"\\{{0,8}}{re.escape(letter)}"]
    plain += {
        "&": ["&(?:amp;){0,4}"],
        " ": [r"\+", "&(?:amp;){0,4}nbsp;"],
        "+": [" ", "-"] if in_base64 else [" "],
    }.get(letter, [])
    plain += ["_"] if in_base64 and letter == "/" else []
    return f"(?:{'|'.join([*plain, *_encodings(letter)])})"


def _encodings(letter: str) -> Iterator[str]:
    """Yield regular expressions for the encodings of a character in URLs, JSON, HTML and the notation of bytes."""
    for content in dict.fromkeys((letter.encode("utf-8", "surrogatepass"), letter.encode("latin-1", "ignore"))):
        if content:
            yield "(?i:" + "".join(f"%(?:25){{0,4}}{byte:02x}" for byte in content) + ")"
            yield "(?i:" + "".join(rf"\\{{1,8}}x{byte:02x}" for byte in content) + ")"
    if not letter.isascii():
        # UTF-8 that was read as Latin-1, as many programs do with headers.
        yield re.escape(letter.encode("utf-8", "surrogatepass").decode("latin-1"))
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    yield "(?i:" + "".join(rf"\\{{1,8}}u{units[i : i + 4]}" for i in range(0, len(units), 4)) + ")"
    names = "".join(f"|{name}" for name in _NAMES.get(letter, ()))
    yield rf"(?i:&(?:amp;){{0,4}}(?:#0{{0,5}}{ord(letter)}|#x0{{0,5}}{ord(letter):x}{names});?)"


def digests(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield the digests that hosts keep in place of a secret, by name. The vendor's own hosts take MD5 of a password."""
    for name in ("md5", "sha1", "sha256"):
        yield name.upper(), hashlib.new(name, secret.encode(), usedforsecurity=False).digest()
