"""Each report shows a proof truly, whatever text is in it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from jsonschema import Draft202012Validator
from junitparser import JUnitXml

from openapi.source import SourceError
from proof.gates import Gates
from proof.records import CaseResult, ClientFinding, Met, Proof
from proof.reports import files, html, json_report, junit, page_map, summary

HOSTILE = "<script>alert(1)</script>&\"' \x1b[31m\r\n\u202e\u3164\x00\x7f\x9b\ufffe ]]> {{ 7*7 }} ::error::x"
PROOF = Proof(
    met=(
        Met("outcome", "promotion_not_found", "400 Promotion not found.", "Error codes, row 9", 2),
        Met("outcome", "customer_not_found", "400 Customer not found.", "Error codes, row 11", 0),
        Met("outcome", "no_response", "No Response", "Warning messages, row 3", 0),
        Met("shape", "error-shape=object-number", "one object", "Response parameters, row 22", 0),
        Met("fault", "429", "429 with Retry-After", "", 1),
    ),
    findings=(
        ClientFinding(
            "broken",
            "retry.after_4xx",
            "It retries.",
            "the words",
            "Error codes, row 9",
            "curl x",
            "Do not.",
            3,
            ("t.py::a",),
        ),
        ClientFinding("hygiene", "header.accept", "No Accept.", "RFC 9110", "", "curl y", "Send it."),
    ),
    cases=(
        CaseResult("garbage", "", "raises", "crashed", ("It crashed.", "It hung.")),
        CaseResult("429", "", "retries", "retried"),
    ),
)
EVIL = Proof(
    met=(Met("outcome", HOSTILE, HOSTILE, HOSTILE, 0), Met("fault", HOSTILE, HOSTILE, "Error codes, row 999999", 1)),
    findings=(ClientFinding("broken", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1, (HOSTILE,)),),
    cases=(CaseResult(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)), CaseResult(HOSTILE + "2", "", "", "")),
)
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u3164]")


class Markup(HTMLParser):
    """The names of all elements of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_says_how_much_was_met_once() -> None:
    head = html.render(PROOF, Gates()).partition("<body>")[2].partition("<main>")[0]
    assert (head.count("of 3 outcomes"), head.count("of 1 faults")) == (1, 1)
    assert 'class="counts"' in head
    assert 'class="counts"' not in html.render(msgspec.structs.replace(PROOF, findings=(), cases=()), Gates())


def test_summary_says_what_was_met_and_what_never_was() -> None:
    said = summary.lines(PROOF, Gates(outcomes=3))
    assert said[0] == "your tests met 1 of 3 outcomes, 0 of 1 answer shapes, 1 of 1 faults; never met:"
    assert said[1:3] == [
        "  outcomes       customer_not_found, no_response",
        "  answer shapes  error-shape=*",
    ]
    assert "1. broken: It retries.  [retry.after_4xx]" in said
    assert "  seen in        3 requests, t.py::a" in said
    assert "the client took 1 of 2 cases as it should" in said
    assert "  problem        It crashed. It hung." in said
    assert said[-1] == "missed: 1 of the 3 outcomes that are required were met"


def test_summary_has_one_line_for_a_note() -> None:
    note = ClientFinding("note", "headers.user_agent", "No User-Agent.", "RFC 9110", "", "curl y", "Send it.")
    assert summary.lines(Proof(findings=(note, note)), Gates())[1:] == [
        "",
        "1. note: No User-Agent.  [headers.user_agent]",
        "2. note: No User-Agent.  [headers.user_agent]",
    ]


def test_summary_is_one_line_where_all_was_met() -> None:
    proof = Proof((Met("outcome", "a", "", "", 1),))
    assert summary.lines(proof, Gates()) == ["your tests met 1 of 1 outcomes, 0 of 0 answer shapes, 0 of 0 faults"]


def test_summary_names_what_was_never_met_in_few_words() -> None:
    shapes = {"success-enrol": 1, "success-opt-in": 0, "a=1": 0, "a=2": 0, "b=1": 3, "b=2": 0, "b=3": 0}
    met = [Met("shape", name, "", "", count) for name, count in shapes.items()]
    said = summary.lines(Proof((*met, Met("fault", "429", "", "", 0), Met("fault", "502", "", "", 0))), Gates())
    assert said[1:] == ["  answer shapes  success-opt-in, a=*, b=2, b=3", "  faults         all of them"]


@pytest.mark.parametrize("width", [20, 60, 120])
def test_lines_of_the_summary_fit_and_control_no_terminal(width: int) -> None:
    lists = Proof(met=tuple(Met("shape", f"shape-of-an-answer-{number}", "", "", number % 2) for number in range(50)))
    assert max(map(len, summary.lines(lists, Gates(), width=width)[1:])) <= max(width, 40)
    assert not CONTROLS.search("".join(summary.lines(EVIL, Gates(), width=width)))


