"""The command `enrol-mock exec`: run any command beside a mock of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click

from command_line.tool import Command, printable
from mockserver.errors import MockError

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
_HELP: Final = """Run a command beside a mock of its own, such as the tests of a client in any language.

\b
enrol-mock exec -- npm test
enrol-mock exec --world my-data.yaml -- ./gradlew test
enrol-mock exec --gauntlet -- node enrol.js

The command finds the mock by ENROL_MOCK_URL, and its control plane by ENROL_MOCK_CONTROL. Signals are passed on to it.

With --gauntlet the command runs once for each case: each error and warning of the page, each form in which a host may
answer, and each fault. ENROL_MOCK_CASE and ENROL_MOCK_CASE_KIND name it. Each run is one call of the client, which the
mock's world lets through; its exit code says whether the customer was enrolled.

Exit codes: 0 the command ended with 0, or all cases are handled; 1 a case is not handled; 2 wrong use, or the command cannot
be started. Without --gauntlet every other code is that of the command.
"""


def command_beside(serve: click.Command) -> click.Command:
    """Return the command, with the options of `serve` for its mock."""
    own = (
        click.Argument(["command"], nargs=-1, required=True, type=click.UNPROCESSED),
        click.Option(
            ["--gauntlet"], is_flag=True, help="Run the command once for each case, and judge how it took it."
        ),
        click.Option(
            ["--expect", "expect_file"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="A YAML file that says what the command should do in which case of the gauntlet; docs/mock.md describes it.",
        ),
        click.Option(
            ["--deadline"],
            type=click.FloatRange(0.1, 300),
            default=30.0,
            show_default=True,
            metavar="SECONDS",
            help="How long one run of the gauntlet may take before it counts as hung.",
        ),
    )
    shared = [one for one in serve.params if one.name not in _LEFT_OUT]

    def run(**values: Any) -> None:
        given = {one.name: values.pop(one.name) for one in own}
        _run(serve, values, **given)

    # What follows the name of the command belongs to it, also without --.
    settings = {"allow_interspersed_args": False}
    return Command("exec", callback=run, params=[*shared, *own], help=_HELP, context_settings=settings)


def _run(
    serve: click.Command,
    options: dict[str, Any],
    *,
    command: tuple[str, ...],
    gauntlet: bool,
    expect_file: Path | None,
    deadline: float,
) -> None:
    from mockserver.running import each_case
    from mockserver.running.command import run
    from mockserver.running.own_mock import own_mock

    if expect_file and not gauntlet:
        raise MockError("--expect says what should happen in the cases of the gauntlet; give --gauntlet too")
    with own_mock(lambda told: _serve(serve, options, told)) as url:
        token = options["control_token"]
        if gauntlet:
            code = _gauntlet(url, command, expect_file, deadline=deadline, token=token)
        else:
            code = run(command, each_case.variables(url)).code or 0
    sys.exit(code)


def _serve(serve: click.Command, options: dict[str, Any], told: int) -> None:
    """Serve the mock in this process, which is there for nothing else."""
    defaults = serve.make_context("serve", []).params
    chosen = {"host": "127.0.0.1", "port": 0, "ready_fd": told, "end_with_stdin": True, "socket_faults": True}
    assert serve.callback is not None
    serve.callback(**{**defaults, **options, **chosen})


def _gauntlet(
    url: str, command: tuple[str, ...], expect_file: Path | None, *, deadline: float, token: str | None
) -> int:
    from mockserver.running import each_case, expectations

    cases = each_case.listed(url, token=token)
    table = expectations.read(expect_file, cases) if expect_file else {}
    shows_progress = sys.stderr.isatty()
    found = []

    def progress(text: str) -> None:
        if shows_progress:
            click.echo(f"\r\x1b[K{text}", nl=False, err=True)

    for met in each_case.each_case(url, cases, command, table, deadline=deadline, token=token, progress=progress):
        found.append(met)
    progress("")
    width = max(len(met.result.case) for met in found)
    for met in found:
        result = met.result
        click.echo(
            f"{'NOT ' if result.problems else ''}handled  {result.case:{width}}  {result.place}".rstrip(), err=True
        )
    for met in found:
        if met.result.problems:
            lines = [met.result.case, *(f"  - {problem}" for problem in met.result.problems)]
            lines += [f"  should: {met.result.expected}", f"  did: {met.result.did}"]
            lines += [f"    {line}" for line in met.output.splitlines()]
            click.echo("\n" + "\n".join(map(printable, lines)), err=True)
    failed = sum(bool(met.result.problems) for met in found)
    click.echo(f"\n{len(found) - failed} of {len(found)} cases are handled", err=True)
    return 1 if failed else 0
