"""The strategies: texts that every host must echo, and settings that make a run repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.database import InMemoryExampleDatabase

from contracts.inputs.strategies import generated, run_settings, texts


@settings(max_examples=200, database=None, derandomize=True)
@given(texts())
def test_texts_are_what_every_host_must_echo(text: str) -> None:
    assert text.strip()
    assert len(text) <= 255
    assert text.encode("utf-8")


def drawn(count: int, seed: int) -> list[str]:
    """Return the examples that a generated test gets."""
    seen: list[str] = []

    @generated(count, seed)
    @given(texts())
    def collect(text: str) -> None:
        seen.append(text)

    collect()
    return seen


def test_a_seed_generates_the_same_texts_each_time() -> None:
    assert drawn(30, 5) == drawn(30, 5) != drawn(30, 6)


def test_the_number_of_examples_is_the_given_one() -> None:
    assert len(drawn(30, 5)) == 30


def test_texts_include_non_ascii_and_surrounding_spaces() -> None:
    every = drawn(150, 1)
    assert any(not text.isascii() for text in every)
    assert any(text != text.strip() for text in every)
    assert any(ord(max(text)) > 0xFFFF for text in every)


@pytest.fixture
def profile_of_another_project() -> Iterator[settings]:
    """A profile that is loaded meanwhile, in which every setting is another than ours."""
    profile = settings(
        max_examples=7,
        stateful_step_count=7,
        phases=[Phase.explicit],
        suppress_health_check=[HealthCheck.too_slow],
        deadline=7,
        database=InMemoryExampleDatabase(),
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=True,
        verbosity=Verbosity.debug,
        backend="hypothesis-urandom",
    )
    before = settings.get_current_profile_name()
    settings.register_profile("another project", profile)
    settings.load_profile("another project")
    yield profile
    settings.load_profile(before)


def test_no_setting_is_taken_from_a_loaded_profile(profile_of_another_project: settings) -> None:
    ours = run_settings(30, steps=4)
    names = set(signature(settings).parameters) - {"parent"}
    same = {name for name in names if getattr(ours, name) == getattr(profile_of_another_project, name)}
    assert same == {"derandomize"}
    assert not ours.derandomize


def test_a_loaded_profile_changes_no_generated_text(profile_of_another_project: settings) -> None:
    assert drawn(30, 5) == drawn(30, 5)
    assert len(drawn(30, 5)) == 30
