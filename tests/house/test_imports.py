"""Stairs go down only, and every library has one door."""

from __future__ import annotations

from fnmatch import fnmatch

import pytest

from tests.house.modules import Module, module, modules

# Who may import whom, beside its own modules. What proves the kit (tests) may look into every room.
BELOW = {
    "openapi": set[str](),
    "command_line": {"openapi"},
    "proof": {"openapi", "command_line"},
    "mockserver": {"openapi", "command_line", "proof"},
    "contracts": {"openapi", "command_line"},
    "enrol_kit": {"mockserver", "contracts"},
}

# The stages of contracts/, from the first to look at to the last: each may import those below it, and none beside it.
STAGES = (
    {"__main__"},
    {"cli"},
    {"cli_offline", "cli_load", "cli_traffic"},
    {"commands"},
    {"proxy"},
    {"endings", "load", "options", "reports", "suite"},
    {"archive"},
    {"masking", "session"},
    {"inputs", "verdict"},
    {"host", "oracle"},
    {"json_text", "json_value", "plural"},
    {"errors", "exchange"},
    {"credentials", "media_types", "promotion_names", "spellings"},
)

# Where a library may be imported; one that is not listed may be imported nowhere.
DOORS = {
    "_typeshed": ["mockserver/*"],
    "certifi": ["contracts/host/tls.py"],
    "click": [
        "command_line/tool.py",
        "mockserver/cli*.py",
        "contracts/cli*.py",
        "contracts/endings.py",
        "contracts/options.py",
    ],
    "covertable": ["contracts/inputs/covering.py"],
    "gevent": [
        "contracts/load/callers.py",
        "contracts/load/crew.py",
        "contracts/load/machines.py",
        "contracts/load/swarm.py",
    ],
    "granian": ["mockserver/server.py"],
    "h11": ["contracts/proxy/follower.py", "contracts/proxy/host_line.py"],
    "httpcore": ["contracts/host/connection.py", "contracts/host/reasons.py", "contracts/host/sockets.py"],
    "hypothesis": [
        "contracts/inputs/failing.py",
        "contracts/inputs/fuzz.py",
        "contracts/inputs/strategies.py",
        "contracts/suite/*",
    ],
    "jinja2": ["command_line/html_page.py", "mockserver/console/rendering.py"],
    "jsonschema_rs": ["openapi/document.py", "mockserver/receiving/validation.py", "mockserver/replying/replies.py"],
    "locust": ["contracts/load/callers.py", "contracts/load/crew.py"],
    "markupsafe": ["mockserver/console/*"],
    "msgspec": ["openapi/*", "proof/*", "mockserver/*", "contracts/*"],
    "jwt": ["mockserver/receiving/tokens.py"],
    "prometheus_client": ["mockserver/control/metrics.py"],
    "psycopg": ["mockserver/stores/postgresql.py"],
    "pytest": ["contracts/suite/*", "enrol_kit/pytest_plugin.py"],
    "rich": [
        "contracts/commands/*",
        "contracts/reports/*",
    ],
    "schemathesis": ["contracts/inputs/fuzz.py"],
    "trustme": ["mockserver/serving/certificate.py"],
    "werkzeug": ["mockserver/*"],
    "yaml": ["openapi/parsing/positions.py", "openapi/parsing/yaml_text.py", "openapi/source.py"],
}

FOGGY_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc", "shared"}


def upstairs(module: Module) -> set[str]:
    """Return the houses this module imports and must not know."""
    own = module.path.partition("/")[0]
    known = {name.partition(".")[0] for name in module.imports} & {*BELOW, "tests"}
    return known - {own} - BELOW[own]


def stage(name: str) -> int:
    """Return on which stage of contracts/ a module is, counted from the top; -1 where nobody has said."""
    room = name.split(".")[1]
    return next((index for index, rooms in enumerate(STAGES) if room in rooms), -1)


def beside_or_above(module: Module) -> set[str]:
    """Return what a module of contracts/ imports that is not on a stage below its own, or in its own folder."""
    room = module.name.split(".")[1]
    inside = [name for name in module.imports if name.startswith("contracts.") and name.split(".")[1] != room]
    return {name for name in inside if stage(name) <= stage(module.name)}


def without_door(module: Module) -> set[str]:
    """Return the libraries this module imports although it is not their door."""
    return {
        library
        for library in module.libraries
        if not any(fnmatch(module.path, door) for door in DOORS.get(library, ()))
    }


def cycles(found: list[Module]) -> list[str]:
    """Return the modules that can be reached from themselves through imports."""
    names = {module.name for module in found}
    below = {
        module.name: {
            target
            for imported in module.imports
            for target in (imported, imported.rpartition(".")[0])
            if target in names and target != module.name
        }
        for module in found
    }

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        ahead = list(below[start])
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += below[name]
        return seen

    return sorted(name for name in names if name in reached(name))


KIT = modules(*BELOW)
CONTRACTS = [module for module in modules("contracts") if module.name != "contracts"]
SEEDED = modules("tests/faulty")


