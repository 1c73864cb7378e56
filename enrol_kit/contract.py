"""The command `enrol-contract`, also as `python -m enrol_kit.contract`."""

from __future__ import annotations

from enrol_kit import search_path, signals


def main() -> None:
    """Run the command with the arguments of this process."""
    signals.end_at_sigterm(2)  # could not judge
    search_path.put_own_packages_first()
    from contracts import cli

    cli.main()


if __name__ == "__main__":
    main()
