"""An overlay changes the nodes its targets name; a target that matches nothing is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from openapi import overlay, source
from openapi.source import SourceError

DOCUMENT: dict[str, Any] = {
    "info": {"title": "A", "tags": ["a"]},
    "paths": {"/v3/x": {"post": {"summary": "S"}}},
    "x-list": [{"name": "one"}, {"name": "two"}],
}
NO_PATH = "is not a path of names and indexes from $, such as $.info or $.tags[0]"


def changed(*actions: dict[str, Any]) -> Any:
    file = {"overlay": "1.0.0", "info": {"title": "T", "version": "1"}, "actions": list(actions)}
    return overlay.apply(DOCUMENT, source.shape(file, overlay.Overlay))


def test_object_is_merged_at_every_depth() -> None:
    after = changed({"target": "$.paths", "update": {"/v3/x": {"post": {"operationId": "x"}}}})
    assert after["paths"] == {"/v3/x": {"post": {"summary": "S", "operationId": "x"}}}


def test_nested_list_is_extended_and_other_values_are_replaced() -> None:
    after = changed({"target": "$.info", "update": {"tags": ["b"], "title": "B"}})
    assert after["info"] == {"title": "B", "tags": ["a", "b"]}


def test_target_that_is_a_list_gets_one_more_item() -> None:
    assert changed({"target": "$['x-list']", "update": {"name": "three"}})["x-list"][2:] == [{"name": "three"}]


def test_target_may_use_quoted_names_and_indexes() -> None:
    after = changed(
        {"target": "$.paths['/v3/x'].post", "update": {"summary": "New"}},
        {"target": "$['x-list'][1]", "update": {"name": "2"}},
    )
    assert after["paths"]["/v3/x"]["post"]["summary"] == "New"
    assert after["x-list"][1] == {"name": "2"}


def test_target_is_removed() -> None:
    after = changed({"target": "$['x-list'][0]", "remove": True}, {"target": "$.info.tags", "remove": True})
    assert (after["x-list"], after["info"]) == ([{"name": "two"}], {"title": "A"})


def test_original_document_is_not_changed() -> None:
    before = yaml.safe_dump(DOCUMENT)
    changed({"target": "$.info", "update": {"tags": ["b"]}}, {"target": "$.paths", "remove": True})
    assert yaml.safe_dump(DOCUMENT) == before


@pytest.mark.parametrize(
    ("action", "complaint"),
    [
        (
            {"target": "$.paths['/v3/y']", "update": {}},
            "/actions/0: the target $.paths['/v3/y'] matches nothing: there is no '/v3/y'",
        ),
        (
            {"target": "$['x-list'][2]", "remove": True},
            "/actions/0: the target $['x-list'][2] matches nothing: there is no 2",
        ),
        (
            {"target": "$.info.title.deeper", "remove": True},
            "/actions/0: the target $.info.title.deeper matches nothing: there is no 'deeper'",
        ),
        (
            {"target": "$.paths.*", "remove": True},
            f"/actions/0: the target '$.paths.*' {NO_PATH}",
        ),
        ({"target": "$", "update": {}}, f"/actions/0: the target '$' {NO_PATH}"),
        ({"target": "info", "update": {}}, f"/actions/0: the target 'info' {NO_PATH}"),
        ({"target": "$.info"}, "/actions/0: the action needs an update or remove: true"),
        (
            {"target": "$.info", "update": "x"},
            "/actions/0: the target $.info must be a list, or target and update must both be objects",
        ),
    ],
)
def test_action_that_cannot_be_applied_is_refused(action: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SourceError) as refused:
        changed(action)
    assert str(refused.value) == complaint


def test_unknown_key_of_an_overlay_is_refused_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions: [{target: $.info, updaet: {}}]\n", encoding="utf-8"
    )
    with pytest.raises(SourceError) as refused:
        overlay.load(path)
    assert str(refused.value) == f"{path}: line 3, column 28: /actions/0: unknown key `updaet` (did you mean 'update'?)"
