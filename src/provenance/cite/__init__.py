"""A document in, claims and citations out. Pure: no I/O, no clock."""
