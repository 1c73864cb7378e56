"""Writes docs/bench.md and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.tables import Table, as_markdown

DOCS: Final = Path(__file__).parents[2] / "docs"
_HEAD: Final = """\
# How fast the mock is

`make bench PEERS=1 DOCS=1` wrote this page and its picture, with other mocks installed for the purpose (npm, and Java for
WireMock). It takes about six minutes. `make bench` alone prints the same tables, without the other mocks and their rows.

**Measured on** {machine}

![The servers side by side: requests per second, latency, processor time](images/bench.svg)

What is compared is not the same work. This mock checks the credentials and the request, keeps enrolments, judges by the page's rules, writes
its journal and checks its own answer. Prism checks the request against the document. Mockoon and WireMock answer a fixed
response to every request for the path.

- All servers get the same request, with the User-Agent and the Accept of curl. Rows about a *bare request* leave these two out.
- Servers of one table run at the same time and are loaded in turns. The comparison has {count} loads of {seconds:g} seconds for each figure, the
  other tables have shorter ones. Figures are medians.
- Compare figures of one table, not of two runs. Other work on the machine moves all of them.
- *CPU µs/request* is the processor time that the server used for one answer, in its own code and in the system. It moves least with
  other work on the machine. The load generator shares the processors with the servers.
"""


def write(
    tables: Sequence[Table],
    notices: Sequence[str],
    picture: str,
    *,
    machine: str,
    count: int,
    seconds: float,
    folder: Path = DOCS,
) -> None:
    """Write the page and the picture below a folder. `count`, `seconds`: the windows of the comparison."""
    parts = [_HEAD.format(machine=machine, count=count, seconds=seconds)]
    parts += [f"## {table.title}\n\n{as_markdown(table)}" for table in tables]
    if notices:
        parts.append("## What is missing\n\n" + "\n".join(f"- {notice}" for notice in notices) + "\n")
    (folder / "images").mkdir(exist_ok=True)
    (folder / "bench.md").write_text("\n".join(parts), encoding="utf-8")
    (folder / "images" / "bench.svg").write_text(picture, encoding="utf-8")
