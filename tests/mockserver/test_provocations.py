"""The list of outcomes with a plain request for each, and the page docs/outcomes.md made from it."""

from __future__ import annotations

import json
import re
import subprocess

import msgspec
import pytest
from werkzeug.test import Client

from mockserver.app import Mock
from mockserver.catalogue import pages
from mockserver.catalogue.candidates import Plain
from mockserver.catalogue.provocations import provocations
from openapi.document import Document
from openapi.questions import Readings
from openapi.world import World
from tests.house.modules import ROOT
from tests.mockserver.process import Process

Plains = dict[str, Plain | None]


@pytest.fixture(scope="module")
def plain(contract: Document, sample_world: World, readings: Readings) -> Plains:
    return provocations(contract, sample_world, readings)


# The outcomes that no request gets under the default readings.
OF_OTHER_READINGS = ["target_rule_id_required", "unknown_field", "target_rule_not_found", "not_enrolled"]


def test_sample_world_provokes_every_outcome_of_the_default_readings_by_a_plain_request(plain: Plains) -> None:
    assert [name for name, request in plain.items() if request is None] == OF_OTHER_READINGS


def test_plain_request_leads_to_its_outcome_on_a_fresh_mock(
    plain: Plains, contract: Document, sample_world: World, readings: Readings
) -> None:
    for name, request in plain.items():
        if request is None:
            continue
        response = Client(Mock.of(contract, sample_world, readings)).open(
            request.path, method=request.method, headers=dict(request.headers), data=request.body
        )
        body = response.get_json()
        assert response.status_code == contract.outcomes[name].status
        (one,) = body["errors"] or body["warnings"]
        assert one["message"].startswith(contract.outcomes[name].message)


def test_world_with_nothing_in_it_provokes_what_it_can(
    contract: Document, sample_world: World, readings: Readings
) -> None:
    empty = World(credentials=sample_world.credentials)
    plain = provocations(contract, empty, readings)
    out_of_reach = [
        *OF_OTHER_READINGS[:2],
        *("program_not_found", "customer_not_found", "generic_not_eligible", "opt_in_not_supported"),
        *("target_rule_not_found", "engine_error", "not_enrolled"),
        *("already_enrolled", "milestones_failed", "no_response"),
    ]
    assert [name for name, request in plain.items() if request is None] == out_of_reach


def test_page_of_outcomes_is_up_to_date(plain: Plains, contract: Document) -> None:
    page = "\n".join(pages.as_markdown(contract, plain)) + "\n"
    assert (ROOT / "docs" / "outcomes.md").read_text(encoding="utf-8") == page, (
        "run: enrol-mock outcomes --markdown > docs/outcomes.md"
    )


def test_commands_of_the_page_work_as_they_stand(running: Process, contract: Document) -> None:
    page = (ROOT / "docs" / "outcomes.md").read_text(encoding="utf-8")
    commands = re.findall(r"^## (\w+)$(?:(?!^## ).)*?^```sh\n(.*?)\n```$", page, flags=re.MULTILINE | re.DOTALL)
    assert len(commands) == len(contract.outcomes) - len(OF_OTHER_READINGS)
    for name, command in commands:
        running.reset()
        done = subprocess.run(
            command.replace("http://127.0.0.1:8080", running.url), shell=True, capture_output=True, check=True
        )
        answer = json.loads(done.stdout)
        (one,) = answer["errors"] or answer["warnings"]
        assert one["message"].startswith(contract.outcomes[name].message)


def test_list_has_a_line_for_every_outcome(plain: Plains, contract: Document) -> None:
    lines = list(pages.as_lines(contract, plain))
    assert "400   310002  action_required           no action" in lines
    assert len([line for line in lines if line[:3].isdigit()]) == len(contract.outcomes)


def test_ordinary_request_is_about_the_world_that_is_served(
    contract: Document, sample_world: World, readings: Readings
) -> None:
    world = msgspec.structs.replace(sample_world, promotions=sample_world.promotions[2:], pinned=())
    request = provocations(contract, world, readings)["customer_not_found"]
    assert request is not None
    assert b"68c3f64bbd0a8a0aa705c801" in request.body
