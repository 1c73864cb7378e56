"""Faults in the check of Basic credentials: what is almost right is let in, or what is careless code's favourite."""

import base64
import binascii
from collections.abc import Callable

from tests.faulty.faults.access import let_in, login, md5
from tests.faulty.faults.fault import Fault
from tests.faulty.faults.parts import Test
from tests.faulty.turn import Turn

Fits = Callable[[str, str, str, str], bool]


def hole(name: str, says: str, when: Test) -> Fault:
    """Return the fault that lets a request in although its credentials are wrong."""
    return Fault(name, says, ("auth.required",), (let_in(when),))


def _pair(name: str, says: str, fits: Fits) -> Fault:
    """Return the fault that lets a user and a word in. `fits`: takes both, and the name and password of a known user."""
    return hole(name, says, lambda turn: login(turn, fits))


def _authorization(turn: Turn) -> str | None:
    return turn.headers.get("authorization")


def _scheme(name: str, says: str, fits: Callable[[str], bool]) -> Fault:
    """Return the fault that lets any header Authorization with this scheme in."""
    return hole(name, says, lambda turn: fits((_authorization(turn) or "").partition(" ")[0]))


def _content(turn: Turn) -> bytes | None:
    """Return the bytes of a Basic header; None if it is not Base64."""
    scheme, _, rest = (_authorization(turn) or "").partition(" ")
    try:
        return base64.b64decode(rest, validate=True) if scheme == "Basic" and rest else None
    except (binascii.Error, ValueError):
        return None


def _is_not_text(turn: Turn) -> bool:
    try:
        (_content(turn) or b"").decode()
    except UnicodeDecodeError:
        return True
    return False


def _is_cut_short(turn: Turn) -> bool:
    rest = (_authorization(turn) or "").partition("Basic ")[2]
    return bool(rest) and "%" not in rest and _content(turn) is None


def _right(word: str, known: str) -> bool:
    return word in (known, md5(known))


FAULTS = (
    _pair("empty-password-accepted", "No password is needed.", lambda u, w, n, k: u == n and w == ""),
    _pair("blank-password-accepted", "A blank is a password.", lambda u, w, n, k: u == n and w != "" and not w.strip()),
    _pair("md5-of-nothing-accepted", "The MD5 of no password is let in.", lambda u, w, n, k: u == n and w == md5("")),
    _pair("null-password-accepted", "The password null is let in.", lambda u, w, n, k: u == n and w == "null"),
    _pair("end-of-password-accepted", "The end of a password is enough.", lambda u, w, n, k: u == n and w == k[1:]),
    _pair(
        "password-with-more-before-it-accepted",
        "What comes before a password is not looked at.",
        lambda u, w, n, k: u == n and w.endswith(k),
    ),
    _pair(
        "password-twice-accepted",
        "The same password twice in a row is let in.",
        lambda u, w, n, k: u == n and w == k + k,
    ),
    _pair(
        "user-as-password-accepted",
        "The name of the user is let in as password.",
        lambda u, w, n, k: u == n and _right(w, u),
    ),
    _pair("swapped-login-accepted", "Name and password may change places.", lambda u, w, n, k: (u, w) == (k, n)),
    _pair(
        "digest-cut-short-accepted",
        "The MD5 of a password may be cut short.",
        lambda u, w, n, k: u == n and len(w) > 8 and md5(k).startswith(w),
    ),
    _pair(
        "digest-with-more-behind-it-accepted",
        "What comes behind the MD5 of a password is not looked at.",
        lambda u, w, n, k: u == n and w.startswith(md5(k)),
    ),
    _pair(
        "end-of-digest-not-looked-at",
        "The last digit of the MD5 of a password is not looked at.",
        lambda u, w, n, k: u == n and len(w) == 32 and w[:-1] == md5(k)[:-1],
    ),
    _pair(
        "password-split-at-colon",
        "A password ends at its first colon.",
        lambda u, w, n, k: u == n and w.partition(":")[0] == k,
    ),
    _pair(
        "password-ends-at-zero-byte",
        "A password ends at a byte of zero.",
        lambda u, w, n, k: u == n and w.partition("\0")[0] == k,
    ),
    _pair(
        "user-ends-at-zero-byte",
        "The name of a user ends at a byte of zero.",
        lambda u, w, n, k: u.partition("\0")[0] == n and _right(w, k),
    ),
    _pair(
        "user-cut-short-accepted",
        "The beginning of a user's name is enough.",
        lambda u, w, n, k: len(u) > 3 and n.startswith(u) and _right(w, k),
    ),
    _pair(
        "user-with-more-behind-it-accepted",
        "What comes behind a user's name is not looked at.",
        lambda u, w, n, k: u.startswith(n) and _right(w, k),
    ),
    _pair("empty-user-accepted", "A password is enough without a name.", lambda u, w, n, k: u == "" and _right(w, k)),
    _pair("wildcard-user-accepted", "The user % is everybody.", lambda u, w, n, k: u == "%" and _right(w, k)),
    _pair("wildcard-password-accepted", "The password * is every password.", lambda u, w, n, k: u == n and w == "*"),
    _pair(
        "quotes-in-password-accepted", "A quote in a password ends the query.", lambda u, w, n, k: u == n and "'" in w
    ),
    hole(
        "password-of-a-client-accepted",
        "The secret of any client is a password of every user.",
        lambda turn: login(
            turn, lambda u, w, n, _: u == n and any(_right(w, one) for _, one in turn.memory.world.keys)
        ),
    ),
    hole(
        "password-of-another-accepted",
        "A client may log in with a user's password.",
        lambda turn: login(turn, lambda u, w, _, k: u in [key for key, _ in turn.memory.world.keys] and _right(w, k)),
    ),
    _scheme("lower-case-scheme-lets-in", "Behind basic in lower case nothing is checked.", lambda s: s == "basic"),
    _scheme("upper-case-scheme-lets-in", "Behind BASIC in capitals nothing is checked.", lambda s: s == "BASIC"),
    _scheme(
        "odd-case-scheme-lets-in",
        "Behind a scheme in mixed case nothing is checked.",
        lambda s: s.lower() == "basic" and s not in ("Basic", "basic", "BASIC"),
    ),
    _scheme("bearer-lets-in", "Behind the scheme Bearer nothing is checked.", lambda s: s == "Bearer"),
    _scheme("digest-scheme-lets-in", "Behind the scheme Digest nothing is checked.", lambda s: s == "Digest"),
    hole(
        "bare-scheme-accepted",
        "The scheme Basic is enough, without anything behind it.",
        lambda turn: (_authorization(turn) or "").strip() == "Basic",
    ),
    hole("empty-authorization-accepted", "An empty header is let in.", lambda turn: _authorization(turn) == ""),
    hole(
        "authorization-without-scheme-accepted",
        "What has no scheme is let in.",
        lambda turn: " " not in (_authorization(turn) or " ") and _authorization(turn) not in ("", "Basic"),
    ),
    hole("nobody-accepted", "A user without name and password is let in.", lambda turn: _content(turn) == b":"),
    hole(
        "user-without-colon-accepted",
        "The name of a user is enough.",
        lambda turn: _content(turn) in [name.encode() for name, _ in turn.memory.world.users],
    ),
    hole("login-that-is-no-text-accepted", "Who is not UTF-8 is let in.", _is_not_text),
    hole("base64-cut-short-accepted", "A login whose Base64 is cut short is let in.", _is_cut_short),
    hole("long-login-accepted", "A very long login is let in.", lambda turn: len(_content(turn) or b"") > 1000),
)
