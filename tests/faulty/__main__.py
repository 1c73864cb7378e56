"""`python -m tests.faulty`: serve one host on a port until it is interrupted."""

import argparse
import threading
from difflib import get_close_matches
from pathlib import Path

from openapi.closed_pipe import silent_end
from tests.faulty.faults import FAULTS
from tests.faulty.forms import FORMS
from tests.faulty.readings import READINGS
from tests.faulty.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faulty", description=__doc__)
    parser.add_argument("--fault", help="the fault the host has; without it the host conforms to the page")
    parser.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="QUESTION=READING",
        help="a reading the host follows; may be repeated",
    )
    parser.add_argument(
        "--form", action="append", default=[], metavar="NAME", help="a way to send or to read; may be repeated"
    )
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; 0, the default, for any free port")
    parser.add_argument("--world", type=Path, help="a world file to serve instead of openapi/world.yaml")
    parser.add_argument("--list", action="store_true", help="list the faults, the forms and the readings, then exit")
    asked = parser.parse_args()
    if asked.list:
        for fault in FAULTS:
            print(f"{fault.name:44} {', '.join(fault.claims)}\n    {fault.says}")
        for form in FORMS:
            print(f"{form.name:44} form\n    {form.says}")
        for question, allowed in READINGS.items():
            print(f"{question:44} {', '.join(allowed)}")
        return
    for kind, known, named in (
        ("fault", [fault.name for fault in FAULTS], [asked.fault] if asked.fault else []),
        ("form", [form.name for form in FORMS], asked.form),
    ):
        for name in set(named) - set(known):
            near = " or ".join(get_close_matches(name, known, 3))
            parser.error(f"no {kind} is called {name!r}: {f'did you mean {near}?' if near else '--list shows all'}")
    readings = dict(pair.split("=", 1) for pair in asked.reading)
    with serve(readings, asked.fault, asked.port, asked.world, asked.form) as handle:
        print(f"listening on {handle.url}", flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    with silent_end():
        main()
