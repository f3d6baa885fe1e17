"""A page's tree laid out in reading order, so that "before", "inside" and "head of a line" are numbers.

Every tag and string gets its number in document order; a tag covers the half-open
range up to the first number behind it. What a reader never sees (scripts, styles)
is not laid out. Everything is found in one walk that never recurses, and all
questions are answered by bisection: a hostile page costs no more than its length.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from provenance.formats.html import HtmlTag, HtmlText, is_visible_text

__all__ = [
    "BLOCKS",
    "HEADINGS",
    "LINES",
    "PARAGRAPHS",
    "UNSEEN",
    "LineHead",
    "PageIndex",
    "hints_of",
    "index_page",
]

UNSEEN = frozenset(
    "head script style noscript template svg iframe object embed audio video".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure section article aside hr".split()
)
LINES = frozenset(
    "div li dt dd tr figcaption caption header main address details summary center body".split()
)
BLOCKS = PARAGRAPHS | LINES | {"td", "th", "footer", "nav", "html", "form", "fieldset"}
# How far up a tree is looked: real pages nest some 30 deep, hostile ones 100,000.
MAX_CLIMB = 12
_MAX_WORDS = 400


class LineHead(NamedTuple):
    """The first words of a line: the number of the string and of the block that it stands in."""

    order: int
    block: int


class PageIndex:
    """The nodes of a page in reading order, with what is asked about them."""

    def __init__(self) -> None:
        self.nodes: list[object] = []
        self.ends: list[int] = []
        self.text_orders: list[int] = []
        self.lines: list[LineHead] = []
        self.headings: list[int] = []
        self.named: dict[str, list[int]] = {}
        self.anchors: list[int] = []
        self.targets: dict[int, str | None] = {}
        self._orders: dict[int, int] = {}

    def order_of(self, node: object) -> int | None:
        """Return a node's number; None for what is not laid out."""
        return self._orders.get(id(node))

    def tag(self, order: int) -> HtmlTag:
        """Return the tag of that number."""
        node = self.nodes[order]
        assert isinstance(node, HtmlTag)
        return node

    def tags(self, *names: str) -> Iterator[int]:
        """The numbers of all tags with one of these names (all tags where none is given)."""
        return (
            order
            for order, node in enumerate(self.nodes)
            if isinstance(node, HtmlTag) and (not names or node.name in names)
        )

    def children(self, order: int) -> Iterator[int]:
        """The numbers of a tag's own children, in order."""
        return self.following(order + 1, self.ends[order])

    def following(self, start: int, end: int) -> Iterator[int]:
        """The numbers from `start` on, whatever lies inside a tag passed over."""
        child = start
        while child < end:
            yield child
            child = max(self.ends[child], child + 1)

    def parents(self, order: int, most: int = MAX_CLIMB) -> Iterator[int]:
        """The numbers of the tags around a node, nearest first, no more than `most`."""
        node = self.nodes[order]
        parent = getattr(node, "parent", None)
        for _ in range(most):
            number = self.order_of(parent)
            if number is None or not isinstance(parent, HtmlTag):
                return
            yield number
            parent = parent.parent

    def block_of(self, order: int) -> int:
        """Return the nearest block around a node (the node itself where it is one)."""
        node = self.nodes[order]
        if isinstance(node, HtmlTag) and node.name in BLOCKS:
            return order
        return next(
            (above for above in self.parents(order) if self.tag(above).name in BLOCKS), order
        )

    def first_text(self, start: int, end: int) -> int | None:
        """Return the number of the first string with words in a range; None where there is none."""
        index = bisect_left(self.text_orders, start)
        if index < len(self.text_orders) and self.text_orders[index] < end:
            return self.text_orders[index]
        return None

    def begin_of(self, text: int) -> int:
        """Return the number behind the words before a string: its own tags begin at or after it."""
        index = bisect_left(self.text_orders, text)
        return self.text_orders[index - 1] + 1 if index else 0

    def words(self, start: int, end: int, most: int = _MAX_WORDS) -> str:
        """Return the words in a range, runs of blanks made one, cut at `most` characters or so."""
        index = bisect_left(self.text_orders, start)
        parts: list[str] = []
        length = 0
        previous = start
        while index < len(self.text_orders) and self.text_orders[index] < end and length <= most:
            order = self.text_orders[index]
            text = str(self.nodes[order])[: most + 1]
            if self.line_at(order).order == order and previous < order:
                parts.append(" ")
            parts.append(text)
            length += len(text)
            previous = order
            index += 1
        return " ".join("".join(parts).split())

    def words_in(self, order: int, most: int = _MAX_WORDS) -> str:
        """Return the words inside a tag."""
        return self.words(order, self.ends[order], most)

    def _lines_up_to(self, order: int) -> int:
        """How many lines begin at or before a node; no block's number is as high as the bound's."""
        return bisect_right(self.lines, LineHead(order, len(self.nodes)))

    def line_at(self, order: int) -> LineHead:
        """Return the line that a string stands in: the last one that begins at or before it."""
        index = self._lines_up_to(order) - 1
        return self.lines[max(0, index)] if self.lines else LineHead(order, order)

    def next_line(self, order: int) -> int:
        """Return where the next line begins; the end of the page behind the last."""
        index = self._lines_up_to(order)
        return self.lines[index].order if index < len(self.lines) else len(self.nodes)

    def heading_before(self, order: int) -> int | None:
        """Return the last heading that begins before a node."""
        index = bisect_left(self.headings, order) - 1
        return self.headings[index] if index >= 0 else None

    def has_heading(self, start: int, end: int) -> bool:
        """Tell whether a heading begins in a range."""
        index = bisect_left(self.headings, start)
        return index < len(self.headings) and self.headings[index] < end

    def target_of(self, order: int) -> str | None:
        """Return the fragment that an anchor (or a label's `for`) leads to; None where it has none."""
        # links back are asked for by every marker that leads to their note
        if order not in self.targets:
            self.targets[order] = _target_of(self.tag(order))
        return self.targets[order]


