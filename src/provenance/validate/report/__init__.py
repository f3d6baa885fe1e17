"""Findings in, what people and programs read out; one module a form."""
