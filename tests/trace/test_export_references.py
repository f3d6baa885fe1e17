"""What a source becomes in a bibliography: its type, its names, its title, its dates, its key."""

import json

import pytest

from provenance.trace.export.records import Name, read_partial_date
from support.exported import HOSTILE, a_reference, a_row, hostile_references, references_of


@pytest.mark.parametrize(
    ("said", "type_"),
    [
        ({}, "webpage"),
        ({"url": "https://social.example/@ferrypost/status/1764382?s=20"}, "post"),
        ({"url": "https://tolls.example/status/of-the-river"}, "webpage"),
        ({"kind": "subscription", "title": "A Toll", "publisher": "Meridian Group"}, "article"),
        ({"kind": "on_request", "title": "Author’s database of river incidents"}, "dataset"),
        ({"kind": "on_request", "title": "Letter on file with the author"}, "document"),
        ({"kind": "communication", "raw": "Interview with a ferryman, March 4, 2024"}, "interview"),
        ({"kind": "communication", "raw": "E-mail from a shipper"}, "personal_communication"),
        ({"kind": "work", "title": "Boats", "publisher": "Quayside Press", "date": "2019"}, "book"),
        ({"kind": "work", "title": "Boats", "isbn": "9780000000002"}, "book"),
        ({"kind": "work", "title": "Boats", "publisher": "Éditions du Quai", "date": "2019"}, "book"),
        ({"kind": "work", "title": "Boats", "publisher": "River Letters", "date": "2023"}, "document"),
        ({"kind": "work", "title": "Boats", "publisher": "CRS"}, "document"),
        ({"kind": "work", "title": "Tolls", "publisher": "River Daily", "date": "2024-03-01"}, "document"),
        ({"kind": "unknown"}, "document"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_a_source_gets_the_type_that_its_note_proves(said: dict[str, str], type_: str) -> None:
    assert a_reference(**said).type == type_


@pytest.mark.parametrize(
    ("kind", "written", "name"),
    [
        ("work", "Tamsin Okoro-Vale", Name(family="Okoro-Vale", given="Tamsin")),
        ("web", "Tamsin Okoro-Vale", Name(literal="Tamsin Okoro-Vale")),
        ("web", "Okoro-Vale, Tamsin", Name(family="Okoro-Vale", given="Tamsin")),
        ("web", "T. J. Okoro-Vale", Name(family="Okoro-Vale", given="T. J.")),
        ("work", "Amnesty International", Name(literal="Amnesty International")),
        ("work", "Ministry of Tolls, Ouldane", Name(literal="Ministry of Tolls, Ouldane")),
        ("work", "Piet van Aldenhove", Name(literal="Piet van Aldenhove")),
        ("work", "صوت النهر", Name(literal="صوت النهر")),
        ("work", "RIVINC Team", Name(literal="RIVINC Team")),
        ("work", "bell hooks", Name(literal="bell hooks")),
    ],
)
def test_a_name_is_parted_only_where_nobody_could_part_it_otherwise(
    kind: str, written: str, name: Name
) -> None:
    found = a_reference(kind=kind, authors=json.dumps([written]), title="Boats")
    assert found.authors == (name,)


def test_the_page_names_what_the_note_does_not() -> None:
    page = {
        "page_title": "The School Boat",
        "page_authors": '["Lucan Abdelmour", "Www Tolls Example"]',
        "page_date": "2024-03-10",
    }
    bare = a_reference(**page)
    assert (bare.title, bare.is_page_title) == ("The School Boat", True)
    assert bare.authors == (Name(literal="Lucan Abdelmour"),), "the host's name is no author"
    assert str(bare.issued) == "2024-03-10"
    described = a_reference(**page, title="A Boat", date="2023")
    assert (described.title, described.authors) == ("A Boat", ())
    assert str(described.issued) == "2023"


def test_a_cut_address_is_shown_and_never_given_for_one_that_leads_anywhere() -> None:
    found = a_reference(url="https://tolls.example/a/lon...", truncated=1)
    assert (found.url, found.cut) == (None, "https://tolls.example/a/lon...")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://a.example/", "tolls"]
)
def test_what_is_no_address_of_the_web_is_none(url: str) -> None:
    assert a_reference(url=url).url is None
    assert a_reference(archive="tolls", uri_m=url, memento_at=None).elsewhere is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024", "2024"), ("2024-02", "2024-02"), ("2024-02-23", "2024-02-23"),
        ("2024-02-23T10:00:00.000000Z", "2024-02-23"), ("2024-13-01", "2024"), ("2024-02-40", "2024-02"),
        ("c. 1998", "None"), ("0000", "None"), ("20245", "None"), ("", "None"), (None, "None"),
        ("0987", "0987"),
    ],
)  # fmt: skip
def test_of_a_date_what_is_known_is_kept(text: str | None, date: str) -> None:
    assert str(read_partial_date(text)) == date


def test_keys_are_readable_ascii_and_the_same_whatever_else_is_exported() -> None:
    alone = a_reference(kind="work", authors='["Zoë Okoro-Vale"]', title="L’Été of the Boats: A River", date="2019")  # fmt: skip
    assert alone.key == "okoro-vale-2019-l-ete-of-the-000000"
    assert a_reference(title="Корпус").key == "tolls-example-nd-000000"
    several = a_reference(
        kind="work", authors='["Zoë Okoro-Vale et al."]', title="Boats", date="2019"
    )
    assert several.authors == (Name(literal="Zoë Okoro-Vale et al."),)
    assert several.key == "zoe-okoro-vale-2019-boats-000000"
    among = references_of(
        a_row(source_id="source-000001"),
        a_row(source_id="source-ffff00aa", kind="work", authors='["Zoë Okoro-Vale"]',
              title="L’Été of the Boats: A River", date="2019"),
    )  # fmt: skip
    assert among[1].key.rpartition("-")[0] == alone.key.rpartition("-")[0]


def test_keys_differ_where_author_year_title_and_the_beginning_of_the_id_are_the_same() -> None:
    rows = [a_row(source_id=f"source-abcdef{number:018x}", title="Tolls") for number in range(300)]
    keys = [reference.key for reference in references_of(*rows)]
    assert len(set(keys)) == 300


def test_no_text_of_a_reference_spans_lines_or_steers_a_terminal() -> None:
    found = hostile_references()
    assert len(found) == 3 * len(HOSTILE)
    assert len({each.key for each in found.values()}) == len(found)
    for reference in found.values():
        names = [part for name in reference.authors for part in (name.literal, name.family)]
        for text in (
            reference.title,
            reference.publisher,
            reference.container,
            reference.cut,
            *names,
        ):
            assert text == " ".join(text.split())
            assert not set(text) & set("\x00\x07\x1b\x7f\u202e\u202c\u2066\u2069\u2028\x85")
        assert reference.key.isascii()
        assert reference.key.replace("-", "").isalnum()
