"""The notes of a wikitext: numbered by group in the order of first use, as MediaWiki prints them.

`<ref name=x>` may be used many times and defined anywhere; `<ref group=n>` stands in a list of its
own, whose labels carry the group's name, or are letters and roman numbers where the group is one of
those that the Cite extension knows by that name. A list's place is where `<references />` or
`{{reflist}}` stands, and there its numbering begins anew; what no list took stands at the end.
"""

from dataclasses import dataclass, field

from provenance.cite.readers.counters import letters_of, roman_of
from provenance.cite.readers.flow import Flow
from provenance.model import Mark

__all__ = ["NoteBook", "NoteEntry", "label_in_group"]

_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_LIST_OF_DEFAULT_GROUP = "references"


@dataclass
class NoteEntry:
    """A note with its printed label; it has no words until it is defined, twice defined it has two."""

    group: str
    target: str
    label: str
    words: list[tuple[Flow, int, int]] = field(default_factory=list)

    def define(self, words: Flow, start: int, end: int) -> None:
        """Keep the words that `source[start:end]` defines, beside those of an earlier definition that says else."""
        is_known = any(known.words() == words.words() for known, _, _ in self.words)
        if not self.words or (words.length and not is_known):
            self.words.append((words, start, end))


class NoteBook:
    """The notes met so far that no list has taken yet."""

    def __init__(self) -> None:
        self._groups: dict[str, list[NoteEntry]] = {}
        self._named: dict[tuple[str, str], NoteEntry] = {}
        self._count = 0
        self._lists_taken: dict[str, int] = {}

    def groups(self) -> list[str]:
        """Return the groups that have notes, in the order of their first."""
        return [group for group, entries in self._groups.items() if entries]

    def write_list(self, group: str, flow: Flow) -> None:
        """Write the notes of a group to `flow`, one a line, and forget them: the next list begins anew."""
        entries = self._groups.pop(group, [])
        if not entries:
            return
        self._named = {key: entry for key, entry in self._named.items() if key[0] != group}
        number = self._lists_taken[group] = self._lists_taken.get(group, 0) + 1
        name = group or _LIST_OF_DEFAULT_GROUP
        name = name if number == 1 else f"{name} {number}"
        flow.break_line(2)
        for entry in entries:
            for words, start, end in entry.words:
                flow.break_line(1)
                began = flow.settle()
                flow.write(f"[{entry.label}]", start, end)
                flow.insert(" ")
                body = flow.length
                flow.splice(words)
                flow.marks.append(
                    Mark(began, flow.length, entry.label, "note", entry.target, body, name)
                )
        flow.break_line(2)

    def entry(self, group: str, name: str) -> NoteEntry:
        """Return the note of that name, a new one where there is none or it has no name."""
        key = (group, name)
        if name and key in self._named:
            return self._named[key]
        entries = self._groups.setdefault(group, [])
        self._count += 1
        entry = NoteEntry(group, str(self._count), label_in_group(group, len(entries) + 1))
        entries.append(entry)
        if name:
            self._named[key] = entry
        return entry


def label_in_group(group: str, number: int) -> str:
    """Return the label that MediaWiki prints for a group's note.

    >>> [label_in_group(*of) for of in (("", 3), ("n", 1), ("lower-alpha", 28), ("lower-roman", 4))]
    ['3', 'n 1', 'ab', 'iv']
    """
    match group:
        case "" | "decimal":
            return str(number)
        case "lower-alpha" | "upper-alpha":
            letters = letters_of(number)
            return letters.upper() if group == "upper-alpha" else letters
        case "lower-greek":
            return letters_of(number, _GREEK)
        case "lower-roman" | "upper-roman":
            return roman_of(number).upper() if group == "upper-roman" else roman_of(number)
        case _:
            return f"{group} {number}"
