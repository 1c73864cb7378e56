"""The HTML report in a browser: it loads nothing, runs nothing, and fits a phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from proof.gates import Gates
from proof.records import Proof
from proof.reports import html
from tests.proof.test_reports import EVIL, PROOF


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "these tests need Chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.parametrize("proof", [PROOF, EVIL], ids=["plain", "hostile"])
@pytest.mark.parametrize("width", [360, 1200])
def test_page_fits_and_breaks_no_rule_of_its_policy(browser: Browser, tmp_path: Path, proof: Proof, width: int) -> None:
    path = tmp_path / "proof.html"
    path.write_text(html.render(proof, Gates()), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"  # the style is applied
    page.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
