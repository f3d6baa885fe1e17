"""The name and version of the method by which passages are found, without loading it. PURE."""

__all__ = ["LEXICAL_METHOD"]

# The version is that of `evidence.json`: new weights get a new one, and everything is held against anew.
LEXICAL_METHOD = "lexical/2"
