"""Good files and good answers with some of their bytes changed: used, or refused in one line, and always within bounds.

ENROL_FUZZ_ROUNDS=2000 tries more of them than CI does.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from contracts.cli import main as contract
from contracts.exchange import Answer, Request
from contracts.host.connection import Unreachable
from contracts.host.dialect import Dialect
from contracts.host.wire import Wire
from mockserver.cli import main as mock
from openapi import source
from openapi.world import World
from tests.contracts.conftest import make_target
from tests.field.test_archives import entry
from tests.field.test_mutations import compared
from tests.hostile_kit.answers import BODY, CHUNKED, chunk, coded, head, sized
from tests.hostile_kit.running import Main, bounded, ended
from tests.hostile_kit.sockets import hear, hosted

ROUNDS: Final = int(os.environ.get("ENROL_FUZZ_ROUNDS", "15"))
# Bytes that mean something to one of the readers.
MARKS: Final = (
    *(b"\0", b"\n", b"\r\n", b"\r\n\r\n", b"\t", b'"', b"'", b"\\", b"{", b"}", b"[", b"]", b":", b",", b"&a ", b"*a", b"<<: "),
    *(b"!!", b"|", b"- ", b"? ", b"#", b"%", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1b", b"9" * 30, b"-1", b"1e999", b"NaN"),
    *(b"null", b"true", b"0", b"HTTP/1.1 ", b"chunked", b"Content-Length: 5\r\n", b"\x1f\x8b\x08\x00"),
)  # fmt: skip
TARGET: Final = b"""host: https://127.0.0.1:9
credentials: {basic: {username: FUZZ_USER, password: FUZZ_PASSWORD}}
headers: {X-Tenant: FUZZ_USER}
world:
  programs: [{id: 3334}]
  promotions: [{id: 68c3f64bbd0a8a0aa705c793, promotionId: 1133590053, programId: 3334, type: LOYALTY, status: LIVE}]
  customers: [{id: 388369579, mobile: '919800000001', source: INSTORE}]
"""
BASELINE: Final = b"deviations:\n- {claim: auth.basic, reason: 'a proxy', expires: 2030-01-01}\n"
READINGS: Final = b"source: required\n"
PROOF: Final = b'{"version": 1, "met": [{"kind": "outcome", "name": "engine_error", "words": "x", "place": "", "count": 1}], "findings": []}'
# A command and a good file for it; @ stands for the path.
FILES: Final[dict[str, tuple[Main, str, Callable[[], bytes]]]] = {
    "a target file": (contract, "doctor --target @", lambda: TARGET),
    "readings": (contract, "document --readings @", lambda: READINGS),
    "a baseline": (contract, "run https://127.0.0.1:9 --baseline @", lambda: BASELINE),
    "an archive": (contract, "check @", lambda: json.dumps({"log": {"entries": [entry()]}}).encode()),
    "a report to compare": (contract, "compare @ @", lambda: json.dumps(compared()).encode()),
    "a world": (mock, "check --world @", lambda: source.WORLD.read_bytes()[:6000]),
    "a proof": (mock, "proof @", lambda: PROOF),
}
ANSWERS: Final = (
    sized(),
    CHUNKED + chunk(BODY[:9]) + chunk(BODY[9:]) + b"0\r\nX: y\r\n\r\n",
    head() + BODY,
    b"HTTP/1.1 103 X\r\nLink: </x>\r\n\r\n" + sized(),
    coded("gzip", gzip.compress(BODY, mtime=0)),
)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Return a copy in which a few bytes are changed, dropped, doubled or moved."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        place, length = rng.randrange(len(changed) + 1), rng.choice([1, 1, 2, 5, 40])
        match rng.randrange(6):
            case 0:
                del changed[place : place + length]
            case 1:
                changed[place:place] = changed[place : place + length] * rng.choice([1, 2, 300])
            case 2 if place < len(changed):
                changed[place] ^= 1 << rng.randrange(8)
            case 3:
                del changed[place:]
            case _:
                changed[place:place] = rng.choice(MARKS)
    return bytes(changed)


@pytest.mark.parametrize("name", FILES)
def test_a_mutated_file_is_used_or_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUZZ_USER", "user-of-the-test")
    monkeypatch.setenv("FUZZ_PASSWORD", "password-of-the-test")
    main, words, good = FILES[name]
    path = tmp_path / "file"
    for seed in range(ROUNDS):
        path.write_bytes(mutated(good(), random.Random(seed)))
        seen = ended(main, *(path if word == "@" else word for word in words.split()))
        assert seen.code in (0, 1, 2), seed
        assert seen.error.count("\n") <= 1, (seed, seen)
        assert "of-the-test" not in seen.error + seen.said, seed


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_a_mutated_answer_is_read_or_told(number: int) -> None:
    told: list[bytes] = []

    def script(connection: socket.socket) -> None:
        hear(connection)
        connection.sendall(told[-1])
        connection.shutdown(socket.SHUT_WR)

    with hosted(script) as port, bounded():
        target = make_target(f"http://127.0.0.1:{port}", data=World(), live=False)
        for seed in range(ROUNDS):
            told.append(mutated(ANSWERS[number], random.Random(seed)))
            wire = Wire(target, path="/v3/promotions/enrol", method="post", timeout=1.0)
            got: Answer | str
            try:
                got = wire.send(Request(body={}), Dialect(wire._target.login.first))
            except Unreachable as error:
                got = str(error)
            finally:
                wire.close()
            said = got.flaw if isinstance(got, Answer) else got
            assert "\n" not in said, seed
            assert len(said) < 300, seed
