"""Faults in which somebody is found by what only looks like an identifier of theirs."""

import fnmatch
import re
import unicodedata
import urllib.parse
from collections.abc import Callable

from tests.faulty.faults.fault import Fault, after
from tests.faulty.faults.parts import always, holder, opting_in, take_as
from tests.faulty.host import Hook
from tests.faulty.turn import Turn
from tests.faulty.world import Customer

CLAIM = "error.customer_not_found"
# What a request names, and what a customer has; they are the same person to a host with the fault.
Likeness = Callable[[str, str], bool]


def _known(customer: Customer, name: str) -> str:
    known = {"id": str(customer.id), "mobile": customer.mobile, "email": customer.email}
    return known.get(name, customer.external)


def _also_found(name: str, alike: Likeness, when: Callable[[Turn], bool] = always) -> Hook:
    """Find the first customer whose identifier of this kind is like the one asked for, where no other is found."""

    def do(turn: Turn) -> None:
        value = turn.asked.value
        if "no customer" not in turn.misses or turn.asked.name != name or not value or not when(turn):
            return
        found = next((one for one in turn.memory.world.customers if alike(value, _known(one, name))), None)
        if found:
            turn.customer = found
            turn.misses.remove("no customer")

    return after("find", do)


def _near(name: str, kind: str, says: str, alike: Likeness, when: Callable[[Turn], bool] = always) -> Fault:
    under = {"identifier-names": "with-externalId"} if kind == "externalId" else {}
    return Fault(name, says, (CLAIM,), (_also_found(kind, alike, when),), under=under)


def _user(value: str) -> str:
    return value.partition("@")[0]


