"""Isolation: what surrounds a run changes none of its requests, and the run leaves no files behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

# Options, plugins, hooks and switches in the environment are meant for the tests of another project.
_NOT_MEANT_FOR_US: Final = ("PYTEST_", "HYPOTHESIS_", "SCHEMATHESIS_")


@contextmanager
def isolated() -> Iterator[None]:
    """Run pytest, Hypothesis and Schemathesis without what the environment and the current folder set for them.

    It must begin before Hypothesis is imported, which loads the plugins of other packages at once. Afterwards
    everything is as it was.
    """
    with pytest.MonkeyPatch.context() as changes:
        for name in [name for name in os.environ if name.startswith(_NOT_MEANT_FOR_US)]:
            changes.delenv(name)
        changes.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        changes.setenv("HYPOTHESIS_NO_PLUGINS", "1")
        with _drawn_from_the_seed_alone(changes):
            yield


@contextmanager
def _drawn_from_the_seed_alone(changes: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Hypothesis know no other values than its own, and keep no files.

    Hypothesis draws some values from the source of every loaded module that is not in a folder `site-packages`. So a
    checkout of the kit would send other requests than an installed one. It has no setting for this.
    """
    from hypothesis.configuration import set_hypothesis_home_dir
    from hypothesis.internal.cache import LRUCache
    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    changes.setattr(providers, "_get_local_constants", Constants)
    changes.setattr(providers, "CONSTANTS_CACHE", LRUCache(1024))
    set_hypothesis_home_dir(os.devnull)  # it cannot be a folder; Hypothesis then does without files
    try:
        yield
    finally:
        set_hypothesis_home_dir(None)
