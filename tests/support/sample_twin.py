"""Makes `footnotes/sample-update.html` from `footnotes/sample-update.txt`.

The twin is the update as a Drupal 7 page would show it, with what such pages do
to references: anchors that end in the middle of a defanged host, targets that
swallow a semicolon, a no-break space or the next address, full targets under
cut text, anchors side by side with nothing between them, Word's own anchors.

Run as `python tests/support/sample_twin.py` after a change of the text; a test
holds the two together.
"""

import html
import re
from pathlib import Path

from provenance.demo.scenes import load_scenes

FOOTNOTES = Path(__file__).parents[2] / "footnotes"
TITLE = "Borderlands Weekly Update, March 8, 2024: The River Front Closes In on Ouldane"
ORIGIN = "/analysis/borderlands-weekly-update-march-8-2024"

# Drupal's linkifier takes a no-break space for a letter, and stops at a plain space.
LINKED = re.compile(r"https?://[^ \n<>\"]+|(?<![\w/.])www\.[^ \n<>\";]+")
GLUED = re.compile(r"(?<=[^/=])(?=https?://)")
# This note's editor left its addresses to the linkifier, which makes one link of them.
LEFT_GLUED = "34"
FROM_WORD = {"5": "file:///C:/drafts/update.docx#_ednref5"}

PAGE = """<!DOCTYPE html>
<html xmlns:og="http://opengraphprotocol.org/schema/" lang="en" dir="ltr">

<head>
  <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<meta name="Generator" content="Drupal 7 (http://drupal.org)" />
<link rel="canonical" href="https://www.borderlandsdesk.example{origin}" />
<link rel="shortlink" href="/node/2118" />
<meta property="og:title" content="{title}" />
<meta property="og:site_name" content="Borderlands Desk" />
  <title>{title} | Borderlands Desk</title>
</head>
<body class="html not-front not-logged-in one-sidebar page-node node-type-analysis">
<div id="wrapper">
  <header id="header"><ul class="menu"><li><a href="/">Home</a></li><li><a href="/analysis">Analysis</a></li></ul></header>
  <div id="content">
    <h1 class="title" id="page-title">{title}</h1>
    <div id="node-2118" class="node node-analysis" about="{origin}" typeof="sioc:Item foaf:Document">
      <span class="submitted"><span property="dc:date dc:created" content="2024-03-08T16:40:00-05:00" datatype="xsd:dateTime">Mar 8, 2024 - <a href="/users/desk" class="username">Desk</a></span></span>
      <div class="field field-name-body field-type-text-with-summary field-label-hidden"><div class="field-items"><div class="field-item even" property="content:encoded">
{body}
<hr align="left" size="1" width="33%" />
{notes}
      </div></div></div>
    </div>
  </div>
  <footer id="footer"><div class="content">Borderlands Desk<br />12 Quay Street, Port-Lumen</div></footer>
</div>
</body>

</html>
"""


def make_twin(text: str) -> str:
    """Return the page for the text of the sample update."""
    update = text[text.index("Author:") :]
    body, _, notes = update.partition("\nReferences\n")
    notes = notes.partition("No comments:")[0]
    return PAGE.format(
        title=html.escape(TITLE), origin=ORIGIN, body=make_body(body), notes=make_notes(notes)
    )


def make_body(body: str) -> str:
    out: list[str] = []
    for block in (block.strip(" \n") for block in re.split(r"\n\s*\n|\n(?= *•)", body)):
        if not block:
            continue
        if block.startswith("•"):
            out.append(f"<ul>\n<li>{make_inline(block[1:].strip(' '))}</li>\n</ul>")
        else:
            out.append(f"<p>{make_lead(make_inline(block))}</p>")
    return "\n".join(out).replace("</ul>\n<ul>\n", "")


def make_inline(text: str) -> str:
    """Escape a run of text and make Word's anchors of its markers."""

    def marker(match: re.Match[str]) -> str:
        label = match[1]
        return f'<a href="#_edn{label}" name="_ednref{label}" title="">[{label}]</a>'

    return re.sub(r"\[(\d+)\]", marker, escape(text))


def make_lead(paragraph: str) -> str:
    """Set the first sentence bold, with its marker when it has one."""
    lead = re.match(
        r"The (?:Orrin River Front \(ORF\)|army|ORF) (?:is|will|has).*?\.(?=[ <])", paragraph
    )
    if lead is None:
        return paragraph
    end = lead.end()
    anchor = re.match(r"<a [^>]*>\[\d+\]</a>", paragraph[end:])
    end += anchor.end() if anchor else 0
    return f"<strong>{paragraph[:end]}</strong>{paragraph[end:]}"


def make_notes(notes: str) -> str:
    out = []
    for label, text in re.findall(r"^\[(\d+)\](.*)$", notes, re.MULTILINE):
        target = FROM_WORD.get(label, f"#_ednref{label}")
        anchor = f'<a href="{target}" name="_edn{label}" title="">[{label}]</a>'
        out.append(f"<p>{anchor}{make_links(label, text)}</p>")
    return "\n".join(out)


def make_links(label: str, text: str) -> str:
    """Linkify a note: what is glued becomes anchors side by side, but for one note."""
    pieces = [text] if label == LEFT_GLUED else split_glued(text)
    return "".join(linkify(piece) for piece in pieces)


def split_glued(text: str) -> list[str]:
    """Cut before each address that follows another without a space, but not inside a wrapper."""
    return [piece for piece in GLUED.split(text) if piece]


def linkify(piece: str) -> str:
    out, end = [], 0
    for match in LINKED.finditer(piece):
        out += [escape(piece[end : match.start()]), anchor_of(match[0])]
        end = match.end()
    return "".join([*out, escape(piece[end:])])


def anchor_of(shown: str) -> str:
    target = full_target(shown)
    if not target.startswith("http"):
        target = f"http://{target}"
    return f'<a href="{escape(target)}">{escape(shown)}</a>'


def full_target(shown: str) -> str:
    """Return the whole address of a cut one; what follows the cut (`;`) is swallowed too."""
    cut, dots, rest = shown.partition("...")
    if not dots:
        return shown
    others = (scene for scene in load_scenes() if scene.path != ORIGIN)
    (url,) = {scene.url for scene in others if scene.url.startswith(cut)}
    return url + rest


def escape(text: str) -> str:
    return html.escape(text, quote=True).replace("\u00a0", "&nbsp;")


if __name__ == "__main__":
    text = (FOOTNOTES / "sample-update.txt").read_text(encoding="utf-8")
    (FOOTNOTES / "sample-update.html").write_text(make_twin(text), encoding="utf-8")
