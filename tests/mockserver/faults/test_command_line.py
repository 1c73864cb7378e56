"""Faults that are set by options of `enrol-mock serve`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.faults.fault import Fault
from mockserver.faults.spelling import from_text
from tests import page
from tests.mockserver.faults.asking import FAULTS, ask
from tests.mockserver.process import Process, post, run


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ("429", Fault("429")),
        ("429:count=2,retryAfter=5", Fault("429", count=2, retry_after=5)),
        (" 429 : count = 2 ", Fault("429", count=2)),
        (
            "503:customer=919800000001,promotion=1133590053",
            Fault("503", customer="919800000001", promotion="1133590053"),
        ),
        ("503:header=User-Agent: curl/8", Fault("503", header="User-Agent: curl/8")),
        ("503:handle=true,probability=0.25,seed=-1", Fault("503", handle=True, probability=0.25, seed=-1)),
        ('answer:status=200,body={"a": 1\\,"b": 2}', Fault("answer", status=200, body='{"a": 1,"b": 2}')),
        ("slow:delay=0.2,delayMost=0.5", Fault("slow", delay=0.2, delay_most=0.5)),
    ],
)
def test_short_form_of_a_fault(spec: str, fault: Fault) -> None:
    assert from_text(spec) == fault


def test_faults_of_the_command_line_come_before_those_of_the_file(
    serve: Callable[..., Process], tmp_path: Path
) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(
        "faults:\n- effect: '502'\n  count: 1\n- effect: answer\n  status: 418\n  headers: {X-A: b}\n  body: '{}'\n",
        encoding="utf-8",
    )
    process = serve("--fault", "engine_error:count=1,action=ENROL", "--faults", str(file))
    assert [one["effect"] for one in ask(process, "GET", FAULTS)[1]["faults"]] == ["engine_error", "502", "answer"]
    assert post(process)[0] == 500
    with contextlib.closing(process.connect()) as connection:
        connection.request("POST", page.PATH)
        assert connection.getresponse().status == 502
    assert post(process) == (418, {})
    process.reset()
    assert post(process)[0] == 500, "a reset goes back to the faults of the start"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ["--fault", "429:cuont=2"],
            "--fault 429:cuont=2: no key is called 'cuont' (did you mean 'count'?); there are ",
        ),
        (["--fault", "429:count"], "count has no value; write count=…"),
        (["--fault", "429:count=1,count=2"], "count is given twice"),
        (["--fault", "429:count=two"], "--fault 429:count=two: /count: expected a whole number"),
        (["--fault", "429:"], "no key is called ''"),
        (["--fault", ""], "no effect is called ''"),
        (
            ["--fault", "engine_eror"],
            "--fault engine_eror: no effect is called 'engine_eror' (did you mean 'engine_error'?)",
        ),
        (["--fault", "refuse-tls"], "refuse-tls needs a mock that speaks TLS"),
        (["--fault", "reset-in:handle=true"], "takes no handle"),
        (["--faults", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    ],
)
def test_fault_that_cannot_be_is_one_line(options: list[str], says: str) -> None:
    done = run("serve", "--port", "0", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "faults:\n- effect: '429'\n  cuont: 2\n",
            "line 3, column 3: /faults/0: unknown key `cuont`",
        ),
        (
            "faults:\n- effect: 429\n",
            "line 2, column 11: /faults/0/effect: expected a text, got a whole number; quote it",
        ),
        ("faults:\n- effect: slow\n- effect: nonsense\n", "faults.yaml: /faults/0: the effect slow needs a delay"),
        ("fault: []\n", "(did you mean 'faults'?)"),
    ],
)
def test_file_of_faults_that_cannot_be_names_the_place(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(text, encoding="utf-8")
    done = run("serve", "--port", "0", "--faults", str(file))
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
