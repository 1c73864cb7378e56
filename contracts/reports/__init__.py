"""Reports: one result, written for several readers. Nothing here judges."""
