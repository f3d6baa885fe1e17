"""Builds Word files, sound and hostile, from pieces of their XML, without any library."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
STRICT_R = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EXTERNAL = ' TargetMode="External"'
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
SEPARATORS = (
    '<w:{0} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{0}>'
    '<w:{0} w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:{0}>'
)


def run(text: str, properties: str = "") -> str:
    """A run of text; `properties` is the inside of its rPr."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*inside: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs (or bare text, which becomes one)."""
    styled = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    content = "".join(one if one.startswith("<") else run(one) for one in inside)
    return f"<w:p><w:pPr>{styled}{properties}</w:pPr>{content}</w:p>"


def reference(note_id: int, kind: str = "footnote", mark: str = "") -> str:
    """The place of a note in the body; `mark` is one that the author typed."""
    custom = ' w:customMarkFollows="1"' if mark else ""
    typed = f"<w:t>{escape(mark)}</w:t>" if mark else ""
    return f'<w:r><w:{kind}Reference{custom} w:id="{note_id}"/>{typed}</w:r>'


def link(key: str, text: str, anchor: str = "") -> str:
    """A hyperlink by relationship id."""
    anchored = f" w:anchor={quoteattr(anchor)}" if anchor else ""
    return f'<w:hyperlink r:id="{key}"{anchored}>{run(text)}</w:hyperlink>'


def field(instruction: Sequence[str], result: str, properties: str = "") -> str:
    """A complex field, its instruction in one run a piece; `result` is XML."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    told = "".join(
        f'<w:r><w:instrText xml:space="preserve">{escape(one)}</w:instrText></w:r>'
        for one in instruction
    )
    shown = result if result.startswith("<") else run(result, properties)
    return mark.format("begin") + told + mark.format("separate") + shown + mark.format("end")


def note(*paragraphs: str) -> str:
    """The inside of a note: its own number, then the text of each paragraph (or its XML)."""
    number = "<w:r><w:footnoteRef/></w:r>"
    first, *others = paragraphs
    begun = paragraph(number, run(" "), first)
    return begun + "".join(paragraph(one) for one in others)


def a_docx(
    *body: str,
    footnotes: Mapping[int, str] | None = None,
    endnotes: Mapping[int, str] | None = None,
    links: Mapping[str, str] | None = None,
    note_links: Mapping[str, str] | None = None,
    section: str = "",
    settings: str = "",
    styles: str = "",
    core: Mapping[str, str] | None = None,
    is_strict: bool = False,
    parts: Mapping[str, str | bytes | None] | None = None,
) -> bytes:
    """A Word file of paragraphs; `parts` are put in last, over those made here (None takes one out).

    Bare text among `body` becomes a paragraph, and a bare note one with its own number.
    """
    made: dict[str, str | bytes | None] = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>",
        "_rels/.rels": _relationships(
            {
                "rId1": ("officeDocument", "word/document.xml", False),
                "rId2": ("core-properties", "docProps/core.xml", False),
            }
        ),
        "word/document.xml": _root(
            "document",
            f"<w:body>{''.join(one if one.startswith('<') else paragraph(one) for one in body)}"
            f"<w:sectPr>{section}</w:sectPr></w:body>",
        ),
        "word/settings.xml": _root("settings", settings),
        "word/styles.xml": _root("styles", styles),
        "docProps/core.xml": _core(core or {}),
    }
    main = {
        f"rIdPart{n}": (kind, f"{kind}.xml", False) for n, kind in enumerate(("settings", "styles"))
    }
    for kind, notes in (("footnote", footnotes), ("endnote", endnotes)):
        if notes is None:
            continue
        main[f"rId{kind}"] = (f"{kind}s", f"{kind}s.xml", False)
        made[f"word/{kind}s.xml"] = _root(f"{kind}s", SEPARATORS.format(kind) + _notes(kind, notes))
        made[f"word/_rels/{kind}s.xml.rels"] = _relationships(_external(note_links or {}))
    made["word/_rels/document.xml.rels"] = _relationships(main | _external(links or {}))
    made.update(parts or {})
    if is_strict:
        made = {name: _say_strictly(content) for name, content in made.items()}
    return pack({name: content for name, content in made.items() if content is not None})


def pack(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of named parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def _root(name: str, inside: str) -> str:
    return f'<w:{name} xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="{MC}">{inside}</w:{name}>'


def _notes(kind: str, notes: Mapping[int, str]) -> str:
    return "".join(
        f'<w:{kind} w:id="{key}">{one if one.startswith("<") else note(one)}</w:{kind}>'
        for key, one in notes.items()
    ).replace("footnoteRef/", f"{kind}Ref/")


def _external(links: Mapping[str, str]) -> dict[str, tuple[str, str, bool]]:
    return {key: ("hyperlink", target, True) for key, target in links.items()}


def _relationships(relations: Mapping[str, tuple[str, str, bool]]) -> str:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{R}/{kind}" Target={quoteattr(target)}'
        f"{_EXTERNAL * is_external}/>"
        for key, (kind, target, is_external) in relations.items()
    )
    return f'<Relationships xmlns="{_RELS}">{lines}</Relationships>'


def _core(said: Mapping[str, str]) -> str:
    lines = "".join(f"<dc:{key}>{escape(value)}</dc:{key}>" for key, value in said.items())
    return (
        f'<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{lines}</cp:coreProperties>"
    )


def _say_strictly(content: str | bytes | None) -> str | bytes | None:
    if not isinstance(content, str):
        return content
    return content.replace(W, STRICT_W).replace(R, STRICT_R)
