"""Files that people give in place of an archive (HAR): one line says what the file is, and what to give instead."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.field.test_archives import archive, checked, entry

HAR = json.dumps({"log": {"version": "1.2", "entries": [entry()]}}).encode()
CHARLES = {"status": "COMPLETE", "method": "POST", "protocolVersion": "HTTP/1.1", "scheme": "https", "request": {}}

FILES: dict[str, tuple[bytes, str, str]] = {
    "gzip": (gzip.compress(HAR), "it is compressed", "unpack it"),
    "Zstandard": (b"\x28\xb5\x2f\xfd\x04\x00", "it is compressed", "unpack it"),
    "Playwright's ZIP": (b"PK\x03\x04\x14\x00\x00\x08\x00\x00\xaf\xa3", "it is a ZIP file", "unpack it"),
    "Fiddler's ZIP": (b"PK\x03\x04\x14\x00\x00\x08\x00\x00\xaf\xa3", "Fiddler", "export them as HTTP Archive (HAR)"),
    "mitmproxy's flows": (b"3412:9:websocket;0:~8:response;\xff", "flow file of mitmproxy", "--set hardump=FILE.har"),
    "Wireshark": (b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00", "capture of packets", "`enrol-contract proxy`"),
    "Wireshark's newer form": (b"\n\r\r\n\x84\x00\x00\x00", "capture of packets", "`enrol-contract proxy`"),
    "Charles": (b"\xac\xed\x00\x05sr", "session of Charles", "export it as HTTP Archive (HAR)"),
    "Charles in XML": (
        b'<?xml version="1.0"?>\n<?charles serialisation-version="2.0" ?>\n<charles-session>',
        "session of Charles",
        "export it as HTTP Archive (HAR)",
    ),
    "Charles in JSON": (json.dumps([CHARLES]).encode(), "session of Charles", "export it as HTTP Archive (HAR)"),
    "Chrome's net-export": (b'{"constants": {}, "events": []}', "net-export of Chrome", "save a HAR"),
    "a net-export without its end": (b'{"constants": {},\n"events": [\n{},\n', "net-export of Chrome", "save a HAR"),
    "Insomnia's collection": (b'{"_type": "export", "resources": []}', "collection of Insomnia", "as HAR"),
    "newman's report": (b'{"collection": {"item": []}, "run": {}}', "Postman", "`enrol-contract proxy`"),
    "the report of a run": (b'{"verdict": "kept", "findings": []}', "report of a run", "give the run.har"),
    "an archive without its end": (HAR[:500], "its end is missing", "save it again"),
    "an archive that ends between two entries": (HAR[:-3] + b",", "its end is missing", "save it again"),
    "an empty file": (b"\n", "it is empty", "give a HAR"),
    "JSON Lines": (json.dumps(entry()).encode() + b"\n{}", "line 2, column 1", "give a HAR"),
    "a list of entries": (json.dumps([entry()]).encode(), "an object `log`", "give a HAR"),
    "the output of curl -i": (b"HTTP/1.1 200 OK\r\n\r\n{}", "this is not JSON", "give a HAR"),
    "a property list": (b"bplist00\xd4", "not UTF-8", "give a HAR"),
}


@pytest.mark.parametrize(("content", "what", "instead"), FILES.values(), ids=FILES.keys())
def test_a_file_of_another_kind_is_one_line_with_what_to_give_instead(
    tmp_path: Path, content: bytes, what: str, instead: str
) -> None:
    path = archive(tmp_path)
    path.write_bytes(content)
    seen = checked(path)
    assert (seen.exit, seen.said.count("\n")) == (2, 0)
    assert what in seen.said
    assert instead in seen.said
