"""Odd answers of every kind: each is judged, found or left out, and all reports are written, whatever a host answers."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest
from rich.console import Console

from contracts.exchange import NOTHING, Answer, Exchange, Request, decode
from contracts.masking.mask import mask_of
from contracts.reports import console, files
from contracts.verdict.record import Record
from contracts.verdict.result import Course, conclude
from tests.contracts.answers import ALREADY, BRUNO, JUNE, ask, made, plain, refused, text, warned
from tests.contracts.conftest import make_record
from tests.field.test_mutations import mutated

ANSWERS: Final = 25
BASES: Final = (
    *(made(), made("enr-58", BRUNO), warned(ALREADY), made(warnings=[{"message": text(ALREADY)}]), made(action="OPT_IN")),
    *(refused("program_id_required"), refused("promotion_not_found"), refused("engine_error"), plain()),
    *(refused("action_required", "customer_required"), refused("program_id_required", form="object-string")),
)  # fmt: skip
REQUESTS: Final = (
    *(Request(body=ask(action=action)) for action in ("ENROL", "OPT_IN", 3, NOTHING)),
    *(Request(body=ask("enr-58", customer)) for customer in (BRUNO, JUNE)),
    *(Request(body=ask(programId=program)) for program in (None, NOTHING, 1)),
    *(Request(body=ask(), credentials="none"), Request(body=ask(), credentials="wrong-password")),
    *(Request(raw=b"{"), Request(body=ask(), method="get"), Request(body=ask(), path="/x"), Request(body=[])),
)  # fmt: skip
STATUSES: Final = (
    *(200, 200, 200, 400, 400, 400, 401, 500, 0, 99, 100, 101, 201, 204, 206, 301, 304, 403, 404, 405, 409, 415, 422),
    *(429, 498, 499, 502, 503, 504, 520, 599, 600, 999),
)  # fmt: skip


def nested(levels: int, inside: str = "1") -> str:
    return '{"a":' * levels + inside + "}" * levels


# Bodies that no mutation of a good one gives.
BODIES: Final[tuple[bytes | str, ...]] = (
    *("", " ", "\ufeff{}", '{"data":null}'.encode("utf-16"), b"\xff\xfe\0\0", "null", "[]", "{}", '"x"', "\ud800"),
    *('{"a":NaN}', '{"errors":[{"code":1e999,"message":"x"}]}', '{"errors":[{"code":-1e999}]}', "9" * 10**6),
    *('{"errors":[{"code":' + "9" * 4299 + "}]}", "1" * 4301, '{"errors":null,"errors":1}', "[" * 100_000),
    *(nested(levels) for levels in (63, 64, 65, 400, 950)),
    *(f'{{"{field}":{nested(900)}}}' for field in ("data", "errors", "warnings")),
    *(f'{{"errors":[{{"code":{nested(60)},"message":{nested(60)}}}]}}', f'{{"errors":{nested(400)}}}'),
    *("[" + "[]," * 100_000 + "1]", '{"errors":[{"code":1,"message":"' + "x" * 300_000 + '"}]}', "<html>" * 50_000),
    *(f"{text(ALREADY)}\0", '{"errors":"\\u0000\\ud800\\u202e"}'),
)  # fmt: skip
HEADERS: Final = (
    *("", "0", "-1", "9" * 400, "x\0y", "é\udcff", "nan", "1e5", "٣", "²", "\x1b]0;x\x07", "a" * 50_000, "http://[::1", "//["),
    *("Thu, 99 Foo 9999 99:99:99", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 +2359"),
    *("application/json", 'application/json; charset="', "application/json; charset*0*=utf-8''%ff", "multipart/x; boundary="),
    *("=?utf-8?b?////?=", "a=b; c=d, e=f" * 500, "?" * 3000),
)  # fmt: skip
NAMES: Final = ("content-type", "retry-after", "location", "set-cookie", "date", "allow", "content-encoding", "é\0")


def odd_answer(rng: random.Random) -> Answer:
    """Return a good answer with up to three parts changed, or a body of BODIES, under any status and any headers."""
    value: Any = rng.choice(BASES)
    for _ in range(rng.randint(1, 3)):
        value = mutated(value, rng)
    body = rng.choice(BODIES) if rng.random() < 0.2 else json.dumps(value)
    content = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    headers = {"content-type": "application/json"}
    headers |= {rng.choice(NAMES): rng.choice(HEADERS) for _ in range(rng.choice([0, 0, 1, 3]))}
    headers |= {f"x-{number}": "y" * 50 for number in range(1000)} if rng.random() < 0.02 else {}
    return Answer(rng.choice(STATUSES), headers, content, rng.random(), decode(content) if content else NOTHING, 1.0)


def a_record(seed: int) -> Record:
    """Return the record of a host that answers 25 requests with odd answers."""
    rng, record = random.Random(seed), make_record()
    for number in range(1, ANSWERS + 1):
        exchange = Exchange(number, rng.choice(REQUESTS), odd_answer(rng), opening=number == 1)
        record.take(exchange)
    return record


@pytest.mark.parametrize("seed", range(30))
def test_odd_answers_are_judged_without_a_bug_and_all_reports_are_written(seed: int, tmp_path: Path) -> None:
    record = a_record(seed)
    assert [note.what for note in record.notes if "bug" in note.what] == []
    result = conclude(
        record, Course(profile="quick", seed=seed, seconds=1.0, began=datetime.now(UTC)), fail_on="hygiene"
    )
    masked, said = mask_of(record).result(result), StringIO()
    files.write(tmp_path, masked)
    console.print_result(Console(file=said), masked, [])
    for name in ("report.json", "run.har"):
        json.loads((tmp_path / name).read_text(encoding="utf-8"))
    ElementTree.parse(tmp_path / "junit.xml")
    assert {path.name for path in tmp_path.iterdir()} == {*files.FILES}
    assert len(said.getvalue()) < 30_000
