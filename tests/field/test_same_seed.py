"""A seed stands for the same requests, byte for byte, wherever and with whatever around it the tests are started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.field.front import Call, Front

ROOT = Path(__file__).parents[2]
Sent = tuple[str, str, tuple[tuple[str, str], ...], bytes]

# The parts of the suite that draw free values, with enough requests to meet every kind of them.
_GENERATED = """
from rich.console import Console
from contracts.commands.run import run
from contracts.inputs.profiles import Profile
from contracts.session.opening import Order
import sys
few = Profile("quick", pairs=0, echoes=10, fuzz=10, journeys=0, steps=0, repeats=0, rounds=2, connections=0, rest=0.0)
run(Order(host=sys.argv[1], parts=("echo", "fuzz"), profile=few, seed=3, timeout=10.0), Console(quiet=True))
"""


def sent(folder: Path, command: list[str | Path], *options: str, **environment: str) -> list[Sent]:
    """Run a command from a folder against a mock, and return what it sent.

    The command is given the address of the mock, then the options. The port of the mock and the access tokens that it
    hands out differ each time, and are left out.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THIS_PROCESS)}
    with Front(Call.forward) as host:
        words = [*command, host.url, *options]
        done = subprocess.run(
            words, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [_sent(call) for call in host.calls]


_LONGEST_LOGIN = 150  # of the sample's users; what is longer holds an access token
_OF_THIS_PROCESS = ("PYTHON", "PYTEST", "HYPOTHESIS", "SCHEMATHESIS", "CI", "GITHUB_")


def _sent(call: Call) -> Sent:
    own = {name: value for name, value in call.headers.items() if name not in ("Host", "X-CAP-API-OAUTH-TOKEN")}
    if len(own.get("Authorization", "")) > _LONGEST_LOGIN:
        own["Authorization"] = "a token"
    return call.method, call.path, tuple(own.items()), call.body


def generated(folder: Path, **environment: str) -> list[Sent]:
    """Return what the generated parts of the suite send from a folder. Python keeps no compiled files there."""
    return sent(folder, [sys.executable, "-B", "-c", _GENERATED], **{"PYTHONPATH": str(ROOT), **environment})


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    """What is sent from this checkout, started in an empty folder."""
    return generated(tmp_path_factory.mktemp("empty"))


def installed(folder: Path) -> Mapping[str, str]:
    packages = folder / "site-packages"
    for house in ("contracts", "command_line", "openapi"):
        shutil.copytree(ROOT / house, packages / house, ignore=shutil.ignore_patterns("__pycache__"))
    return {"PYTHONPATH": str(packages)}


def in_ci(folder: Path) -> Mapping[str, str]:
    """Hypothesis has a profile of its own for CI, and writes files if it is asked to observe."""
    variables = ("CI", "GITHUB_ACTIONS", "HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY")
    return dict.fromkeys(variables, "true") | {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Tokyo"}


def hooks_that_raise(folder: Path) -> Mapping[str, str]:
    (folder / "shop_hooks.py").write_text("raise RuntimeError('not for this tool')\n", encoding="utf-8")
    return {"SCHEMATHESIS_HOOKS": "shop_hooks"}


def hooks_that_change_bodies(folder: Path) -> Mapping[str, str]:
    hooks = "import schemathesis\n@schemathesis.hook\ndef map_body(context, body):\n    return {'changed': 1}\n"
    (folder / "shop_hooks.py").write_text(hooks, encoding="utf-8")
    return {"SCHEMATHESIS_HOOKS": str(folder / "shop_hooks.py")}


def configuration_of_schemathesis(folder: Path) -> Mapping[str, str]:
    (folder / "schemathesis.toml").write_text("[generation]\nmode = 'none'\n", encoding="utf-8")
    return {"SCHEMATHESIS_BASE_URL": "http://127.0.0.1:9"}


def plugin_of_hypothesis(folder: Path) -> Mapping[str, str]:
    """An installed package that lets Hypothesis take its random numbers from the system instead of the seed."""
    plugin = "from hypothesis import settings\nsettings.register_profile('shop', backend='hypothesis-urandom')\n"
    (folder / "shop_plugin.py").write_text(f"{plugin}settings.load_profile('shop')\n", encoding="utf-8")
    about = folder / "shop_plugin-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-plugin\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[hypothesis]\nshop = shop_plugin\n", encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join((str(ROOT), str(folder)))}


def modules_of_a_project(folder: Path) -> Mapping[str, str]:
    """Python loads this module when it starts. Hypothesis would draw values from its source."""
    articles = [f"shop article {number}" for number in range(500)]
    (folder / "sitecustomize.py").write_text(f"ARTICLES = {articles}\n", encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join((str(ROOT), str(folder)))}


@pytest.mark.parametrize(
    "surround",
    [
        installed,
        in_ci,
        hooks_that_raise,
        hooks_that_change_bodies,
        configuration_of_schemathesis,
        plugin_of_hypothesis,
        modules_of_a_project,
    ],
)
def test_a_seed_sends_the_same_requests_and_leaves_nothing_behind(
    usual: list[Sent], tmp_path: Path, surround: Callable[[Path], Mapping[str, str]]
) -> None:
    environment = surround(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    found = generated(tmp_path, **environment)
    assert [pair for pair in zip(usual, found, strict=False) if pair[0] != pair[1]] == []
    assert len(found) == len(usual) > 100
    assert sorted(tmp_path.rglob("*")) == before
