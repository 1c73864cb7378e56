"""Run a command beside a mock of its own, as the tests of a client in any language."""
