"""The clients that people use send nothing wrong by themselves: not with the default headers of their libraries."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import requests

from contracts.exchange import Request
from contracts.host.dialect import Dialect
from contracts.host.wire import Wire
from mockserver.catalogue.provocations import provocations
from openapi import questions
from openapi.document import Document
from openapi.world import World
from tests import page
from tests.contracts.conftest import make_target
from tests.mockserver.conduct.asking import Asking
from tests.mockserver.conftest import MakeMock
from tests.mockserver.faults.asking import ask
from tests.mockserver.process import Process

BODY = json.dumps({**page.ENROL_REQUEST, "requestId": "till-1"})
LOGIN = ("store.server", "123")
BASIC = "Basic c3RvcmUuc2VydmVyOjEyMw=="


def by_requests(url: str) -> int:
    return requests.post(url, json=json.loads(BODY), auth=LOGIN, timeout=30).status_code


def by_urllib(url: str) -> int:
    headers = {"Content-Type": "application/json", "Authorization": BASIC}
    asked = urllib.request.Request(url, data=BODY.encode(), headers=headers, method="POST")
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return int(answer.status)


def by_curl(url: str) -> int:
    """Send it as the page's own curl line does, with a login."""
    line = ["curl", "--silent", "--location", url, "--header", "Content-Type: application/json", "--data", BODY]
    return _status(*line, "--user", ":".join(LOGIN), "--output", "/dev/null", "--write-out", "%{http_code}")


def by_curl_json(url: str) -> int:
    line = ["curl", "--silent", url, "--json", BODY, "--user", ":".join(LOGIN)]
    return _status(*line, "--output", "/dev/null", "--write-out", "%{http_code}")


def by_node(url: str) -> int:
    script = f"""fetch({json.dumps(url)}, {{method: "POST", body: {json.dumps(BODY)}, headers: {{
        "Content-Type": "application/json", "Authorization": {json.dumps(BASIC)}}}}}).then(a => console.log(a.status))"""
    return _status("node", "--eval", script)


def _status(*command: str) -> int:
    assert shutil.which(command[0]), f"{command[0]} is not installed"
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.parametrize("client", [by_requests, by_urllib, by_curl, by_curl_json, by_node])
def test_a_good_call_of_a_usual_client_has_no_finding(running: Process, client: Callable[[str], int]) -> None:
    session = f"/_s/{client.__name__}"
    assert client(running.url + session + page.PATH) == 200
    assert client(running.url + session + page.PATH) == 200, "the warning that the customer is enrolled"
    assert ask(running, "GET", f"/_mock/findings?session={client.__name__}") == (200, {"findings": []})


# What these libraries send by themselves with `json=`, as the mock saw it.
HTTPX = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "Connection": "keep-alive", "User-Agent": "python-httpx/0.28.1"}  # fmt: skip
AIOHTTP = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "Python/3.11 aiohttp/3.12.15"}
AXIOS = {"Accept": "application/json, text/plain, */*", "Accept-Encoding": "gzip, compress, deflate, br", "User-Agent": "axios/1.7.9"}  # fmt: skip
JAVA = {"User-Agent": "Java-http-client/21.0.4", "Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"}
GO = {"User-Agent": "Go-http-client/1.1", "Accept-Encoding": "gzip"}
DOTNET = {"User-Agent": "till/7", "Content-Type": "application/json; charset=utf-8"}


@pytest.mark.parametrize(
    "headers", [HTTPX, AIOHTTP, AXIOS, JAVA, GO, DOTNET], ids=lambda headers: headers["User-Agent"]
)
def test_the_default_headers_of_other_libraries_have_no_finding(asking: Asking, headers: dict[str, str]) -> None:
    given: dict[str, Any] = {name.replace("-", "_").lower(): value for name, value in headers.items()}
    asking.send(json.loads(BODY), **{"accept": None, **given})
    assert asking.found() == []


def test_the_examples_as_the_contract_tests_send_them_have_no_finding(running: Process, contract: Document) -> None:
    wire = Wire(make_target(running.url + "/_s/examples"), path=contract.path, method=contract.method, timeout=30)
    for body in contract.request_examples().values():
        assert wire.send(Request(body=body), Dialect(login="basic")).status == 200
    wire.close()
    assert ask(running, "GET", "/_mock/findings?session=examples") == (200, {"findings": []})


def test_the_requests_that_meet_the_rows_of_the_page_are_not_broken(
    make_mock: MakeMock, sample_world: World, contract: Document
) -> None:
    """All but that of source_required: under the usual readings its row answers a source of another type only."""
    broken: dict[str, set[str]] = {}
    for name, plain in provocations(contract, sample_world, questions.defaults(questions.load())).items():
        if plain and contract.outcomes[name].section:
            asking = Asking(make_mock(), sample_world)
            asking.client.open(
                plain.path, method=plain.method, headers={**plain.headers, "User-Agent": "t/1"}, data=plain.body
            )
            broken[name] = {one["rule"] for one in asking.all() if one["level"] != "note"}
    assert len(broken) == 16, "each of 17 but one of another reading"
    assert {name: rules for name, rules in broken.items() if rules} == {"source_required": {"request.wrong_type"}}
