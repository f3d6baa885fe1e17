"""Findings in, the mended file out; a character outside of an edit is never touched."""
