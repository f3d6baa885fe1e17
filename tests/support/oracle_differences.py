"""Where httpcore reads an answer otherwise than we do, and why."""

__all__ = ["DIFFERENCES"]

DIFFERENCES: dict[str, str] = {}
