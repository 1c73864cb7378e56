"""HTML reports as one page each: no external files, the same look (look.css), and nothing in them runs that is not theirs."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from jinja2 import Template as Template

from command_line.printable import printable_lines

_LOOK: Final = Path(__file__).with_name("look.css")
_LOOK_GOES_HERE: Final = "/* look.css */\n"


def compiled(file: Path, **filters: Callable[..., Any]) -> Template:
    """Compile the template of a page, with these filters beside those of Jinja. Whatever is put into it is escaped.

    The page's content security policy allows only its own style and script, by their hashes.
    """
    source = file.read_text(encoding="utf-8").replace(_LOOK_GOES_HERE, _LOOK.read_text(encoding="utf-8"))
    for tag in ("style", "script"):
        for inner in re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
            source = source.replace(f"{tag}-hash", f"sha256-{digest}")
    environment = Environment(
        autoescape=True,
        finalize=_shown,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment.from_string(source)


def _shown(value: Any) -> Any:
    is_markup = hasattr(value, "__html__")  # what a macro of the template has made, which is escaped already
    return printable_lines(value) if isinstance(value, str) and not is_markup else value
