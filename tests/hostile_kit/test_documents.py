"""The documents that everything follows: one that cannot be used is refused as a whole, in one line, whatever is wrong with it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from openapi import document, overlay, questions, shapes, source, world
from tests.hostile_kit.files import CONTENTS
from tests.hostile_kit.running import bounded
from tests.hostile_kit.test_fuzz import ROUNDS, mutated

# Each document with its reader.
READERS: Final[dict[str, tuple[Path, Callable[[Path], object]]]] = {
    "the document": (source.ENROL, document.load),
    "the questions": (source.QUESTIONS, questions.load),
    "the shapes": (source.SHAPES, lambda path: shapes.load(questions.load(), path)),
    "the overlay": (source.REVISION_2026, overlay.load),
    "the world": (source.WORLD, world.load),
}


@pytest.mark.parametrize("name", ["the document", "the questions", "the overlay"])
def test_a_document_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "document.yaml"
    for content in CONTENTS.values():
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with bounded(), pytest.raises(source.SourceError) as refused:
            READERS[name][1](path)
        assert str(refused.value).startswith(f"{path}: ")
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", READERS)
def test_a_document_with_changed_bytes_is_read_or_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "document.yaml"
    good, read = READERS[name]
    for seed in range(ROUNDS):
        path.write_bytes(mutated(good.read_bytes(), random.Random(seed)))
        with bounded(), contextlib.suppress(source.SourceError):
            read(path)
