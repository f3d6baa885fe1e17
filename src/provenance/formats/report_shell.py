"""The floor under every report in HTML: one file that asks nobody for anything.

Styles and scripts stand in the page, and its content security policy allows these two
and nothing else: no picture, font, frame or request from outside, whatever a draft holds.
Strangers' words come in through `shown` (they may be anything) and addresses through
`web_link` (only http and https become links). PURE.
"""

import base64
import hashlib
import html
import pkgutil
import re
from collections.abc import Sequence
from functools import cache

from provenance.formats.strangers import printable, storable

__all__ = ["attribute", "data_text", "html_page", "shown", "web_link"]

# Each colour has 4.5:1 on `paper` and `panel` of its scheme where words are written in it
# (WCAG 2.2, 1.4.3); the tints stand behind `ink`. tests/formats/test_report_shell.py measures it.
_PALETTE = (
    # name, light, dark
    ("paper", "#faf8f4", "#141619"),
    ("panel", "#ffffff", "#1d2024"),
    ("ink", "#20242a", "#e8e6e1"),
    ("muted", "#5a616b", "#a7adb6"),
    ("line", "#e0dcd3", "#343a41"),
    ("edge", "#8a8f98", "#767d87"),
    ("accent", "#1d5a9e", "#8fbcf3"),
    ("error", "#b02a20", "#ff9d92"),
    ("warning", "#855500", "#efc26b"),
    ("info", "#2b5f8f", "#93c0ef"),
    ("ok", "#2a6b3c", "#8ed09d"),
    ("error-tint", "#fbe6e3", "#45221f"),
    ("warning-tint", "#fcf0d4", "#3d3115"),
    ("info-tint", "#e4eff9", "#1e3249"),
    ("quiet-tint", "#efede8", "#2a2e33"),
)
_WEB = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
# What cannot be seen, or turns the line around: controls, bidi embeddings and isolates, blanks
# of no width. Joiners (U+200C, U+200D) and the marks U+200E, U+200F belong to ordinary writing.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)


def shown(text: str) -> str:
    """Return a stranger's words as HTML: nothing in them is markup, and nothing stays unseen.

    >>> shown("<b>" + chr(0x202E))
    '&lt;b&gt;<span class="ctl">U+202E</span>'
    """
    said = html.escape(storable(text))
    return _UNSEEN.sub(_name_unseen, said)


def _name_unseen(match: re.Match[str]) -> str:
    return "" if match[0] == "\r" else f'<span class="ctl">U+{ord(match[0]):04X}</span>'


def attribute(text: str) -> str:
    """Return a stranger's words as the quoted value of an attribute.

    >>> attribute('a "b"')
    '"a &quot;b&quot;"'
    """
    return f'"{html.escape(printable(storable(text)))}"'


def web_link(url: str, words: str | None = None) -> str:
    """Return a link to an http(s) address, which says nothing to it of where it stood; else the bare words.

    An address with unseen characters is no link: it does not lead to where it seems to.

    >>> web_link("javascript:alert(1)")
    '<bdi>javascript:alert(1)</bdi>'
    """
    said = f"<bdi>{shown(words if words is not None else url)}</bdi>"
    if not _WEB.fullmatch(url) or _UNSEEN.search(url):
        return said
    return f'<a href={attribute(url)} rel="noopener noreferrer nofollow" target="_blank">{said}</a>'


def html_page(
    title: str, body: str, *, styles: Sequence[str] = (), scripts: Sequence[str] = ()
) -> str:
    """Return a whole page in one file; `body` is HTML, `styles` and `scripts` are its own, in order."""
    style = "\n".join((_palette_css(), data_text(__package__, "report_shell.css"), *styles))
    script = "\n".join((data_text(__package__, "report_shell.js"), *scripts))
    policy = (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{html.escape(printable(storable(title)))}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )


@cache
def data_text(package: str, name: str) -> str:
    """Return a text file that belongs to a package of ours; line ends are LF.

    Raises:
        FileNotFoundError: it is not there.
    """
    data = pkgutil.get_data(package, name)
    if data is None:
        raise FileNotFoundError(f"{package}: {name}")
    return data.decode("utf-8").replace("\r\n", "\n")


def _palette_css() -> str:
    light = "".join(f"--{name}:{value};" for name, value, _ in _PALETTE)
    dark = "".join(f"--{name}:{value};" for name, _, value in _PALETTE)
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        f"@media print{{:root:root:root{{color-scheme:light;{light}--paper:#fff}}}}"
    )


def _digest(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
