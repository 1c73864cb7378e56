"""The command `init`: its file loads unchanged, and also with all commented keys uncommented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from contracts import cli
from contracts.commands import init
from contracts.errors import Misuse
from contracts.host import target as target_module
from contracts.host.target import load as load_target
from openapi import world

VARIABLES = dict.fromkeys(
    ("ENROL_USERNAME", "ENROL_PASSWORD", "ENROL_OAUTH_KEY", "ENROL_OAUTH_SECRET", "ENROL_GATEWAY_KEY"), "x"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "target.yaml"
    init.write(path)
    return path


def uncommented(file: Path) -> str:
    """Return the file with its commented keys and items uncommented."""
    return re.sub(r"(?m)^( *)# (?= *(- )?(\{|[\w-]+:( |$)))", r"\1", file.read_text(encoding="utf-8"))


def test_it_loads_once_the_variables_are_set(file: Path) -> None:
    target = load_target(None, file, VARIABLES)
    assert (target.url, target.login.basic, target.live, target.complete) == (
        "https://eu.api.example.com",
        ("x", "x"),
        True,
        False,
    )
    assert (target.data.customers, target.data.promotions) == ((), ())
    sample = world.load().absent
    assert sample
    assert (target.absent.program_id, target.absent.promotion) == (sample.program_id, sample.promotion)


def test_without_the_variables_it_says_which_to_set(file: Path) -> None:
    with pytest.raises(
        Misuse, match=r"/credentials/basic/username: the environment variable ENROL_USERNAME is not set"
    ):
        load_target(None, file, {})


def test_commented_keys_load_too_and_are_all_keys_there_are(file: Path) -> None:
    text = uncommented(file)
    whole = yaml.safe_load(text)
    assert set(whole) == set(target_module._File.__struct_encode_fields__)
    assert set(whole["credentials"]) == {"basic", "oauth"}
    assert set(whole["world"]) == {"absent", "programs", "promotions", "customers", "enrolments"}
    text = re.sub(r"(?m)^clientCertificate:\n( .*\n)+", "", text)  # its files are not there
    file.write_text(text, encoding="utf-8")
    target = load_target(None, file, VARIABLES)
    assert target.login.oauth
    assert target.login.headers == (("X-Gateway-Key", "x"),)
    assert (len(target.data.promotions), len(target.data.customers), len(target.data.enrolments)) == (1, 1, 1)


def test_an_existing_file_is_not_overwritten(file: Path) -> None:
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(Misuse, match=r"target\.yaml exists already; --force overwrites it$"):
        init.write(file)
    assert file.read_text(encoding="utf-8") == "mine"
    init.write(file, force=True)
    assert "credentials:" in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"cannot be written: No such file or directory$"):
        init.write(tmp_path / "nowhere" / "target.yaml")


def test_the_command_says_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cli.main(["init"])
    assert (tmp_path / "target.yaml").exists()
    assert capsys.readouterr().out == (
        "target.yaml written. Fill it in, set its variables, then run: enrol-contract doctor --target target.yaml\n"
    )
