"""A response as it is sent."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from mockserver.exchange.answers import Headers


class BodyForm:
    """What bodies have in common that differ in some values only. `shows` is what any of them shows, once that was looked at."""

    __slots__ = ("shows",)

    def __init__(self) -> None:
        self.shows: Any = None


class Response(Struct, frozen=True, gc=False):
    """A status, the header lines in their order, and the whole body, of a form if others like it were sent before.

    Status 0 stands for no answer.
    """

    status: int
    headers: Headers
    body: bytes
    form: BodyForm | None = None

    def header(self, name: str) -> str | None:
        """Return the value of the first header with a name, None without one."""
        wanted, length = name.lower(), len(name)
        for key, value in self.headers:
            if len(key) == length and key.lower() == wanted:
                return value
        return None

    @property
    def media_type(self) -> str:
        """The media type in lower case, without its parameters; '' without one."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    def with_headers(self, more: Headers) -> Response:
        """Return the same response with more headers, which stand in place of those with the same name."""
        names = {name.lower() for name, _ in more}
        kept = tuple((name, value) for name, value in self.headers if name.lower() not in names)
        return Response(self.status, (*kept, *more), self.body, self.form)
