"""What a user is told: each message blames the right thing, says what to do, and gives the right exit code."""

from __future__ import annotations

import pytest

from contracts import cli
from tests.field.front import Call, Front
from tests.field.running import tried


def forwards(call: Call) -> bytes:
    return call.forward()


@pytest.mark.parametrize("path", ["/v3/promotions/enrol", "/loyalty"])
def test_a_wrong_address_of_a_live_host_is_blamed_on_the_address(path: str) -> None:
    with Front(forwards) as front:
        seen = tried(front.url + path, treat_as_live=True, pace=6e4)
    assert seen.exit == 2
    assert f"{front.url}{path} does not answer as the enrol call does: HTTP 404" in seen.said.splitlines()[-1]
    assert len(front.calls) <= 6


def test_doctor_says_that_the_address_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    with Front(forwards) as front, pytest.raises(SystemExit) as ended:
        cli.main(["doctor", f"{front.url}/v3/promotions/enrol"])
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "failed  call: it does not answer as the enrol call does: HTTP 404" in said
    assert said.splitlines()[-1] == "        to do: give the base URL, without /v3/promotions/enrol"
