"""Two reasons: each request has two at least, by the judge's own reading, and each two kinds meet."""

from __future__ import annotations

import pytest

from contracts.inputs.roles import Roles
from contracts.inputs.two_reasons import two_reasons
from contracts.oracle.body.reader import BodyReader
from contracts.oracle.knowledge import Knowledge
from contracts.oracle.lookups.scenes import list_scenes
from openapi import document
from openapi.world import World
from tests.contracts.conftest import make_target

PROMOTIONS = ("the promotion is GENERIC", "the engine is down", "no such promotion")
FIELDS = ("programId is missing", "customer.source is", "customer.identifierName is missing", "identifierName is")


def reasons_of(seed: int, *, with_each_action: bool) -> list[set[str]]:
    """Return for each request what speaks against it, whatever the host's readings are."""
    roles = Roles(make_target(), seed)
    reader, knowledge = BodyReader(document.load()), Knowledge(roles.target.data, complete=True)
    found = []
    for body in two_reasons(roles, with_each_action=with_each_action):
        fields, asked = reader.read(body)
        scenes = [{reason.what for reason in (*fields, *scene.reasons)} for scene in list_scenes(asked, knowledge)]
        found.append(set.intersection(*scenes))
    return found


@pytest.mark.parametrize("with_each_action", [True, False])
def test_each_request_has_two_reasons(with_each_action: bool) -> None:
    for seed in range(1, 4):
        assert all(len(reasons) >= 2 for reasons in reasons_of(seed, with_each_action=with_each_action))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("no such customer", "no such program"),
        ("no such customer", "the promotion belongs to another program"),
        *(("no such customer", promotion) for promotion in PROMOTIONS),
        *(("no such program", promotion) for promotion in PROMOTIONS),
        *(("the promotion belongs to another program", promotion) for promotion in PROMOTIONS[:-1]),
        *((field, promotion) for field in FIELDS for promotion in PROMOTIONS),
        *((field, "no such program") for field in FIELDS[1:]),
        *((field, "no such customer") for field in FIELDS[:-2]),
    ],
)
def test_each_two_kinds_meet(first: str, second: str) -> None:
    found = reasons_of(1, with_each_action=False)
    assert any(
        any(one.startswith(first) for one in reasons) and any(one.startswith(second) for one in reasons)
        for reasons in found
    )


def test_without_data_there_is_nothing_to_send() -> None:
    assert not [*two_reasons(Roles(make_target(data=World()), 1), with_each_action=True)]
