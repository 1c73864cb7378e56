"""The yardstick for the mock: the smallest Werkzeug app that reads JSON and answers JSON, on the same server."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from werkzeug.wrappers import Request, Response

from tests import page

_BODY = msgspec.json.encode(page.ENROL_RESPONSE)


@Request.application
def app(request: Request) -> Response:
    """Answer any JSON with the page's response."""
    body: Any = msgspec.json.decode(request.get_data())
    return Response(_BODY, status=200 if body else 400, content_type="application/json")


if __name__ == "__main__":
    Granian(
        "tests.bench.bare:app",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        blocking_threads=256,
        log_level=LogLevels.error,
    ).serve()
