"""A source's checks in, its state out."""
