"""Reports of a proof: a summary for the terminal, and files for people and programs."""
