"""Records of reviewing: a person's judgement of whether a source supports a claim.

What a method finds is computed anew at any time; what a person said is kept, and wins.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from provenance.model.keeping import Passage

ReviewDecision = Literal[
    "confirmed",  # the passage that was found supports the claim
    "rejected",  # it does not
    "chosen",  # another passage does
    "undone",  # what was said before is taken back: what the method found counts again
]


class Review(Struct, frozen=True):
    """What a person decided about a claim, a source that it cites, and one copy of that source.

    The copy is a capture, an attachment or another archive's copy (`uri_m`); none of them where
    the judgement is about the source as such. `claim_text` is what the claim said then,
    `content_sha256` the digest of the document that it stood in,
    `payload_sha256` the digest of the copy, `text_sha256` that of its text, to which the offsets
    of `passage` refer. `passage` is the one that was confirmed, rejected or chosen; None where
    there is none.

    A later review of the same claim, source and copy overrules an earlier.
    """

    id: str
    claim_id: str
    source_id: str
    at: datetime
    by: str
    decision: ReviewDecision
    why: str
    claim_text: str
    capture_id: str | None = None
    attachment_id: str | None = None
    uri_m: str | None = None
    payload_sha256: str | None = None
    text_sha256: str | None = None
    passage: Passage | None = None
    content_sha256: str = ""
