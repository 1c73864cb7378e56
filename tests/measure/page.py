"""`python -m tests.measure.page`: docs/faults.md, with the figures of the last whole measurement and a row for each fault."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from contracts.suite.runner import PARTS
from openapi.closed_pipe import silent_end
from tests.faulty.faults.fault import Fault
from tests.measure import found_in
from tests.measure.trials import BY_NAME

PAGE: Final = Path(__file__).parents[2] / "docs" / "faults.md"
_FIGURES: Final = Path(__file__).with_name("figures.json")

_HEAD: Final = """\
# What the contract tests find

`tests/faulty/` is a second implementation of the call, written from the page and sharing nothing with the mock. It can
be made wrong in one named way at a time, it can follow any reading of the open questions, and it can answer in many forms
that HTTP and the page allow. Every fault is a server that the contract tests must find broken. Every reading, every form,
and every mixture of them is one that they must pass.

`make faults` measures that, and tells at once of each server that is not judged as it should be. It takes more than an hour on two
cores. `make faults DOCS=1` keeps the figures and where each fault was found, and writes this page. A run that crashes or does not
end counts as a survivor or as a false alarm.

## Figures

"""

_STOCK: Final = """
Stock Schemathesis is a default run of `schemathesis run openapi/enrol.yaml` with our `schemathesis.toml`: credentials,
the example's ids, all checks and the strict expectations. The document it gets is loosened where the page is silent and
these servers answer otherwise than the mock, so that it starts without a complaint about the conforming server; what it
finds there all the same is in its baseline. It knows one reading of the open questions, the document's: hence the
conforming servers it accuses.
"""

_PARTS: Final = """
## Parts of the suite

How many faults each part is the first to find, in the order in which a run asks them.

| part | first |
|---|---:|
"""

_FAULTS: Final = """
## Faults

*Claim*: what the fault was made to break. *Found in*: the part of the suite that was the first to find it.

| fault | what is wrong | claim | found in |
|---|---|---|---|
"""


def render() -> str:
    """Return the page."""
    return "".join(_page())


def write(lines: Sequence[str]) -> None:
    """Keep the figures of a measurement, and write the page."""
    _FIGURES.write_text(json.dumps([*lines], indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(render(), encoding="utf-8")


def row(fault: Fault, part: str) -> str:
    """Return the row of a fault."""
    return f"| `{fault.name}` | {_cell(fault.says)} | `{fault.claims[0]}` | {part} |\n"


def _page() -> Iterator[str]:
    known = found_in.known()
    yield _HEAD
    yield from (f"- {_cell(line)}\n" for line in json.loads(_FIGURES.read_text(encoding="utf-8")))
    yield _STOCK
    yield _PARTS
    first = Counter(known.get(name, "") for name in BY_NAME)
    yield from (f"| {part} | {first[part]} |\n" for part in PARTS if first[part])
    yield _FAULTS
    yield from (row(fault, known.get(name, "not measured yet")) for name, fault in BY_NAME.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    with silent_end():
        print(render(), end="")
