"""Texts to be repeated: of every kind, each once, and none that everybody must take is joined with one that may be refused."""

from __future__ import annotations

from contracts.inputs.texts import BLANK, fixed_texts, joined_texts, long_texts, odd_text, other_texts

SHORT = tuple(fixed_texts(each_alone=False))
ALL = tuple(fixed_texts(each_alone=True))


def test_no_text_is_sent_twice() -> None:
    for each_alone in (False, True):
        texts = (*fixed_texts(each_alone=each_alone), *other_texts(each_alone=each_alone), *long_texts(), *BLANK)
        twice = {text for text in texts if texts.count(text) > 1}
        assert not twice


def test_every_kind_is_in_a_short_run_too() -> None:
    every = "".join(SHORT)
    for kind in (
        "\0",
        "\x7f",
        "\x85",
        "\u00ad",
        "\u200d",
        "\ufe0f",
        "\u202e",
        "\ufffe",
        "\ue000",
        "\U0001f600",
        "\u2028",
        "e\u0301",
    ):
        assert kind in every
    edges = {(text[0], text[-1]) for text in SHORT if text}
    for char in " \t\n.\u00a0\ufeff":
        assert any(last == char for _, last in edges)
    for text in (
        "007",
        "1.0",
        "1e5",
        "true",
        "null",
        '{"a":1}',
        "\\n",
        "&amp;",
        "%20",
        "+",
        "2026-11-24T10:00:00+00:00",
    ):
        assert text in SHORT
    assert any(text.upper() == text and text.count("-") == 4 for text in SHORT)


def test_every_character_stands_alone_in_a_long_run() -> None:
    for text in joined_texts():
        for char in set(text) - set("xy"):
            assert any(char in alone and len(alone) <= 8 for alone in ALL if alone not in SHORT)


def test_joined_texts_must_be_taken_by_every_host() -> None:
    for text in joined_texts():
        assert len(text) <= 60
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in text)
        assert text.encode()


def test_lengths_lie_around_powers_of_two_in_letters_and_bytes() -> None:
    texts = tuple(long_texts())
    assert {255, 256, 257, 1025, 4096, 4097, 65535, 65536, 65537} <= {len(text) for text in texts}
    wide = [text for text in texts if not text.isascii()]
    for size in (64, 256, 1024, 4096, 16384, 65536):
        assert any(size < len(text.encode()) <= size * 2 for text in wide)


def test_an_odd_text_is_as_long_as_every_host_must_take_and_its_own() -> None:
    texts = [odd_text(*parts) for parts in ((), (1,), ("contract-test-1", "warning.already_enrolled", 1), ("x" * 60,))]
    assert [len(text) for text in texts] == [64, 64, 64, 72]
    assert len(set(texts)) == len(texts)
