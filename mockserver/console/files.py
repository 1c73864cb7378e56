"""Files: the style, the scripts and the picture of the console, and Swagger UI, as they lie in the kit."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from mockserver.console.rendering import SAFETY
from mockserver.exchange.answers import Text

_HERE: Final = Path(__file__).parent
_FOLDERS: Final = (_HERE / "static", _HERE / "vendor" / "swagger-ui")
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_AGE: Final = "no-cache"  # the browser asks again each time, since a newer kit may answer at the same address


def file(name: str) -> Text | None:
    """Return a file by its name, None if there is no such file."""
    path = _known().get(name)
    if path is None:
        return None
    media_type = f"{_TYPES[path.suffix]}; charset=utf-8"
    return Text(path.read_text(encoding="utf-8"), media_type, headers=(*SAFETY, ("Cache-Control", _AGE)))


@cache
def _known() -> dict[str, Path]:
    """Return the files that may be asked for. No name of a request becomes a path."""
    return {path.name: path for folder in _FOLDERS for path in folder.iterdir() if path.suffix in _TYPES}
