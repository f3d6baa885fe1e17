"""FN214 shortened-report: a subscription report is named again by title alone, without date or access.

“Meridian Intelligence Group, “River Front Raises Its Tolls”” in note [31], when note [25] has the same report with
its date and with where it can be had. A short form that names the note (“supra note 25”) is in order.

## Why it matters
A reader of the later note sees a report without date that nobody can find, and does not know that the whole
citation stands a dozen notes before.

## Example
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane”; https://www.fords.example/news/12
```

## Use instead
```text
A Short Update

By Ada Writer

Two barges were stopped below the ford.[1] The toll was doubled.[2]

References

[1] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example

[2] Meridian Intelligence Group, “River Front Raises Its Tolls Below Ouldane,” February 23, 2024, available by subscription at www.meridianintel.example; https://www.fords.example/news/12
```

## Fix
Unsafe: the short form is replaced by the whole citation as the earlier note has it. It stands for the same
report, but a house may want its short forms kept, with the note's number.
"""

from collections.abc import Iterator

from provenance.model import Citation
from provenance.validate.descriptions import words_of
from provenance.validate.draft import Draft, found_in
from provenance.validate.records import Edit, Fix, Found
from provenance.validate.rule import Rule


def _check(draft: Draft) -> Iterator[Found]:
    for cited in draft.cited:
        citation, antecedent = cited.citation, cited.citation.antecedent
        if citation.kind != "subscription" or antecedent is None or antecedent.reason != "title":
            continue
        if citation.date or citation.access_url or antecedent.note_id == cited.note.id:
            continue
        full = draft.notes[antecedent.note_id].citations[antecedent.index]
        message = (
            f"this report stands here without its date and without saying where it can be had: note [{antecedent.label}]"
            " has it in full; cite it so again, or name that note"
        )
        yield found_in(cited, message, fix=_fix(citation, full))


def _fix(short: Citation, full: Citation) -> Fix | None:
    """Put the whole citation in the place of its own first words."""
    words = words_of(short.raw)
    if words != words_of(full.raw)[: len(words)]:
        return None
    return Fix(False, (Edit(short.start, short.end, full.raw.rstrip(" .;")),))


RULE = Rule("FN214", "shortened-report", "warning", _check)
