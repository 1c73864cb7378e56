"""Requests whose path or method is not that of a documented call."""

from __future__ import annotations

import pytest

from tests import page
from tests.mockserver.caller import Caller, codes


@pytest.mark.parametrize(
    "path", ["/", "/v3/promotions", page.PATH + "/", page.PATH + "/x", "/V3/promotions/enrol", "//v3/promotions/enrol"]
)
def test_unknown_path_is_not_found_whoever_asks(mock: Caller, path: str) -> None:
    response = mock.client.post(path, json=page.ENROL_REQUEST)
    assert response.status_code == 404
    assert codes(response) == [404]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
@pytest.mark.parametrize("path", [page.PATH, "/v3/oauth/token/generate"])
def test_other_method_is_not_allowed_and_told_which_one_is(mock: Caller, path: str, method: str) -> None:
    response = mock.client.open(path, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert codes(response) == [405]


def test_head_is_another_method_and_gets_no_body(mock: Caller) -> None:
    response = mock.client.head(page.PATH)
    assert response.status_code == 405
    assert response.data == b""


def test_query_string_changes_nothing(mock: Caller) -> None:
    response = mock.client.post(page.PATH + "?a=1", json=page.ENROL_REQUEST, headers={"Authorization": "Basic DllZTk="})
    assert response.status_code == 200
