"""The faults of a session: switches for those that people want most, and a form for all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from mockserver.console import forms
from mockserver.console.rendering import page, redirect
from mockserver.control.visit import Visit
from mockserver.errors import MockError
from mockserver.exchange.answers import Text
from mockserver.faults import spelling
from mockserver.faults.armed import Faults
from mockserver.faults.effects import ANSWERS, BREAKAGES, check
from mockserver.faults.fault import Fault
from openapi.source import SourceError

# What the switches stand for. The name is that of the switch, the text says what a client meets.
_SWITCHES: Final[tuple[tuple[str, str, Fault], ...]] = (
    ("Too many requests", "429 with Retry-After, for the next two requests", Fault("429", count=2, retry_after=1)),
    ("Engine error", "500 as documented, until it is switched off", Fault("engine_error")),
    ("Unavailable", "503 from a gateway", Fault("503")),
    ("Bad gateway", "502 with a page of HTML", Fault("502")),
    ("Slow", "the usual answer, after two seconds", Fault("slow", delay=2.0)),
    ("Lost answer", "the request is handled, and the client gets 504", Fault("504", handle=True)),
    ("Garbage", "200 with a body that is no JSON", Fault("garbage")),
    ("Reset connection", "no answer at all: the connection is reset", Fault("reset-before")),
    ("Truncated body", "the connection ends in the middle of the answer", Fault("truncated")),
)
# The keys of the form, in its order, each with what it says.
_KEYS: Final = (
    ("count", "How many requests it strikes at most"),
    ("after", "How many it lets pass first"),
    ("probability", "0 to 1"),
    ("seed", "Where its random numbers begin"),
    ("customer", "Only for this identifier of a customer"),
    ("promotion", "Only for this id of a promotion"),
    ("action", "Only for this action"),
    ("method", "Only for this method"),
    ("path", "Only for this path; * means all"),
    ("header", "Only with this header: Name, or Name: value"),
    ("delay", "Seconds before the answer"),
    ("delayMost", "With it, the delay is drawn between the two"),
    ("sigma", "With it, the delay is drawn lognormally"),
    ("pieces", "In how many pieces the body is sent"),
    ("over", "Over how many seconds the pieces are sent"),
    ("retryAfter", "Seconds, with 429 or 503"),
    ("handle", "true or false: whether the request is handled all the same"),
    ("status", "With the effect answer"),
    ("body", "With the effect answer"),
)


def show(visit: Visit, *, given: Mapping[str, str] | None = None, problem: str = "", status: int = 200) -> Text:
    """Show the switches, the faults that are on, and the form."""
    faults = visit.session.state.faults
    armed = faults.shown()
    return page(
        visit,
        "faults",
        status=status,
        switches=[_switch(name, text, fault, faults) for name, text, fault in _SWITCHES],
        armed=[_described(one) for one in armed],
        keys=_KEYS,
        effects={"Answers": ANSWERS, "Connections": BREAKAGES},
        sockets=faults.abilities.sockets,
        given=given or {},
        problem=problem,
    )


def change(visit: Visit) -> Text:
    """Follow a form: set a fault, or remove one or all."""
    faults = visit.session.state.faults
    given = forms.fields(visit)
    if "clear" in given:
        faults.clear()
        return redirect("faults?done=faults-off")
    if "remove" in given:
        number = given["remove"]
        if number.isascii() and number.isdigit() and len(number) < 20:
            faults.remove(int(number))
        return redirect("faults?done=fault-off")
    try:
        faults.add((_asked(given),))
    except (MockError, SourceError) as error:
        return show(visit, given=given, problem=_plain(str(error)), status=400)
    return redirect("faults?done=fault-on")


def _asked(given: Mapping[str, str]) -> Fault:
    """Return the fault of a switch, or the one that the form describes. Raises MockError."""
    known = {name: fault for name, _, fault in _SWITCHES}
    return known[given["switch"]] if given.get("switch") in known else spelling.from_text(_spelt(given))


def _spelt(given: Mapping[str, str]) -> str:
    """Return a fault of the form as the command line writes it."""
    pairs = [(name, given.get(name, "").strip()) for name, _ in _KEYS]
    written = [f"{name}={value}".replace(",", "\\,") for name, value in pairs if value]
    return f"{given.get('effect', '').strip()}:{','.join(written)}" if written else given.get("effect", "").strip()


def _plain(message: str) -> str:
    """Return what is wrong with a fault without how the command line would have spelt it."""
    head, mark, rest = message.partition(": ")
    return rest if mark and head.startswith("--fault ") else message


def _switch(name: str, text: str, fault: Fault, faults: Faults) -> dict[str, Any]:
    """Return what is shown of a switch. It is on while a fault like its own is set that can still strike."""
    written = msgspec.to_builtins(fault)
    on = [one["id"] for one in faults.shown() if _written(one) == written and not _is_spent(one)]
    try:
        check(fault, faults.abilities)
        problem = ""
    except MockError as error:
        problem = str(error)
    return {"name": name, "text": text, "on": on[-1] if on else None, "problem": problem}


def _described(one: dict[str, Any]) -> dict[str, Any]:
    rest = [f"{key}={value}" for key, value in _written(one).items() if key != "effect"]
    return {**one, "rest": rest, "spent": _is_spent(one)}


def _written(one: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of a fault as it was set, without those that only the mock knows."""
    return {key: value for key, value in one.items() if key not in ("id", "seed", "met", "struck")}


def _is_spent(one: dict[str, Any]) -> bool:
    return one.get("count") is not None and one["struck"] >= one["count"]
