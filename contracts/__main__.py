"""`python -m contracts`: the command line `enrol-contract`."""

from contracts.cli import main

main()
