"""--reload: what is written into the files is served, and what is wrong with them is told."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.app import Mock
from mockserver.errors import Unavailable
from mockserver.faults.armed import Faults
from mockserver.faults.effects import Abilities
from mockserver.faults.fault import Fault
from mockserver.plan import Plan
from mockserver.plans import Plans
from mockserver.serving.carrying import Carried, carry_over
from mockserver.serving.reloading import Reloading, Sources
from mockserver.sessions import MemorySessions
from mockserver.state import State
from mockserver.stores import EnrolmentRecord
from openapi import questions, source
from openapi import world as world_format
from openapi.document import Document
from openapi.questions import Readings
from tests import page, people
from tests.house.modules import ROOT
from tests.mockserver.process import Process, post

Serve = Callable[..., Process]

NEW = {"id": 42, "mobile": "919800000042"}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return Path(shutil.copy(source.WORLD, tmp_path / "world.yaml"))


@pytest.fixture
def readings(tmp_path: Path) -> Path:
    path = tmp_path / "readings.yaml"
    path.write_text("source: optional\n", encoding="utf-8")
    return path


@pytest.fixture
def following() -> Readings:
    return questions.defaults(questions.load())


def said(process: Process) -> str:
    """Return the next line on stderr. A mock that says nothing for long is ended, so that there is an end."""
    assert process.popen.stderr is not None
    patience = threading.Timer(20, process.popen.kill)
    patience.start()
    try:
        return process.popen.stderr.readline()
    finally:
        patience.cancel()


def edit(path: Path, change: Callable[[Any], object]) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def enrol(process: Process, customer: int) -> tuple[int, Any]:
    body = {**page.ENROL_REQUEST, "customer": {"identifierName": "id", "identifierValue": str(customer)}}
    return post(process, body)


def enrolments(process: Process) -> list[dict[str, Any]]:
    with closing(process.connect()) as connection:
        connection.request("GET", "/_mock/enrolments")
        found: list[dict[str, Any]] = json.loads(connection.getresponse().read())["enrolments"]
    return found


def test_a_world_that_gains_keeps_all_enrolments(serve: Serve, world: Path) -> None:
    process = serve("--reload", "--world", str(world))
    post(process)
    first = enrol(process, 388600004)[1]
    before = enrolments(process)
    assert enrol(process, 42)[0] == 400
    edit(world, lambda data: data["customers"].append(NEW))
    assert said(process) == "enrol-mock: the files were loaded anew; 2 of 2 enrolments are kept\n"
    assert enrolments(process) == before
    assert "already enrolled" in post(process)[1]["warnings"][0]["message"]
    second = enrol(process, 42)[1]["data"]["enrollmentStatus"]["promotion"]
    taken = first["data"]["enrollmentStatus"]["promotion"]
    assert {second["enrollmentId"], second["optinId"]}.isdisjoint({taken["enrollmentId"], taken["optinId"]})
    process.reset()
    assert len(enrolments(process)) == len(before) - 2, "the reset goes back to the new world"


def test_files_are_served_once_the_store_is_back(world: Path, contract: Document, following: Readings) -> None:
    loaded = contract, world_format.load(world), following
    asked: list[float] = []
    told: list[str] = []

    class Store:
        def followed(self, plan: Plan, first: State, *, now: float) -> tuple[MemorySessions, Carried]:
            asked.append(now)
            if len(asked) == 1:
                raise Unavailable("the server is away")
            return MemorySessions(first, now=now), Carried()

    store: Any = Store()
    reloading = Reloading(Sources((world,), lambda: loaded), Mock.of(*loaded), tell=told.append, store=store)

    async def follow() -> None:
        watching = asyncio.create_task(reloading.watch())
        world.write_text(world.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        async with asyncio.timeout(20):
            while not told:
                await asyncio.sleep(0.01)
        watching.cancel()

    asyncio.run(follow())
    assert (len(asked), told) == (2, ["the files were loaded anew; 0 of 0 enrolments are kept"])


def test_an_enrolment_goes_with_its_customer(serve: Serve, world: Path) -> None:
    def forget(data: Any) -> None:
        data["customers"] = [customer for customer in data["customers"] if customer.get("id") != 388369579]
        data["pinned"] = []

    process = serve("--reload", "--world", str(world))
    before = enrolments(process)
    post(process)
    edit(world, forget)
    assert said(process) == "enrol-mock: the files were loaded anew; 0 of 1 enrolments are kept\n"
    assert enrolments(process) == before


def test_an_enrolment_of_the_world_goes_with_its_line(serve: Serve, world: Path) -> None:
    process = serve("--reload", "--world", str(world))
    edit(world, lambda data: data.update(enrolments=[]))
    assert said(process) == "enrol-mock: the files were loaded anew; 0 of 0 enrolments are kept\n"
    assert enrolments(process) == []


def test_a_bad_edit_is_told_and_changes_nothing(serve: Serve, world: Path) -> None:
    process = serve("--reload", "--world", str(world))
    post(process)
    good = world.read_text(encoding="utf-8")
    for spoilt, problem in {
        "nonsense: [": f"{world}: line 2, column 1",
        "programs: [{id: 1, nmae: x}]": "did you mean 'name'?",
        "programs: []": "the world has no credentials",
        "": f"{world}: /: expected an object, got null",
    }.items():
        world.write_text(spoilt, encoding="utf-8")
        line = said(process)
        assert line.startswith(
            "enrol-mock: the files have changed and cannot be served, so the mock goes on with those"
        )
        assert problem in line
        assert "already enrolled" in post(process)[1]["warnings"][0]["message"]
    world.write_text(good, encoding="utf-8")
    assert said(process) == "enrol-mock: the files were loaded anew; 1 of 1 enrolments are kept\n"
    assert process.stop() == (0, "", "")


def test_a_file_that_is_removed_or_replaced_is_one_that_changed(serve: Serve, world: Path, tmp_path: Path) -> None:
    process = serve("--reload", "--world", str(world))
    world.rename(tmp_path / "away")
    assert "cannot be read: No such file" in said(process)
    (tmp_path / "away").replace(world)
    assert "loaded anew" in said(process)
    kept = world.stat()
    edit(world, lambda data: data["customers"].append(NEW))
    os.utime(world, ns=(kept.st_atime_ns, kept.st_mtime_ns))  # as a copy that keeps times
    assert "loaded anew" in said(process)
    assert enrol(process, 42)[0] == 200


def test_the_readings_are_loaded_anew(serve: Serve, readings: Path) -> None:
    process = serve("--reload", "--readings", str(readings))
    body = {**page.ENROL_REQUEST, "customer": {"identifierName": "id", "identifierValue": "388369579"}}
    assert post(process, body)[0] == 200
    readings.write_text("source: required\n", encoding="utf-8")
    assert "loaded anew" in said(process)
    assert post(process, body)[1]["errors"][0]["code"] == 310008
    readings.write_text("sauce: required\n", encoding="utf-8")
    assert "did you mean 'source'?" in said(process)


def test_without_the_option_nothing_is_loaded_anew(serve: Serve, world: Path) -> None:
    process = serve("--world", str(world))
    edit(world, lambda data: data["customers"].append(NEW))
    time.sleep(0.7)
    assert enrol(process, 42)[0] == 400
    assert process.stop() == (0, "", "")


def test_a_notice_is_json_where_the_log_is(serve: Serve, world: Path) -> None:
    process = serve("--reload", "--log", "json", "--world", str(world))
    world.write_text('"\u2028\x7f": [', encoding="utf-8")
    line = said(process)
    assert line.rstrip("\n").isascii()
    assert line.rstrip("\n").isprintable()
    assert json.loads(line)["notice"].startswith("the files have changed and cannot be served")


def test_the_document_is_loaded_anew(tmp_path: Path) -> None:
    """In a copy of the kit, since the document is its own file."""
    for house in ("openapi", "command_line", "proof", "mockserver"):
        shutil.copytree(ROOT / house, tmp_path / house, ignore=shutil.ignore_patterns("__pycache__"))
    popen = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.path.insert(0, '.'); from mockserver.cli import main; main()",
         "serve", "--port", "0", "--reload"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert popen.stdout is not None
    process = Process(popen, popen.stdout.readline().removeprefix("listening on ").rstrip("\n"), "")
    try:
        document = tmp_path / "openapi" / "enrol.yaml"
        text = document.read_text(encoding="utf-8")
        document.write_text(text.replace("Program not found", "No such program"), encoding="utf-8")
        assert "loaded anew" in said(process)
        answer = post(process, {**page.ENROL_REQUEST, "programId": 1})
        assert answer[1]["errors"][0]["message"].startswith("No such program")
    finally:
        assert process.stop(signal.SIGTERM)[0] == 0


def ask(process: Process, method: str, path: str, body: Any = None) -> Any:
    with closing(process.connect()) as connection:
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        return json.loads(answer.read())


def enrol_in(process: Process, session: str, customer: int) -> Any:
    body = {**page.ENROL_REQUEST, "customer": {"identifierName": "id", "identifierValue": str(customer)}}
    return post(process, body, **{"X-Mock-Session": session})[1]


def test_session_keeps_the_readings_that_it_has_chosen(serve: Serve, world: Path) -> None:
    process = serve("--reload", "--world", str(world))
    ask(process, "PUT", "/_s/a/_mock/readings", {"error-shape": "object-number", "value-folding": "case-folded"})
    edit(world, lambda data: data["customers"].append({"id": 43, "email": "New@example.com"}))
    assert "loaded anew" in said(process)
    assert ask(process, "GET", "/_s/a/_mock/readings")["readings"]["error-shape"] == "object-number"
    by_email = {"identifierName": "email", "identifierValue": "nEW@example.com"}
    body = {**page.ENROL_REQUEST, "customer": by_email}
    assert post(process, body, **{"X-Mock-Session": "a"})[1]["data"]["customer"]["customerId"] == 43
    assert post(process, body, **{"X-Mock-Session": "b"})[0] == 400
    ask(process, "POST", "/_s/a/_mock/reset")
    assert ask(process, "GET", "/_s/a/_mock/readings")["readings"]["error-shape"] == "list-number"


def test_session_drops_readings_that_are_gone(contract: Document, following: Readings) -> None:
    data = world_format.load()
    plan, first = Plan.of(contract, following), State.of(data, following)
    old = MemorySessions(first, now=0)
    old.use("a", now=0).follow({"eror-shape": "object-number"}, own=following)
    sessions, carried = carry_over(old, Plans(plan), State.of(data, following), now=0)
    assert sessions.use("a", now=0).chosen == {}
    (line,) = carried.dropped
    assert line.startswith("session a: its own readings:")
    assert "'eror-shape' is no open question (did you mean 'error-shape'?)" in line


def test_session_drops_readings_that_the_document_does_not_go_with(contract: Document, following: Readings) -> None:
    """Otherwise each of its requests would be answered 500."""
    data, plans = world_format.load(), Plans(Plan.of(contract, following))
    outcomes = [one for one in contract.raw["x-outcomes"] if one["name"] != "token_expired"]
    plans.usual = replace(contract, raw={**contract.raw, "x-outcomes": outcomes})
    old = MemorySessions(State.of(data, following), now=0)
    old.use("a", now=0).follow({"error-shape": "object-number"}, own=following)
    sessions, carried = carry_over(old, plans, State.of(data, following), now=0)
    assert sessions.use("a", now=0).chosen == {}
    (line,) = carried.dropped
    assert line.startswith("session a: its own readings: the document has no outcome 'token_expired'")


def test_sessions_keep_what_goes_with_the_new_files(serve: Serve, world: Path) -> None:
    process = serve("--reload", "--world", str(world), "--fault", "503:after=99")
    ask(process, "POST", "/_s/a/_mock/world", {"customers": [{"id": 700000001}]})
    ask(process, "POST", "/_s/a/_mock/faults", {"effect": "429", "after": 99})
    ask(process, "PUT", "/_s/b/_mock/world", {"programs": [{"id": 1}], "customers": [{"id": 5}]})
    made = enrol_in(process, "a", 700000001)["data"]["enrollmentStatus"]
    post(process)
    edit(world, lambda data: data["customers"].append(NEW))
    assert said(process) == "enrol-mock: the files were loaded anew; 2 of 2 enrolments are kept\n"
    assert [len(ask(process, "GET", f"{s}/_mock/journal")["exchanges"]) for s in ("", "/_s/a", "/_s/c")] == [1, 1, 0]
    assert [one["effect"] for one in ask(process, "GET", "/_s/a/_mock/faults")["faults"]] == ["503", "429"]
    assert [one["met"] for one in ask(process, "GET", "/_s/a/_mock/faults")["faults"]] == [1, 1]
    again = enrol_in(process, "a", 700000001)
    assert "already enrolled" in again["warnings"][0]["message"]
    assert enrol_in(process, "a", 42)["data"]["enrollmentStatus"]["promotion"] != made["promotion"]
    assert enrol_in(process, "c", 42)["data"]["status"] == "SUCCESS"
    assert ask(process, "GET", "/_s/b/_mock/world")["customers"][0]["id"] == 5
    assert "700000001" not in json.dumps(ask(process, "GET", "/_mock/world"))
    ask(process, "POST", "/_s/a/_mock/reset")
    assert ask(process, "GET", "/_s/a/_mock/journal")["exchanges"] == []
    assert "errors" in enrol_in(process, "a", 700000001), "a reset takes back what was added, as before"
    assert enrol_in(process, "a", 42)["data"]["status"] == "SUCCESS"
    assert process.stop()[2] == ""


def test_what_does_not_go_with_the_new_files_is_named(serve: Serve, world: Path) -> None:
    def change(data: Any) -> None:
        data["customers"] = [one for one in data["customers"] if one.get("id") != 388369579] + [NEW]
        data["pinned"] = []

    process = serve("--reload", "--world", str(world))
    ask(process, "POST", "/_s/a/_mock/world", {"customers": [{"id": 42}, {"id": 43}, {"id": 44}]})
    enrol_in(process, "a", 43)
    enrol_in(process, "a", 388369579)
    edit(world, change)
    assert said(process) == "enrol-mock: the files were loaded anew; 1 of 2 enrolments are kept\n"
    dropped = "enrol-mock: dropped, since it does not go with the files: session a: the "
    assert said(process) == f"{dropped}added customer 42: /customers: the id 42 is given twice; it must be unique\n"
    gone = f"enrolment of customer 388369579 in promotion {page.ENROL_REQUEST['promotion']['id']}"
    assert said(process) == f"{dropped}{gone}: one of the two is gone\n"
    assert [one["id"] for one in ask(process, "GET", "/_s/a/_mock/world")["customers"]][-3:] == [42, 43, 44]
    assert "already enrolled" in enrol_in(process, "a", 43)["warnings"][0]["message"]
    assert process.stop()[2] == ""


def test_the_journal_says_nothing_of_the_readings_before_a_reload(serve: Serve, readings: Path) -> None:
    process = serve("--reload", "--readings", str(readings))
    post(process)
    readings.write_text("error-shape: list-string\n", encoding="utf-8")
    assert "loaded anew" in said(process)
    post(process, {})
    before, after = ask(process, "GET", "/_mock/journal?readings=yes")["exchanges"]
    assert before["readings"] is None
    assert {"list-string"} == {one["reading"] for one in after["readings"] if one["question"] == "error-shape"}


def test_a_fault_goes_with_its_outcome(contract: Document) -> None:
    faults = Faults(Abilities(contract.outcomes), (Fault("engine_error"), Fault("503")))
    faults.add((Fault("no_response"), Fault("garbage")))
    left = {name: one for name, one in contract.outcomes.items() if name not in ("engine_error", "no_response")}
    assert faults.follow(left) == ["engine_error", "no_response"]
    assert [one["effect"] for one in faults.shown()] == ["503", "garbage"]
    faults.reset()
    assert [one["effect"] for one in faults.shown()] == ["503"]


def test_no_session_goes_through_the_customers(contract: Document, following: Readings) -> None:
    """There may be a thousand sessions with enrolments, and a hundred thousand customers."""
    data = world_format.parse(people.many(20_000), path=Path("w.yaml"))
    plan = Plan.of(contract, following)
    old = MemorySessions(State.of(data, following), now=0)
    enrolment = EnrolmentRecord(people.customer(0)["id"], data.promotions[0].id, 1, "7", "8", opted_in=True)
    for number in range(1000):
        old.use(f"s{number}", now=1).state.store.transact(lambda transaction: transaction.put(enrolment))
    first = State.of(data, following)
    seconds = []
    for _ in range(3):  # a look for garbage through all that other tests hold may fall into one of them
        begin = time.process_time()
        sessions, carried = carry_over(old, Plans(plan), first, now=2)
        seconds.append(time.process_time() - begin)
    # It takes 0.06 s, and would take more than a second with a walk through the customers for each session.
    assert min(seconds) < 0.5
    assert (carried.enrolments, carried.of_enrolments, carried.dropped) == (1000, 1000, [])
    assert len(sessions.all(now=2)) == 1001
    assert sessions.use("s999", now=2).state.store.records() == (enrolment,)
