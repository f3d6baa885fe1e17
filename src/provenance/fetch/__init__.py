"""A source in, a `Visit` out: guarded, polite, bounded."""
