"""The command `init`: write a target file with every key, each with a comment that explains it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from contracts.errors import Misuse

_TEMPLATE: Final = Path(__file__).with_name("target.template.yaml")


def write(path: Path, *, force: bool = False) -> None:
    """Write a target file to fill in. Raises Misuse if the file exists and `force` is False, or cannot be written."""
    text = _TEMPLATE.read_text(encoding="utf-8")
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Misuse(f"{path} exists already; --force overwrites it") from error
    except OSError as error:
        raise Misuse(f"{path} cannot be written: {error.strerror}") from error
