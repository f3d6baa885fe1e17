"""Records of watching: what a person or another archive says of a state, and what a night found.

A state follows from a source's checks; these are the two voices that are heard beside them
(`Override`, `Opinion`), and what a nightly run tells when it is over (`NightReport`).
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from provenance.model.fetching import State
from provenance.model.words import Outcome, SourceState, Vantage

OpinionOutcome = Literal[
    "seen",  # it has the page, newer than our first strike
    "missing",  # it met the same: a newer copy of an answer that says gone
    "nothing",  # it answered, and has nothing newer than our first strike
    "unknown",  # it did not answer, or with what says nothing
    "refused",  # the host's front page refuses machines
    "empty",  # the host's front page is gone for us as well
]
# What has become of a passage that a claim leans on (`link.anchor`).
PassageState = Literal["intact", "moved", "reworded", "altered", "missing"]
# How a change is told: what needs a person comes first, what is only watched is counted.
ChangeGroup = Literal[
    "worse",  # lost, newly blocked or walled, another page, a passage altered or missing
    "still",  # in trouble for longer than the limit, for the first time
    "fixed",  # what was worse is well again
    "watch",  # a first sign: no alarm yet
]
ReplacementKind = Literal["redirect", "memento", "capture", "attachment"]


class Override(Struct, frozen=True):
    """What a person says of a source's state, for a reason and until a moment.

    `state` None takes back what was said before. A later override of a source overrules an
    earlier. Looks after `until` count for themselves again.
    """

    id: str
    source_id: str
    at: datetime
    by: str
    why: str
    state: SourceState | None = None
    until: datetime | None = None


class Opinion(Struct, frozen=True):
    """A second opinion on a source that is gone for us, asked before the last strike.

    `who` is the host of another archive; "front page": the source's own host asked for its root,
    which is "missing" where the host itself is no more; or "same host": what our own looks at its
    other sources saw lately ("missing" where none of them was there). `seen_at`, `uri_m` and `status` are of the newest copy that it named.
    """

    source_id: str
    at: datetime
    who: str
    url: str
    outcome: OpinionOutcome
    reason: str
    seen_at: datetime | None = None
    uri_m: str | None = None
    status: int | None = None


class NightRun(Struct, frozen=True, kw_only=True):
    """A nightly run in numbers; `checked + skipped + failed == due`.

    `checked` sources were looked at and a verdict was reached; `failed` looks ended in trouble of
    ours or of the moment (outcome `temporary`); `skipped` were not asked: the budget was spent,
    their host wants to be left alone, or a run that was killed had just asked. `ended_by` is what
    ended the run early. `rules` is the version of the state rules.
    """

    id: str
    started: datetime
    finished: datetime
    due: int
    checked: int
    skipped: int
    failed: int
    requests: int = 0
    captured: int = 0
    vantage: Vantage = "online"
    ended_by: Literal["minutes", "requests", "signal"] | None = None
    resumed: bool = False
    rules: int = 1
    previous: str | None = None


class Replacement(Struct, frozen=True):
    """The best thing to cite or to show in place of what is lost."""

    kind: ReplacementKind
    url: str
    at: datetime | None = None
    title: str | None = None


class Citing(Struct, frozen=True):
    """A claim that rests on a source: where it stands, and how it begins (at most 240 characters).

    `label` is of its note, as printed; `title` is the document's, or None.
    """

    document_id: str
    title: str | None
    label: str
    claim_id: str
    claim: str


class Touched(Struct, frozen=True, kw_only=True):
    """What rests on a source in current versions of documents.

    `documents` and `claims` are ids, at most 1,000 of each, with the numbers of all. For
    `only_support` of these claims it is the only source that is not lost as well. `citing` shows three
    of them, those of the latest document first.
    """

    name: str
    documents: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    documents_in_all: int = 0
    claims_in_all: int = 0
    only_support: int = 0
    citing: tuple[Citing, ...] = ()


class Standing(Struct, frozen=True, kw_only=True):
    """A source in a state that may need a person, whether or not it changed."""

    source_id: str
    url: str | None
    name: str
    state: State
    documents: tuple[str, ...] = ()


class PassageChange(Struct, frozen=True):
    """A claim whose passage is not what it was on the live page.

    `state` is what became of it, `was` what it was at the last run; `before` and `now` are the words.
    """

    claim_id: str
    document_id: str
    state: PassageState
    before: str
    now: str
    said: str = ""
    was: PassageState = "intact"


class NightChange(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A source whose state, or whose passage, is another than at the last run.

    `documents` and `claims` are ids of current versions, at most 1,000 of each, with the numbers of
    all beside them. `passage` is the worst of `passages`. `cause` is the host cause that the change
    falls under, as `HostCause.cause`. `advice` says in one line what to do.
    """

    source_id: str
    url: str | None
    name: str
    host: str | None
    group: ChangeGroup
    from_: SourceState
    to: SourceState
    rule: str
    reason: str
    advice: str
    since: datetime | None = None
    outcome: Outcome | None = None
    cause: str | None = None
    passage: PassageState | None = None
    passages: tuple[PassageChange, ...] = ()
    documents: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    documents_in_all: int = 0
    claims_in_all: int = 0
    only_support: int = 0
    citing: tuple[Citing, ...] = ()
    replacement: Replacement | None = None


class HostCause(Struct, frozen=True, kw_only=True):
    """One cause for many sources of a host (None: all hosts, which means us), told once.

    `sources` met it tonight, of `of` that were looked at. `is_news` tells that the last run did
    not have it.
    """

    host: str | None
    outcome: Outcome
    cause: str
    sources: int
    of: int
    advice: str
    documents: int = 0
    claims: int = 0
    is_news: bool = True
    source_ids: tuple[str, ...] = ()


class NightReport(Struct, frozen=True, kw_only=True):
    """What a night found: only what differs from the run before it; `states` counts all sources."""

    run: NightRun
    changes: tuple[NightChange, ...] = ()
    hosts: tuple[HostCause, ...] = ()
    states: dict[str, int] = {}

    @property
    def is_worse(self) -> bool:
        """Tell whether anything needs a person: `nightly` ends with exit code 1.

        A host's cause alone does not: its sources are told of as worse when a second look agrees.
        """
        return any(change.group in {"worse", "still"} for change in self.changes)
