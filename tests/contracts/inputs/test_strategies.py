"""The strategies: texts that every host must echo, and settings that make a run repeatable."""

from __future__ import annotations

from hypothesis import given, settings

from contracts.inputs.strategies import generated, texts


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
