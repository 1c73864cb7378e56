"""A message about a file is one line: the file, line and column, what is wrong, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.verdict import baseline
from openapi import document, overlay, questions, source, world
from openapi.document import Document
from openapi.source import SourceError

LIKE_ITS_KEYS = "indent this line like the keys beside it"


def about(path: Path, content: str | bytes) -> str:
    """Return what is said of a world file with this content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SourceError) as refused:
        world.load(path)
    said = str(refused.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    return said.removeprefix(f"{path}: ")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


TAB = "a tab; YAML is indented with spaces"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("customers:\n\t- id: 1\n", "line 2, column 1"),
        ("customers:\n  - id: 1\n\tmobile: '1'\n", "line 3, column 1"),
        ("customers:\n  - id: 1\n  \tmobile: '1'\n", "line 3, column 3"),
        ("customers:\n  - {id: 1}\n\t- {id: 2}\n", "line 3, column 1"),
        ("customers:\r\n\t- id: 1\r\n", "line 2, column 1"),
        ("customers:\n  - \tid: 1\n", "line 2, column 5"),
        ("\tcustomers: []\n", "line 1, column 1"),
    ],
)
def test_tab_is_called_a_tab(file: Path, text: str, place: str) -> None:
    assert about(file, text) == f"{place}: {TAB}"


def test_tab_between_a_key_and_its_value_is_no_indentation(file: Path) -> None:
    file.write_text("customers:\t[\n\t{id: 1}]\n")
    assert len(world.load(file).customers) == 1


@pytest.mark.parametrize(
    "value", ["@shop", "`shop`", "%shop", "*shop", "**", "* x", "&shop", "& x", "|shop", ">shop", ",x", "? x"]
)
def test_text_that_begins_with_a_sign_of_yaml_needs_quotes(file: Path, value: str) -> None:
    said = about(file, f"programs:\n  - id: 1\n    name: {value} # a comment\n")
    assert said == f"line 3, column 11: a text that begins with {value[0]} needs quotes: '{value}'"


def test_text_within_brackets_ends_before_them(file: Path) -> None:
    said = about(file, "programs: [{name: @it's, id: 1}]\n")
    assert said == "line 1, column 19: a text that begins with @ needs quotes: '@it''s'"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "programs:\n- name: a: b\n  id: 1\n",
            "line 2, column 10: a colon inside a text; quote the whole text: 'a: b'",
        ),
        (
            "programs: [{id: 1, name: a: b}]\n",
            "line 1, column 27: a comma is missing, or there is a colon inside a text; quote the whole text: 'a: b'",
        ),
        (
            "programs:\n- id: 1\n   name: x\n",
            f"line 3, column 8: this key does not belong to what is above it; {LIKE_ITS_KEYS}",
        ),
        (
            "programs:\n  - id: 1\n name: x\n",
            f"line 3, column 2: this line is indented by 1 spaces, and nothing above it is; {LIKE_ITS_KEYS}",
        ),
        (
            "programs:\n  - id: 1\n  id: 2\n",
            "line 3, column 3: an entry of a list begins with a dash and a space; its further keys are indented like the first",
        ),
        (
            "programs:\n  id: 1\n  - id: 2\n",
            f"line 3, column 3: an entry of a list among keys; {LIKE_ITS_KEYS}, or begin each entry above with a dash",
        ),
        (
            "programs:\n  - id: 1\n    name: x\n    id: 2\n",
            "line 4, column 5: the key 'id' is given twice; if a new entry of a list begins here, put a dash before it",
        ),
        (
            "programs:\n- id: 1\n  name: 'it's'\n",
            "line 3, column 13: something stands behind the end of a value; put one pair of quotes around all of it",
        ),
        ("programs:\n- {id: 1, name: 'x}\n", "line 2, column 17: the quote that begins here does not end"),
        (
            'programs: [{id: 1, name: "C:\\dir"}]\n',
            "line 1, column 29: a backslash within double quotes begins an escape; use single quotes",
        ),
        (
            'programs:\n- name: "\\ud83d\\ude00"\n  id: 1\n',
            "line 2, column 12: this escape is half a character; write the character itself, or save the data as JSON",
        ),
        (
            "programs: [{id: 1\ncustomers: []\n",
            "line 2, column 10: a comma is missing before this, or the } that closes what line 1 opens",
        ),
        ("programs: [{id: 1,, name: x}]\n", "line 1, column 19: a value is missing here; if it is a text, quote it"),
        (
            "programs\ncustomers: []\n",
            f"line 2, column 10: this key does not belong to what is above it; {LIKE_ITS_KEYS}",
        ),
        (
            "programs: []\ncustomers\nabsent: {}\n",
            "line 2, column 1: a key needs a colon and a space behind it; a text of several words stands behind its key",
        ),
        ("programs: {{ list }}\n", "line 1, column 12: a list or an object cannot be a key; if it is a text, quote it"),
    ],
    ids=lambda value: value.splitlines()[0][:20],
)
def test_yaml_that_is_not_understood_is_explained(file: Path, text: str, says: str) -> None:
    assert about(file, text) == says


