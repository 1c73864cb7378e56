"""Which modules `enrol-mock serve` imports: each slow import delays the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SHOW = """
import json, sys
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
SERVING = (
    """
import sys
from granian.server.embed import Server
from mockserver import cli

class Ended(Exception):
    pass

async def ended_at_once(*_):
    raise Ended

Server.serve = ended_at_once
try:
    cli.cli.main(["serve", "--port", "0"], standalone_mode=False)
except Ended:
    pass
"""
    + SHOW
)

HEAVY = {"jsonschema", "rich", "pytest", "hypothesis", "schemathesis", "requests", "jwt", "cryptography", "sqlite3"}


# When coverage is measured, it imports modules of its own into the process.
UNWATCHED = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30, env=UNWATCHED
    )
    return set(json.loads(done.stdout))


def test_serving_loads_nothing_heavy() -> None:
    loaded = loaded_by(SERVING)
    assert {"mockserver", "openapi", "granian", "werkzeug"} <= loaded
    assert loaded & HEAVY == set()
    assert "contracts" not in loaded


def test_listing_and_checking_do_not_load_the_server() -> None:
    assert "granian" not in loaded_by(
        "from mockserver import cli; from mockserver.catalogue import pages, provocations" + SHOW
    )
