"""The messages between the command and its swarm, which is a process of its own: what to send, and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import msgspec

from contracts.credentials import Credentials
from contracts.exchange import NOTHING, Answer, Exchange, Request, decode_answer
from contracts.host.login import PasswordForm
from contracts.verdict.figures import Kind
from openapi.world import World


class Job(msgspec.Struct, frozen=True):
    """What a swarm does. The names of most fields are those of Order.

    `names`, `login`, `password`: the dialect of the host. `world`: the data that exists there. `rate`: requests a
    second, of all users together; None is no limit. `seconds`: how long the load lasts. `harmless`, `intents`: how many
    requests of the permission were used up before. `master`: host and port at which workers find this swarm; `workers`:
    how many it waits for. `worker`: host and port of the master that this swarm works for.
    """

    host: str
    names: tuple[str, str]
    login: Credentials
    password: PasswordForm
    world: World
    users: int
    rate: float | None
    seconds: float
    seed: int
    target: str | None
    treat_as_live: bool
    test_host: str | None
    timeout: float
    ca_bundle: str | None
    permit: str | None
    budget: int
    ledger: str
    pace: float | None
    harmless: int
    intents: int
    master: tuple[str, int] | None = None
    workers: int = 0
    worker: tuple[str, int] | None = None


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """A request that was sent, and what came back. Times are seconds on the clock of the swarm.

    `slack`: by how much the clocks of two machines may differ. `why`: why no answer came. `renewed`: the host refused a
    token that was good before, so the answer says nothing. `begin`, `end`: when the request was sent, and when its answer had come.
    """

    kind: Kind
    about: tuple[str, ...]
    body: Any
    raw: bytes | None
    credentials: Credentials
    headers: tuple[tuple[str, str], ...]
    method: str | None
    begin: float
    end: float
    status: int
    answer_headers: dict[str, str]
    content: bytes
    seconds: float
    kept: int
    flaw: str
    version: str
    has_body: bool = True
    why: str = ""
    renewed: bool = False
    slack: float = 0.0

    @property
    def exchange(self) -> Exchange:
        """Return it as an exchange that has no number yet."""
        request = Request(
            self.body if self.has_body else NOTHING,
            self.raw,
            credentials=self.credentials,
            headers=self.headers,
            method=self.method,
        )
        answer = Answer(
            self.status,
            self.answer_headers,
            self.content,
            seconds=self.seconds,
            json=decode_answer(self.content),
            start=self.begin,
            kept=self.kept,
            flaw=self.flaw,
            version=self.version,
        )
        return Exchange(0, request, answer, self.about)


def sent(kind: Kind, exchange: Exchange, begin: float, end: float, *, why: str = "", renewed: bool = False) -> Sent:
    """Return a request and its answer as a message."""
    request, answer = exchange.request, exchange.answer
    return Sent(
        kind=kind,
        about=exchange.about,
        body=None if request.body is NOTHING else request.body,
        raw=request.raw,
        credentials=request.credentials,
        headers=request.headers,
        method=request.method,
        begin=begin,
        end=end,
        status=answer.status,
        answer_headers=dict(answer.headers),
        content=answer.content,
        seconds=answer.seconds,
        kept=answer.kept,
        flaw=answer.flaw,
        version=answer.version,
        has_body=request.body is not NOTHING,
        why=why,
        renewed=renewed,
    )


class Began(msgspec.Struct, frozen=True, tag=True):
    """The load has begun. `at`: when, on the clock of the swarm."""

    at: float


class Batch(msgspec.Struct, frozen=True, tag=True):
    """Requests that have ended. What is still under way, or will be sent, began at `open_since` or later.

    `secrets`: the access tokens of the load so far.
    """

    sent: tuple[Sent, ...]
    open_since: float
    secrets: frozenset[str] = frozenset()


class Ended(msgspec.Struct, frozen=True, tag=True):
    """The load is over. `why`: what ended it before its time. `error`: it could not be sent.

    `intents`: how many requests of the permission were used up. `seconds`: how long it lasted. `is_busy`: the swarm
    itself lacked processor time, so that answers seem to have come later than they did. `is_whole`: all that was sent
    has been told.
    """

    seconds: float
    intents: int = 0
    why: str = ""
    error: str = ""
    is_busy: bool = False
    is_whole: bool = True


Message = Began | Batch | Ended
_LENGTH = 4
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Message).decode


def write(stream: IO[bytes], message: Message) -> None:
    """Write a message behind its length."""
    content = _encode(message)
    stream.write(len(content).to_bytes(_LENGTH, "big") + content)
    stream.flush()


def read_all(stream: IO[bytes]) -> Iterator[Message]:
    """Yield the messages of a stream until it ends. One that is cut is left out."""
    while len(head := stream.read(_LENGTH)) == _LENGTH:
        content = stream.read(int.from_bytes(head, "big"))
        if len(content) == int.from_bytes(head, "big"):
            yield _decode(content)


def pack(batch: Batch) -> bytes:
    """Return a batch as bytes, to be passed on between machines."""
    return _encode(batch)


def unpack(content: bytes) -> Batch:
    """Return the batch that `pack` made. Raises ValueError."""
    return msgspec.msgpack.decode(content, type=Batch)
