"""The end of a command: its exit code and its one line, whatever ends it. Exit 1 is left to broken claims."""

from __future__ import annotations

import io
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

import click

from command_line.printable import printable, printable_lines
from command_line.tool import bounded, discard_output
from contracts.errors import Misuse, PipeClosed
from openapi.source import SourceError

if TYPE_CHECKING:
    from contracts.verdict.decision import RunVerdict

# What a CI service or a closed terminal sends; each ends a command as Ctrl-C does, so that it still writes its reports.
_SIGNALS: Final = tuple(number for number in signal.Signals if number.name in ("SIGTERM", "SIGHUP"))
_EXTRA: Final = "this command needs the contract tests: pip install '.[contract]' in the folder of the kit"


@contextmanager
def in_one_line(*, debug: bool) -> Iterator[None]:
    """Print an error of the command in one line and exit 2. With `debug`, print its traceback as well."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character shows its code
    try:
        with warnings.catch_warnings(), _signals_interrupt():
            warnings.simplefilter("ignore")  # filters of the environment are meant for another project
            try:
                yield
            finally:
                print(end="", flush=True)  # what cannot be written is an error here, and not after the exit code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        raise SystemExit(2) from None
    except click.ClickException as error:
        _fail(error.format_message())
    except (BrokenPipeError, PipeClosed):
        discard_output()
        raise SystemExit(2) from None
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted")
    except Exception as error:  # whatever it is, exit 1 would say that the host broke a claim
        is_bug = not isinstance(error, Misuse | SourceError | OSError | ImportError)
        if debug or is_bug:
            click.echo(printable_lines(traceback.format_exc()), err=True, nl=False)
        if isinstance(error, OSError):
            discard_output()
        _fail(in_words(error))


def exit_as(verdict: RunVerdict, *, unread: bool) -> NoReturn:
    """Exit with the code of a verdict. `unread`: nobody reads the output any more, so nobody has seen the verdict."""
    from contracts.verdict.result import EXIT_CODES

    raise SystemExit(EXIT_CODES["unjudged" if unread else verdict])


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C and the signals that end a command, while reports are written."""
    with _handling((signal.SIGINT, *_SIGNALS), signal.SIG_IGN):
        yield


def in_words(error: Exception) -> str:
    """Return in one line what ended a command."""
    if isinstance(error, ImportError):
        return f"{_EXTRA} ({error})"
    if isinstance(error, OSError):
        return f"the system refuses to read or write: {error}"
    if isinstance(error, Misuse | SourceError):
        return " ".join(str(error).split())
    return f"the contract tests have a bug: {type(error).__name__}: {error}"


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    with _handling(_SIGNALS, interrupt):
        yield


@contextmanager
def _handling(numbers: tuple[signal.Signals, ...], handler: signal._HANDLER) -> Iterator[None]:
    """Handle signals for a while, except those that are ignored already, as nohup does with SIGHUP."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in numbers}
    handled = [number for number, old in before.items() if old not in (signal.SIG_IGN, None)]
    for number in handled:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number])


def _fail(message: str) -> NoReturn:
    """Print a message in one line and exit 2. It may repeat what a host or a file says, so it is made printable."""
    with suppress(OSError):
        click.echo(f"enrol-contract: {printable(bounded(' '.join(message.split())))}", err=True)
    raise SystemExit(2)
