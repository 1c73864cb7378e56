"""No output of a real run holds a secret or personal data of the target, even if the host repeats them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from contracts.commands.run import run
from contracts.host.target import load
from contracts.inputs.profiles import PROFILES
from contracts.masking.unmask import unmask
from contracts.reports.files import FILES
from contracts.session.opening import Order
from openapi import source, world
from tests.contracts.reports.echo_host import echoing

pytestmark = pytest.mark.slow

SECRETS = {
    "TILL": "till.seventeen",
    "PASSWORD": "open-sesame-17",
    "KEY": "client-key-17",
    "SECRET": "client-secret-17",
    "GATEWAY": "gateway-value-17",
}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The outputs of a run against the echoing host, by name: its files, and the terminal."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield _run(tmp_path_factory.mktemp("run"), monkeypatch)


def _run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "target.yaml"
    people = {key: value for key, value in source.read(source.WORLD).items() if key != "credentials"}
    logins = {"basic": {"username": "TILL", "password": "PASSWORD"}, "oauth": {"key": "KEY", "secret": "SECRET"}}
    file.write_text(yaml.safe_dump({"credentials": logins, "headers": {"X-Gateway": "GATEWAY"}, "world": people}))
    terminal = io.StringIO()
    with echoing() as url:
        order = Order(
            host=url,
            target=file,
            profile=PROFILES["quick"],
            seed=1,
            readings=None,
            report_dir=tmp_path / "reports",
            fail_on="broken",
            fail_fast=False,
            timeout=10,
            parts=("examples", "fields", "credentials"),
        )
        run(order, Console(file=terminal))
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "reports").iterdir()}
    assert set(written) == set(FILES)
    return {**written, "terminal": terminal.getvalue()}


def forbidden() -> list[str]:
    digest = hashlib.md5(SECRETS["PASSWORD"].encode()).hexdigest()
    logins = (base64.b64encode(f"{SECRETS['TILL']}:{form}".encode()).decode() for form in (SECRETS["PASSWORD"], digest))
    people = (value for customer in world.load().customers for value in (customer.mobile, customer.email) if value)
    return [*SECRETS.values(), digest, *logins, *people, "handed.out.token", "of-this-run"]


def readable(text: str) -> Iterator[str]:
    """Yield a text, and its base64 parts and escapes decoded."""
    yield text
    yield re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    for piece in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        try:
            yield base64.b64decode(piece, validate=True).decode("utf-8", "replace")
        except ValueError:
            continue


def test_no_output_holds_a_secret_or_a_personal_datum(outputs: dict[str, str]) -> None:
    assert len(outputs["run.har"]) > 500_000
    data = [(datum, datum.casefold()) for datum in forbidden()]
    shown = ((name, piece.casefold()) for name, text in outputs.items() for piece in readable(text))
    leaks = {(name, datum) for name, piece in shown for datum, folded in data if folded in piece}
    assert leaks == set()


def test_repeated_personal_data_is_replaced_by_placeholders(outputs: dict[str, str]) -> None:
    for name in ("terminal", "report.json", "report.html", "run.har"):
        assert "secret>" in outputs[name] or "secret&gt;" in outputs[name], name
    assert "<mobile of customer" in outputs["run.har"]
    assert "<email of customer" in outputs["run.har"]


def test_requests_of_the_archive_can_be_unmasked(outputs: dict[str, str]) -> None:
    target = load("http://127.0.0.1:9", None)
    texts = [e["request"].get("postData", {}).get("text", "") for e in json.loads(outputs["run.har"])["log"]["entries"]]
    masked = [text for text in texts if " of customer " in text]
    assert masked
    assert [text for text in masked if " of customer " in json.dumps(unmask(json.loads(text), target))] == []


def test_addresses_are_sent_again_as_they_were(outputs: dict[str, str]) -> None:
    target = load("http://127.0.0.1:9", None)
    bodies: list[Any] = [
        unmask(json.loads(entry["request"]["postData"]["text"]), target)
        for entry in json.loads(outputs["run.har"])["log"]["entries"]
        if " of customer " in entry["request"].get("postData", {}).get("text", "")
    ]
    sent = [body["customer"].get("identifierValue") for body in bodies if isinstance(body.get("customer"), dict)]
    for value in ("ASHA@EXAMPLE.COM", "Asha@Example.Com", "asha @example.com", 919800000001, ["919800000001"]):
        assert value in sent
