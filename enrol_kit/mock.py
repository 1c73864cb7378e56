"""The command `enrol-mock`, also as `python -m enrol_kit.mock`."""

from __future__ import annotations

import gc

from enrol_kit import search_path, signals


def main() -> None:
    """Run the command with the arguments of this process."""
    signals.end_at_sigterm(143)  # as a shell says it: 128 and the number of the signal
    search_path.put_own_packages_first()
    gc.disable()  # the mock enables it when it serves
    from mockserver import cli

    cli.main()


if __name__ == "__main__":
    main()
