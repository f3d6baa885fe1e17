"""A capture in, its readable text and the evidence for a claim out."""
