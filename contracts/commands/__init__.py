"""The commands of enrol-contract, one file each."""
