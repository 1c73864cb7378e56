"""The command `load`, with a swarm that only says that it has sent something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.console import Console

from contracts import cli
from contracts.commands import load as load_command
from contracts.commands.load import PROFILE, LoadOrder
from contracts.errors import Misuse
from contracts.exchange import NO_ANSWER, Answer, Exchange, Request
from contracts.load import generator
from contracts.load.messages import Batch, Began, Ended, Job, Message, Sent, read_all, sent, write
from contracts.reports.next_steps import next_steps, replays
from contracts.session.opening import Order
from contracts.verdict.result import Result
from tests.contracts.answers import ALREADY, ask, made, refused, warned
from tests.contracts.conftest import make_answer
from tests.contracts.served import mock, served

BUSY = make_answer(b"<h1>503</h1>", 503)


class SaidSwarm:
    """Takes the place of the process that sends."""

    jobs: ClassVar[list[Job]] = []
    says: ClassVar[Sequence[Message]]

    def __init__(self, job: Job):
        self.jobs.append(job)

    def __enter__(self) -> SaidSwarm:
        return self

    def __exit__(self, *of: object) -> None: ...

    def messages(self) -> Iterator[Message]:
        yield Began(0.0)
        yield from self.says


def one(body: Any, answer: Answer, number: int = 1, **other: Any) -> Sent:
    answer = Answer(answer.status, answer.headers, answer.content, seconds=0.1 * number, flaw=other.pop("flaw", ""))
    return sent("enrol", Exchange(0, Request(body=body), answer), number / 10, number / 10 + 0.05, **other)


def loaded(monkeypatch: pytest.MonkeyPatch, *says: Message, live: bool = False, **asked: Any) -> Result:
    monkeypatch.setattr(SaidSwarm, "says", says, raising=False)
    monkeypatch.setattr(load_command, "Generator", SaidSwarm)
    with served(mock()) as url:
        order = Order(host=url, profile=PROFILE, seed=7, pace=1e6, treat_as_live=live)
        return load_command.load(
            order, LoadOrder(**{"users": 4, "rate": 9.0, "seconds": 2.0} | asked), Console(quiet=True)
        )


def refusals(number: int) -> tuple[Sent, ...]:
    answer = make_answer(refused("program_not_found"), 400)
    return tuple(one(ask("enr-58", programId=999999999, requestId=f"r{n}"), answer, n) for n in range(1, number + 1))


def test_every_answer_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [made("earn-61", ids=(f"{n}", f"{n + 5}"), requestId=f"t{n}") for n in (901, 902)]
    batch = tuple(
        one(ask("earn-61", requestId=f"t{n}"), make_answer(answer), n - 900)
        for n, answer in zip((901, 902), twice, strict=True)
    )
    result = loaded(monkeypatch, Batch(batch, 9.0), Ended(2.0))
    assert result.verdict == "broken"
    assert [finding.claim for finding in result.findings] == ["warning.already_enrolled"]
    assert result.load
    assert dict(result.load.outcomes) == {"enrolled": 2}
    assert "`load` again with --seed 7" in replays(result, folder=Path("reports"), options=())[1]
    steps = next_steps(result, result.target.login, folder=Path("reports"), options=(), form="md5")
    assert not [step for step in steps if "replay" in step]


def test_a_host_that_turns_most_requests_away_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = tuple(one(ask("enr-58", requestId=f"b{n}"), BUSY, n) for n in range(5))
    result = loaded(monkeypatch, Batch((*busy, *refusals(4)), 9.0), Ended(2.0))
    assert result.verdict == "unjudged"
    assert result.why == (
        "only 4 of 9 answers could be judged; the most frequent were 5 × HTTP 503, 4 × program_not_found"
    )


def test_an_answer_that_broke_off_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cut = make_answer(b'{"data": {"requ')
    lost = one(ask("soon-62", requestId="x"), cut, flaw="15 of the 400 bytes that Content-Length names")
    # It may have enrolled the customer.
    later = one(ask("soon-62", requestId="y"), make_answer(warned(ALREADY, "soon-62", requestId="y")), 5)
    none = one(ask("soon-62", requestId="z"), NO_ANSWER, 6, why="http://x gave no answer: Connection reset by peer")
    result = loaded(monkeypatch, Batch((lost, later, none, *refusals(3)), 9.0), Ended(2.0))
    assert result.verdict == "kept"
    assert result.load
    assert result.load.lost == 2
    assert {"the answer broke off", "Connection reset by peer"} < dict(result.load.outcomes).keys()


def test_a_token_that_ended_is_not_held_against_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    renewed = one(ask("enr-58", requestId="x"), make_answer(b"expired", 401), renewed=True)
    result = loaded(monkeypatch, Batch((renewed, *refusals(3)), 9.0), Ended(2.0))
    assert result.verdict == "kept"
    assert [note.what for note in result.notes] == [
        "HTTP 401: the host no longer accepted the token, so a new one was fetched"
    ]


@pytest.mark.parametrize(("limit", "verdict"), [(0.9, "broken"), (1.0, "kept")])
def test_a_limit_for_nearly_all_answers_fails_the_load(
    monkeypatch: pytest.MonkeyPatch, limit: float, verdict: str
) -> None:
    result = loaded(monkeypatch, Batch(refusals(10), 9.0), Ended(2.0), max_p95=limit)
    assert result.verdict == verdict
    said = "over your budget, though no claim is broken: 95 % of the answers took up to 1000 ms, and not 900 ms (--max-p95)"
    assert result.why.startswith(said) is (verdict == "broken")


def test_a_load_that_sent_nothing_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    result = loaded(monkeypatch, Ended(2.0))
    assert (result.verdict, result.why) == ("unjudged", "nothing was sent")


def test_a_load_that_lost_a_worker_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    result = loaded(
        monkeypatch, Batch(refusals(3), 9.0), Ended(2.0, why="1 of 2 workers were lost", is_whole=False), workers=2
    )
    assert (result.verdict, result.why) == ("unjudged", "1 of 2 workers were lost")


def test_what_keeps_the_load_from_being_sent_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misuse, match="the port is taken"):
        loaded(monkeypatch, Ended(0.0, error="the port is taken"))


@pytest.mark.parametrize(("live", "rate", "pace"), [(True, 50.0, 60.0), (True, None, 60.0), (False, 50.0, None)])
def test_a_live_host_gets_one_request_a_second(
    monkeypatch: pytest.MonkeyPatch, live: bool, rate: float | None, pace: float | None
) -> None:
    result = loaded(monkeypatch, Batch(refusals(3), 9.0), Ended(2.0), live=live, rate=rate)
    job = SaidSwarm.jobs[-1]
    assert (job.pace, job.rate) == (pace, 1.0 if live else rate)
    assert job.harmless > 2  # what was asked before the load counts, too
    assert result.verdict == "kept"


def test_a_load_without_locust_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "find_spec", lambda name: None)
    with served(mock()) as url, pytest.raises(Misuse, match=r"a load needs Locust: pip install"):
        load_command.load(Order(host=url, profile=PROFILE), LoadOrder(1, 1.0, 1.0), Console(quiet=True))


def test_a_process_that_cannot_send_is_named_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "_MODULE", "contracts.load.missing")
    with served(mock()) as url, pytest.raises(Misuse, match=r"the process that sends the load has ended: .*missing"):
        load_command.load(Order(host=url, profile=PROFILE), LoadOrder(1, 1.0, 1.0), Console(quiet=True))


def test_messages_arrive_as_they_were_sent(tmp_path: Any) -> None:
    said: list[Message] = [
        Began(1.5),
        Batch(refusals(2), 3.0, frozenset({"token"})),
        Ended(2.0, 3, "why", is_busy=True),
    ]
    with (tmp_path / "pipe").open("wb") as stream:
        for message in said:
            write(stream, message)
        stream.write(b"\0\0\0\x09cut")
    with (tmp_path / "pipe").open("rb") as stream:
        assert list(read_all(stream)) == said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--worker", "--workers", "2"], "--worker goes neither with --workers nor with --start"),
        (["--master", "h:0"], "Invalid value for '--master': 'h:0' is no address with a port"),
        (["--rate", "nan"], "Invalid value for '--rate': 'nan' is no number"),
        (["--time", "inf"], "Invalid value for '--time'"),
        (["--max-p95", "nan"], "Invalid value for '--max-p95'"),
        (["--users", "0"], "Invalid value for '--users'"),
    ],
)
def test_wrong_options_are_named_in_one_line(options: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["load", "http://127.0.0.1:9", *options])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
