"""Is a record in a package what its own digests say?"""

import base64

from provenance.keep.fixity_stream import CheckedRecord

__all__ = ["refuse_record"]


def refuse_record(record: CheckedRecord, *, is_ours: bool) -> str | None:
    """Return which of a record's own SHA-256 digests is not of its bytes.

    Other programs digest payloads with their chunk framing (warcio#74), so that of theirs only
    the block's digest is compared.
    """
    actual = {"block": record.block_sha256}
    if is_ours and record.type != "revisit":
        actual["payload"] = record.payload_sha256
    for what, digest in actual.items():
        stated = record.header(f"WARC-{what}-Digest") or ""
        name, _, value = stated.partition(":")
        if name.lower() == "sha256" and value not in _spellings(digest):
            return f"its {what} is not what its {what} digest says"
    return None


def _spellings(digest: str) -> set[str]:
    """A SHA-256 as we write it and as others do: hex in either case, base32."""
    return {digest, digest.upper(), base64.b32encode(bytes.fromhex(digest)).decode("ascii")}
