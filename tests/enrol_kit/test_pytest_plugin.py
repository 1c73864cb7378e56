"""The fixture `enrol_mock`, as the tests of a client use it."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from enrol_kit import EnrolMock, told

# The page's example, with the login of the sample data.
BODY = {
    "requestId": "some-test-id",
    "action": "ENROL",
    "promotion": {"id": "68c3f64bbd0a8a0aa705c793", "promotionId": 1133590053},
    "customer": {"identifierName": "id", "identifierValue": "388369579", "source": "INSTORE"},
    "programId": 3334,
}
HEADERS = {
    "Content-Type": "application/json",
    "Authorization": "Basic c3RvcmUuc2VydmVyOjIwMmNiOTYyYWM1OTA3NWI5NjRiMDcxNTJkMjM0Yjcw",
}


def enrol(url: str, customer: str = "388369579") -> int:
    """Enrol a customer, as a client does that knows only a base URL."""
    place = urlsplit(url)
    body = {**BODY, "customer": {"identifierName": "id", "identifierValue": customer}}
    connection = http.client.HTTPConnection(place.netloc)
    connection.request("POST", f"{place.path}/v3/promotions/enrol", json.dumps(body), HEADERS)
    status = connection.getresponse().status
    connection.close()
    return status


def run_pytest(folder: Path, *options: str) -> tuple[int, str]:
    """Run pytest in a project of its own and return its exit code and output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTEST"))}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def test_fixture_answers_and_remembers(enrol_mock: EnrolMock) -> None:
    of_the_world = enrol_mock.enrolments()
    assert enrol(enrol_mock.url) == 200
    path = urlsplit(enrol_mock.url).path
    assert re.fullmatch(r"/_s/[\w.-]+", path)
    assert [entry["path"] for entry in enrol_mock.journal()] == [f"{path}/v3/promotions/enrol"]
    assert [new["customer"] for new in enrol_mock.enrolments() if new not in of_the_world] == [388369579]
    enrol_mock.reset()
    assert (enrol_mock.journal(), enrol_mock.enrolments()) == ([], of_the_world)


def test_fixture_begins_each_test_as_the_world_says(tmp_path: Path) -> None:
    (tmp_path / "test_twice.py").write_text(
        f"from {__name__} import enrol\n"
        "urls = set()\n"
        "def test_one(enrol_mock):\n"
        "    urls.add(enrol_mock.url)\n"
        "    assert enrol_mock.url.endswith('-test_one')\n"
        "    assert enrol(enrol_mock.url) == 200\n"
        "    assert len(enrol_mock.enrolments()) == 3\n"
        "def test_two(enrol_mock):\n"
        "    assert enrol_mock.url not in urls\n"
        "    assert len(enrol_mock.enrolments()) == 2 and enrol_mock.journal() == []\n"
    )
    code, said = run_pytest(tmp_path, "-o", f"pythonpath={Path(__file__).parents[2]}")
    assert (code, "2 passed" in said) == (0, True), said


def test_what_a_test_adds_is_gone_after_a_reset(enrol_mock: EnrolMock) -> None:
    assert enrol(enrol_mock.url, "700000001") == 400
    enrol_mock.add(customers=[{"id": 700000001, "mobile": "4915550000001"}])
    assert enrol(enrol_mock.url, "700000001") == 200
    assert len(enrol_mock.enrolments()) == 3
    enrol_mock.reset()
    assert enrol(enrol_mock.url, "700000001") == 400


def test_wrong_entries_are_refused_with_the_reason(enrol_mock: EnrolMock) -> None:
    with pytest.raises(ValueError, match="the id 388369579 is given twice"):
        enrol_mock.add(customers=[{"id": 388369579}])
    with pytest.raises(ValueError, match="did you mean 'customers'"):
        enrol_mock.add(customer=[])


def test_journal_takes_filters(enrol_mock: EnrolMock) -> None:
    for customer in ("388369579", "1", "388369579"):
        enrol(enrol_mock.url, customer)
    first = enrol_mock.journal()[0]["id"]
    assert [one["status"] for one in enrol_mock.journal(status="4xx")] == [400]
    assert [one["outcomes"] for one in enrol_mock.journal(customer=388369579, since=first)] == [["already_enrolled"]]
    with pytest.raises(RuntimeError, match="did you mean 'status'"):
        enrol_mock.journal(stauts=400)


def test_waiting_returns_what_came(enrol_mock: EnrolMock) -> None:
    client = threading.Timer(0.1, lambda: [enrol(enrol_mock.url, customer) for customer in ("1", "388369579", "2")])
    client.start()
    begun = time.monotonic()
    assert [one["status"] for one in enrol_mock.wait_for(2, status=400)] == [400, 400]
    assert time.monotonic() - begun < 4
    client.join()
    with pytest.raises(
        TimeoutError, match=r"1 of 2 matching requests came within 0.05 seconds. They are: POST /_s/.*200"
    ):
        enrol_mock.wait_for(2, timeout=0.05, outcome="success")


