"""The environment variables that hold credentials: look one up by the name in a target file.

People write the credential itself where its name belongs. So no message repeats a name unless it looks like one, and no
message repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from contracts.errors import Misuse

# Source: POSIX.1-2024, Base Definitions, 3.216 "Name".
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# The usual style of names: words in capitals, joined by underscores. A word alone has no digit, as many keys have.
_USUAL: Final = re.compile(r"[A-Z]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def credential(name: str, environment: Mapping[str, str], *, where: str) -> str:
    """Return the value of the variable `name`. `where`: the file and pointer that name it. Raises Misuse."""
    if not _NAME.fullmatch(name):
        raise Misuse(
            f"{where}: name the environment variable that holds it (letters, digits and _), not the value itself"
        )
    value = environment.get(name)
    if not value:
        named = name if _USUAL.fullmatch(name) else "named there"
        raise Misuse(f"{where}: the environment variable {named} is not set or empty; set it to the credential")
    # A name that is set is no secret, so it may be shown.
    if _CONTROL.search(value):
        raise Misuse(f"{where}: the environment variable {name} holds a line break or another control character")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise Misuse(f"{where}: the environment variable {name} is not UTF-8") from None
    return value


def user_name(name: str, environment: Mapping[str, str], *, where: str) -> str:
    """Return the value of a variable that holds a user name for Basic credentials. Raises Misuse."""
    value = credential(name, environment, where=where)
    if ":" in value:
        raise Misuse(
            f"{where}: the environment variable {name} holds a colon, which a user name cannot have in Basic credentials "
            "(RFC 7617, section 2)"
        )
    return value


def header_value(name: str, environment: Mapping[str, str], *, where: str) -> str:
    """Return the value of a variable that holds the value of a header. Raises Misuse."""
    value = credential(name, environment, where=where)
    if value != value.strip(" "):
        raise Misuse(f"{where}: the environment variable {name} begins or ends with a space, which no header keeps")
    return value