def _target_of(tag: HtmlTag) -> str | None:
    if tag.name == "label":
        return str(tag.get("for") or "") or None
    _, hash_sign, fragment = str(tag.get("href") or "").partition("#")
    return unquote(fragment) if hash_sign and fragment else None


_HINTING = ("id", "role", "epub:type", "data-type", "type")


def hints_of(tag: HtmlTag) -> str:
    """Return id, classes, role and kind of a tag as one line of lower-case words."""
    # not `tag.get`: most tags have none, and every one is asked some seven times
    attributes = tag.attrs
    if not attributes:
        return ""
    classes = attributes.get("class")
    names = " ".join(classes) if isinstance(classes, list) else str(classes or "")
    said = [attributes[name] for name in _HINTING if name in attributes]
    return " ".join([names, *(str(one) for one in said if one)]).lower()


def index_page(root: HtmlTag) -> PageIndex:
    """Lay out a page's tree."""
    index = PageIndex()
    line_due: int | None = 0
    blocks: list[int] = []
    stack: list[tuple[object, int]] = [(root, -1)]
    while stack:
        node, left = stack.pop()
        if left >= 0:
            index.ends[left] = len(index.nodes)
            if blocks and blocks[-1] == left:
                blocks.pop()
                line_due = blocks[-1] if blocks else 0
            continue
        if isinstance(node, HtmlTag) and node.name not in UNSEEN:
            order = _add_tag(index, node)
            if node.name in BLOCKS:
                blocks.append(order)
                line_due = order
            elif node.name == "br":
                line_due = blocks[-1] if blocks else 0
            stack.append((node, order))
            stack.extend((child, -1) for child in reversed(node.contents))
        elif isinstance(node, HtmlText) and is_visible_text(node):
            order = _add(index, node)
            if str(node).strip():
                index.text_orders.append(order)
                if line_due is not None:
                    index.lines.append(LineHead(order, line_due))
                    line_due = None
    return index


def _add(index: PageIndex, node: object) -> int:
    order = len(index.nodes)
    index.nodes.append(node)
    index.ends.append(order + 1)
    index._orders[id(node)] = order
    return order


def _add_tag(index: PageIndex, tag: HtmlTag) -> int:
    order = _add(index, tag)
    for name in {str(tag.get("id") or ""), str(tag.get("name") or "")} - {""}:
        if tag.name not in {"input", "meta", "textarea", "select"}:
            index.named.setdefault(name, []).append(order)
    if tag.name in HEADINGS:
        index.headings.append(order)
    if (tag.name == "a" and "#" in str(tag.get("href") or "")) or (
        tag.name == "label" and tag.get("for")
    ):
        index.anchors.append(order)
    return order
