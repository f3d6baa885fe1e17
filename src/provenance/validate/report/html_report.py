"""The report that an editor mails: one HTML file with drafts, findings and rules. PURE.

The draft stands on the left as it was written, its notes with their findings on the right.
Without scripts it is a list with links between places and findings; scripts add the filter,
the keyboard and the switch of light and dark. Nothing is asked of anybody: see `report_shell`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count

from provenance.formats.report_shell import attribute, data_text, html_page, shown
from provenance.validate.ages import describe_age
from provenance.validate.records import DraftFinding
from provenance.validate.report.baseline import Baseline
from provenance.validate.report.html_cards import count_badges, render_cards
from provenance.validate.report.html_draft import Numbered, render_draft
from provenance.validate.report.records import ReportedDocument, Unread
from provenance.validate.rule import Rule
from provenance.validate.rules import page_of

__all__ = ["render_html"]

_KEYS = (
    (("j", "k"), "the next, the one before"),
    (("Enter",), "from a finding to its place, and from the place back"),
    (("/",), "filter by words"),
    (("e", "w", "i"), "show or hide errors, warnings, what is worth knowing"),
    (("t",), "light, dark, as the system has it"),
    (("?",), "this help"),
    (("Esc",), "out of the filter, the help"),
)
_LEVELS = (("error", "errors"), ("warning", "warnings"), ("info", "info"), ("quiet", "waived"))


def render_html(
    documents: Sequence[ReportedDocument],
    rules: Sequence[Rule],
    *,
    baseline: Baseline | None = None,
    unread: Sequence[Unread] = (),
) -> str:
    """Return the whole page; with a baseline, findings that it does not know are called new."""
    numbers = count(1)
    numbered = [[Numbered(next(numbers), each) for each in one.findings] for one in documents]
    everything = [each.finding for findings in numbered for each in findings]
    name = documents[0].path if len(documents) == 1 else f"{len(documents):,} documents"
    sections = "\n".join(
        _section(number, document, findings, baseline=baseline, is_one_of_many=len(documents) > 1)
        for number, (document, findings) in enumerate(zip(documents, numbered, strict=True), 1)
    )
    body = "\n".join(
        (
            '<a class="skip" href="#found">Skip to what was found</a>',
            _head(name, documents, everything),
            f'<main id="found">{_unread(unread)}{_contents(documents)}\n{sections}</main>',
            _rules(rules, everything),
            _help(),
        )
    )
    package = __package__ or ""
    return html_page(
        f"Notes of {name}",
        body,
        styles=(data_text(package, "report.css"),),
        scripts=(data_text(package, "report.js"),),
    )


def _head(
    name: str, documents: Sequence[ReportedDocument], findings: Sequence[DraftFinding]
) -> str:
    day = documents[0].draft.today.strftime("%d %B %Y").lstrip("0") if documents else ""
    notes = sum(len(each.draft.parsed.notes) for each in documents)
    sources = sum(len(each.draft.source_map.sources) for each in documents)
    facts = f"{_many(notes, 'note')}, {_many(sources, 'source')}" + f" · validated on {day}" * bool(
        day
    )
    return (
        f'<header><div class="title"><h1>Notes of <bdi>{shown(name)}</bdi></h1>'
        f'<p class="facts">{facts}</p><p class="sum">{count_badges(findings)}</p></div>'
        f"{_filter(findings)}</header>"
    )


def _filter(findings: Sequence[DraftFinding]) -> str:
    """Return the controls; all of them need scripts, and are not there without."""
    named = {each.rule: each.name for each in findings}
    counted = Counter(each.rule for each in findings)
    options = "".join(
        f"<option value={attribute(code)}>{code} {shown(named[code])} ({counted[code]:,})</option>"
        for code in sorted(named)
    )
    boxes = "".join(
        f'<label><input type="checkbox" value="{level}" checked> {word}</label>'
        for level, word in _LEVELS
        if level != "quiet" or any(each.standing != "open" for each in findings)
    )
    return (
        '<form class="filter needs-js" role="search" aria-label="Filter findings">'
        f'<fieldset><legend class="vh">Show</legend>{boxes}</fieldset>'
        '<label><span class="vh">Rule</span><select id="rule"><option value="">every rule</option>'
        f"{options}</select></label>"
        '<label class="grow"><span class="vh">Words</span>'
        '<input type="search" id="words" placeholder="Filter by words ( / )"></label>'
        '<label><input type="checkbox" id="clean"> notes without findings</label>'
        '<span id="count" role="status"></span>'
        '<span class="buttons"><button type="button" data-theme-switch>Theme: auto</button>'
        '<button type="button" id="keys" aria-haspopup="dialog">Keys <kbd>?</kbd></button></span></form>'
    )


def _unread(unread: Sequence[Unread]) -> str:
    said = "".join(
        f"<li><bdi>{shown(each.path)}</bdi>: <bdi>{shown(each.message)}</bdi></li>"
        for each in unread
    )
    return (
        f'<section class="unread"><h2>Could not be read</h2><ul>{said}</ul></section>'
        if said
        else ""
    )


def _contents(documents: Sequence[ReportedDocument]) -> str:
    if len(documents) < 2:
        return ""
    items = "".join(
        f'<li><a href="#d{number}"><bdi>{shown(each.path)}</bdi></a> '
        f'<span class="counts">{count_badges(each.findings)}</span></li>'
        for number, each in enumerate(documents, 1)
    )
    return f'<nav aria-label="Documents"><h2>Documents</h2><ol>{items}</ol></nav>'


def _section(
    number: int,
    document: ReportedDocument,
    findings: Sequence[Numbered],
    *,
    baseline: Baseline | None,
    is_one_of_many: bool,
) -> str:
    read = document.draft.parsed.document
    notes = document.draft.parsed.notes
    note_ids = {note.id: f"n{number}-{index}" for index, note in enumerate(notes, 1)}
    anchors = {note.start: note_ids[note.id] for note in notes}
    new = frozenset(
        each.number
        for each in findings
        if baseline is not None and not baseline.knows(document.path, each.finding)
    )
    title = (
        f'<span class="doctitle">{shown(read.metadata.title)}</span>' if read.metadata.title else ""
    )
    age = describe_age(document.draft)
    known = f'<p class="known">{shown(age[:1].upper() + age[1:])}.</p>' if age else ""
    said = count_badges([each.finding for each in findings])
    counts = f' <span class="counts">{said}</span>' * is_one_of_many
    quiet = "" if findings else '<p class="fine">Nothing to mend was found in this document.</p>'
    return (
        f'<section class="document" id="d{number}"><div class="dochead"><h2><bdi>{shown(document.path)}'
        f"</bdi></h2>{title}{counts}</div>{known}"
        f'<div class="desk"><section class="found" tabindex="0" aria-label={attribute(f"Findings in {document.path}")}>'
        f"{quiet}\n{render_cards(document.draft, findings, note_ids, new)}\n</section>"
        f'<article class="draft" aria-label={attribute(f"Text of {document.path}")}>\n'
        f"{render_draft(read, findings, anchors)}\n</article></div></section>"
    )


def _rules(rules: Sequence[Rule], findings: Iterable[DraftFinding]) -> str:
    fired = {finding.rule for finding in findings}
    said = []
    for rule in rules:
        page = page_of(rule) if rule.code in fired else None
        if page is None:
            continue
        why, mend = (page.sections.get(each, "").strip() for each in ("Why it matters", "Fix"))
        said.append(
            f'<section id="r-{rule.code}"><h3>{rule.code} {shown(rule.name)}</h3>'
            f"<p><b>{shown(page.summary[:1].upper() + page.summary[1:])}</b></p>"
            f"{_prose(page.about)}<p><b>Why it matters.</b> {_said(why)}</p>"
            f"<p><b>Fix.</b> {_said(mend)}</p></section>"
        )
    listed = "\n".join(said)
    return f'<footer class="rules"><h2>The rules that fired</h2>\n{listed}</footer>' if said else ""


def _prose(text: str) -> str:
    return "".join(f"<p>{_said(each)}</p>" for each in text.split("\n\n") if each.strip())


def _said(text: str) -> str:
    """Return the plain Markdown of our own pages: words, and code between backticks."""
    pieces = " ".join(text.split()).split("`")
    return "".join(
        f"<code>{shown(piece)}</code>" if index % 2 else shown(piece)
        for index, piece in enumerate(pieces)
    )


def _help() -> str:
    rows = "".join(
        f"<dt>{' '.join(f'<kbd>{key}</kbd>' for key in keys)}</dt><dd>{words}</dd>"
        for keys, words in _KEYS
    )
    return (
        '<dialog id="help" class="needs-js" aria-labelledby="help-title"><h2 id="help-title">Keys</h2>'
        f'<dl>{rows}</dl><p><label><input type="checkbox" id="single" checked> single keys are listened to'
        '</label></p><form method="dialog"><button>Close</button></form></dialog>'
    )


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