def test_client_that_drops_the_path_of_its_base_url_is_noticed(enrol_mock: EnrolMock) -> None:
    unnamed = EnrolMock(enrol_mock.url.partition("/_s/")[0])
    enrol(unnamed.url)
    with pytest.raises(TimeoutError, match=r"none\. 1 came without /_s/\S+: does the client keep the path"):
        enrol_mock.wait_for(1, timeout=0)
    unnamed.reset()
    with pytest.raises(TimeoutError, match=r"They are: none\.$"):
        enrol_mock.wait_for(1, timeout=0)


def test_sessions_of_one_mock_do_not_see_each_other(enrol_mock: EnrolMock) -> None:
    other = enrol_mock.session("another")
    assert [enrol(enrol_mock.url), enrol(other.url)] == [200, 200]
    enrol_mock.reset()
    assert (len(enrol_mock.enrolments()), len(other.enrolments()), len(other.journal())) == (2, 3, 1)
    other.reset()


def test_server_and_test_see_the_same_session(enrol_mock_server: EnrolMock, enrol_mock: EnrolMock) -> None:
    """An application under test may be started once, with the URL of the server."""
    assert enrol(enrol_mock_server.url) == 200
    assert len(enrol_mock.journal()) == 1


def test_token_of_the_environment_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENROL_MOCK_CONTROL_TOKEN", "a-token")
    (tmp_path / "test_token.py").write_text("def test_token(enrol_mock):\n    assert enrol_mock.journal() == []\n")
    code, said = run_pytest(tmp_path)
    assert (code, "1 passed" in said) == (0, True), said


def test_options_of_the_mock_are_a_setting(tmp_path: Path) -> None:
    (tmp_path / "world.yaml").write_text("programs: [{id: 7}]\npromotions: []\ncustomers: []\ncredentials: {}\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nenrol_mock_options = --world world.yaml --auth off\n")
    (tmp_path / "test_world.py").write_text(
        "import json\n"
        "from urllib.request import urlopen\n"
        "def test_world(enrol_mock):\n"
        "    world = json.load(urlopen(enrol_mock.url + '/_mock/world'))\n"
        "    assert [program['id'] for program in world['programs']] == [7]\n"
    )
    code, said = run_pytest(tmp_path)
    assert (code, "1 passed" in said) == (0, True), said


def test_mock_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "test_any.py").write_text("def test_any(enrol_mock):\n    pass\n")
    code, said = run_pytest(tmp_path, "-o", "enrol_mock_options=--world nowhere.yaml")
    assert code == 1
    assert "cannot start the mock: enrol-mock: " in said
    assert "nowhere.yaml" in said
    assert "pytest_plugin.py" not in said
    assert "During handling" not in said
    code, said = run_pytest(tmp_path, "-o", "enrol_mock_options=--world 'half")
    assert code == 1
    assert "enrol_mock_options is no valid list of options: No closing quotation" in said


def test_fixture_fails_on_demand_until_the_reset(enrol_mock: EnrolMock) -> None:
    enrol_mock.fault("429", count=1)
    assert [enrol(enrol_mock.url), enrol(enrol_mock.url)] == [429, 200]
    enrol_mock.fault("503")
    enrol_mock.reset()
    assert enrol(enrol_mock.url) == 200
    with pytest.raises(ValueError, match="did you mean 'empty'"):
        enrol_mock.fault("emty")


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--base-path /loyalty", 0, "1 passed"),
        ("--tls", 1, "needs plain HTTP, and the mock listens on https://"),
        ("--host unix:mock.sock", 1, "needs plain HTTP, and the mock listens on unix:"),
    ],
)
def test_fixture_takes_a_base_path_and_says_that_it_needs_http(
    tmp_path: Path, options: str, code: int, words: str
) -> None:
    (tmp_path / "test_any.py").write_text("def test_any(enrol_mock):\n    assert enrol_mock.journal() == []\n")
    ended, said = run_pytest(tmp_path, "-o", f"enrol_mock_options={options}")
    assert ended == code
    assert words in said


def test_failing_test_hears_of_a_proxy(enrol_mock: EnrolMock, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    assert "proxy" not in told.exchanges(enrol_mock)
    monkeypatch.setenv("http_proxy", "http://me:secret@proxy.example:3128")
    said = told.exchanges(enrol_mock)
    assert "let NO_PROXY name 127.0.0.1" in said
    assert "secret" not in said
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert "proxy" not in told.exchanges(enrol_mock)
