"""Archives and reports with one part changed at random: a command never crashes, and says an error in one line."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.cli import main
from tests.contracts.answers import BRUNO, ask, made, plain, refused, warned
from tests.field.test_archives import entry

MUTATIONS: Final = 100
# What may stand where something else should. Python writes the infinities as words, which are not JSON.
ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 10**30, -(10**400), float("nan"), float("inf"), "", "x", "\x00", "\ud800", "é" * 50),
    *([], {}, [None], [[]], {"": None}, {"name": None, "value": {}}, "9" * 400, "http://[::1", "base64", "<mobile of customer 1>"),
    *("<the number <mobile of customer 1>>", "<mobile of customer 999 in digits from U+zz>", "[redacted]", "Basic é"),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every part of a JSON value."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*path, key))


def mutated(value: Any, rng: random.Random) -> Any:
    """Return a copy in which one part is replaced, dropped, given twice, or has another name."""
    changed = deepcopy(value)
    found = list(places(changed))
    if not found:
        return changed
    *above, last = rng.choice(found)
    parent = changed
    for key in above:
        parent = parent[key]
    match rng.randrange(6):
        case 0:
            del parent[last]
        case 1 if isinstance(parent, list):
            parent.append(deepcopy(parent[last]))
        case 1:
            parent[rng.choice(["text", "status", "x"])] = parent.pop(last)
        case 2:
            parent[last] = [parent[last]]
        case _:
            parent[last] = deepcopy(rng.choice(ODD))
    return changed


def written(path: Path, value: Any, rng: random.Random) -> str:
    """Write a JSON value to a file; now and then with some of its bytes lost or changed. Return the path."""
    content = bytearray(json.dumps(value).encode())
    if rng.random() < 0.15:
        place = rng.randrange(len(content))
        content[place : place + rng.randrange(3)] = rng.choice([b"", b'"', b"\xff", b"[", b"\\", b"\x00"])
    path.write_bytes(content)
    return str(path)


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run a command, and return its exit code and what it says on the way of errors."""
    with pytest.raises(SystemExit) as left:
        main([*arguments])
    return int(left.value.code or 0), capsys.readouterr().err


def recorded() -> dict[str, Any]:
    """An archive with entries of another program, and some of a run."""
    ours = entry(came=made(requestId="another"))
    ours["_enrolContract"] = {"number": 7, "credentials": "wrong", "about": ["auth.required"], "opening": True}
    warning, late = entry(came=warned("already_enrolled")), entry(came=plain("no"), status=401)
    late["startedDateTime"] = "2026-03-01T11:00:00+01:00"
    late["request"]["postData"]["params"] = [{"name": "a", "value": "b"}]
    refusal = entry({**ask("enr-58", BRUNO), "programId": 1}, refused("program_not_found"), 400)
    names = {"promotionNames": ["promoHexId", "promoIntId"]}
    return {"log": {"entries": [entry(), ours, warning, late, refusal], "_enrolContract": names, "pages": None}}


def compared() -> dict[str, Any]:
    """A report, as far as it is compared."""
    host = [{"key": "wrong-type/action:array", "left": ["coerced"], "does": "settled", "exchanges": [1]}]
    return {
        "schema": 1,
        "claims": [{"id": "auth.basic", "verdict": "kept", "answers": 3}, {"id": "auth.oauth", "verdict": "unreached"}],
        "findings": [{"claim": "hygiene.leak", "level": "hygiene", "request": {"headers": []}}],
        "questions": [{"id": "wrong-type", "host": host}, {"id": "source", "host": []}],
    }


@pytest.mark.parametrize("seed", range(MUTATIONS))
def test_a_mutated_archive_never_crashes_check(tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int) -> None:
    rng = random.Random(seed)
    path = written(tmp_path / "traffic.har", mutated(mutated(recorded(), rng), rng), rng)
    code, complaint = ended(capsys, "check", path)
    assert (code in (0, 1, 2), "Traceback" in complaint, "bug" in complaint) == (True, False, False)
    assert complaint.count("\n") == (1 if complaint else 0)
    assert code == 2 or not complaint


@pytest.mark.parametrize("seed", range(MUTATIONS))
def test_a_mutated_report_never_crashes_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int) -> None:
    rng = random.Random(seed)
    first = written(tmp_path / "a.json", compared(), random.Random(0))
    second = written(tmp_path / "b.json", mutated(compared(), rng), rng)
    code, complaint = ended(capsys, "compare", first, second)
    assert (code in (0, 1, 2), "Traceback" in complaint) == (True, False)
    assert complaint.count("\n") == (1 if code == 2 else 0)
