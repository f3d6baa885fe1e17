"""A document in, findings out."""
