"""The image works: the steps of the Dockerfile are done in a folder, and its commands are run there without rights.

The folder cannot be written to, as in a container with a read-only root.
"""

from __future__ import annotations

import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.house.dockerfile import Image
from tests.house.modules import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    made = Image(ROOT, tmp_path_factory.mktemp("image") / "root")
    made.build()
    made.lock()
    yield made
    made.unlock()


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def mock(image: Image, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start what the image starts, with a token, at a free port. At the end it must stop within five seconds."""
    url = f"http://127.0.0.1:{port}"
    log = (tmp_path_factory.mktemp("log") / "mock.log").open("w", encoding="utf-8")  # nobody reads a pipe meanwhile
    process = image.process([*image.command, "--port", str(port)], log=log, ENROL_MOCK_CONTROL_TOKEN="secret")
    waited = image.process([*image.check, url, "--wait", "20"])
    assert (waited.wait(), *waited.communicate()[1:]) == (0, "")
    yield url
    told = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert (process.returncode, time.monotonic() - told < 5) == (0, True)
    log.close()


def test_image_has_both_commands_and_nothing_that_builds_them(image: Image) -> None:
    assert {"enrol-mock", "enrol-contract"} <= {path.name for path in (image.root / "opt/kit/bin").iterdir()}
    assert {path.name for path in image.root.iterdir()} == {"opt", "reports", "tmp"}
    assert [path.name for path in (image.root / "opt").iterdir()] == ["kit"]
    (packages,) = image.root.glob("opt/kit/lib/python*/site-packages")
    assert [name for name in ("pip", "hatchling", "setuptools") if (packages / name).exists()] == []


def test_image_is_small_and_compiled(image: Image) -> None:
    """Below the base image of 125 MB there are 150 MB at most."""
    paths = [path for path in (image.root / "opt").rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in paths) < 150e6
    (compiled,) = image.root.glob("opt/kit/lib/python*/site-packages/enrol_kit/packages/mockserver/__pycache__")
    assert len(list(compiled.iterdir())) > 10


def test_root_is_read_only(image: Image) -> None:
    process = image.process(["touch", str(image.root / "opt/kit/new")])
    assert "denied" in process.communicate()[1]


def test_health_check_fails_where_nothing_answers(image: Image) -> None:
    process = image.process([*image.check, "http://127.0.0.1:9"])
    process.communicate()
    assert process.returncode == 1


def test_control_plane_opens_with_the_token(mock: str) -> None:
    asked = urllib.request.Request(f"{mock}/_mock/journal", headers={"X-Mock-Token": "secret", "Host": "mock:8080"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


def test_contract_run_of_the_compose_file_keeps_every_claim(mock: str, image: Image) -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["contract"]
    folder = image.root / "reports"
    here = {"/reports": str(folder), "http://mock:8080": mock, "mock:8080": mock.removeprefix("http://")}
    temporary = Path(folder, "tmp")  # stands for the tmpfs
    temporary.mkdir()
    command = [*(here.get(word, word) for word in service["command"]), "--profile", "quick"]  # a third of the time
    process = image.process(command, TMPDIR=str(temporary))
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    assert "kept: 89 of 90 claims kept" in out
    assert (folder / "report.html").is_file()
