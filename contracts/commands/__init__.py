"""One file for each command of enrol-contract."""
