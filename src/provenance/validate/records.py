"""The words of validation: what a rule found, what mends it, and how it is reported."""

from typing import Literal

from msgspec import Struct

from provenance.model import Place, Severity

__all__ = ["SEVERITIES", "DraftFinding", "Edit", "Fix", "Found", "Standing", "is_at_least"]

# "open" counts; what is suppressed in the document or waived by the house is kept, with its reason.
Standing = Literal["open", "suppressed", "waived"]

# From the mildest on.
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


def is_at_least(severity: Severity, least: Severity) -> bool:
    """Tell whether a severity is as bad as `least`, or worse."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(least)


class Edit(Struct, frozen=True, omit_defaults=True):
    """Replace `text[start:end]` of the document's own text; an empty span inserts.

    With `in_target` the span is that of an anchor's words (`Link.start`, `Link.end`), the
    words stay, and `replacement` is the anchor's whole new target (its `href`).
    """

    start: int
    end: int
    replacement: str
    in_target: bool = False

    def trimmed(self, words: str) -> "Edit":
        """Return the same edit of `words` (what stands at its span) without what it leaves as it is at both ends."""
        new = self.replacement
        most = min(len(words), len(new))
        head = next((at for at in range(most) if words[at] != new[at]), most)
        most -= head
        tail = next((at for at in range(most) if words[-1 - at] != new[-1 - at]), most)
        return Edit(self.start + head, self.end - tail, new[head : len(new) - tail], self.in_target)


class Fix(Struct, frozen=True):
    """What mends a finding: all of these edits or none.

    It is `safe` where it changes neither what is cited nor what is said, so that it may be
    made without a person looking at it. `notes` says what has to hold when it is made: notes that
    are kept name the same sources as before; where they are moved, the same claim leans on the same
    sources; where markers or notes are made of what was none, no source of the draft is lost.
    """

    safe: bool
    edits: tuple[Edit, ...]
    notes: Literal["kept", "moved", "made"] = "kept"


class Found(Struct, frozen=True):
    """What a rule saw at a place: code points into the document's text.

    `url` is the address (canonical) that it is about and `source_id` the source, where it is about one:
    levels and waivers of the house may name its host. `severity` is set where
    this one is worse or better than the rule's own, `place` where it does not stand in the text
    (a comment of the file).
    """

    message: str
    start: int
    end: int
    label: str | None = None
    fix: Fix | None = None
    url: str | None = None
    source_id: str | None = None
    severity: Severity | None = None
    place: Place | None = None


class DraftFinding(Struct, frozen=True):
    """One finding as it is reported.

    `fingerprint` stays the same when text is added elsewhere in the document: it is made
    of the rule, the words at the place, and which of several equal ones it is. `reason`
    says why it is not open.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    label: str | None
    start: int
    end: int
    place: Place
    fix: Fix | None = None
    url: str | None = None
    source_id: str | None = None
    standing: Standing = "open"
    reason: str = ""
    fingerprint: str = ""