def test_every_house_was_read() -> None:
    paths = {module.path for module in KIT}
    assert {"openapi/document.py", "mockserver/app.py", "contracts/host/wire.py"} <= paths
    assert "tests/faulty/server.py" in {module.path for module in SEEDED}


@pytest.mark.parametrize("module", KIT, ids=lambda module: module.path)
def test_module_imports_only_its_own_house_and_the_one_below(module: Module) -> None:
    assert upstairs(module) == set()


@pytest.mark.parametrize("module", CONTRACTS, ids=lambda module: module.path)
def test_contracts_import_only_the_stages_below(module: Module) -> None:
    assert stage(module.name) >= 0
    assert beside_or_above(module) == set()


@pytest.mark.parametrize("module", KIT, ids=lambda module: module.path)
def test_module_imports_libraries_through_their_doors_only(module: Module) -> None:
    assert without_door(module) == set()


@pytest.mark.parametrize(
    "library", ["schemathesis", "granian", "httpcore", "jwt", "prometheus_client", "psycopg", "yaml"]
)
def test_door_of_a_library_is_in_use(library: str) -> None:
    assert [module.path for module in KIT if library in module.libraries] == DOORS[library]


@pytest.mark.parametrize("module", SEEDED, ids=lambda module: module.path)
def test_seeded_faults_know_neither_house(module: Module) -> None:
    assert {name.partition(".")[0] for name in module.imports} & {"mockserver", "contracts"} == set()


def test_modules_import_each_other_in_no_circle() -> None:
    assert cycles(KIT) == []


def test_no_module_is_named_for_nothing_in_particular() -> None:
    foggy = [module.path for module in [*KIT, *modules("tests")] if set(module.name.split(".")) & FOGGY_NAMES]
    assert foggy == []


def test_what_tests_of_a_client_import_of_the_kit_is_the_kit_alone() -> None:
    """It is loaded into the tests of other projects, where the names of the houses may be theirs."""
    commands = {"enrol_kit/mock.py", "enrol_kit/contract.py", "enrol_kit/search_path.py"}
    loaded = [one for one in KIT if one.path.startswith("enrol_kit/") and one.path not in commands]
    assert "enrol_kit/pytest_plugin.py" in {one.path for one in loaded}
    houses = {one.path: {name.partition(".")[0] for name in one.imports} & {*BELOW, "tests"} for one in loaded}
    assert {path for path, names in houses.items() if names - {"enrol_kit"}} == set()
    assert {library for one in loaded for library in one.libraries} == {"pytest"}


# How the checks above turn red.


@pytest.mark.parametrize(
    "text",
    [
        "import contracts.oracle",
        "from contracts import oracle",
        "from contracts.oracle import judge",
        "def f():\n    from contracts import oracle",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import contracts",
        "import importlib\nimportlib.import_module('contracts.oracle')",
        "__import__('contracts')",
    ],
)
def test_import_of_the_other_house_is_seen(text: str) -> None:
    assert upstairs(module("mockserver/rooms/app.py", text)) == {"contracts"}
    assert upstairs(module("openapi/document.py", text)) == {"contracts"}
    assert upstairs(module("contracts/oracle.py", text)) == set()


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("contracts/oracle/judge.py", "from contracts.verdict import record", {"contracts.verdict.record"}),
        ("contracts/session/session.py", "from contracts.masking import mask", {"contracts.masking.mask"}),
        ("contracts/session/session.py", "from contracts.verdict import record", set()),
        ("contracts/session/session.py", "from contracts.session import limits", set()),
    ],
)
def test_import_from_the_same_stage_or_above_is_seen(path: str, text: str, names: set[str]) -> None:
    assert beside_or_above(module(path, text)) == names


def test_import_of_the_tests_is_seen() -> None:
    assert upstairs(module("openapi/document.py", "from tests import page")) == {"tests"}


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("contracts/oracle/ids.py", "from . import names", {"contracts.oracle.names"}),
        ("contracts/oracle/ids.py", "from .. import wire", {"contracts.wire"}),
        ("contracts/oracle/ids.py", "from ..wire import send", {"contracts.wire.send"}),
        ("contracts/oracle/__init__.py", "from .names import a", {"contracts.oracle.names.a"}),
    ],
)
def test_relative_import_is_resolved(path: str, text: str, names: set[str]) -> None:
    assert module(path, text).imports == names


def test_library_away_from_its_door_is_seen() -> None:
    assert without_door(module("contracts/oracle.py", "import httpcore.proxies\nimport json")) == {"httpcore"}
    assert without_door(module("contracts/host/connection.py", "import httpcore.proxies")) == set()
    assert without_door(module("contracts/suite/test_a.py", "from schemathesis import Case")) == {"schemathesis"}
    assert without_door(module("mockserver/server.py", "import flask")) == {"flask"}


def test_circle_is_seen() -> None:
    circle = [
        module("contracts/a.py", "from contracts import b"),
        module("contracts/b.py", "from contracts.c import x"),
        module("contracts/c.py", "import contracts.a"),
        module("contracts/d.py", "from contracts import a"),
    ]
    assert cycles(circle) == ["contracts.a", "contracts.b", "contracts.c"]
    assert cycles(circle[1:]) == []
