"""Texts that a host is likely to change when it repeats them, by what they have in common.

A text that nobody has to take (controls, noncharacters) is never joined with others: a host may refuse it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final


def _between(text: str) -> tuple[str, ...]:
    """Return the texts between the bars of one."""
    return tuple(text.split("|"))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Characters that nobody sees or that stand for another, by the code points of each class.
_CHARACTERS: Final[dict[str, tuple[str, ...]]] = {
    "joiners": tuple("\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u2060\u2062\ufeff"),
    "directions": tuple("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2068\u2069"),
    "variations": _between("\u2764\ufe0f|\u2764\ufe0e|\u845b\U000e0100|\U0001f3fb|\U0001f1ee\U0001f1f3|\u20e3"),
    "spaces": tuple("\u00a0\u1680\u2000\u2003\u2009\u202f\u205f\u3000\u2028\u2029"),
    "private": tuple("\ue000\uf8ff\U000f0000\U0010fffd\U000e0041\ufffc\ufffd\u3164\ufff9"),
    "astral": _between("\U00010000|\U0001f600|\U0001d49c|\U00020000|\U0001f469\u200d\U0001f4bb|\ud7ff"),
    # Letters that are composed, in compatibility forms, or whose case is not a matter of one letter.
    "composed": _between("e\u0301|\u00e9|\u212b|\u2126|q\u0307\u0323|\u1112\u1161\u11ab|\ud55c|\uf900"),
    "compatible": _between("\ufb01|\uff21|\uff11|\uff76\uff9e|\u00b2|\u2460|\u2024|\u2215|\u017f"),
    "cases": _between("\u00df|\u1e9e|\u0130|\u0131|\u03a3\u03c2|\u01c6|\u212a|A|a"),
    "look-alikes": tuple("\u2019\u201c\u2013\u2014\u2026\u2212\u00b4\u00b7\uff07\u0430"),
    "latin": tuple("\u00ff\u00a4\u20ac\u0160\u0178\u00a3\u00bf\u00d7\u0192\u2122"),
    "scripts": _between("\u4e2d\u6587|\u05d0\u05d1|\u0639\u0631|\u0939\u093f|\u0e01\u0e33|\u0401|\u10d0"),
}
_CONTROLS: Final = (*map(chr, range(0x20)), "\x7f", "\x80", "\x85", "\x9b", "\x9f")
_NONCHARACTERS: Final = ("\ufdd0", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff")
# Of the controls, those that stacks treat in ways of their own.
_TELLING_CONTROLS: Final = ("\0", "\b", "\t", "\n", "\v", "\f", "\r", "\r\n", "\x1a", "\x1b", "\x1f", "\x7f", "\x85")

# What stands at the beginning or the end of a text and is cut off there, and spaces inside. Each is a text of its own.
_EDGES: Final = _between(
    " a |a | a|  a|a.|.a|a..|a,|a;|a/|/a|a\\|\\a|-a|a-|_a|#a|a#|@a|a  b|a\tb|a\nb|a\t|\ta|a\n|\na|a\r\n|a\0|"
    "a\u00a0|\u00a0a|a\u3000|a\u2028|\ufeffa|a\ufeff|a\u200b|\u200ba|a\u200e|e\u0301|\u0301a|"
    "\"a\"|'a'|`a`|(a)|[a]|{a}|<a>"
)
# Texts that a host may read as something else, and write differently. Both lists have something of each kind.
_READABLE: Final = (
    *_words(r"""
    0 007 42 -1 +5 1.0 1.50 .5 5. 1e5 1E400 0x1F 0b1 1_000 1,000 -0 00 9007199254740993 18446744073709551616 1/2
    12345678901234567890.5 NaN Infinity true false null None undefined nil yes N/A True NULL on ~ - default
    2026-11-24 2026-11-24T10:00:00+00:00 2026-11-24T10:00:00.000Z 24/11/2026 20261124 12:30:45 P1D
    550E8400-E29B-41D4-A716-446655440000 550e8400e29b41d4a716446655440000 507f1f77bcf86cd799439011 {550e8400-e29b-41d4-a716-446655440000}
    {"a":1} [1] "x" a","b":"c [] {} "" \n \u0041 \ \x41 \" \0 \ \t
    &amp; &lt;b&gt; &#65; &nbsp; %20 %41%2B % %00 + a+b a%2fb =?utf-8?q?a?= YWJj =3D
    '"<>&\/ <b>a</b> <!--a--> <![CDATA[a]]> <?xml?> a''b a""b =1+1 @b a;b a|b a,b a&b=c :a a:b *a* ? a--b
    HTTP://EXAMPLE.com:80/a/../b a/../b .. ./a C:\a A@B.Example 10.0.0.01 ::FFFF:1 xn--a-ecp ~a
    """),
    *(
        "\u0663",
        "\u00bd",
        "\\\\",
        '{"a": ',
        "$$ $& $` $' $1 \\1 \\g<0>",
        "%s %d %% %41",
        "{} {0} {x} {{",
        "${x} #{x} <%= x %>",
    ),
    # What editors, sanitisers and maskers put something else for, several in one text.
    *(
        "a... (c) (tm) 1/2 -- --- -> <- :-) :) :smile: 1st",
        "{{x}} {% x %} [[x]] %PATH% $HOME $(x) @x@ ~x~ !x!",
        "<script>a</script> javascript:a onload=a <a href='/'>b</a>",
        "select union drop table insert delete or 1=1 exec null",
        "password=a token: b secret=c pwd=d Bearer e Basic f",
        r"+AEE- U+0041 \101 \U00000041 0x41 =41 \N{DIGIT ONE}",
    ),
    *_between("11/24/2026|24.11.2026|Nov 24, 2026|2026-11-24 10:00:00|1763442378135|1763442378|50%|1,5|c,b,a|c;b;a"),
    "three\nlines\nof text",
    "x" * 76 + "\u00e9 " + "y" * 76,
)
_READABLE_TOO: Final = (
    *_words(r"""
    008 2.0 -7 1e6 0x2F 2_000 9007199254740995 36893488147419103232 FALSE Null TRUE nan 2026-11-25 2026-11-25T10:00:00Z
    650E8400-E29B-41D4-A716-446655440000 607f1f77bcf86cd799439012 {"b":2} [2] \b \u0042 &gt; %42 b+c b%2Bc <i>b</i> b''c b""c $$b {}b b.
    """),
    *("b ", " b", "b\n", "\tb", "b  c", "b\u00a0", "\ufeffb"),
)
# Texts of spaces, or of nothing.
BLANK: Final = ("", " ", "\u3000")
_LONGEST_JOINED: Final = 60
# A requestId of more characters may be refused.
_LONGEST_FOR_ALL: Final = 64
# What fills an odd text up.
_ODD: Final = 'Ab  e\u0301\u200d\u2028c"' + "D" * _LONGEST_FOR_ALL
_SIZES: Final = (64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
_ENOUGH: Final = 300


def odd_text(*parts: object) -> str:
    """Return a text that has something of each kind, for where a host may repeat texts otherwise than elsewhere.

    It is as long as one may be that every host must take.
    """
    start, end = f" {'-'.join(map(str, parts))} ", " \u00e9\U0001f600&+%41\\ "
    return start + _ODD[: max(_LONGEST_FOR_ALL - len(start) - len(end), 0)] + end


def fixed_texts(*, each_alone: bool) -> Iterator[str]:
    """Yield the texts of all kinds, each once. `each_alone`: every character also in a text of its own."""
    yield from dict.fromkeys(
        (*_EDGES, *_READABLE, *_of_each_class(), *_with(_TELLING_CONTROLS), *_with(_NONCHARACTERS[:3]))
    )
    if each_alone:
        alone = (char for chars in _CHARACTERS.values() for char in chars)
        yield from dict.fromkeys((*_READABLE_TOO, *(f"c{char}d" for char in (*alone, *_CONTROLS, *_NONCHARACTERS))))


def other_texts(*, each_alone: bool) -> Iterator[str]:
    """Yield texts of all kinds, none of them a fixed text. `each_alone`: more of them."""
    yield from (
        _READABLE_TOO[::2] if not each_alone else (f"{text} {text}" for text in dict.fromkeys((*_EDGES, *_READABLE)))
    )
    yield from (f"{text}:" for text in joined_texts())
    yield from (f"g{control}h" for control in _TELLING_CONTROLS)


def joined_texts() -> Iterator[str]:
    """Yield the characters of all classes in few texts, each character between letters."""
    text = "x"
    for char in (char for characters in _CHARACTERS.values() for char in characters):
        if len(text) + len(char) + 1 > _LONGEST_JOINED:
            yield text
            text = "x"
        text += f"{char}y"
    yield text


def few_texts() -> Iterator[str]:
    """Yield texts of most kinds in few requests, for where a host may repeat texts otherwise than elsewhere."""
    yield from joined_texts()
    yield "four\nlines\r\nof\ttext\n"
    yield " a  b&amp;c%20d+e <b>f</b> \\n \"g\" h''i ${j} "


def long_texts() -> Iterator[str]:
    """Yield texts around 2^n letters or bytes. A host may refuse them, or must repeat all of them."""
    for size in _SIZES:
        yield "x" * size + "y"
    for size in (256, 4096, 65536):
        yield from ("x" * (size - 1), "x" * (size - 1) + "y")
    # Letters of two, three and four bytes, so that one of them lies across each border between blocks of bytes.
    yield from ("é" * (size // 2) + "y" for size in (256, 1024))
    yield from ("\u20ac" * (size // 3 + 1) + "y" for size in (64, 256, 1024, 4096, 16384, 65536))
    yield from ("a" + "\U0001f600" * (size // 4) + "y" for size in (64, 256, 4096))
    yield from (f"{part}" * _ENOUGH + "y" for part in ("\U0001f600", "e\u0301", '"\\\n', "ab "))


def _of_each_class() -> Iterator[str]:
    return ("x" + "".join(f"{char}y" for char in characters) for characters in _CHARACTERS.values())


def _with(characters: tuple[str, ...]) -> Iterator[str]:
    return (f"a{char}b" for char in characters)
