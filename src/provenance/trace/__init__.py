"""A question in, a chain of evidence out."""
