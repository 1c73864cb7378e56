"""`python -m mockserver`, the same as `enrol-mock`."""

from mockserver.cli import main

main()
