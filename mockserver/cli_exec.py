"""The command `enrol-mock exec`: run any command beside a mock of its own."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
import msgspec

from command_line.printable import printable
from command_line.tool import Command, Number, with_options
from mockserver.cli_data import load
from mockserver.cli_proof import conclude, proof_options
from mockserver.errors import MockError
from proof.gates import FailOn, Gates
from proof.records import Proof

if TYPE_CHECKING:
    from mockserver.running.expectations import Table

# Options of `serve` that make no sense for a mock that one command uses.
_LEFT_OUT: Final = frozenset(
    {
        "host",
        "port",
        "tls",
        "tls_cert",
        "tls_key",
        "ready_file",
        "ready_fd",
        "end_with_stdin",
        "reload",
        "socket_faults",
    }
)
_DEADLINE: Final = 30.0  # seconds
_HELP: Final = """Run a command beside a mock of its own, such as the tests of a client in any language.

\b
enrol-mock exec -- npm test
enrol-mock exec --world my-data.yaml -- ./gradlew test
enrol-mock exec --gauntlet -- node enrol.js

The command finds the mock by ENROL_MOCK_URL, and its control plane by ENROL_MOCK_CONTROL. Signals are passed on to it.

With --gauntlet the command runs once for each case: each error and warning of the page, each form in which a host may
answer, and each fault. ENROL_MOCK_CASE and ENROL_MOCK_CASE_KIND name it. Each run is one call of the client, which the
mock's world lets through; its exit code says whether the customer was enrolled.

At the end, it prints to stderr what the command has met of the documented call.

Exit codes: 0 the command ended with 0, or all cases are handled; 1 a case is not handled, or a gate is missed; 2 wrong use, or
the command cannot be started. Without --gauntlet every other code is that of the command.
"""


_OPTIONS = (
    click.option("--gauntlet", is_flag=True, help="Run the command once for each case, and judge how it took it."),
    click.option(
        "--expect",
        "expect_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A YAML file that says what the command should do in which case of the gauntlet; docs/client-tests.md "
        "describes it.",
    ),
    click.option(
        "--deadline",
        type=Number(0.1, 300),
        metavar="SECONDS",
        help=f"How long one run of the gauntlet may take before it counts as hung.  [default: {_DEADLINE:g}]",
    ),
)


def command_beside(serve: click.Command) -> click.Command:
    """Return the command, with the options of `serve` for its mock."""

    @click.command(
        "exec",
        cls=Command,
        help=_HELP,
        # What follows the name of the command belongs to it, also without --.
        context_settings={"allow_interspersed_args": False},
    )
    @click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
    @with_options(_OPTIONS)
    @proof_options
    def run(
        command: tuple[str, ...],
        gauntlet: bool,
        expect_file: Path | None,
        deadline: float | None,
        report_dir: Path | None,
        fail_on: FailOn,
        outcomes: int | None,
        shapes: int | None,
        faults: int | None,
        **options: Any,
    ) -> None:
        if expect_file and not gauntlet:
            raise MockError("--expect says what should happen in the cases of the gauntlet; give --gauntlet too")
        if deadline and not gauntlet:
            raise MockError("--deadline bounds each run of the gauntlet; give --gauntlet too")
        table = _table(expect_file, options) if expect_file else {}
        gates = Gates(outcomes, shapes, faults, fail_on)
        sys.exit(_run(serve, options, Runs(command, gauntlet, table, deadline or _DEADLINE), gates, report_dir))

    shared = [one for one in serve.params if one.name not in _LEFT_OUT]
    for own in run.params:
        if own.name == "fail_on":
            own.default = "never"  # tests may send something wrong on purpose
    run.params = [*run.params, *shared]
    return run


class Runs(NamedTuple):
    """What to run: a command, once or for each case of the gauntlet. `deadline`: seconds for one run of that."""

    command: tuple[str, ...]
    gauntlet: bool
    table: Table
    deadline: float


def _table(file: Path, options: dict[str, Any]) -> Table:
    """Return what a file states for the cases of the mock that these options make. Raises SourceError."""
    from mockserver.gauntlet.cases import cases
    from mockserver.running import expectations
    from openapi import questions

    document, _, readings = load(options["world_file"], options["readings_file"], options["pairs"])
    known = cases(document, questions.load(), readings, sockets=True)
    return expectations.read(file, list(known.values()))


def _run(serve: click.Command, options: dict[str, Any], runs: Runs, gates: Gates, report_dir: Path | None) -> int:
    """Return the exit code: that of the command, or 1 if it was 0 and a gate is missed."""
    from mockserver.running import each_case
    from mockserver.running.command import run
    from mockserver.running.own_mock import own_mock
    from proof.reports import files

    if report_dir:
        files.prepare(report_dir)
    token = options["control_token"]
    with own_mock(lambda told: _serve(serve, options, told)) as url:
        gates.missed(_proof(url, token))  # a gate that nobody can reach is refused before the command runs
        if runs.gauntlet:
            code = _gauntlet(url, runs, token=token)
        else:
            code = run(runs.command, each_case.variables(url)).code or 0
        proof = _proof(url, token)
    with contextlib.redirect_stdout(sys.stderr):  # what the command prints may be read by a program
        if not any(one.count for one in proof.met):
            click.echo("The command has asked the mock nothing. It finds the mock by ENROL_MOCK_URL.")
        missed = conclude(proof, gates, report_dir)
    return code or missed


def _proof(url: str, token: str | None) -> Proof:
    from mockserver.running.own_mock import asked

    return msgspec.convert(asked(url, "GET", "/_mock/proof", token=token), Proof)


def _serve(serve: click.Command, options: dict[str, Any], told: int) -> None:
    """Serve the mock in this process, which is there for nothing else."""
    defaults = serve.make_context("serve", []).params
    chosen = {"host": "127.0.0.1", "port": 0, "ready_fd": told, "end_with_stdin": True, "socket_faults": True}
    assert serve.callback is not None
    serve.callback(**{**defaults, **options, **chosen})


def _gauntlet(url: str, runs: Runs, *, token: str | None) -> int:
    from mockserver.running import each_case

    cases = each_case.listed(url, token=token)

    def progress(text: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    width, failed = max(len(case.name) for case in cases), []
    for met in each_case.each_case(
        url, cases, runs.command, runs.table, deadline=runs.deadline, token=token, progress=progress
    ):
        result = met.result
        progress("")
        click.echo(
            f"{'NOT ' if result.problems else ''}handled  {result.case:{width}}  {result.place}".rstrip(), err=True
        )
        if result.problems:
            failed.append(met)
    for met in failed:
        lines = [f"the end of what the command printed in {met.result.case}:", *met.output.splitlines()]
        click.echo("\n" + "\n    ".join(map(printable, lines)), err=True)
    click.echo(err=True)
    return 1 if failed else 0