def _plain(value: str) -> str:
    """Return a value without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", value) if not unicodedata.combining(char))


def _like(asked: str, known: str) -> bool:
    """Compare as LIKE does in SQL."""
    pattern = "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in asked)
    return bool(re.fullmatch(pattern, known))


def _injected(asked: str, known: str) -> bool:
    return bool(re.search(r"' OR '1'='1", asked))


def _latin(value: str) -> str:
    return value.translate(str.maketrans("\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456", "aceopxyi"))


def _fewer_digits(number: int | float | str) -> int | float | str:
    return int(str(number)[:4]) if isinstance(number, int) and not isinstance(number, bool) else number


def _promotion_by_prefix(turn: Turn) -> None:
    """Find a promotion by the first letters of its id, if its number is right."""
    promotion = holder(turn.body, "promotion.id")
    if not promotion:
        return
    sent, number = promotion.get("id"), promotion.get("promotionId")
    for one in turn.memory.world.promotions:
        if isinstance(sent, str) and len(sent) > 5 and one.id.startswith(sent) and one.number == number:
            promotion["id"] = one.id


def _promotion_by_last_digits(turn: Turn) -> None:
    """Find a promotion by its last digits, if its id is right."""
    promotion = holder(turn.body, "promotion.promotionId")
    if not promotion or not isinstance(promotion.get("promotionId"), int):
        return
    for one in turn.memory.world.promotions:
        sent = str(promotion["promotionId"])
        if one.id == promotion.get("id") and len(sent) > 5 and str(one.number).endswith(sent):
            promotion["promotionId"] = one.number


FAULTS = (
    _near(
        "customer-found-by-last-digits",
        "id",
        "A customer is found by the last digits of the id.",
        lambda asked, known: len(asked) > 3 and known.endswith(asked),
    ),
    _near(
        "customer-found-by-first-digits",
        "id",
        "A customer is found by the first digits of the id.",
        lambda asked, known: len(asked) > 3 and known.startswith(asked),
    ),
    _near(
        "customer-found-by-an-id-that-wraps",
        "id",
        "An id beyond 64 bits is cut to its lowest 64 bits.",
        lambda asked, known: asked.isdigit() and str(int(asked) % 2**64) == known,
    ),
    _near(
        "customer-found-by-an-id-in-quotes",
        "id",
        "Quotes around an id are ignored.",
        lambda asked, known: len(asked) > 2 and asked[0] == asked[-1] and asked[0] in "'\"" and asked[1:-1] == known,
    ),
    _near(
        "customer-found-by-digits-alone",
        "id",
        "What is no digit is left out of an id.",
        lambda asked, known: "".join(re.findall(r"\d", asked)) == known,
    ),
    _near(
        "customer-found-behind-a-nul", "id", "An id ends before a NUL.", lambda a, known: a.partition("\0")[0] == known
    ),
    _near(
        "customer-found-by-one-of-two-ids",
        "id",
        "Of two ids with a comma between them the first counts.",
        lambda asked, known: asked.partition(",")[0] == known,
    ),
    _near(
        "mobile-found-by-its-last-ten-digits",
        "mobile",
        "A mobile is found by its last ten digits.",
        lambda asked, known: asked.isdigit() and len(asked) >= 10 and known[-10:] == asked[-10:],
    ),
    _near(
        "mobile-found-without-its-country-on-opt-in",
        "mobile",
        "On OPT_IN, a mobile is found without its first two digits.",
        lambda asked, known: known[2:] == asked,
        opting_in,
    ),
    _near(
        "mobile-found-by-its-end",
        "mobile",
        "A mobile is found by its last digits.",
        lambda asked, known: len(asked) > 3 and known.endswith(asked),
    ),
    _near(
        "mobile-found-with-letters-behind",
        "mobile",
        "What stands behind the digits of a mobile is ignored.",
        lambda asked, known: bool(re.match(rf"{known}\D", asked, re.ASCII)) and not asked[len(known) :].isspace(),
    ),
    _near("mobile-found-by-a-pattern", "mobile", "% and _ in a mobile stand for any digits.", _like),
    _near(
        "email-found-with-another-tag",
        "email",
        "What stands behind + in an email is ignored.",
        lambda a, known: (
            _user(a).partition("+")[0] == _user(known).partition("+")[0]
            and a.partition("@")[2] == known.partition("@")[2]
        ),
    ),
    _near(
        "email-found-with-dots",
        "email",
        "Dots before the @ of an email are ignored.",
        lambda a, known: (
            _user(a).replace(".", "") == _user(known).replace(".", "")
            and a.partition("@")[2] == known.partition("@")[2]
        ),
    ),
    _near(
        "email-found-by-its-user",
        "email",
        "A customer is found by what stands before the @.",
        lambda asked, known: asked == _user(known),
    ),
    _near(
        "email-found-at-another-domain",
        "email",
        "The domain of an email is not compared.",
        lambda asked, known: "@" in asked and _user(asked) == _user(known),
    ),
    _near(
        "email-found-at-a-subdomain",
        "email",
        "An email is found at a subdomain.",
        lambda a, known: _user(a) == _user(known) and a.endswith("." + known.partition("@")[2]),
    ),
    _near(
        "email-found-without-accents", "email", "Accents in an email are ignored.", lambda a, known: _plain(a) == known
    ),
    _near(
        "email-found-in-wide-letters",
        "email",
        "An email is compared in compatibility letters (NFKC).",
        lambda asked, known: unicodedata.normalize("NFKC", asked) == known,
    ),
    _near(
        "email-found-in-cyrillic-letters",
        "email",
        "Letters that look alike are the same in an email.",
        lambda asked, known: _latin(asked) == known,
    ),
    _near(
        "email-found-with-unseen-letters",
        "email",
        "Characters of no width in an email are ignored.",
        lambda asked, known: re.sub("[\u00ad\u200b\ufeff]", "", asked) == known,
    ),
    _near(
        "email-found-in-percent-escapes",
        "email",
        "Percent escapes in an email are read.",
        lambda asked, known: urllib.parse.unquote(asked) == known,
    ),
    _near(
        "email-found-by-a-wildcard",
        "email",
        "* and ? in an email stand for any letters.",
        lambda asked, known: fnmatch.fnmatchcase(known, asked),
    ),
    _near("email-found-by-a-query", "email", "An email that ends a query finds the first customer.", _injected),
    _near(
        "email-found-in-angle-brackets",
        "email",
        "A name and angle brackets around an email are ignored.",
        lambda asked, known: asked.endswith(f"<{known}>"),
    ),
    _near(
        "email-found-with-mailto",
        "email",
        "mailto: before an email is ignored.",
        lambda asked, known: asked.removeprefix("mailto:") == known,
    ),
    _near(
        "external-id-found-in-any-case",
        "externalId",
        "The case of an externalId is ignored.",
        lambda asked, known: asked.strip().casefold() == known.casefold() and asked == asked.strip(),
    ),
    _near(
        "external-id-found-without-punctuation",
        "externalId",
        "Hyphens in an externalId are ignored.",
        lambda asked, known: re.sub(r"[-_ ]", "", asked) == re.sub(r"[-_ ]", "", known),
    ),
    Fault(
        "promotion-found-by-the-start-of-its-id",
        "A promotion is found by the first letters of its id, if its number is right.",
        ("error.promotion_not_found",),
        (Hook("before", "check", _promotion_by_prefix),),
        inconsistent=True,
    ),
    Fault(
        "promotion-found-by-the-end-of-its-number",
        "A promotion is found by the last digits of its number, if its id is right.",
        ("error.promotion_not_found",),
        (Hook("before", "check", _promotion_by_last_digits),),
        inconsistent=True,
    ),
    Fault(
        "program-found-by-its-first-digits",
        "Of a programId only the first four digits count.",
        ("error.program_not_found",),
        (take_as("programId", _fewer_digits),),
    ),
)
