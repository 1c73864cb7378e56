"""The options of `enrol-mock` that name the data of the mock: its world, and its readings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from openapi import document, questions, source, world

WORLD: Final = click.option(
    "--world",
    "world_file",
    type=click.Path(path_type=Path),
    default=source.WORLD,
    metavar="FILE",
    help="A file with programs, promotions, customers and logins; docs/world.md describes it.  "
    "[default: the kit's sample data]",
)
READINGS: Final = click.option(
    "--readings",
    "readings_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A YAML file that says how the mock behaves where the page is open, one line `question: reading` for each. "
    "`enrol-contract probe` writes one.  [default: the usual readings; docs/questions.md lists all]",
)
READING: Final = click.option(
    "--reading",
    "pairs",
    multiple=True,
    metavar="QUESTION=READING",
    help="One reading, such as source=required. It overrides that of the file of --readings. May be given more than once.",
)


def load(
    world_file: Path, readings_file: Path | None = None, pairs: Sequence[str] = ()
) -> tuple[document.Document, world.World, questions.Readings]:
    """Return the document, the world and the readings that these options name. Raises SourceError."""
    known_questions = questions.load()
    chosen = questions.choose(known_questions, path=readings_file, pairs=pairs)
    promise = document.load(known_questions=known_questions)
    if chosen:
        from openapi.effective import effective

        promise = effective(promise, chosen, known_questions=known_questions)
    return promise, world.load(world_file), questions.defaults(known_questions) | chosen