MILESTONE = "promotions: [{id: a, promotionId: 1, programId: 1, type: LOYALTY, status: LIVE, milestones: [{%s}]}]"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "customers:\n  - {id: 1, mobile: 919800000001}\n",
            "line 2, column 21: /customers/0/mobile: expected a text or null, got a whole number; quote it: '919800000001'",
        ),
        (
            "customers:\n  - {id: 1, externalId: 2026-01-01}\n",
            "line 2, column 25: /customers/0/externalId: expected a text or null, got a date; quote it: '2026-01-01'",
        ),
        (
            "programs: [{id: 1, name: 1.10}]\n",
            "line 1, column 26: /programs/0/name: expected a text, got a number; quote it: '1.10'",
        ),
        (
            "programs: [{id: 1, name: TRUE}]\n",
            "line 1, column 26: /programs/0/name: expected a text, got true or false; quote it: 'TRUE'",
        ),
        (
            "programs:\n- id: 1\n  name: #5\n",
            "line 3, column 8: /programs/0/name: expected a text, got null; "
            "nothing is written here (a text that begins with # needs quotes)",
        ),
        (
            "programs: [{id: '1'}]\n",
            "line 1, column 17: /programs/0/id: expected a whole number, got a text; a number has no quotes",
        ),
        ("programs: [{id: one}]\n", "line 1, column 17: /programs/0/id: expected a whole number, got a text"),
        (
            "programs: [{id: 5.0}]\n",
            "line 1, column 17: /programs/0/id: expected a whole number, got a number; write a whole number in decimal digits",
        ),
        (
            MILESTONE % "targetGroupId: 1, targetRuleId: 1, fails: yes",
            "line 1, column 137: /promotions/0/milestones/0/fails: expected true or false, got a text; write true or false",
        ),
        (
            "customers:\n  id: 1\n",
            "line 2, column 3: /customers: expected a list, got an object; "
            "begin each entry of the list with a dash and a space",
        ),
        (
            "customers:\n  -id: 1\n",
            "line 2, column 3: /customers: expected a list, got an object; "
            "begin each entry of the list with a dash and a space",
        ),
        (
            "customers:\n  - id:1\n",
            "line 2, column 5: /customers/0: expected an object, got a text; put a space behind the colon of each key",
        ),
        (
            "customers:\n  - {id: 1}\n  - {id: 2, moblie: '1'}\n",
            "line 3, column 13: /customers/1: unknown key `moblie` (did you mean 'mobile'?)",
        ),
        (
            "promotions:\n  - {id: a}\n",
            "line 2, column 5: /promotions/0: the key `promotionId` is missing",
        ),
        (
            "programs:\n\xa0\xa0- id: 1\n",
            "line 2, column 1: U+00A0 is not a space here, though it looks like one; type a plain space",
        ),
        ("5: x\n", "line 1, column 1: /: a key is not a text; quote it"),
        (
            "x: &x {mobile: 5}\ncustomers: [*x]\n",
            "line 1, column 1: /: unknown key `x`",
        ),
        (
            "x-a: &a {mobile: 5}\ncustomers: [{<<: *a}]\n",
            "/customers/0/mobile: expected a text or null, got a whole number; quote it",
        ),
        (
            "customers:\n  - {id: 1}\n  - {id: 1}\n",
            "line 3, column 10: /customers: the id 1 is given twice; it must be unique",
        ),
        (
            "customers: [{id: 1}]\npinned:\n  - {customer: 1, promotion: a, enrollmentId: '1'}\n",
            "line 3, column 30: /pinned/0/promotion: no promotion has the id 'a'",
        ),
    ],
)  # fmt: skip
def test_value_that_does_not_fit_is_explained(file: Path, text: str, says: str) -> None:
    assert about(file, text) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '{"customers": [{"id": 1,\n "mobile": 919800000001}]}',
            'line 2, column 12: /customers/0/mobile: expected a text or null, got a whole number; quote it: "919800000001"',
        ),
        (
            '{"customers": {"id": 1}}',
            "line 1, column 15: /customers: expected a list, got an object; put [ and ] around the entries of a list",
        ),
        (
            '{"customers": [{"externalId": "\\ud83d\\ude00", "moblie": "1"}]}',
            "line 1, column 47: /customers/0: unknown key `moblie` (did you mean 'mobile'?)",
        ),
    ],
)
def test_json_that_does_not_fit_is_explained(tmp_path: Path, text: str, says: str) -> None:
    assert about(tmp_path / "mine.json", text) == says


@pytest.mark.parametrize("name", ["mine.yaml", "mine.json"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "/: expected an object, got null: the file holds nothing"),
        (b"\n  \n", "/: expected an object, got null: the file holds nothing"),
        (b"\xef\xbb\xbf", "/: expected an object, got null: the file holds nothing"),
        ("customers: []\n".encode("utf-16"), "is UTF-16, not UTF-8; save it as UTF-8"),
        ("customers: []\n".encode("utf-16-be"), "is UTF-16, not UTF-8; save it as UTF-8"),
        ("customers: []\n".encode("utf-16-le"), "is UTF-16, not UTF-8; save it as UTF-8"),
        (
            "programs:\n- {id: 1, name: Café}\n".encode("latin-1"),
            "line 2, column 20: is not UTF-8 (byte 29 is 0xe9); save it as UTF-8",
        ),
    ],
    ids=["empty", "blank", "mark only", "UTF-16", "big-endian", "little-endian", "latin-1"],
)
def test_file_that_is_no_text_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    assert about(tmp_path / name, content) == says


