"""What both command lines share: help that fits the terminal, --version, --debug, and a hint at the word that was meant."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import textwrap
from collections.abc import Callable, Iterable, Sequence
from math import isnan
from typing import Any, Final

import click

from openapi.closed_pipe import discard_output as discard_output
from openapi.source import nearest

# Columns: a narrower terminal gets lines of the smaller width, a wider one of the larger.
_NARROWEST, _WIDEST = 30, 120
# Characters of a message that are shown: what is wrong stands at its beginning, what to do at its end.
_BEGINNING, _END = 1200, 400
_HIGHEST_PORT: Final = 65535
# Stands for a hyphen while text is wrapped: a line must not end within a name such as --max-time.
_HYPHEN: Final = "\N{NON-BREAKING HYPHEN}"

# Seconds. A longer time is a mistake, and sockets fail with much longer ones.
DAY: Final = 24 * 3600
DEBUG: Final = click.option(
    "--debug", is_flag=True, expose_value=False, help="Show the traceback when an error ends the command."
)


def version(tool: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a tool the option --version, which prints the version of the kit."""
    return click.version_option(package_name="enrol-contract-kit", prog_name=tool)


def wants_debug(words: Sequence[str]) -> bool:
    """Return whether the words of a command line ask for --debug. After `--` there are no options."""
    return "--debug" in words[: words.index("--") if "--" in words else len(words)]


def bounded(message: str) -> str:
    """Return a message; of a very long one, such as one that repeats a word of the command line, beginning and end."""
    left_out = len(message) - _BEGINNING - _END
    return message if left_out <= 0 else f"{message[:_BEGINNING]}… ({left_out} characters) …{message[-_END:]}"


def with_options(options: Sequence[Callable[[Any], Any]]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command these options, in this order."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


class Choice(click.Choice[str]):
    """One of a few words. An unknown word is refused with the nearest of them."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return the message of click, with a hint if a word is near."""
        said, hint = super().get_invalid_choice_message(value, ctx), nearest(value, self.choices)
        return said.rstrip(".") + hint if hint else said


class Number(click.FloatRange):
    """A number between two bounds. NaN is none, though it is neither below nor above any bound."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number of a word of the command line."""
        number = super().convert(value, param, ctx)
        if isnan(number):
            self.fail(f"{value!r} is no number.", param, ctx)
        return number


class Address(click.ParamType[tuple[str, int]]):
    """A host and a port, such as 127.0.0.1:9000 or [::1]:9000. `lowest`: that of the ports, 0 for "any free one"."""

    name = "address"

    def __init__(self, lowest: int = 1) -> None:
        self._lowest = lowest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Return the host, without brackets, and the port."""
        host, _, port = str(value).rpartition(":")
        if not host or not re.fullmatch("[0-9]{1,5}", port) or not self._lowest <= int(port) <= _HIGHEST_PORT:
            self.fail(f"{value!r} is no address with a port, such as 127.0.0.1:9000.", param, ctx)
        return host.removeprefix("[").removesuffix("]"), int(port)


class _Formatter(click.HelpFormatter):
    """Wraps the help at the width of the terminal, also below the 50 columns of click."""

    def __init__(self, **_: Any) -> None:
        super().__init__(width=max(min(shutil.get_terminal_size().columns, _WIDEST), _NARROWEST) - 2)

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(text.replace("-", _HYPHEN))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms. On a narrow terminal a long term gets a line of its own."""
        whole = [(term, text.replace("-", _HYPHEN)) for term, text in rows]
        super().write_dl(whole, min(col_max, self.width // 3), col_spacing)

    def getvalue(self) -> str:
        """Return all that was written."""
        return super().getvalue().replace(_HYPHEN, "-")


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command of a tool. It says where an option belongs that stands before the command."""

    context_class = _Context

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **_with_help(settings))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words after the name of the command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            tool = ctx.find_root()
            if error.option_name in _options(tool.command):
                raise _misplaced(error, "before the command", f"{tool.info_name} {error.option_name}") from None
            raise


class Tool(click.Group):
    """A tool with commands. It says where an option belongs that stands behind the command.

    `closed`: what a command raises, beside BrokenPipeError, when nobody reads its output any more.
    """

    context_class = _Context
    command_class = Command

    def __init__(self, *, closed: tuple[type[BaseException], ...] = (), **settings: Any) -> None:
        super().__init__(**_with_help(settings))
        self._closed: tuple[type[BaseException], ...] = (BrokenPipeError, *closed)
        self.context_settings["help_option_names"] = ["-h", "--help"]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. If nobody reads its output any more, as after `| head -1`, exit 2 in silence."""
        try:
            return super().invoke(ctx)
        except self._closed:
            discard_output()
            raise SystemExit(2) from None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words up to the name of the command."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            owners = [name for name, command in self.commands.items() if error.option_name in _options(command)]
            if owners:
                example = f"{ctx.info_name} {owners[0]} {error.option_name}"
                raise _misplaced(error, "behind the name of a command", example) from None
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first word names. Raises click.UsageError with the nearest one."""
        word = args[0]
        takes = (
            name for name, each in self.commands.items() if any(isinstance(p, click.Argument) for p in each.params)
        )
        if "://" in word and (command := next(takes, "")):
            raise click.UsageError(f"A command is missing before {word}, as in: {ctx.info_name} {command} {word}", ctx)
        if word not in self.commands and not word.startswith("-"):
            raise click.UsageError(f"No such command {word!r}{nearest(word, self.commands) or '.'}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands in the order in which they were added, with the whole first sentence of each."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(limit=1000)) for name, each in self.commands.items()])


def _with_help(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a command with the docstring of its function as its help.

    Under `python -OO` the docstring is gone, and is read from the file.
    """
    written = settings.get("callback")
    if settings.get("help") or not written:
        return settings
    try:
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(written))).body
    except (OSError, SyntaxError):  # no file, or not the one that was loaded
        return settings
    return settings | {"help": ast.get_docstring(function) if isinstance(function, ast.FunctionDef) else None}


def _misplaced(error: click.NoSuchOption, place: str, example: str) -> click.UsageError:
    return click.UsageError(f"Option {error.option_name!r} stands {place}, as in: {example}", error.ctx)


def _options(command: click.Command) -> set[str]:
    """Return the names of the options of a command."""
    return {name for each in command.params if isinstance(each, click.Option) for name in each.opts}
