"""Exceptions of the mock. What is wrong with a request is no exception but an answer."""


class MockError(Exception):
    """Raised when the mock cannot run with what it was given; the message is one line."""


class BrokenReply(MockError):
    """Raised when an answer breaks the document. That is a bug in the kit, never the client's fault."""


class Unavailable(Exception):
    """Raised when the store cannot be used now. No MockError: whoever asks again later may get an answer."""