def test_control_character_is_refused_with_its_place(file: Path) -> None:
    said = about(file, "programs: [{id: 1, name: 'é'}]\ncustomers: ['\x07']\n")
    assert said == "line 2, column 14: the character U+0007 must not stand in YAML"


def test_byte_order_mark_of_utf_8_moves_no_column(file: Path) -> None:
    assert about(file, "\ufeffprograms: [{id: 01}]\n").startswith("line 1, column 17: quote it: '01'")
    assert about(file, "\ufeffprograms: @\n").startswith("line 1, column 11: a text that begins with @ ")


def test_keys_for_anchors_are_left_out_wherever_a_file_has_fixed_keys(file: Path) -> None:
    file.write_text(
        "x-shop: &shop {source: INSTORE}\n"
        "x-note: any text\n"
        "programs: [{id: 1, x-note: 1}]\n"
        "customers:\n"
        "  - {<<: *shop, id: 1, x-note: [a list]}\n"
        "  - &second\n"
        "    <<: *shop\n"
        "    id: 2\n"
        "absent: {programId: 9, promotion: {id: z, promotionId: 9, x-a: 1}, customer: {id: 9}, x-b: {c: 1}}\n"
        "credentials: {x-c: 1, basic: [{username: u, password: p, x-d: 1}]}\n"
    )
    assert [(customer.id, customer.source) for customer in world.load(file).customers] == [
        (1, "INSTORE"),
        (2, "INSTORE"),
    ]
    assert "unknown key `y-shop`" in about(file, "x-shop: 1\ny-shop: 2\n")


def test_other_files_are_read_alike(tmp_path: Path) -> None:
    known = questions.load()
    file = tmp_path / "f.yaml"
    file.write_text("x-why: &why because\nsource-selects: no\nengine-status: 500\ndata-on-error: null\n")
    assert questions.load_readings(file, known) == {
        "source-selects": "no", "engine-status": "500", "data-on-error": "null"
    }  # fmt: skip
    file.write_text("engine-status: 500\nsource-selects: nope\n")
    with pytest.raises(
        SourceError, match=r"f\.yaml: line 2, column 17: source-selects: 'nope' is none of its readings"
    ):
        questions.load_readings(file, known)
    file.write_text("engine-status: 500\nsource-select: no\n")
    with pytest.raises(
        SourceError, match=r"f\.yaml: line 2, column 16: 'source-select' is no open question \(did you mean"
    ):
        questions.load_readings(file, known)
    file.write_text("x-a: &a {expires: 2026-12-31}\ndeviations: [{<<: *a, claim: auth.basic, reason: x, x-b: 1}]\n")
    assert [str(one.expires) for one in baseline.load(file, document.load())] == ["2026-12-31"]
    file.write_text("deviations: [{claim: auth.basic, reason: 7, expires: 2026-12-31}]\n")
    with pytest.raises(
        SourceError,
        match=r"line 1, column 42: /deviations/0/reason: expected a text, got a whole number; quote it: '7'",
    ):
        baseline.load(file, document.load())
    file.write_text("deviations: [{claim: auth.basik, reason: x, expires: 2026-12-31}]\n")
    with pytest.raises(SourceError, match=r"line 1, column 22: /deviations/0/claim: there is no claim 'auth\.basik'"):
        baseline.load(file, document.load())
    file.write_text("overlay: 1.0.0\ninfo: {title: T, version: 1.0}\nactions: []\nx-a: 1\n")
    with pytest.raises(
        SourceError, match=r"line 2, column 27: /info/version: expected a text, got a number; quote it: '1.0'"
    ):
        overlay.load(file)
    assert source.read(source.ENROL)["openapi"].startswith("3.1")


@pytest.mark.parametrize("expires", ["soon", "''", "'2026-02-30'", "'31.12.2026'"])
def test_date_that_is_none_is_called_so(file: Path, contract: Document, expires: str) -> None:
    file.write_text(f"deviations:\n- {{claim: auth.basic, reason: x, expires: {expires}}}\n")
    with pytest.raises(
        SourceError, match=r"/deviations/0/expires: this is no date of the calendar, such as 2026-12-31$"
    ):
        baseline.load(file, contract)


@pytest.mark.parametrize("status", ["ENDED", "it's", "''", "live"])
def test_word_that_is_not_listed_is_told_which_are(file: Path, status: str) -> None:
    said = about(file, f"promotions: [{{id: a, promotionId: 1, programId: 1, type: LOYALTY, status: {status}}}]\n")
    assert " is none of COMPLETED, DRAFT, " in said
    assert "enum" not in said
    assert said.endswith("(did you mean 'LIVE'?)") == (status == "live")