def test_json_is_the_proof_and_fits_its_schema() -> None:
    schema = json.loads((Path(json_report.__file__).parent / "proof.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    for proof in (PROOF, EVIL, Proof()):
        text = json_report.render(proof, Gates())
        Draft202012Validator(schema).validate(json.loads(text))
        assert msgspec.json.decode(text, type=Proof) == proof
        assert not CONTROLS.search(text)


def results(proof: Proof, gates: Gates) -> dict[str, str]:
    """Return for each test case of the JUnit report how it went."""
    root = ElementTree.fromstring(junit.render(proof, gates))
    return {case.get("name", ""): case[0].tag if len(case) else "passed" for case in root.iter("testcase")}


def test_junit_skips_what_was_never_met() -> None:
    assert results(PROOF, Gates()) == {
        "promotion_not_found": "passed",
        "customer_not_found": "skipped",
        "no_response": "skipped",
        "error-shape=object-number": "skipped",
        "429": "passed",
        "retry.after_4xx: It retries.": "failure",
        "header.accept: No Accept.": "skipped",
        "garbage": "failure",
    } | {"429": "passed"}


def test_junit_fails_what_a_gate_demands() -> None:
    found = results(PROOF, Gates(outcomes=2, fail_on="hygiene"))
    assert {name for name, how in found.items() if how == "failure"} == {
        "customer_not_found",
        "no_response",
        "retry.after_4xx: It retries.",
        "header.accept: No Accept.",
        "garbage",
    }


@pytest.mark.parametrize(
    "gates", [Gates(), Gates(outcomes=2), Gates(fail_on="never"), Gates(shapes=0, fail_on="hygiene")]
)
@pytest.mark.parametrize("proof", [PROOF, Proof(PROOF.met), Proof(cases=PROOF.cases), Proof()])
def test_junit_fails_exactly_where_the_command_does(proof: Proof, gates: Gates) -> None:
    if gates.outcomes and not proof.met:
        return
    report = JUnitXml.fromstring(junit.render(proof, gates).encode())
    assert (report.failures > 0) is gates.failed(proof)


def test_junit_is_xml_whatever_the_texts_are() -> None:
    text = junit.render(EVIL, Gates())
    assert len(list(ElementTree.fromstring(text).iter("testcase"))) == 5
    assert not CONTROLS.search(text)


def test_html_escapes_everything() -> None:
    plain, evil = Markup(html.render(PROOF, Gates())), Markup(html.render(EVIL, Gates()))
    assert set(evil.names) <= set(plain.names)
    assert "script" not in evil.names
    assert "<script>alert(1)</script>" in evil.text
    assert "{{ 7*7 }}" in evil.text
    assert not CONTROLS.search(html.render(EVIL, Gates()))


def test_links_of_the_html_lead_somewhere() -> None:
    found = Markup(html.render(PROOF, Gates()))
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))


def test_html_says_how_it_ended() -> None:
    all_met = Proof((Met("outcome", "a", "words", "Error codes, row 1", 1),))
    for proof, gates, state in (
        (PROOF, Gates(), "broken"),
        (Proof(PROOF.met), Gates(), "partial"),
        (Proof(PROOF.met, PROOF.findings), Gates(fail_on="never"), "broken"),
        (Proof(PROOF.met, cases=PROOF.cases), Gates(fail_on="never"), "broken"),
        (Proof(PROOF.met), Gates(outcomes=2), "broken"),
        (all_met, Gates(outcomes=1), "kept"),
    ):
        assert f'<header class="{state}">' in html.render(proof, gates)
    assert "Missed: 1 of the 2 outcomes that are required were met." in html.render(Proof(PROOF.met), Gates(outcomes=2))


def test_map_has_the_rows_of_the_page_in_its_order() -> None:
    found = page_map.sections(reversed(PROOF.met))
    assert [(section, [(row.number, row.label) for row in rows]) for section, rows in found] == [
        ("Response parameters", [(22, "errors")]),
        ("Error codes", [(9, "400"), (11, "400")]),
        ("Warning messages", [(3, "")]),
    ]
    assert page_map.sections([Met("outcome", "x", "", "Elsewhere, row 3", 0), Met("outcome", "y", "", "row x", 0)]) == [
        ("Elsewhere", [page_map.Row(3, "", (Met("outcome", "x", "", "Elsewhere, row 3", 0),))])
    ]


def test_files_are_written_anew(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    for _ in range(2):
        files.write(folder, PROOF, Gates())
    assert {path.name for path in folder.iterdir()} == {"proof.json", "proof.xml", "proof.html"}


@pytest.mark.parametrize("taken", ["reports", "reports/proof.xml"])
def test_folder_that_cannot_be_written_is_one_line(tmp_path: Path, taken: str) -> None:
    place = tmp_path / taken
    place.parent.mkdir(exist_ok=True)
    place.touch() if taken == "reports" else place.mkdir()
    with pytest.raises(SourceError, match=r"^--report-dir: .* cannot be written: [^\n]+$"):
        files.write(tmp_path / "reports", PROOF, Gates())
