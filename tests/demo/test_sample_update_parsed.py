"""What the parser makes of the sample update, in both of its forms."""

from collections import Counter

import pytest

from provenance.cite.document import read_document
from provenance.cite.parse import parse_document
from provenance.demo.sample import sample_update_path
from provenance.model import Citation, Parsed

LABELS = [str(number) for number in range(1, 41)]
FORMS = ("sample-update.txt", "sample-update.html")


def parsed(name: str) -> Parsed:
    return parse_document(read_document(sample_update_path(name).read_bytes(), name))


@pytest.fixture(scope="module")
def update() -> Parsed:
    return parsed("sample-update.txt")


def citations(update: Parsed) -> list[tuple[str, Citation]]:
    return [(note.label, citation) for note in update.notes for citation in note.citations]


@pytest.mark.parametrize("name", FORMS)
def test_each_of_forty_claims_stands_before_its_own_marker(name: str) -> None:
    found = parsed(name)
    assert [note.label for note in found.notes] == LABELS
    assert [[m.label for m in claim.markers] for claim in found.claims] == [[x] for x in LABELS]
    assert {finding.rule for finding in found.findings} <= {"FN102"}  # addresses cut for display


@pytest.mark.parametrize("name", FORMS)
def test_both_forms_are_the_same_document(name: str) -> None:
    metadata = parsed(name).document.metadata
    assert metadata.title is not None
    assert metadata.title.endswith("The River Front Closes In on Ouldane")
    assert metadata.authors == ("Ines Calloway",)
    assert (metadata.published, metadata.data_cutoff) == ("2024-03-08", "2024-03-06")
    assert metadata.origin_url == (
        "https://www.borderlandsdesk.example/analysis/borderlands-weekly-update-march-8-2024"
    )


def test_both_forms_make_the_same_claims(update: Parsed) -> None:
    twin = parsed("sample-update.html")
    for ours, theirs in zip(update.claims, twin.claims, strict=True):
        assert ours.text.split() == theirs.text.split()


def test_every_kind_of_citation_is_there(update: Parsed) -> None:
    kinds = Counter(citation.kind for _, citation in citations(update))
    assert kinds == {
        "web": 69,
        "subscription": 5,
        "on_request": 5,
        "communication": 1,
        "work": 1,
    }
    assert sum(citation.truncated for _, citation in citations(update)) == 17


def test_the_reports_by_subscription_keep_title_and_date(update: Parsed) -> None:
    reports = [c for _, c in citations(update) if c.kind == "subscription"]
    assert {c.publisher for c in reports} == {"Meridian Intelligence Group"}
    assert [c.date for c in reports] == [
        "2024-02-23", "2024-03-01", "2023-07-31", None, "2023-11-21",
    ]  # fmt: skip
    assert "“Letter to the Boatmen,”" in (reports[1].title or "")
    assert reports[3].antecedent is not None
    assert (reports[3].antecedent.label, reports[3].antecedent.index) == ("25", 1)


def test_the_archived_copy_shares_the_identity_of_the_page_that_is_gone(update: Parsed) -> None:
    live, copy, post = (citation for label, citation in citations(update) if label == "22")
    assert copy.archive_of == live.url
    assert copy.canonical_url == live.canonical_url
    assert post.url == "https://social.example/@lockkeeper_/status/176579902111801"


def test_defanged_addresses_are_mended(update: Parsed) -> None:
    mended = {c.url for _, c in citations(update) if any(r.kind == "refang" for r in c.repairs)}
    assert mended == {
        "https://www.radio-orrin.example/24117-liberation-de-31-bateliers-a-ouldane",
        "https://t.example/orrin_alerts/5120",
        "https://www.sawt-alnahr.example/akhbar/4415/غارات-على-رصيف-ولدان",
        "https://www.vestnik-delty.example/news/2024/03/05/dar-azmil",
    }
