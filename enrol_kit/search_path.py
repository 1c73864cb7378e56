"""Where the packages of the kit are, and how its own processes find them."""

from __future__ import annotations

import sys
from pathlib import Path


def put_own_packages_first() -> None:
    """Let this process look for modules in the folder of the kit's packages before any other place.

    Only the two commands call this. In their processes a user's own `contracts`, `mockserver` or `openapi` must not
    come first, whether from the current folder, from PYTHONPATH or from another installed package.
    """
    sys.path.insert(0, str(_folder()))


def _folder() -> Path:
    here = Path(__file__).parent
    installed = here / "packages"
    return installed if installed.is_dir() else here.parent  # in a checkout they are beside enrol_kit
