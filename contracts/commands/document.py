"""The command `document`: print the OpenAPI document that holds under the chosen readings."""

from __future__ import annotations

from pathlib import Path

from contracts.errors import Misuse
from openapi import effective, source


def document(readings: Path | None, pairs: tuple[str, ...], *, revised: bool, output: Path | None) -> str:
    """Return the document as YAML text. With `output`, write it there and return "".

    `readings`: a file of readings. `pairs`: more of them, as QUESTION=READING, which override the file. `revised`:
    apply the newer revision of the page. Raises Misuse, SourceError.
    """
    text = source.text(effective.load(readings, pairs, revised=revised).raw)
    if output is None:
        return text
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Misuse(f"--output: {output} cannot be written: {error.strerror}") from error
    return ""
