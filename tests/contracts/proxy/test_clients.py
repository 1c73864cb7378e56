"""Real clients get through the proxy what they get without it, and their traffic is judged."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator

import aiohttp
import httpx
import pytest
import requests

from tests.contracts.answers import SAMPLE
from tests.contracts.proxy.proxied import CALL, LOGIN, Proxied, enrolment, proxied
from tests.faulty.server import serve

BODY = enrolment("many-64", SAMPLE.customers[0], requestId="real-client")
HEADERS = {**LOGIN, "Content-Type": "application/json"}
NODE = """
const [url, headers, body] = process.argv.slice(1);
const chunks = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode(body)); c.close(); } });
for (const sent of [{ body }, { body: chunks, duplex: "half" }]) {
  const answer = await fetch(url, { method: "POST", headers: JSON.parse(headers), ...sent });
  console.log(await answer.text());
}
"""


def with_requests(url: str) -> list[str]:
    with requests.Session() as session:
        return [session.post(url, json=BODY, headers=HEADERS, timeout=10).text for _ in range(2)]


def with_httpx(url: str) -> list[str]:
    with httpx.Client() as client:
        return [client.post(url, json=BODY, headers=HEADERS).text for _ in range(2)]


def with_aiohttp(url: str) -> list[str]:
    async def ask() -> list[str]:
        async with aiohttp.ClientSession(headers=HEADERS) as session:
            answers = [await session.post(url, json=BODY) for _ in range(2)]
            return [await answer.text() for answer in answers]

    return asyncio.run(ask())


def with_curl(url: str) -> list[str]:
    headers = [word for name, value in HEADERS.items() for word in ("-H", f"{name}: {value}")]
    asked = ["curl", "-sS", *headers, "-H", "Expect: 100-continue", "-d", json.dumps(BODY), url, url]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.replace("}{", "}\n{").splitlines()


def with_node(url: str) -> list[str]:
    asked = ["node", "--input-type=module", "-e", NODE, url, json.dumps(HEADERS), json.dumps(BODY)]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.fixture(scope="module")
def running() -> Iterator[Proxied]:
    with serve() as host, proxied(host.url) as started:
        yield started
    assert started.result
    assert (started.broken, started.result.verdict) == ([], "kept")
    assert f"enrol-contract: {2 * len(CLIENTS)} exchanges judged, 0 of other calls" in started.said


CLIENTS = [with_requests, with_httpx, with_aiohttp, with_curl, with_node]


@pytest.mark.parametrize("ask", CLIENTS)
def test_a_client_gets_the_answers_of_the_host(running: Proxied, ask: Callable[[str], list[str]]) -> None:
    assert shutil.which("node")
    answers = [json.loads(answer) for answer in ask(running.url + CALL)]
    assert len(answers) == 2
    assert {answer["data"]["status"] for answer in answers} == {"SUCCESS"}
