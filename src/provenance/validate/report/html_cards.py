"""The findings of a draft as cards, gathered under the notes that they stand in, as HTML. PURE."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from provenance.cite.places import describe_place
from provenance.formats.report_shell import attribute, shown, web_link
from provenance.model import Note
from provenance.validate.draft import Cited, Draft
from provenance.validate.records import SEVERITIES, DraftFinding, Fix
from provenance.validate.report.html_draft import Numbered, level_of

__all__ = ["count_badges", "render_cards"]

# Of the words at a place, of a title: what tells it apart fits into a line or two.
_MOST_WORDS = 140
_MOST_EDITS = 3
_STATE_LOOKS = {
    "alive": "ok",
    "revived": "ok",
    "dead": "error",
    "failing": "warning",
    "drifted": "warning",
    "walled": "info",
    "blocked": "info",
}


def render_cards(
    draft: Draft, findings: Sequence[Numbered], note_ids: dict[str, str], new: frozenset[int]
) -> str:
    """Return the groups: what stands in the text, then note by note.

    `note_ids` leads from a note to the id of its place; `new` holds the numbers of findings
    that a baseline does not know.
    """
    by_note: defaultdict[str, list[Numbered]] = defaultdict(list)
    notes = sorted(draft.parsed.notes, key=lambda note: note.start)
    for each in findings:
        by_note[_note_at(notes, each.finding)].append(each)
    groups = []
    if in_text := by_note.get("", []):
        head = (
            f'<h3>In the text</h3> <span class="counts">{count_badges(_findings(in_text))}</span>'
        )
        groups.append(_group(head, in_text, new, draft))
    for note in draft.parsed.notes:
        head = _note_head(draft, note, by_note[note.id], note_ids[note.id])
        groups.append(_group(head, by_note[note.id], new, draft))
    return "\n".join(groups)


def count_badges(findings: Sequence[DraftFinding]) -> str:
    """Return what is open, the worst first, as badges; "no findings" where nothing is."""
    counted = Counter(level_of(finding) for finding in findings)
    said = [
        f'<span class="badge {level}">{_count(counted[level], word)}</span>'
        for level, word in (*((each, each) for each in reversed(SEVERITIES)), ("quiet", "waived"))
        if counted[level]
    ]
    return " ".join(said) or '<span class="badge ok">✓ no findings</span>'


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}{'s' if count != 1 and word in {'error', 'warning'} else ''}"


def _findings(numbered: Sequence[Numbered]) -> list[DraftFinding]:
    return [each.finding for each in numbered]


def _note_at(notes: Sequence[Note], finding: DraftFinding) -> str:
    """Return the id of the note that a finding begins in; "" for the text."""
    low, high = 0, len(notes)
    while low < high:
        middle = (low + high) // 2
        if notes[middle].end <= finding.start:
            low = middle + 1
        else:
            high = middle
    is_inside = low < len(notes) and notes[low].start <= finding.start
    return notes[low].id if is_inside else ""


def _group(head: str, findings: Sequence[Numbered], new: frozenset[int], draft: Draft) -> str:
    cards = "\n".join(_card(each, each.number in new, draft) for each in findings)
    look = "group" if findings else "group clean"
    listed = f"\n<ol>\n{cards}\n</ol>" if findings else ""
    return f'<section class="{look}"><div class="ghead">{head}</div>{listed}</section>'


def _note_head(draft: Draft, note: Note, findings: Sequence[Numbered], place: str) -> str:
    cited = draft.cited_by_note[note.id]
    about = "; ".join(dict.fromkeys(name for name in map(_name_of, cited) if name))
    more = f' <span class="about">{shown(_cut(about))}</span>' if about else ""
    badges = " ".join((*_state_badges(draft, cited), count_badges(_findings(findings))))
    return (
        f'<h3><a href="#{place}"><bdi>[{shown(note.label)}]</bdi></a>{more}</h3> '
        f'<span class="counts">{badges}</span>'
    )


def _name_of(cited: Cited) -> str:
    citation, source = cited.citation, cited.source
    host = (source.host or "").removeprefix("www.") if source else ""
    return citation.publisher or host or citation.title or ""


def _state_badges(draft: Draft, cited: Sequence[Cited]) -> Iterator[str]:
    known = [said for each in cited if (said := draft.known(each.source)) is not None]
    for state, count in Counter(each.state for each in known if each.state != "unchecked").items():
        times = f"{count} × " if count > 1 else ""
        words = state.replace("_", " ")
        yield f'<span class="badge {_STATE_LOOKS.get(state, "")}">{times}{words}</span>'
    if known and all(each.captures for each in known):
        yield '<span class="badge">archived</span>'


def _card(each: Numbered, is_new: bool, draft: Draft) -> str:
    number, finding = each
    level = level_of(finding)
    where = describe_place(finding.place) or "the draft"
    where = f"line {where}" if finding.place.line is not None else where
    said = (
        finding.severity
        if finding.standing == "open"
        else f"{finding.severity}, {finding.standing}"
    )
    parts = [
        f'<p class="top"><span class="badge {level}">{said}</span> '
        f'<a href="#r-{finding.rule}"><b>{finding.rule}</b> {shown(finding.name)}</a> '
        + '<span class="badge">new</span> ' * is_new
        + f'<a class="where" href="#p{number}">{shown(where)}</a></p>',
        f'<p class="msg"><bdi>{shown(finding.message)}</bdi></p>',
    ]
    words = " ".join(draft.text[finding.start : finding.end].split())
    address = _address(finding, draft)
    if words and words != address:
        parts.append(f'<blockquote dir="auto">{shown(_cut(words))}</blockquote>')
    if finding.fix is not None and finding.fix.edits:
        parts.append(_fix(finding.fix, draft.text))
    if finding.standing != "open":
        parts.append(f'<p class="reason">{shown(finding.reason or "no reason is given")}</p>')
    if address:
        parts.append(f'<p class="url">{web_link(address)}</p>')
    inside = "".join(parts)
    return (
        f'<li class="card {level}" id="f{number}" data-r={attribute(finding.rule)} '
        f'tabindex="-1">{inside}</li>'
    )


def _address(finding: DraftFinding, draft: Draft) -> str | None:
    """Return the address that can be followed: the source's own, not its canonical name; None of a cut one."""
    source = draft.sources.get(finding.source_id or "")
    return source.url if source is not None and not source.truncated else None


def _fix(fix: Fix, text: str) -> str:
    name = "safe fix" if fix.safe else "fix to look at"
    edits = []
    for edit in fix.edits[:_MOST_EDITS]:
        if edit.in_target:
            edits.append(f"the link leads to <ins><bdi>{shown(_cut(edit.replacement))}</bdi></ins>")
            continue
        gone = _cut(text[edit.start : edit.end])
        old = f"<del><bdi>{shown(gone)}</bdi></del> " if gone else ""
        new = f"<ins><bdi>{shown(_cut(edit.replacement))}</bdi></ins>" if edit.replacement else ""
        edits.append(f"{old}{new}" if gone else f"put in {new}")
    if len(fix.edits) > _MOST_EDITS:
        edits.append(f"and {len(fix.edits) - _MOST_EDITS} more")
    return f'<p class="fix"><span class="tag">{name}</span> {"; ".join(edits)}</p>'


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 1]}…"
