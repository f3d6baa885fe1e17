"""Everything in, rows out: the SQLite database, a projection of the archive's journals."""
