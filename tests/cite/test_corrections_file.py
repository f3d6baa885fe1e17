"""footnotes/corrections.toml: what it may say, what it means, and where it is wrong."""

from pathlib import Path

import pytest

from provenance.cite.corrections import DocumentNames, find_correction, parse_corrections
from provenance.errors import SettingsError
from provenance.model import Citation

CUT = "https://a.org/weekly-u..."
WHOLE = "https://a.org/weekly-update"
DRAFT = DocumentNames("5" * 64, "/desk/drafts/a.txt", "https://a.org/a", "A Draft", "document-1")


def table(*lines: str) -> str:
    return "\n".join(["[[correction]]", *lines, ""])


def a_citation(url: str = CUT, index: int = 0) -> Citation:
    return Citation(index, "web", 0, len(url), url, url=url, truncated=url.endswith("..."))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (f'\n{table(f"url = {CUT!r}", "iz = 1")}', 4, "iz"),
        (table(f"url = {CUT!r}", "is = 'ftp://a.org/x'"), 3, "no whole http or https URL"),
        (table(f"url = {CUT!r}", f"is = {CUT!r}"), 3, "no whole http or https URL"),
        (table(f"url = {CUT!r}", "is = 'https://a.org/a b'"), 3, "no whole http or https URL"),
        (table(f"url = {CUT!r}"), 1, "neither what the address `is`"),
        (table(f"url = {CUT!r}", f"is = {WHOLE!r}", "leave = true"), 4, "both"),
        (table("leave = true"), 1, "neither a `url` nor a `document`"),
        (table("label = '1'", "url = 'x'", "leave = true"), 2, "needs the `document`"),
        (table("url = 'x'", "index = 0", "leave = true"), 3, "needs the `label`"),
        (table("url = 1", "leave = true"), 2, "str"),
        (table("url = 'x'", "leave = true", "when = 'soon'"), 4, "date"),
        (table("url = = 'x'", "leave = true"), 2, "no TOML"),
        (table("url = 'x", "leave = true"), 3, "no TOML"),
        ("corrections = []\n", 1, "corrections"),
        (table("url = 'x'", "leave = true") + table("url = 'x'", f"is = {WHOLE!r}"), 4, "opposite"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_corrections(text, "corrections.toml")
    assert caught.value.message.startswith(f"corrections.toml line {line}: ")
    assert says in caught.value.message
    assert caught.value.source == text.splitlines()[line - 1]


@pytest.mark.parametrize(
    "lines",
    [
        (f"url = {CUT!r}",),
        ("url = 'https://a.org/weekly-u…'",),
        ("document = 'a.txt'", "label = '12'"),
        ("document = 'drafts/a.txt'", "label = '12'", "index = 0"),
        ("document = 'https://a.org/a'", "label = '12'"),
        ("document = 'A Draft'", f"url = {CUT!r}"),
        (f"document = '{'5' * 64}'", f"url = {CUT!r}", "label = '12'"),
    ],
)
def test_a_citation_can_be_named_in_these_ways(lines: tuple[str, ...]) -> None:
    corrections = parse_corrections(table(*lines, f"is = {WHOLE!r}"), "c.toml")
    said = find_correction(corrections, DRAFT, "12", a_citation())
    assert said is not None
    assert said.to == WHOLE


@pytest.mark.parametrize(
    "lines",
    [
        ("url = 'https://a.org/weekly-up...'",),
        ("document = 'b.txt'", f"url = {CUT!r}"),
        ("document = 'ta.txt'", f"url = {CUT!r}"),
        ("document = 'a.txt'", "label = '1'"),
        ("document = 'a.txt'", "label = '12'", "index = 1"),
    ],
)
def test_a_decision_about_something_else_says_nothing(lines: tuple[str, ...]) -> None:
    corrections = parse_corrections(table(*lines, "leave = true"), "c.toml")
    assert find_correction(corrections, DRAFT, "12", a_citation()) is None


def test_a_note_without_index_means_its_cut_address() -> None:
    text = table("document = 'a.txt'", "label = '12'", f"is = {WHOLE!r}")
    corrections = parse_corrections(text, "c.toml")
    assert find_correction(corrections, DRAFT, "12", a_citation("https://b.org/whole")) is None


def test_the_decision_that_says_most_about_a_citation_counts() -> None:
    general = table(f"url = {CUT!r}", "leave = true")
    exact = table(f"url = {CUT!r}", "document = 'a.txt'", f"is = {WHOLE!r}")
    for text in (general + exact, exact + general):
        said = find_correction(parse_corrections(text, "c.toml"), DRAFT, "12", a_citation())
        assert said is not None
        assert said.to == WHOLE


def test_the_file_of_the_checkout_decides_nothing_by_itself() -> None:
    path = Path(__file__).parents[2] / "footnotes" / "corrections.toml"
    text = path.read_text(encoding="utf-8")
    assert parse_corrections(text, path.name) == ()
    shown = "\n".join(
        line.removeprefix("# ")
        for line in text.splitlines()
        if line.startswith("# [[") or (line.startswith("# ") and " = " in line)
    )
    assert len(parse_corrections(shown, path.name)) == 2
