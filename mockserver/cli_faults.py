"""The options of `enrol-mock serve` that set faults."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from command_line.tool import with_options
from mockserver.errors import MockError
from mockserver.faults import spelling
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities, check, needs_sockets
from openapi.document import Document

_OPTIONS = (
    click.option(
        "--fault",
        "specs",
        multiple=True,
        metavar="EFFECT[:KEY=VALUE,…]",
        help="A fault on demand, such as 429:count=2 or reset-before:action=ENROL; docs/mock.md lists effects and keys. "
        "May be given more than once; the first that meets a request counts.",
    ),
    click.option(
        "--faults",
        "faults_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A YAML or JSON file with a list `faults`. They come after those of --fault.",
    ),
    click.option(
        "--socket-faults",
        is_flag=True,
        help="Let faults that are set later break connections. A --fault that breaks connections turns this on.",
    ),
)


fault_options = with_options(_OPTIONS)


def chosen_faults(
    document: Document, specs: Sequence[str], faults_file: Path | None, *, socket_faults: bool, tls: bool = False
) -> Faults:
    """Return the faults of the start. Raises MockError or SourceError for one that cannot be."""
    named = [(f"--fault {spec}", spelling.from_text(spec)) for spec in specs]
    if faults_file:
        listed = spelling.from_file(faults_file)
        named += [(f"{faults_file}: /faults/{index}", fault) for index, fault in enumerate(listed)]
    sockets = socket_faults or any(needs_sockets(fault) for _, fault in named)
    abilities = Abilities(document.outcomes, sockets=sockets, tls=tls)
    for place, fault in named:
        try:
            check(fault, abilities)
        except MockError as error:
            raise MockError(f"{place}: {error}") from error
    return Faults(abilities, tuple(fault for _, fault in named))
