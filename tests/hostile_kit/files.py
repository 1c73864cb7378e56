"""Files that nobody wants to be given, by kind. Each is what a reader is given, as text, bytes, or a function that makes it."""

from __future__ import annotations

import gzip
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

DIGITS: Final = "9" * 10**6
_MANY: Final = 10**5

# Texts and bytes that no command of the kit can use.
CONTENTS: Final[dict[str, str | bytes]] = {
    # Encodings.
    "zeros": b"\0" * 1000,
    "a zero byte": b"a: \0 b",
    "UTF-16": "a: 1".encode("utf-16"),
    "UTF-16 without a mark": '{"a":1}'.encode("utf-16-le"),
    "UTF-32": '{"a":1}'.encode("utf-32"),
    "Latin-1": b"a: \xe9",
    "Windows-1252": b'{"a": "\x80"}',
    "Shift JIS": "{a: 漢字}".encode("shift-jis"),
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "half a character": '{"a": "\\ud800"}',
    "half a character as a key": '{"\\ud800": 1}',
    "half a character in UTF-8": b'{"a": "\xed\xa0\x80"}',
    # Other formats.
    "gzip": gzip.compress(b"a: 1", mtime=0),
    "zip": b"PK\x03\x04" + bytes(100),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(range(256)),
    "PDF": b"%PDF-1.7\n\xff\xff",
    "a page": "<html><body>404</body></html>",
    "a script": "#!/bin/sh\nexit 1\n",
    "XML with entities": '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    # Depth.
    "100,000 brackets": "[" * _MANY,
    "100,000 lists": "[" * _MANY + "]" * _MANY,
    "100,000 objects": '{"a":' * _MANY + "1" + "}" * _MANY,
    "2,000 blocks": "".join(f"{' ' * level}a:\n" for level in range(2000)),
    "100,000 dashes": "- " * _MANY,
    "100,000 braces": "{" * _MANY,
    # Cycles and bombs.
    "an alias of itself": "a: &a {b: *a}",
    "a list of itself": "&a [*a]",
    "a merge of itself": "a: &a {<<: *a}",
    "billion laughs": "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{f'*a{i - 1}, ' * 9}]\n" for i in range(1, 30)),
    "billion keys": "a0: &a0 {x: 1}\n"
    + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}], k{i}: 1}}\n" for i in range(1, 40)),
    "20,000 anchors": "".join(f"a{i}: &a{i} x\n" for i in range(20_000)),
    "an alias of nothing": "a: *nowhere",
    # Numbers.
    "a million digits": f'{{"schema": {DIGITS}}}',
    "a million digits behind a point": f'{{"schema": 1.{DIGITS}}}',
    "4,000 digits": f'{{"schema": {DIGITS[:4000]}}}',
    "1e999999999": '{"schema": 1e999999999}',
    "NaN": '{"schema": NaN}',
    "infinities": '{"schema": Infinity, "a": -Infinity}',
    ".nan": "schema: .nan",
    # Names.
    "the same key twice": '{"schema": 1, "schema": 1}',
    "odd keys": '{"__proto__": 1, "": 2, "constructor": {"prototype": 3}}',
    "a key of 2 MB": f"{'x' * 2_000_000}: 1",
    "100,000 keys": "{" + ",".join(f'"k{number}":1' for number in range(_MANY)) + "}",
    # What a program would run, or a terminal would obey.
    "an object of Python": "!!python/object/apply:os.system ['true']",
    "a name of Python": "a: !!python/name:os.system",
    "a tag of its own": "a: !x 1",
    "escapes of a terminal": "\x1b]0;title\x07\x1b[2J: 1\n",
    "C1 controls": "\x9b2J: 1\n",
    "text from right to left": "\u202ea\u2066: 1\n",
    "commands to a runner": "::error::x\n##[add-mask]x\n",
    # Syntax.
    "tabs": "a:\n\tb: 1",
    "two documents": "---\na: 1\n---\nb: 2\n",
    "another YAML": "%YAML 9.9\n---\na: 1",
    "an open quote": 'a: "' + "x\n" * _MANY,
    "only quotes": '"' * _MANY,
    "only backslashes": '"' + "\\" * _MANY,
    "only ampersands": "&" * _MANY,
    "only stars": "*" * _MANY,
    "only colons": ": " * _MANY,
    "only question marks": "? " * _MANY,
    "only bars": "|\n" * _MANY,
    "half of a list": "[[]," * 60,
    # Not what it should be.
    "a text": "just a text",
    "a number": "5",
    "true": "true",
    "a list": "[1]",
    "a line of 5 MB": "a: " + "x" * 5 * 2**20,
}


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link_to_a_pipe(path: Path) -> None:
    _pipe(path.with_suffix(".pipe"))
    path.symlink_to(f"{path.stem}.pipe")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        folder = os.open(path.parent, os.O_RDONLY)
        bound.bind(f"/proc/self/fd/{folder}/{path.name}")  # the path of a socket may have 107 bytes
        os.close(folder)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100 * 2**20)  # a file with a hole: it takes no space


# What stands at a path in place of a file, made by a function.
PLACES: Final[dict[str, Callable[[Path], None]]] = {
    "nothing": lambda path: None,
    "a pipe": _pipe,
    "a socket": _socket,
    "a folder": lambda path: path.mkdir(),
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a pipe": _link_to_a_pipe,
    "100 MB": _sparse,
    "the memory of the process": lambda path: path.symlink_to("/proc/self/mem"),
    "a terminal": lambda path: path.symlink_to("/dev/tty"),
}
# Paths under which no file can be.
PATHS: Final = {
    "a name of 5,000 letters": "x" * 5000,
    "a folder that is a file": "file/below",
    "a name with escapes": "\x1b[31m\u202e",
    "half a character": "\udcff",
}
