"""The frame of every picture: its size, its name, and what it says to who does not see it. PURE."""

from collections.abc import Iterable
from html import escape

__all__ = ["svg_frame"]


def svg_frame(
    kind: str, name: str, size: tuple[int, int], said: tuple[str, str], parts: Iterable[str]
) -> str:
    """Return a picture of this size (width, height) with its parts, which are SVG already.

    `kind` is its class, `name` begins its ids, `said` are its title and what it shows, in words. All
    ink is `currentColor`: that of the text around it.
    """
    width, height = size
    title, described = said
    name = escape(name)
    begin = (
        f'<svg class="{kind}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" role="img" aria-labelledby="{name}-title {name}-desc"'
        ' font-family="system-ui, sans-serif" font-size="12" fill="currentColor">'
    )
    return "\n".join(
        (
            begin,
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(described)}</desc>',
            *parts,
            "</svg>",
        )
    )
