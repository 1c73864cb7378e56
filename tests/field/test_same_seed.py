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

# The parts of the suite that generate requests, with enough of them to meet every kind of generated value.
_GENERATED = """
from rich.console import Console
from contracts.commands.run import run
from contracts.inputs.profiles import Profile
from contracts.session.opening import Order
import sys
few = Profile("quick", pairs=5, echoes=30, fuzz=30, journeys=1, steps=15, repeats=1)
parts = ("echo", "journeys", "fuzz")
print(run(Order(host=sys.argv[1], parts=parts, profile=few, seed=3, timeout=10.0), Console(quiet=True)).verdict)
"""


def sent(folder: Path, command: list[str | Path], *arguments: str, **environment: str) -> list[Sent]:
    """Run a command, which is given the address of a mock, in a folder, and return what it sent.

    The port of the mock and the access tokens that it hands out differ each time, and are left out.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THIS_PROCESS)}
    with Front(Call.forward) as host:
        words = [*command, host.url, *arguments]
        done = subprocess.run(words, cwd=folder, env={**kept, **environment}, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return [_sent(call) for call in host.calls]


_OF_THIS_PROCESS = ("PYTHON", "PYTEST", "HYPOTHESIS", "SCHEMATHESIS", "CI", "GITHUB_")


def _sent(call: Call) -> Sent:
    own = {name: value for name, value in call.headers.items() if name not in ("Host", "X-CAP-API-OAUTH-TOKEN")}
    return call.method, call.path, tuple(own.items()), call.body


def generated(folder: Path, *flags: str, **environment: str) -> list[Sent]:
    """Return what the generated parts of the suite send from a folder."""
    return sent(folder, [sys.executable, *flags, "-c", _GENERATED], **{"PYTHONPATH": str(ROOT), **environment})


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    """What is sent from this checkout, started in an empty folder."""
    return generated(tmp_path_factory.mktemp("empty"))


def installed(folder: Path) -> Mapping[str, str]:
    packages = folder / "site-packages"
    for house in ("contracts", "openapi"):
        shutil.copytree(ROOT / house, packages / house, ignore=shutil.ignore_patterns("__pycache__"))
    return {"PYTHONPATH": str(packages)}


def in_ci(folder: Path) -> Mapping[str, str]:
    return {"CI": "true", "GITHUB_ACTIONS": "true", "PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Tokyo"}


def hooks_that_raise(folder: Path) -> Mapping[str, str]:
    (folder / "hooks.py").write_text("raise RuntimeError('not for this tool')\n", encoding="utf-8")
    return {"SCHEMATHESIS_HOOKS": str(folder / "hooks.py")}


def hooks_that_change_bodies(folder: Path) -> Mapping[str, str]:
    lines = ("import schemathesis", "@schemathesis.hook", "def map_body(context, body):", "    return {'changed': 1}")
    (folder / "shop_hooks.py").write_text("\n".join(lines), encoding="utf-8")
    return {"SCHEMATHESIS_HOOKS": "shop_hooks"}


def configuration_of_schemathesis(folder: Path) -> Mapping[str, str]:
    (folder / "schemathesis.toml").write_text("[generation]\nallow-x00 = false\ncodec = 'ascii'\n", encoding="utf-8")
    return {}


def plugin_of_hypothesis(folder: Path) -> Mapping[str, str]:
    """An installed package that changes the usual settings of Hypothesis."""
    lines = (
        "from hypothesis import Verbosity, settings",
        "settings.register_profile('shop', backend='shop', print_blob=True, verbosity=Verbosity.debug)",
        "settings.load_profile('shop')",
    )
    (folder / "shop_plugin.py").write_text("\n".join(lines), encoding="utf-8")
    about = folder / "shop_plugin-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-plugin\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[hypothesis]\nshop = shop_plugin\n", encoding="utf-8")
    return {"PYTHONPATH": os.pathsep.join((str(ROOT), str(folder)))}


def switches_of_hypothesis(folder: Path) -> Mapping[str, str]:
    return {"HYPOTHESIS_EXPERIMENTAL_OBSERVABILITY": "1", "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "stored")}


def modules_of_a_project(folder: Path) -> Mapping[str, str]:
    """Modules of a project that are loaded in the same process, here because Python loads them when it starts."""
    words = ", ".join(f"'shop article {number}'" for number in range(500))
    (folder / "sitecustomize.py").write_text(f"ARTICLES = ({words})\nPRICE = 1234567\n", encoding="utf-8")
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
        switches_of_hypothesis,
        modules_of_a_project,
    ],
)
def test_a_seed_sends_the_same_requests_and_leaves_nothing_behind(
    usual: list[Sent], tmp_path: Path, surround: Callable[[Path], Mapping[str, str]]
) -> None:
    environment = surround(tmp_path)
    before = files(tmp_path)
    found = generated(tmp_path, "-B", **environment)
    assert [pair for pair in zip(usual, found, strict=False) if pair[0] != pair[1]] == []
    assert len(found) == len(usual)
    assert files(tmp_path) == before


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))
