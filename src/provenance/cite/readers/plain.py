"""Plain text: the document's text is the decoded file itself, untouched."""

from provenance.model import Document, Finding

__all__ = ["read_plain_text"]


def read_plain_text(source: str, sha256: str, findings: tuple[Finding, ...] = ()) -> Document:
    """Return the document; CR LF, NUL and every blank are kept, so offsets are the file's own."""
    return Document(text=source, format="text", sha256=sha256, findings=findings)
