"""`python -m mockserver`, the same as `enrol-mock`."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command with the arguments of this process."""
    gc.disable()  # the mock enables it when it serves
    from mockserver import cli

    cli.main()


main()
