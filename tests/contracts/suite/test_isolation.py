"""The isolation: Hypothesis draws from the seed alone, and afterwards the process is as it was before."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import configuration, given
from hypothesis import strategies as st
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers

from contracts.inputs.strategies import generated
from contracts.suite.isolation import isolated

VARIABLES = ("PYTEST_ADDOPTS", "HYPOTHESIS_STORAGE_DIRECTORY", "SCHEMATHESIS_HOOKS")


def texts_drawn() -> set[str]:
    seen: set[str] = set()

    @generated(200, 1)
    @given(st.lists(st.text(), min_size=10))
    def collect(texts: list[str]) -> None:
        seen.update(texts)

    collect()
    return seen


def test_hypothesis_draws_nothing_from_the_source_of_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = {f"shop article {number}" for number in range(400)}
    (tmp_path / "articles_of_a_shop.py").write_text(f"ARTICLES = {sorted(articles)}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import_module("articles_of_a_shop")
    assert texts_drawn() & articles
    with isolated():
        assert not texts_drawn() & articles
    assert texts_drawn() & articles


@pytest.mark.parametrize("name", VARIABLES)
def test_variables_of_other_projects_are_hidden_for_a_while(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "theirs")
    with isolated():
        assert name not in os.environ
    assert os.environ[name] == "theirs"


def test_plugins_are_not_loaded_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "HYPOTHESIS_NO_PLUGINS")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    with isolated():
        assert [os.environ[name] for name in names] == ["1", "1"]
    assert not set(names) & set(os.environ)


def test_hypothesis_does_without_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "__hypothesis_home_directory", None)
    monkeypatch.setattr(configuration, "__hypothesis_home_directory_default", tmp_path / ".hypothesis")
    monkeypatch.setattr(charmap, "_charmap", None)
    with isolated():
        assert charmap.charmap()["Lu"]
    assert list(tmp_path.iterdir()) == []
    assert configuration.storage_directory().path == tmp_path / ".hypothesis"


def test_everything_is_as_before_after_an_error() -> None:
    variables, read = dict(os.environ), providers._get_local_constants

    def fail() -> None:
        with isolated():
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert dict(os.environ) == variables
    assert providers._get_local_constants is read
