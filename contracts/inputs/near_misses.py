"""Near misses: values that look like the identifier of somebody, and name nobody. "Error codes" row 11.

Left out is what a host may take for the same value: outer spaces, case, leading zeros and other spellings of a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.spellings import WIDE

# Letters that look like those of the Latin alphabet, or that become one of them when a text is normalised.
_CYRILLIC: Final = str.maketrans("aceopxyi", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456")
_ACCENTS: Final = str.maketrans("aeiou", "\u00e1\u00e9\u00ed\u00f3\u00fa")
# What stands behind or inside a value without being seen.
_UNSEEN: Final = ("\0", "\u200b", "\u00ad", "\ufeff")


def near_misses(name: str, value: str) -> Iterator[str]:
    """Yield near misses of an identifier, each once, the likely ones first. `name`: the identifierName."""
    makers = {"id": _of_digits, "mobile": _of_mobile, "email": _of_email}
    found = (*makers[name](value), *_of_any(value)) if name in makers else _of_text(value)
    yield from (near for near in dict.fromkeys(found) if near and near != value)


def near_numbers(number: int) -> Iterator[int]:
    """Yield numbers that share digits with an id, or bits."""
    digits = str(number)
    yield from (number * 10, number // 10, number + 2**31, number + 2**64, -number)
    if digits[1:].lstrip("0"):
        yield int(digits[1:])


def near_promotions(value: str) -> Iterator[str]:
    """Yield near misses of the string id of a promotion."""
    half = len(value) // 2
    yield from (value[:half], value[half:], value[1:], f"x{value}", f"{value}\0", f"{value[:half]}%", f"{value[:-1]}_")
    yield from (f"{value[:half]}-{value[half:]}", value.translate(WIDE), f'ObjectId("{value}")', f"{value},{value}")


def _of_any(value: str) -> Iterator[str]:
    half = len(value) // 2
    yield from (value[:-1], value[:half], value[half:], value[1:], f"{value}0", f"{value},{value}", f"{value}\\")
    yield from (f"{value}{unseen}" for unseen in _UNSEEN)
    yield f"{value[:half]}\u200b{value[half:]}"
    # Patterns, quotes and operators of query languages.
    yield from (
        f"{value[:half]}%",
        f"%{value[half:]}",
        f"{value[:-1]}_",
        f"{value[:half]}*",
        f"{value[:-1]}?",
        ".*",
    )
    yield from (
        f"{value}' OR '1'='1",
        f"x' OR '1'='1' -- {value}",
        f"{value}'--",
        f"*)(uid={value}",
        f'"{value}"',
        f"'{value}'",
    )


def _of_digits(value: str) -> Iterator[str]:
    yield from (f"#{value}", value[-4:], value[:6], f"{value}\0", f"{value}x", f"x{value}", f"{value};", f"-{value}")
    if value.isdigit():
        # Among them numbers that share the lowest bits of the id.
        yield from (str(int(value) + 2**31), str(int(value) + 2**64), value[::-1])


def _of_mobile(value: str) -> Iterator[str]:
    yield from (value[-10:], value[2:], value[-7:], value[-4:], value[:6], f"{value}\0", f"{value}x", f"-{value}")
    yield from (f"44{value[2:]}", f"1{value}", f"{value}x5", f"tel:{value}")


def _of_email(value: str) -> Iterator[str]:
    user, _, domain = value.rpartition("@")
    if not user:
        return
    first, name = f"{user[:1]}.{user[1:]}", domain.partition(".")[0]
    yield from (
        user,
        f"{user}+tag@{domain}",
        f"{user.partition('+')[0]}@{domain}",
        f"{first}@{domain}",
        f"{user}@x{domain}",
    )
    yield from (
        f"{user.translate(_CYRILLIC)}@{domain}",
        f"{user.translate(_ACCENTS)}@{domain}",
        f"{user}@mail.{domain}",
    )
    yield from (
        f"{value}\0",
        f"{user[:-1]}@{domain}",
        domain,
        f"@{domain}",
        f"{user}@",
        f"{user}@{name}",
        f"{user} {domain}",
    )
    yield from (
        f"{user}@@{domain}",
        f"{value}@{domain}",
        f"{user}+@{domain}",
        f"{user}-tag@{domain}",
        f"{user}.@{domain}",
        f"{value}.",
        f'"{user}"@{domain}',
    )
    yield from (f"{user.replace('+', ' ')}@{domain}", f"{user.replace('+', '')}@{domain}", f"{user}x@{domain}")
    yield from (f"x{value}", f"{value}.example", f"{user}@{name}.example", f"mailto:{value}", f"<{value}>")
    yield from (f"{user} <{value}>", f"{value};x@{domain}", f"{user}%40{domain}", value.replace("+", "%2B"))
    yield from (
        f"{user}&#64;{domain}",
        f"{user}(x)@{domain}",
        f"{user.translate(WIDE)}@{domain}",
        value.translate(WIDE),
    )
    yield from (value.replace("@", "[at]"), value.replace("@", " at "), value.replace(".", ","))
    yield from (f"{user[:1]}\u0301{user[1:]}@{domain}", value.replace(".", "\u2024"))


def _of_text(value: str) -> Iterator[str]:
    yield from (value[:-1], value[1:], f"{value}\0", f"{value}0", f"{value[:-1]}_")
    yield from (value.lower(), value.upper(), value.swapcase(), value.lstrip("0"), f"0{value}", value.replace("-", ""))
    yield from (value.translate(WIDE), value.replace("-", "_"), value.replace("-", " "), value.translate(_CYRILLIC))
