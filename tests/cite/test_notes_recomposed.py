"""Notes composed from the grammar of real ones parse back to what composed them."""

from itertools import pairwise
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from provenance.model import CitationKind
from support.cite_builders import (
    assert_nothing_lost,
    assert_offsets_are_true,
    parse_text,
    patient,
    update_with_notes,
)


class Part(NamedTuple):
    """One thing that a note names: as written, and as it must be read."""

    written: str
    kind: CitationKind
    url: str | None = None
    truncated: bool = False
    title: str | None = None


LABEL = st.from_regex(r"[a-z][a-z0-9]{2,9}", fullmatch=True)
SEGMENT = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_%-]{0,11}[a-zA-Z0-9]", fullmatch=True).filter(
    lambda segment: "%" not in segment
)
SUFFIX = st.sampled_from("org com net ru ua co.uk media news info fr".split())
SPELLED_DOT = st.sampled_from(
    [
        " dot ",
        " DOT ",
        "[.]",
        "(.)",
        "[dot]",
        "(dot)",
        " [dot] ",
        " (dot) ",
        "\u00a0dot\u00a0",
        "{.}",
    ]
)
QUERY = st.sampled_from(["", "", "", "?id=12", "?a=b&c=d", "#/dashboard", "?s=20", "?v=a_b-c"])
WORDS = st.lists(
    st.sampled_from("Convoy Attack River Bridge Northern Province Charter Video".split()),
    min_size=1,
    max_size=5,
).map(" ".join)


@st.composite
def hosts(draw: st.DrawFn) -> list[str]:
    labels = draw(st.lists(LABEL, min_size=1, max_size=2))
    return [*labels, *draw(SUFFIX).split(".")]


@st.composite
def paths(draw: st.DrawFn) -> str:
    segments = draw(st.lists(SEGMENT, min_size=1, max_size=4))
    slash = draw(st.sampled_from(["/", "/", "/", "//"]))
    return "/" + slash.join(segments)


@st.composite
def plain_urls(draw: st.DrawFn) -> Part:
    scheme = draw(st.sampled_from(["https://", "https://www.", "http://"]))
    url = scheme + ".".join(draw(hosts())) + draw(paths()) + draw(QUERY)
    return Part(url, "web", url)


@st.composite
def defanged_urls(draw: st.DrawFn) -> Part:
    host, path = draw(hosts()), draw(paths())
    dots = [draw(st.one_of(SPELLED_DOT, st.just("."))) for _ in host[1:]]
    written = host[0] + "".join(dot + label for dot, label in zip(dots, host[1:], strict=True))
    scheme, meant = draw(
        st.sampled_from(
            [("https://", "https://"), ("hxxps://", "https://"), ("hxxp://", "http://"),
             ("ttps://", "https://"), ("hhttps://", "https://"), ("hxxps[:]//", "https://")]
        )
    )  # fmt: skip
    return Part(f"{scheme}{written}{path}", "web", f"{meant}{'.'.join(host)}{path}")


@st.composite
def cut_urls(draw: st.DrawFn) -> Part:
    url = "https://" + ".".join(draw(hosts())) + draw(paths()) + draw(st.sampled_from(["...", "…"]))
    return Part(url, "web", url, truncated=True)


@st.composite
def wrapped_urls(draw: st.DrawFn) -> Part:
    archive = draw(
        st.sampled_from(
            ["https://web.archive.org/web/20230115120000/", "http://web.archive.org/web/2023*/",
             "https://archive.ph/20230115120000/", "https://web.archive.org/web/20230115120000id_/"]
        )
    )  # fmt: skip
    url = archive + draw(plain_urls()).written
    return Part(url, "web", url)


@st.composite
def reports(draw: st.DrawFn) -> Part:
    title = draw(WORDS)
    if draw(st.booleans()):
        title += f" “{draw(WORDS)}” {draw(WORDS)}"
    written = (
        f"Watch Service, “{title},” November 24, 2023, available by subscription at "
        "www.watchservice.example.com"
    )
    return Part(written, "subscription", title=title)


DATABASES = st.sampled_from(
    [
        "Author’s database of incidents. Available by request",
        "author's database of events, on file with the author",
    ]
).map(lambda written: Part(written, "on_request"))
ADDRESSES = st.one_of(plain_urls(), plain_urls(), defanged_urls(), cut_urls(), wrapped_urls())
PARTS = st.one_of(ADDRESSES, ADDRESSES, ADDRESSES, reports(), DATABASES)
# A semicolon with no blank behind it may go on an address, so prose never stands there.
LISTED = st.sampled_from(["; ", " ; ", ";\n", " ;\u00a0"])
BETWEEN_ADDRESSES = st.sampled_from(
    ["; ", " ; ", " ", "\u00a0", "\n", ", ", ";", " | ", " and ", ""]
)


@st.composite
def notes(draw: st.DrawFn) -> tuple[str, list[Part]]:
    parts = draw(st.lists(PARTS, min_size=1, max_size=6))
    written = parts[0].written
    for before, part in pairwise(parts):
        both_web = before.kind == part.kind == "web"
        separator = draw(BETWEEN_ADDRESSES if both_web else LISTED)
        # `…/00ttps://` may be an h that was lost, or two
        is_glued = not separator and not part.written.startswith(("http", "hxxp"))
        written += (" " if is_glued else separator) + part.written
    ending = draw(st.sampled_from(["", ".", ";", " ;", "\u00a0"]))
    return written + ending, parts


@patient
@given(st.lists(notes(), min_size=1, max_size=4))
def test_a_composed_note_parses_back_to_its_parts(composed: list[tuple[str, list[Part]]]) -> None:
    parsed = parse_text(update_with_notes(*(written for written, _ in composed)))
    assert [note.label for note in parsed.notes] == [str(n + 1) for n in range(len(composed))]
    for note, (_, parts) in zip(parsed.notes, composed, strict=True):
        assert [
            (citation.kind, citation.url, citation.truncated) for citation in note.citations
        ] == [(part.kind, part.url, part.truncated) for part in parts]
        titles = [(c.title, p.title) for c, p in zip(note.citations, parts, strict=True)]
        assert all(found == said for found, said in titles if said)
    assert_offsets_are_true(parsed)
    assert_nothing_lost(parsed)


@patient
@given(
    st.lists(notes(), min_size=2, max_size=5), st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n"])
)
def test_line_ends_and_headings_do_not_change_what_is_found(
    composed: list[tuple[str, list[Part]]], line_end: str
) -> None:
    text = update_with_notes(*(written.replace("\n", " ") for written, _ in composed))
    plain = parse_text(text)
    other = parse_text(
        text.replace("References\n", "Endnotes:\n").replace("\n\n[", "\n[").replace("\n", line_end)
    )
    for left, right in zip(plain.notes, other.notes, strict=True):
        assert [c.url for c in left.citations] == [c.url for c in right.citations]
    assert [claim.text for claim in plain.claims] == [claim.text for claim in other.claims]
