"""What one event loop owes its clients: light requests go before heavy ones, and nobody fills the memory."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from mockserver.asgi import Application, application
from mockserver.exchange.header_lines import HeaderLines
from mockserver.exchange.received import Received
from mockserver.large_answers import LARGE, LargeAnswers
from mockserver.serving import connections
from mockserver.serving.connections import Connections
from tests import page
from tests.mockserver.conftest import MakeMock
from tests.mockserver.raw import JSON

Message = dict[str, Any]


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Return a test that runs to its end in an event loop of its own."""

    @functools.wraps(test)
    def run(**fixtures: Any) -> None:
        asyncio.run(asyncio.wait_for(test(**fixtures), timeout=20))

    return run


def _scope(path: str = page.PATH, client: tuple[str, str] = ("127.0.0.1", "1")) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "raw_path": path.encode(),
        "query_string": b"",
        "http_version": "1.1",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": client,
    }


def _message(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def _answer(
    app: Application, name: str, pieces: list[Awaitable[Message]], answered: list[tuple[str, int]]
) -> None:
    """Send a request in pieces, and note its name and the status of its answer."""

    async def send(message: Message) -> None:
        if "status" in message:
            answered.append((name, message["status"]))

    await app(_scope(client=("127.0.0.1", name)), lambda: pieces.pop(0), send)


async def _later(message: Message) -> Message:
    await asyncio.sleep(0)
    return message


def _now(message: Message) -> asyncio.Future[Message]:
    """Return a message as Granian does: in a future."""
    future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    future.set_result(message)
    return future


@in_a_loop
async def test_light_request_does_not_wait_for_all_heavy_ones(make_mock: MakeMock) -> None:
    app, answered = application(make_mock(auth=False)), list[tuple[str, int]]()
    heavy = [_answer(app, "heavy", [_now(_message(b" " * 100_000))], answered) for _ in range(10)]
    await asyncio.gather(*heavy, _answer(app, "light", [_now(_message(JSON))], answered))
    assert [name for name, _ in answered].index("light") <= 1
    assert [status for name, status in answered if name == "light"] == [200]


@in_a_loop
async def test_light_request_that_takes_turns_waits_for_one_heavy_one_only(make_mock: MakeMock) -> None:
    app, answered = application(make_mock()), list[tuple[str, int]]()
    pieces: list[Awaitable[Message]] = [
        _later(_message(JSON[at : at + 20], more=at + 20 < len(JSON))) for at in range(0, len(JSON), 20)
    ]
    heavy = [_answer(app, "heavy", [_now(_message(b" " * 100_000))], answered) for _ in range(10)]
    await asyncio.gather(*heavy, _answer(app, "light", pieces, answered))
    assert [name for name, _ in answered].index("light") <= 2


@in_a_loop
async def test_large_answers_that_nobody_reads_are_bounded() -> None:
    large, reads, statuses = LargeAnswers(most=3 * LARGE), asyncio.Event(), list[int]()

    async def ask() -> None:
        async def send(message: Message) -> None:
            if "status" in message:
                statuses.append(message["status"])
            elif message.get("more_body"):
                await reads.wait()

        await large.send({"type": "http.response.start", "status": 200, "headers": []}, b"a" * 2 * LARGE, send)

    first = asyncio.create_task(ask())
    await asyncio.sleep(0)
    await ask()
    assert statuses == [200, 503]
    reads.set()
    await first
    await ask()
    assert statuses == [200, 503, 200]


@in_a_loop
async def test_answer_that_is_larger_than_all_may_be_is_sent_alone() -> None:
    sent = b""

    async def send(message: Message) -> None:
        nonlocal sent
        sent += message.get("body", b"")

    await LargeAnswers(most=10).send({"type": "http.response.start", "status": 200, "headers": []}, b"ab" * LARGE, send)
    assert sent == b"ab" * LARGE


@in_a_loop
async def test_body_that_is_late_is_given_up(make_mock: MakeMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "BODY", 0.0)
    began, clients = asyncio.get_running_loop().time(), Connections()
    mock, answered = make_mock(auth=False), list[tuple[str, int]]()
    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    watching = asyncio.create_task(clients.watch(None))
    await _answer(clients.around(application(mock)), "1", [_now(_message(b"{", more=True)), never], answered)
    watching.cancel()
    assert asyncio.get_running_loop().time() - began < 10
    assert answered == [("1", 408)]
    (entry,), _ = mock.sessions.unnamed.state.journal.entries()
    assert (entry.status, entry.why) == (408, "The body did not come to its end within 30 seconds.")


@in_a_loop
async def test_bodies_that_are_too_much_together_are_turned_away(
    make_mock: MakeMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_HELD", 5000)
    app, answered = Connections().around(application(make_mock(auth=False))), list[tuple[str, int]]()
    never: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
    first = asyncio.create_task(_answer(app, "1", [_now(_message(b" " * 3000, more=True)), never], answered))
    await asyncio.sleep(0)
    await _answer(app, "2", [_now(_message(b" " * 3000, more=True))], answered)
    assert answered == [("2", 503)]
    never.set_result(_message(JSON))
    await first
    await _answer(app, "3", [_now(_message(b" " * 3000, more=True)), _now(_message(JSON))], answered)
    assert [status for _, status in answered] == [503, 200, 200]


@in_a_loop
async def test_wait_for_a_client_to_leave_ends_with_the_answer_and_is_not_cancelled(make_mock: MakeMock) -> None:
    """Granian keeps for good what is cancelled there (docs/upstream.md)."""
    mock = make_mock(auth=False)
    lines = HeaderLines([("host", "localhost"), ("content-type", "application/json")])
    mock.send(Received("POST", "/_mock/faults", "", lines, "1.1", b'{"effect": "503"}', 17))
    leaving = asyncio.get_running_loop().create_future()
    pieces: list[Awaitable[Message]] = [_now(_message(JSON)), leaving]
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if "status" in message:
            statuses.append(message["status"])
        elif not message.get("more_body"):
            leaving.set_result({"type": "http.disconnect"})

    before = asyncio.all_tasks()
    await application(mock)(_scope(), lambda: pieces.pop(0), send)
    assert statuses == [503]
    assert (leaving.cancelled(), pieces) == (False, [])
    assert asyncio.all_tasks() == before, "the wait has ended with the request"
