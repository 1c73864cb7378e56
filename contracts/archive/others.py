"""What people give in place of an HTTP Archive, and what to give instead."""

from __future__ import annotations

import re
from typing import Any, Final

_PROXY: Final = "send its requests through `enrol-contract proxy`, which judges the answers as they pass"
_GIVE: Final = "give a HAR, as browsers and proxies save it"
_POSTMAN: Final = f"it is a Postman collection, which says what to send and not what a host has answered; {_PROXY}"
_CHARLES: Final = "it is a session of Charles; export it as HTTP Archive (HAR)"

# What other tools save, by its bytes.
_SIGNS: Final = (
    (
        re.compile(rb"PK\x03\x04"),
        "it is a ZIP file; unpack it, and give the .har file that is in it. Fiddler saves its sessions in such files: "
        "export them as HTTP Archive (HAR)",
    ),
    (
        re.compile(rb"\x1f\x8b|\x28\xb5\x2f\xfd|BZh|\xfd7zXZ"),
        "it is compressed; unpack it, and give the .har file that it holds",
    ),
    (
        re.compile(rb"\d+:(?:\d+:[a-z_]+;|.{0,40}:version;)", re.DOTALL),
        "it is a flow file of mitmproxy; turn it into a HAR with `mitmdump --no-server --rfile FILE --set hardump=FILE.har`",
    ),
    (
        re.compile(rb"\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x4d\x3c\xb2\xa1|\n\r\r\n"),
        f"it is a capture of packets, as Wireshark saves it; {_PROXY}",
    ),
    (
        re.compile(rb"\s*<.{0,4000}\bburpVersion=", re.DOTALL),
        f"it is a list of items that Burp has saved; {_GIVE}, or {_PROXY}",
    ),
    (re.compile(rb"\s*<.{0,4000}<charles-session|\xac\xed\x00\x05", re.DOTALL), _CHARLES),
    (
        re.compile(rb'\s*\{\s*"constants"\s*:'),
        "it is a net-export of Chrome, which has no bodies; save a HAR in the developer tools",
    ),
)
_BEGINNING: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:')


def of_content(content: bytes) -> str:
    """Return what a file is that is no JSON, and what to give instead."""
    if not content.strip():
        return f"it is empty; {_GIVE}"
    if known := next((words for sign, words in _SIGNS if sign.match(content)), ""):
        return known
    if _BEGINNING.match(content) and not content.rstrip().endswith(b"}"):
        return "its end is missing; let the tool that records it come to its end, and save it again"
    return ""


def of_value(value: Any) -> str:
    """Return what a JSON value is that is no archive, and what to give instead; "" if it is nothing known."""
    if isinstance(value, list):
        first = value[0] if value and isinstance(value[0], dict) else {}
        return _CHARLES if {"protocolVersion", "scheme"} <= first.keys() else ""
    if not isinstance(value, dict):
        return ""
    if _is_postman(value):
        return _POSTMAN
    if value.get("_type") == "export":
        return "it is a collection of Insomnia, which has no answers; export the requests as HAR after they were sent"
    if {"constants", "events"} <= value.keys():
        return "it is a net-export of Chrome, which has no bodies; save a HAR in the developer tools"
    if {"verdict", "findings"} <= value.keys():
        return "it is the report of a run; give the run.har beside it"
    return ""


def in_general(words: str) -> str:
    """Return what is wrong with a file that is nothing known, with what to give instead."""
    return f"{words}; {_GIVE}"


def _is_postman(value: dict[str, Any]) -> bool:
    """A file names the schema of Postman's collections, is one in the answer of Postman's API, or a report of newman."""
    inside = value.get("collection", value)
    info = inside.get("info") if isinstance(inside, dict) else None
    is_named = isinstance(info, dict) and ("_postman_id" in info or "postman.com/" in str(info.get("schema"))[:200])
    return is_named or (isinstance(inside, dict) and "collection" in value and "run" in value)
