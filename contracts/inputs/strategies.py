"""The Hypothesis strategy for texts, and the settings of everything that is generated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import strategies as st
from hypothesis.database import ExampleDatabase

# Texts that hosts are likely to change: escapes, other scripts, text directions, joiners, astral planes, spaces,
# digits.
_FRAGMENTS: Final = (
    *("a", "Z", "0", "007", "_", "-", ".", ":", "/", "\\", '"', "'", "<b>", "&amp;", "%20", "+", "\t", " ", "  "),
    *(
        "é",
        "e\u0301",
        "ß",
        "İ",
        "ﬁ",
        "中文",
        "אב",
        "\u202eabc",
        "👩\u200d👩\u200d👧",
        "😀",
        "\u00a0",
        "\u2028",
        "ÿ",
        "~",
    ),
)


def texts() -> st.SearchStrategy[str]:
    """Return a strategy for texts that are not blank, up to 255 characters, without lone surrogates."""
    fragments = st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=12).map("".join)
    characters = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
    padded = st.builds(
        lambda left, text, right: left + text + right,
        st.sampled_from(("", " ")),
        characters,
        st.sampled_from(("", "  ")),
    )
    return st.one_of(fragments, characters, padded).filter(lambda text: bool(text.strip()) and len(text) <= 255)


def run_settings(count: int, *, steps: int = 1) -> settings:
    """Return the settings of a test that generates `count` examples, or `count` sequences of `steps` requests.

    Nothing is stored and nothing is shrunk. Shrinking would send further requests, which a host with state answers
    differently. Instead, the record keeps the smallest request that showed a defect. Every setting is given: what is
    left out, Hypothesis takes from a profile, and it has another one for CI.
    """
    return settings(
        max_examples=count,
        stateful_step_count=steps,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
        database=None,
        derandomize=False,
        report_multiple_bugs=True,
        print_blob=False,
        verbosity=Verbosity.normal,
        backend="hypothesis",
    )


def reuse_settings(most: int, database: ExampleDatabase) -> settings:
    """Return the settings of a test that runs up to `most` examples of a database, and generates none."""
    return settings(run_settings(most), phases=[Phase.reuse], database=database)


def generated(count: int, seed: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a `@given` test: generate `count` examples from `seed`."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        return hypothesis.seed(seed)(run_settings(count)(test))

    return decorate
