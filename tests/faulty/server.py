"""`serve`: start a host, given the names of its readings, of its fault and of its forms."""

from collections.abc import Sequence
from functools import partial, reduce
from pathlib import Path
from typing import Any

from tests.faulty.faults import fault_named
from tests.faulty.forms import form_named
from tests.faulty.forms.form import Form, Retell
from tests.faulty.forms.texts import Style, rewrite
from tests.faulty.forms.wiring import Wiring
from tests.faulty.host import Host
from tests.faulty.wire import Handle, listen


def serve(
    readings: dict[str, str] | None = None,
    fault: str | None = None,
    port: int = 0,
    world: Path | None = None,
    forms: Sequence[str] = (),
) -> Handle:
    """Start a host. A fault and a form set the readings they need (`under`); `readings` override those of a fault."""
    chosen = [form_named(name) for name in forms]
    host = made(readings, fault, world, chosen)
    return listen(host, port, Wiring(**_merged([form.wiring for form in chosen])))


def made(
    readings: dict[str, str] | None = None,
    fault: str | None = None,
    world: Path | None = None,
    forms: Sequence[Form] = (),
) -> Host:
    """Return a host that does not listen. The hooks of a form run before those of the fault."""
    wrong = fault_named(fault) if fault else None
    under = {**(wrong.under if wrong else {}), **(readings or {}), **_merged([form.under for form in forms])}
    hooks = [hook for form in forms for hook in form.hooks]
    return Host(under, (*hooks, *(wrong.hooks if wrong else ())), world, _retelling(forms))


def _retelling(forms: Sequence[Form]) -> Retell | None:
    """Return what is done to each answer in the end: its JSON is written in the style of the forms, then its bytes change."""
    style = _merged([form.style for form in forms])
    steps: list[Retell] = [partial(rewrite, style=Style(**style))] if style else []
    order = {"escapes": 0, "type": 0, "mark": 1, "coding": 2}
    later = sorted((form for form in forms if form.retell), key=lambda form: order[form.kind])
    steps += [form.retell for form in later if form.retell]
    return (lambda reply: reduce(lambda answer, step: step(answer), steps, reply)) if steps else None


def _merged(parts: Sequence[Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        merged.update(part)
    return merged
