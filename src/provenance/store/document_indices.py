"""Indices by which documents are listed, as SQL: their expressions are those of `documents_read`."""

__all__ = ["DOCUMENT_INDEX_STATEMENTS"]

DOCUMENT_INDEX_STATEMENTS = (
    "CREATE INDEX contents_in_order_of_day ON contents (coalesce(published, ''))",
    "CREATE INDEX contents_in_order_of_title ON contents (lower(coalesce(title, '')))",
)
