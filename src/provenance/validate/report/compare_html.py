"""A comparison as one HTML file that an editor can mail: see `formats.report_shell`. PURE."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from provenance.formats.report_shell import data_text, html_page, shown, web_link
from provenance.validate.compare_records import (
    CitationChange,
    CitationSide,
    ClaimChange,
    ClaimSide,
    Comparison,
    DocumentSide,
    NoteChange,
    NoteSide,
    SourceSide,
    WordRun,
)
from provenance.validate.compare_summary import (
    CHANGE_NAMES,
    FIELD_NAMES,
    count_changes,
    name_of,
    name_of_cited,
    renumbered_stretch,
)

__all__ = ["render_comparison"]

_LOOKS = {"added": "ok", "dropped": "error", "recited": "warning", "redescribed": "info",
          "reworded": "info"}  # fmt: skip
_EDGES = {"added": "gained", "dropped": "error"}


def render_comparison(found: Comparison) -> str:
    """Return the whole page; nothing of it is asked of anybody."""
    old, new = name_of(found.old), name_of(found.new)
    parts = (
        ("notes", "Notes", len(found.notes), "".join(_notes(found.notes))),
        ("claims", "Claims", len(found.claims), "".join(map(_claim, found.claims))),
        ("sources", "Sources", len(found.sources_gained) + len(found.sources_lost),
         "".join(_sources(found.sources_gained, found.sources_lost))),
    )  # fmt: skip
    sections = "\n".join(_section(*part) for part in parts if part[2])
    body = "\n".join(
        (
            '<a class="skip" href="#changes">Skip to what changed</a>',
            _head(found, [part[:3] for part in parts if part[2]]),
            f'<main id="changes">{sections or _nothing()}</main>',
        )
    )
    package = __package__ or ""
    styles = (data_text(package, "report.css"), data_text(package, "compare.css"))
    return html_page(f"What changed from {old} to {new}", body, styles=styles)


def _head(found: Comparison, parts: Sequence[tuple[str, str, int]]) -> str:
    said = count_changes(found.summary) or "no note, claim or source changed"
    links = "".join(
        f'<li><a href="#{name}">{title}</a> <span class="badge">{count:,}</span></li>'
        for name, title, count in parts
    )
    nav = f'<nav aria-label="Parts"><ul>{links}</ul></nav>' if links else ""
    button = '<button type="button" class="needs-js" data-theme-switch>Theme: auto</button>'
    return (
        f'<header><div class="title"><h1>What changed</h1>{_side("from", found.old)}'
        f'{_side("to", found.new)}<p class="sum">{shown(said)}</p></div>'
        f'<div class="tools">{nav}{button}</div></header>'
    )


def _side(word: str, side: DocumentSide) -> str:
    title = f' <span class="doctitle"><bdi>{shown(side.title)}</bdi></span>' if side.title else ""
    counts = f"{side.claims:,} claims, {side.notes:,} notes, {side.sources:,} sources"
    return (
        f'<p class="side"><span class="way">{word}</span> <b><bdi>{shown(name_of(side))}</bdi></b>'
        f'{title} <span class="facts">{counts}</span></p>'
    )


def _nothing() -> str:
    return '<p class="fine">No note, claim or source changed.</p>'


def _section(name: str, title: str, count: int, cards: str) -> str:
    return (
        f'<section id="{name}" class="changes"><h2>{title} '
        f'<span class="badge">{count:,}</span></h2><ul>\n{cards}</ul></section>'
    )


def _card(changes: Iterable[str], head: str, inside: Iterable[str]) -> str:
    words = tuple(changes)
    badges = "".join(
        f'<span class="badge {_LOOKS.get(word, "")}">{CHANGE_NAMES[word]}</span> ' for word in words
    )
    edge = next((_EDGES[word] for word in words if word in _EDGES), "")
    top = f'<p class="top">{badges}{head}</p>'
    return f'<li class="card change {edge}">{top}{"".join(inside)}</li>\n'


def _claim(claim: ClaimChange) -> str:
    said = claim.new or claim.old
    if said is None:
        return ""
    inside = [_words(claim.words) if claim.words else _plain(said.text)]
    if claim.stays:
        remark = "Its words are still in the text, without this marker."
        if claim.old is None:
            remark = "Its words were in the text before, without this marker."
        inside.append(f'<p class="reason">{remark}</p>')
    inside.append(_cited(claim.gained, claim.lost))
    where = f'<span class="where">{shown(" › ".join(said.section))}</span>' if said.section else ""
    return _card(claim.changes, _labels_of_claim(claim) + where, inside)


def _labels_of_claim(claim: ClaimChange) -> str:
    labels = [_labels(each) for each in (claim.old, claim.new) if each is not None]
    return f"<span>{' → '.join(dict.fromkeys(labels))}</span>"


def _labels(claim: ClaimSide) -> str:
    return f"<bdi>{shown(''.join(f'[{label}]' for label in claim.labels))}</bdi>"


def _notes(notes: Sequence[NoteChange]) -> Iterator[str]:
    for _, stretch in groupby(enumerate(notes), key=lambda each: renumbered_stretch(*each)):
        group = [note for _, note in stretch]
        if group[0].changes == ("renumbered",):
            yield _card(("renumbered",), _renumbered(group), ())
        else:
            yield from map(_note, group)


def _renumbered(group: Sequence[NoteChange]) -> str:
    ends = [group[0], group[-1]] if len(group) > 1 else [group[0]]
    sides: tuple[Callable[[NoteChange], NoteSide | None], ...] = (lambda one: one.old, lambda one: one.new)  # fmt: skip
    said = [
        "–".join(f"<bdi>[{shown(note.label)}]</bdi>" for each in ends if (note := side(each)))
        for side in sides
    ]
    many = f" · {len(group):,} notes" if len(group) > 1 else ""
    return f"<span>{' → '.join(said)}{many}</span>"


def _note(note: NoteChange) -> str:
    sides = [each for each in (note.old, note.new) if each is not None]
    labels = " → ".join(dict.fromkeys(f"<bdi>[{shown(each.label)}]</bdi>" for each in sides))
    inside = []
    if len(sides) == 1:
        inside.append(_plain(sides[0].text))
    elif note.words:
        inside.append(_words(note.words))
    inside.append(_cited(note.gained, note.lost))
    inside += map(_described, note.described)
    return _card(note.changes, f"<span>{labels}</span>", inside)


def _described(change: CitationChange) -> str:
    rows = "".join(
        f"<dt>{FIELD_NAMES[each.field]}</dt><dd><del>{_or_nothing(each.old)}</del> "
        f"<ins>{_or_nothing(each.new)}</ins></dd>"
        for each in change.fields
    )
    name = f'<p class="url"><bdi>{shown(name_of_cited(change.new))}</bdi></p>'
    return f'{name}<dl class="fields">{rows}</dl>'


def _or_nothing(value: str | None) -> str:
    return f"<bdi>{shown(value)}</bdi>" if value else "nothing"


def _sources(gained: Sequence[SourceSide], lost: Sequence[SourceSide]) -> Iterator[str]:
    for word, look, sources in (("gained", "added", gained), ("lost", "dropped", lost)):
        for source in sources:
            labels = "".join(f"[{label}]" for label in source.labels)
            badge, edge = _LOOKS[look], _EDGES[look]
            yield (
                f'<li class="card change {edge}"><p class="top"><span class="badge {badge}">{word}</span> '
                f"<bdi>{shown(labels)}</bdi></p>{_named(source)}</li>\n"
            )


def _cited(gained: Sequence[CitationSide], lost: Sequence[CitationSide]) -> str:
    rows = "".join(
        f'<li class="{look}"><span class="sign" aria-hidden="true">{sign}</span><span class="vh">{word}: </span>'
        f"<span>{_named(each)}</span></li>"
        for sign, word, look, citations in (("+", "gained", "plus", gained), ("−", "lost", "minus", lost))
        for each in citations
    )  # fmt: skip
    return f'<ul class="cited">{rows}</ul>' if rows else ""


def _named(said: CitationSide | SourceSide) -> str:
    """Return a citation or source: its description, then its address as a link."""
    is_link = said.url is not None and not said.truncated
    about = [said.publisher, said.title, said.date, None if is_link else said.url]
    words = " · ".join(each for each in about if each) if said.title or said.url else said.raw
    parts = [f"<bdi>{shown(words)}</bdi>"] if words else []
    return " ".join((*parts, *([web_link(said.url)] if is_link and said.url else [])))


def _words(words: Sequence[WordRun]) -> str:
    tags = {"gone": "del", "new": "ins"}
    said = "".join(
        f"<{tag}>{shown(run.text)}</{tag}>" if (tag := tags.get(run.op)) else shown(run.text)
        for run in words
    )
    return f'<p class="words" dir="auto">{said}</p>'


def _plain(text: str) -> str:
    return f'<p class="words" dir="auto">{shown(" ".join(text.split()))}</p>'
