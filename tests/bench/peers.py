"""Mocks by others, put into a folder that git does not know, and set up for the documented call."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests import page
from tests.bench.servers import Contestant

_ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = _ROOT / "build" / "peers"
_DOCUMENT: Final = _ROOT / "openapi" / "enrol.yaml"
_PACKAGES: Final = {"@stoplight/prism-cli": "5.16.0", "wiremock": "3.13.2", "@mockoon/cli": "9.9.0"}
_SAYS: Final = 400  # characters of what npm said


def install() -> tuple[list[Contestant], list[str]]:
    """Install the peers where they are not yet, and return those there are, and what is missing and why."""
    notices = []
    node, java, npm = (shutil.which(tool) for tool in ("node", "java", "npm"))
    if npm is None or node is None:
        return [], ["no peers: npm and node are needed (Debian: nodejs npm)"]
    wanted = {f"{name}@{version}" for name, version in _PACKAGES.items() if not _is_there(name, version)}
    if wanted:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text('{"private": true}', encoding="utf-8")
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", *sorted(wanted)]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
        if done.returncode:
            return [], [f"no peers: npm cannot install them: {done.stderr.strip()[-_SAYS:]}"]
    if java is None:
        notices.append("no WireMock: java is needed (Debian: default-jre-headless)")
    return [*(_wiremocks(java) if java else []), _prism(node), _mockoon(node)], notices


def _is_there(name: str, version: str) -> bool:
    described = FOLDER / "node_modules" / name / "package.json"
    return described.is_file() and json.loads(described.read_text(encoding="utf-8"))["version"] == version


def _named(name: str, package: str, remark: str = "") -> str:
    return f"{name} {_PACKAGES[package]}{remark}"


def _wiremocks(java: str) -> list[Contestant]:
    """Return WireMock without its journal, and as it comes. A stub answers the page's response to what is posted."""
    version = _PACKAGES["wiremock"]
    jar = FOLDER / "node_modules" / "wiremock" / "build" / f"wiremock-standalone-{version}.jar"
    stubs = FOLDER / "wiremock"
    (stubs / "mappings").mkdir(parents=True, exist_ok=True)
    answer = {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": page.ENROL_RESPONSE}
    stub = {"request": {"method": "POST", "urlPath": page.PATH}, "response": answer}
    (stubs / "mappings" / "enrol.json").write_text(json.dumps(stub), encoding="utf-8")

    def command(*options: str) -> list[str]:
        return [java, "-jar", str(jar), "--root-dir", str(stubs), "--bind-address", "127.0.0.1", *options]

    return [
        Contestant(
            _named("WireMock", "wiremock", ", journal off"),
            lambda port: command("--port", str(port), "--no-request-journal"),
        ),
        Contestant(_named("WireMock", "wiremock"), lambda port: command("--port", str(port))),
    ]


def _prism(node: str) -> Contestant:
    script = str(FOLDER / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js")
    return Contestant(
        _named("Prism", "@stoplight/prism-cli"),
        lambda port: [node, script, "mock", "--host", "127.0.0.1", "--port", str(port), str(_DOCUMENT)],
    )


def _mockoon(node: str) -> Contestant:
    script = str(FOLDER / "node_modules" / "@mockoon" / "cli" / "bin" / "run.js")
    options = ["start", "--hostname", "127.0.0.1", "--disable-log-to-file", "--data", str(_DOCUMENT)]
    return Contestant(
        _named("Mockoon", "@mockoon/cli"),
        lambda port: [node, script, *options, "--port", str(port)],
    )
