"""The fixture `enrol_mock`, as the tests of a client use it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from enrol_kit.pytest_plugin import EnrolMock

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


def enrol(url: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    connection.request("POST", "/v3/promotions/enrol", json.dumps(BODY), HEADERS)
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
    assert [entry["path"] for entry in enrol_mock.journal()] == ["/v3/promotions/enrol"]
    assert [new["customer"] for new in enrol_mock.enrolments() if new not in of_the_world] == [388369579]
    enrol_mock.reset()
    assert (enrol_mock.journal(), enrol_mock.enrolments()) == ([], of_the_world)


def test_fixture_begins_each_test_as_the_world_says(tmp_path: Path) -> None:
    (tmp_path / "test_twice.py").write_text(
        f"from {__name__} import enrol\n"
        "urls = set()\n"
        "def test_one(enrol_mock):\n"
        "    urls.add(enrol_mock.url)\n"
        "    assert enrol(enrol_mock.url) == 200\n"
        "    assert len(enrol_mock.enrolments()) == 3\n"
        "def test_two(enrol_mock):\n"
        "    assert urls == {enrol_mock.url}\n"
        "    assert len(enrol_mock.enrolments()) == 2 and enrol_mock.journal() == []\n"
    )
    code, said = run_pytest(tmp_path, "-o", f"pythonpath={Path(__file__).parents[2]}")
    assert (code, "2 passed" in said) == (0, True), said


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
    code, said = run_pytest(tmp_path, "-o", "enrol_mock_options=--world 'half")
    assert code == 1
    assert "enrol_mock_options is no valid list of options: No closing quotation" in said
