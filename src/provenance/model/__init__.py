"""The vocabulary: every record that passes from one stage to the next. READ THIS FIRST.

All records are frozen. Spans are half-open ranges of Unicode code points into
the document's own text. Times are aware UTC datetimes. The order of the modules
is the order in which the data flows::

    words     the closed lists (kinds, outcomes, states)
    reading   bytes -> Document
    citing    Document -> Parsed(claims, notes -> citations) -> Source
    fetching  a source -> Visit(Exchange, ...) -> Verdict -> Check -> State
    keeping   an Exchange -> Capture -> Extract -> Evidence
    holding   copies beside our captures (attachment, memento, submission) and withdrawals
    reviewing what a person says of evidence
    journal   what is written down of all that, line by line: the truth behind the database
"""

from provenance.model.citing import (
    Antecedent,
    Candidate,
    Citation,
    CitedMemento,
    Claim,
    Marker,
    Note,
    Parsed,
    Recovery,
    Repair,
    Source,
    SourceMap,
)
from provenance.model.fetching import (
    Check,
    CheckFacts,
    Exchange,
    Failure,
    Judgement,
    State,
    Verdict,
    Visit,
)
from provenance.model.holding import (
    AttachedRecord,
    Attachment,
    MementoCopy,
    MementoLookup,
    MementoOutcome,
    Submission,
    SubmissionOutcome,
    Withdrawal,
    WordsPlace,
)
from provenance.model.journal import (
    AttachmentLine,
    CheckLine,
    CitedAs,
    DocumentLine,
    JournalLine,
    JournalPosition,
    JudgementLine,
    MementoLine,
    RecoveryLine,
    ReviewLine,
    SubmissionLine,
    TextLine,
    WithdrawalLine,
)
from provenance.model.keeping import (
    Capture,
    Evidence,
    Extract,
    Passage,
    WarcPlace,
)
from provenance.model.reading import (
    CitationMark,
    Document,
    Finding,
    Heading,
    Link,
    Mark,
    Metadata,
    Place,
    PlaceAt,
)
from provenance.model.reviewing import Review, ReviewDecision
from provenance.model.words import (
    Access,
    CitationKind,
    EvidenceVerdict,
    FailureKind,
    Outcome,
    RecoveryDecision,
    RecoveryRule,
    Severity,
    SourceState,
    Vantage,
)

__all__ = [
    "Access",
    "Antecedent",
    "AttachedRecord",
    "Attachment",
    "AttachmentLine",
    "Candidate",
    "Capture",
    "Check",
    "CheckFacts",
    "CheckLine",
    "Citation",
    "CitationKind",
    "CitationMark",
    "CitedAs",
    "CitedMemento",
    "Claim",
    "Document",
    "DocumentLine",
    "Evidence",
    "EvidenceVerdict",
    "Exchange",
    "Extract",
    "Failure",
    "FailureKind",
    "Finding",
    "Heading",
    "JournalLine",
    "JournalPosition",
    "Judgement",
    "JudgementLine",
    "Link",
    "Mark",
    "Marker",
    "MementoCopy",
    "MementoLine",
    "MementoLookup",
    "MementoOutcome",
    "Metadata",
    "Note",
    "Outcome",
    "Parsed",
    "Passage",
    "Place",
    "PlaceAt",
    "Recovery",
    "RecoveryDecision",
    "RecoveryLine",
    "RecoveryRule",
    "Repair",
    "Review",
    "ReviewDecision",
    "ReviewLine",
    "Severity",
    "Source",
    "SourceMap",
    "SourceState",
    "State",
    "Submission",
    "SubmissionLine",
    "SubmissionOutcome",
    "TextLine",
    "Vantage",
    "Verdict",
    "Visit",
    "WarcPlace",
    "Withdrawal",
    "WithdrawalLine",
    "WordsPlace",
]
