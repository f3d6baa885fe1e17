"""Floors that every stage may stand on: addresses, HTML, PDF, ids, the cage for dangerous work."""
