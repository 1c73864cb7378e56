"""Make the one call of a client, and tell how it ended: it returned, raised, crashed, or hung."""

from __future__ import annotations

import asyncio
import contextvars
import dis
import inspect
import json
import sysconfig
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

# What Python raises by itself where a program has a mistake. A client's own exceptions may inherit from these.
_MISTAKES: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RecursionError,
    TypeError,
    UnicodeError,
)
# Libraries that read data, whose exceptions say that it was not as the client thought.
_READERS: Final = frozenset({"json", "simplejson", "orjson", "ujson", "msgspec", "pydantic", "pydantic_core", "struct"})
_DEEPEST: Final = 8  # levels of what a call returns that are looked through


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, after so many `seconds`. `value` is what it returned, `error` what it raised."""

    did: Literal["returned", "raised", "hung"]
    seconds: float
    value: Any = None
    error: BaseException | None = None


def ended(call: Callable[[], Any], *, deadline: float | None) -> Ended:
    """Make a call in a thread of its own, and wait at most `deadline` seconds for it. A coroutine is run to its end.

    Without a deadline the call is made in this thread. What ends tests, as pytest.skip does, is raised.
    """
    found: list[Ended] = []
    context, begun = contextvars.copy_context(), time.monotonic()

    def run() -> None:
        try:
            value = call()
            if inspect.iscoroutine(value):
                value = asyncio.run(value)
        except BaseException as error:  # whatever a client ends with is what it did, also SystemExit
            found.append(Ended("raised", time.monotonic() - begun, error=error))
        else:
            found.append(Ended("returned", time.monotonic() - begun, value))

    if deadline is None:
        run()
    else:
        # Nobody can end a thread. One that hangs does not keep Python from ending.
        thread = threading.Thread(target=context.run, args=(run,), name="call of the client", daemon=True)
        thread.start()
        thread.join(deadline)
        if not found:
            return Ended("hung", deadline)
    error = found[0].error
    if error is not None and not isinstance(error, Exception | SystemExit):
        raise error
    return found[0]


def is_crash(error: BaseException) -> bool:
    """Return whether an exception is no client's own, but shows a mistake.

    Such are a KeyError, what a reader of JSON raises, and a ValueError that comes of a call such as int("x").
    """
    if isinstance(error, json.JSONDecodeError):
        return True
    top = type(error).__module__.partition(".")[0]
    is_mistake = isinstance(error, _MISTAKES) or (type(error) is ValueError and not _is_on_purpose(error))
    return top in _READERS or (top == "builtins" and is_mistake)


def _is_on_purpose(error: BaseException) -> bool:
    """Return whether a statement `raise` outside of Python's own library has raised an exception."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    if place is None:
        return True
    code, at = place.tb_frame.f_code, place.tb_lasti
    name = next((one.opname for one in dis.get_instructions(code) if one.offset == at), "")
    return name == "RAISE_VARARGS" and not _is_of_python(code.co_filename)


def _is_of_python(file: str) -> bool:
    return file.startswith(sysconfig.get_path("stdlib")) and "site-packages" not in file


def loss(value: Any, losses: Collection[str]) -> str:
    """Return the first of `losses` that is in what a call has returned, as a number or a text, or ''."""
    return next((str(leaf) for leaf in _leaves(value, _DEEPEST) if str(leaf) in losses), "") if losses else ""


def _leaves(value: Any, levels: int) -> Iterator[Any]:
    """Yield what a value holds: in lists and mappings, and in the attributes of objects."""
    if isinstance(value, str | int | float | bytes) or value is None:
        yield value
    elif levels and isinstance(value, Mapping):
        for one in value.values():
            yield from _leaves(one, levels - 1)
    elif levels and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _leaves(one, levels - 1)
    elif levels:
        names = [*getattr(value, "__dict__", {}), *getattr(type(value), "__slots__", ())]
        for name in names:
            yield from _leaves(getattr(value, name, None), levels - 1)
