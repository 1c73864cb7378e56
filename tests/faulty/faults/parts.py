"""Building blocks of faults: hooks that change one place of a request, a refusal or a response.

A dotted path names a field of the request ("customer.source") or of the response ("data.customer.customerId")."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faulty.faults.fault import after, before
from tests.faulty.host import Hook
from tests.faulty.turn import Problem, Reply, Turn
from tests.faulty.world import Milestone, Record

Test = Callable[[Turn], bool]
HTML = b"<html><body><h1>500 Internal Server Error</h1></body></html>"


def always(_: Turn) -> bool:
    return True


def opting_in(turn: Turn) -> bool:
    return turn.asked.action == "OPT_IN"


def named(name: str) -> Test:
    return lambda turn: turn.asked.name == name


def succeeded(turn: Turn) -> bool:
    """Return whether an enrolment or opt-in succeeded without a warning."""
    return turn.outcome in ("enrol", "opt in", "repeat") and not turn.warnings


def holder(root: Any, path: str) -> dict[str, Any] | None:
    """Return the object that has, or could have, the last name of the path; None if there is none."""
    for name in path.split(".")[:-1]:
        root = root.get(name) if isinstance(root, dict) else None
    return root if isinstance(root, dict) else None


def get(root: Any, path: str) -> Any:
    found = holder(root, path)
    return found.get(path.split(".")[-1]) if found is not None else None


def put(root: Any, path: str, value: Any) -> None:
    found = holder(root, path)
    if found is not None:
        found[path.split(".")[-1]] = value


def fill(path: str, value: Callable[[Turn], Any], *, only: str = "missing null") -> Hook:
    """Accept a request without this field, and use the value instead.

    `only`: the states that count as without, of "missing", "null" and "blank", separated by spaces.
    """

    def do(turn: Turn) -> None:
        found, key = holder(turn.body, path), path.split(".")[-1]
        if found is None:
            return
        state = "missing" if key not in found else {None: "null", "": "blank"}.get(_plain(found[key]), "given")
        if state in only.split():
            found[key] = value(turn)

    return before("check", do)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) or value is None else "given"


def take_as(path: str, value: Callable[[Any], Any]) -> Hook:
    """Accept other values of this field: convert the value with the function first."""

    def do(turn: Turn) -> None:
        if get(turn.body, path) is not None:
            put(turn.body, path, value(get(turn.body, path)))

    return before("check", do)


def take_text_as(path: str, change: Callable[[str], str]) -> Hook:
    """Accept other spellings of the text in this field: convert it with the function first."""
    return take_as(path, lambda value: change(value) if isinstance(value, str) else value)


def unwrap(path: str) -> Hook:
    """Accept a list with one item where the page wants the item itself."""
    return take_as(path, lambda value: value[0] if isinstance(value, list) and len(value) == 1 else value)


def recode(place: str, row: str, *whys: str) -> Hook:
    """Answer problems of this field and of these kinds with the code of another row."""

    def do(turn: Turn) -> None:
        turn.problems = [
            replace(one, row=row) if one.place == place and one.why in whys else one for one in turn.problems
        ]

    return after("check", do)


def find_fault(place: str, row: str | None, when: Test, words: str = "") -> Hook:
    """Refuse a request because of a field that is valid."""

    def do(turn: Turn) -> None:
        if not turn.unreadable and when(turn):
            turn.problems.append(Problem(place, "invented", row, words))

    return after("check", do)


def restate(row: str, when: Test = always, **changes: Any) -> Hook:
    """Answer this row with another code, message or HTTP status."""

    def do(turn: Turn) -> None:
        if when(turn):
            turn.complaints = [replace(one, **changes) if one.row == row else one for one in turn.complaints]

    return before("compose", do)


def edit(path: str, change: Callable[[Any], Any], when: Test = always) -> Hook:
    """Change a field of the response if it is there and not null."""

    def do(turn: Turn) -> None:
        if get(turn.document, path) is not None and when(turn):
            put(turn.document, path, change(get(turn.document, path)))

    return after("compose", do)


def edit_milestones(change: Callable[[dict[str, Any]], Any]) -> Hook:
    """Change each milestone of the response in place."""

    def do(turn: Turn) -> None:
        for one in get(turn.document, "data.enrollmentStatus.milestone.milestones") or ():
            change(one)

    return after("compose", do)


def crash(when: Test, body: bytes = HTML, kind: str = "text/html") -> Hook:
    """Answer with HTTP 500 and a body that the page does not show, before anything is enrolled."""

    def do(turn: Turn) -> None:
        if not turn.unauthenticated and when(turn):
            turn.reply = Reply(500, {"Content-Type": kind}, body)

    return before("settle", do)


def unmiss(miss: str, when: Test) -> Hook:
    """Overlook that something does not exist."""

    def do(turn: Turn) -> None:
        if when(turn) and miss in turn.misses:
            turn.misses.remove(miss)

    return after("find", do)


def miss(what: str, when: Test) -> Hook:
    """Do not find something that exists."""
    return after("find", lambda turn: turn.misses.insert(0, what) if when(turn) else None)


def write_down(turn: Turn) -> None:
    """Store an enrolment without reporting it."""
    if turn.promotion and turn.customer:
        turn.memory.records.append(Record(turn.customer.id, turn.promotion.id, "99000", "99001"))


def balance(one: Milestone) -> dict[str, Any]:
    return {"targetGroupId": one.group, "targetRuleId": one.rule, "initialBalance": one.balance}
