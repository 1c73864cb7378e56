"""What goes wrong in the mock itself; what goes wrong in a request is an answer."""


class MockError(Exception):
    """Raised when the mock cannot run with what it was given; the message is one line."""


class BrokenReply(MockError):
    """Raised when an answer breaks the document: a bug in the kit, never the client's fault."""
