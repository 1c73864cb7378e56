"""docs/faults.md: the figures as a page, with a row for each fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.faulty.faults.fault import Fault
from tests.measure.figures import Figures
from tests.measure.trials import BY_NAME

PAGE: Final = Path(__file__).parents[2] / "docs" / "faults.md"

_HEAD: Final = """\
# What the contract tests find

`tests/faulty/` is a second implementation of the call, written from the page and sharing nothing with the mock. It can
be made wrong in one named way at a time, and it can follow any reading of the open questions. Every fault is a server
the contract tests must find broken; every reading, and every combination of readings, is one they must pass.

`make faults` measures that; `make faults DOCS=1` writes this page as well, with stock Schemathesis beside it on one fault of ten. That
takes more than an hour on two cores. Each fault is tested until the first finding. A whole run follows for one fault of ten, and for each
whose first finding names another claim. A run that crashes or does not end counts as a survivor or as a false alarm.
Times are those of two runs at once on two cores, from the first request on.

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

*First*: the faults that this part is the first to find in a run of the whole suite. *Without it*: those of them that
survive when it is left out; a part with none there could go without loss, as far as these faults can tell.

| part | first | without it |
|---|---:|---|
"""

_FAULTS: Final = """
## Faults

*Found by*: the first broken claim of a run that stops there; in italics where that is a side effect. *Claim*: what the
fault was made to break.
"""


def write(figures: Figures) -> None:
    """Write the page."""
    PAGE.write_text("".join(_page(figures)), encoding="utf-8")


def row(fault: Fault) -> str:
    """Return the cells of a fault that are so whatever is measured."""
    return f"| `{fault.name}` | {_cell(fault.says)} | `{fault.claims[0]}` |"


def _page(figures: Figures) -> Iterator[str]:
    yield _HEAD
    yield "\n"
    yield from (f"- {line}\n" for line in figures.totals())
    for outcome in figures.survivors:
        yield f"- survivor: `{outcome.trial.name}` (seed {outcome.trial.seed}): {outcome.verdict}\n"
    for outcome in figures.false_alarms:
        yield f"- false alarm: {outcome.trial.name} (seed {outcome.trial.seed}): {_cell(outcome.why)}\n"
    if figures.stock_faulty:
        yield _STOCK
    if figures.without:
        yield _PARTS
        yield from _parts(figures)
    yield _FAULTS
    yield f"\n| fault | what is wrong | claim | found by | in |{' stock |' if figures.stock_faulty else ''}\n"
    yield f"|---|---|---|---|---|{'---|' if figures.stock_faulty else ''}\n"
    yield from _faults(figures)


def _parts(figures: Figures) -> Iterator[str]:
    for part, outcomes in figures.without.items():
        lost = sorted(outcome.trial.name for outcome in outcomes if not outcome.is_right)
        named = f": {', '.join(f'`{name}`' for name in lost)}" if lost else ""
        yield f"| {part} | {len(outcomes)} | {len(lost)}{named} |\n"


def _faults(figures: Figures) -> Iterator[str]:
    seen = set()
    for outcome in sorted(figures.faulty, key=lambda o: (list(BY_NAME).index(o.trial.name), o.trial.seed)):
        if outcome.trial.name in seen:
            continue
        seen.add(outcome.trial.name)
        claim = f"`{outcome.claims[0]}`" if outcome.claims else outcome.verdict
        found = claim if outcome.names_it_first or not outcome.is_right else f"*{claim}*"
        stock = f" {figures.stock_says(outcome.trial.name)} |" if figures.stock_faulty else ""
        yield f"{row(BY_NAME[outcome.trial.name])} {found} | {outcome.part if outcome.is_right else ''} |{stock}\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
