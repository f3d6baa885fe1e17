"""One reader a format: the decoded file in, a `Document` out."""
