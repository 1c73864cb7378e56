"""An independent implementation of the documented call, which can be made wrong in one named way at a time.

It is written from the page. It shares no rule and no text with `mockserver`, `contracts` or `enrol.yaml`."""

from tests.faulty.server import serve

__all__ = ["serve"]
