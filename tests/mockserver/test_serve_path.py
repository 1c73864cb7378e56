"""Which modules are imported until `enrol-mock serve` gives its first answer: each slow import delays that."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tests.mockserver.process import Process, post

SHOW = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
HEAVY = {
    *("jsonschema", "rich", "pytest", "hypothesis", "schemathesis", "requests", "jwt", "cryptography", "sqlite3"),
    *("werkzeug", "prometheus_client", "jinja2", "psycopg", "contracts"),
}
# What a client sends beside the documented headers.
USUAL = {"User-Agent": "python-requests/2.32.3", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}


# When coverage is measured, it imports modules of its own into the process.
UNWATCHED = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30, env=UNWATCHED
    )
    return set(json.loads(done.stdout))


def test_serving_loads_nothing_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    process = Process.start()
    status, _ = post(process, **USUAL)
    _, _, said = process.stop()
    loaded = set(re.findall(r"^import time:.*\| +(\w+)", said, re.MULTILINE))
    assert status == 200
    assert {"mockserver", "openapi", "granian", "msgspec"} <= loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("module", ["mockserver", "enrol_kit.mock"])
def test_no_garbage_is_looked_for_until_the_mock_serves(module: str) -> None:
    """Nearly all that a start makes stays."""
    program = f"""
import gc, runpy, sys
looked, enable, disable = [], gc.enable, gc.disable
def disabled():
    disable()
    looked.clear()
def enabled():
    enable()
    print("enabled after", len(looked), "searches", file=sys.stderr)
gc.enable, gc.disable = enabled, disabled
gc.callbacks.append(lambda phase, info: looked.append(phase))
runpy.run_module({module!r}, run_name="__main__")
"""
    process = Process.start(program=program)
    assert post(process)[0] == 200
    assert process.stop() == (0, "", "enabled after 0 searches\n")


def test_listing_and_checking_do_not_load_the_server() -> None:
    assert "granian" not in loaded_by(
        "from mockserver import cli; from mockserver.catalogue import pages, provocations" + SHOW
    )
