"""A second, independent implementation of the documented call, made to be wrong in one named way at a time.

It is written from the page and shares no rule and no text with `mockserver`, `contracts` or `enrol.yaml`."""

from tests.faulty.server import serve

__all__ = ["serve"]
