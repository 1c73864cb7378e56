"""`python -m tests.faulty` starts the host that was asked for."""

import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.faulty.server import serve

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.faulty"]


def test_the_list_has_every_fault_and_every_question() -> None:
    shown = subprocess.run([*COMMAND, "--list"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search("^draft-accepted +error.promotion_inactive$", shown, re.MULTILINE)
    assert re.search("^source +optional, required$", shown, re.MULTILINE)
    assert re.search("^chunked +form$", shown, re.MULTILINE)


def test_a_faulty_host_listens_where_it_says() -> None:
    asked = ["--fault", "call-at-another-path", "--reading", "source=required", "--port", "0"]
    with subprocess.Popen([*COMMAND, *asked], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        line = process.stdout.readline()
        url = line.removeprefix("listening on ").strip()
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"{url}/v3/promotions/enrol", b'{"action": "OPT_IN"}')
        process.terminate()
    assert answer.value.code == 404
    answer.value.close()


def test_an_unknown_fault_is_refused_with_the_nearest_name() -> None:
    done = subprocess.run(
        [*COMMAND, "--fault", "generic-acepted"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no fault is called 'generic-acepted': did you mean generic-accepted" in done.stderr


def test_a_fault_brings_its_readings_and_others_go_over_them() -> None:
    with serve(fault="target-rule-has-an-unknown-code", readings={"source": "required"}) as handle:
        readings = handle.host.memory.readings
    assert (readings["milestone-action"], readings["source"]) == ("accepted", "required")


def test_forms_and_faults_go_together() -> None:
    with serve(
        fault="generic-accepted", forms=["texts-cut-at-40", "chunked"], readings={"message-extent": "any-text"}
    ) as handle:
        assert handle.host.memory.readings["message-extent"] == "whole"


def test_an_unknown_form_is_refused_with_the_nearest_name() -> None:
    asked = [*COMMAND, "--form", "pretty", "--form", "chunk"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no form is called 'chunk': did you mean chunked" in done.stderr
