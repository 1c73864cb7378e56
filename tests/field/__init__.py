"""The field: hosts, archives and accidents as people really meet them; one short case each, with its verdict and words."""
