"""Exchanges and documents in, WARC records out; append-only, provable, readable by strangers."""
