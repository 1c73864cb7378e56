"""`make bench`: how soon the mock answers, how much it takes, and how long a run of the contract tests is."""
