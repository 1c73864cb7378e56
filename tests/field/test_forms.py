"""Conforming hosts in other forms that need data or a login of their own: none is accused, and what is wrong is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from mockserver.app import Mock
from openapi import document, questions, world
from tests.contracts.served import served
from tests.faulty.server import serve
from tests.field.front import Front
from tests.field.running import tried
from tests.measure.kit import judge
from tests.measure.trials import Trial

SAMPLE: Final = Path(world.__file__).parent / "world.yaml"


@pytest.fixture(autouse=True)
def _login(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TILL": "store.server", "WORD": "123", "KEY": "sample-key", "SECRET": "sample-secret"}.items():
        monkeypatch.setenv(name, value)


def target(folder: Path, data: dict[str, Any], *, oauth: bool = False) -> Path:
    """Return a target file with this world, and one kind of login."""
    login = (
        {"oauth": {"key": "KEY", "secret": "SECRET"}} if oauth else {"basic": {"username": "TILL", "password": "WORD"}}
    )
    known = {name: part for name, part in data.items() if name != "credentials"}
    file = folder / "target.yaml"
    file.write_text(json.dumps({"credentials": login, "world": known, "complete": True}), encoding="utf-8")
    return file


def in_two_programs() -> dict[str, Any]:
    """Return the sample data; every promotion belongs to both programs."""
    data: dict[str, Any] = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    programs = [program["id"] for program in data["programs"]]
    for promotion in data["promotions"]:
        promotion["otherProgramIds"] = [program for program in programs if program != promotion["programId"]]
    return data


def test_a_promotion_may_belong_to_several_programs(tmp_path: Path) -> None:
    data = in_two_programs()
    (tmp_path / "world.yaml").write_text(json.dumps(data), encoding="utf-8")
    with serve(world=tmp_path / "world.yaml") as host:
        seen = tried(host.url, "examples", "rules", target=target(tmp_path, data))
    assert (seen.exit, seen.broken) == (0, [])


def test_the_mock_knows_all_programs_of_a_promotion(tmp_path: Path) -> None:
    data = in_two_programs()
    (tmp_path / "world.yaml").write_text(json.dumps(data), encoding="utf-8")
    mock = Mock.of(document.load(), world.load(tmp_path / "world.yaml"), questions.defaults(questions.load()))
    with served(mock) as url:
        seen = tried(url, "examples", "rules", target=target(tmp_path, data))
    assert (seen.exit, seen.broken) == (0, [])


def test_a_host_that_refuses_one_of_the_programs_is_broken(tmp_path: Path) -> None:
    with serve() as host:
        seen = tried(host.url, "rules", target=target(tmp_path, in_two_programs()))
    assert seen.exit == 1
    assert "error.promotion_not_found" in seen.broken


@pytest.mark.parametrize("form", ["tokens-of-a-second", "one-token-at-a-time"])
def test_a_run_fetches_new_tokens_when_it_needs_them(tmp_path: Path, form: str) -> None:
    data = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    with serve(forms=[form, "slow"]) as host:
        seen = tried(host.url, "examples", "fields", "credentials", target=target(tmp_path, data, oauth=True))
        issued = len(host.host.memory.tokens)
    assert (seen.exit, seen.broken) == (0, [])
    assert issued > 2 if form == "tokens-of-a-second" else issued


@pytest.mark.parametrize("when", ["after-a-refusal", "by-age", "now-and-then"])
def test_a_host_may_close_connections_untold(when: str) -> None:
    with serve(forms=[f"closes-untold-{when}"]) as host:
        seen = tried(host.url, "examples", "fields", "rules")
    assert (seen.exit, seen.broken) == (0, [])


@pytest.mark.usefixtures("short_pauses")
def test_a_host_that_loses_answers_on_any_connection_is_found() -> None:
    """It loses one in 40, whether the connection has carried answers or is new."""
    with Front(lambda call: None if call.number % 40 == 39 else call.forward()) as front:
        seen = tried(front.url, "examples", "fields", "rules")
    assert (seen.exit, seen.broken) == (1, ["error.engine_error"])


@pytest.mark.parametrize(
    ("fault", "forms"),
    [
        ("customer-id-is-text", ("decimals", "byte-order-mark")),
        ("customer-id-through-a-double", ("exponents",)),
        ("error-code-is-text-for-look-ups", ("decimals", "shuffled-keys")),
        ("repeat-not-noticed", ("byte-order-mark", "repeats-its-answer")),
        ("milestones-failed-without-warning", ("own-warning-behind", "more-fields")),
        ("refusal-in-single-quotes", ("own-subtype", "escaped-slashes")),
        ("milestones-of-another-promotion", ("milestones-backwards", "gzip")),
        ("program-missing-has-the-code-of-promotion", ("texts-cut-at-40", "empty-lists")),
    ],
)
def test_a_form_hides_no_fault(fault: str, forms: tuple[str, ...]) -> None:
    outcome = judge(Trial(1, "quick", fault, forms=forms))
    assert outcome.names_the_claim, outcome.why
