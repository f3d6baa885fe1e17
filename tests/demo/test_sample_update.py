"""The sample update has every shape of a real one, and the sample web answers for all of it."""

import re
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from provenance.demo import sample
from provenance.demo.sample import SAMPLE_UPDATES, sample_update_path
from provenance.demo.scenes import Scene, load_hosts, load_scenes
from support.sample_twin import make_twin

CHECKOUT = Path(__file__).parents[2]
TEXT = sample_update_path().read_text(encoding="utf-8")
BODY, _, NOTE_TEXT = TEXT.partition("\nReferences\n")
NOTES = dict(re.findall(r"^\[(\d+)\][ \u00a0](.*)$", NOTE_TEXT, re.MULTILINE))
LABELS = [str(number) for number in range(1, 41)]
# Addresses as a reader means them: refanged, unglued, the trailing separators off.
REFANGED = re.sub(r"[ \u00a0]dot[ \u00a0]", ".", TEXT)
UNGLUED = re.sub(r"(?<=[^/\s])(?=https?://)", " ", REFANGED)
NEXT = sample_update_path("sample-next-update.txt").read_text(encoding="utf-8")
NEXT_URLS = re.findall(r"https?://[^\s;]+", NEXT.partition("\nReferences\n")[2])
URLS = [found.rstrip(";,") for found in re.findall(r"https?://\S+", UNGLUED)]
WHOLE_URLS = [url for url in URLS if not url.endswith("...")]
CUT_URLS = {url for url in URLS if url.endswith("...")}


def claims() -> dict[str, str]:
    """Each marker's sentence: what stands between the full stop before it and the marker."""
    found = {}
    for match in re.finditer(r"([^\n]*?)\[(\d+)\]", BODY):
        sentence = re.split(r"(?<=[.!?])[ \u00a0]", match[1].strip(" \u00a0•"))[-1]
        found[match[2]] = sentence
    return found


def scene_for(url: str) -> Scene | None:
    parts = urlsplit(url)
    asked = unquote(parts.path + (f"?{parts.query}" if parts.query else ""))
    for scene in load_scenes():
        if (scene.scheme, scene.host) == (parts.scheme, parts.hostname) and unquote(
            scene.path
        ) == asked:
            return scene
    return None


def pages_behind(url: str) -> list[Scene]:
    """The scenes that an address leads to, by its redirects."""
    from urllib.parse import urljoin

    found = []
    while (scene := scene_for(url)) is not None:
        found.append(scene)
        if scene.does != "redirect":
            break
        url = urljoin(url, scene.location)
    return found


def test_it_says_in_its_front_matter_that_it_is_invented() -> None:
    front = TEXT[: TEXT.index("Data Cutoff")]
    assert "This is an invented sample." in front


def test_it_has_forty_notes_and_each_has_one_marker_in_order() -> None:
    assert list(NOTES) == LABELS
    assert re.findall(r"\[(\d+)\]", BODY) == LABELS
    assert list(claims()) == LABELS
    assert all(len(claim.split()) >= 8 for claim in claims().values())


def test_it_is_as_long_as_a_real_update() -> None:
    assert 1_450 <= len(TEXT.split()) <= 2_000


def test_no_host_is_a_real_one() -> None:
    hosts = {urlsplit(url).hostname for url in URLS}
    assert len(hosts) >= 30
    assert {host.rpartition(".")[2] for host in hosts} == {"example", "test"}
    bare = set(re.findall(r"\bwww\.[\w.-]+\w", UNGLUED))
    assert {host.rpartition(".")[2] for host in bare} == {"example", "test"}


@pytest.mark.parametrize(
    ("shape", "pattern", "at_least"),
    [
        ("blog date line", r"\A\w+day, March 9, 2024\n", 1),
        ("capital title", r"^BORDERLANDS WEEKLY UPDATE, MARCH 8, 2024$", 1),
        ("source line", r"^ SOURCE :$", 1),
        ("origin in the source line", r"2024:  https://www\.borderlandsdesk\.example/\S+$", 1),
        ("author line", r"^Author: \w+ \w+$", 1),
        ("subscription boilerplate", r"sent by email, please", 1),
        ("data cutoff", r"^ +Data Cutoff: March 6, 2024, at 10 a\.m\.$", 1),
        ("key takeaway", r"^Key Takeaway: $", 1),
        ("bullets", r"^ +•  ?\S", 7),
        ("figure caption", r"^Figure 1\. .*\n\n Source: ", 1),
        ("curly quotes", r"“[^”]*[”“]", 5),
        ("broken bracket", r"\w\[  \w", 1),
        ("glued addresses", r"[^/\s]https?://", 25),
        ("glued to a bare host", r"www\.meridianintel\.examplehttps://", 3),
        ("cut and glued", r"\.\.\.https?://", 8),
        ("cut at 72 characters", r"https?://[^\s;]{61,65}\.\.\.", 14),
        ("cut before a semicolon", r"\.\.\.; ", 2),
        ("separator with a space before", r"\S ; https", 4),
        ("separator without a space", r"\w;https", 1),
        ("separator and space", r"\w; https", 4),
        ("comma between addresses", r"\w, https", 1),
        ("trailing semicolon", r"\d;$", 1),
        ("defanged with spaces", r"https://[\w.-]+ dot example/", 3),
        ("defanged with no-break spaces", r"\w\u00a0dot\u00a0example/", 1),
        ("defanged short host", r"https://t dot example/", 1),
        ("no-break space after a number", r"^\[\d+\]\u00a0", 3),
        ("no-break space in the body", r"\.\[\d+\]\u00a0[A-Z]", 2),
        ("subscription notes", r"Group, “[^\n]*?,” \w+ \d+, \d{4}, available by subscription at www", 4),
        ("nested quotes", r"“[^”\n]*“[^”\n]*,” ", 1),
        ("on request", r"[Aa]uthor’s database of [^.]+\. Available by request\.", 5),
        ("dashboard fragment", r"/dashboard/#/dashboard", 4),
        ("double slash in a path", r"\.example/[^\s]*\w//\w", 3),
        ("archive wrapper", r"/web/\d{14}/https://", 1),
        ("archive wrapper with a glued neighbour", r"/web/\d{14}/https://\S+[a-z]https://", 1),
        ("query of a shared post", r"\?s=20", 5),
        ("plain http", r"http://", 1),
        ("a PDF", r"\.pdf", 1),
        ("raw Arabic in an address", r"example/\S*[\u0600-\u06ff]", 1),
        ("personal communication", r"^\[\d+\] Personal communication with", 1),
        ("a book without an address", r"\(Port-Lumen: Quayside Press, 2019\), \d+–\d+\.$", 1),
        ("page furniture", r"No comments:\n\nPost a Comment\n\Z", 1),
    ],
)  # fmt: skip
def test_it_has_the_shape(shape: str, pattern: str, at_least: int) -> None:
    assert len(re.findall(pattern, TEXT, re.MULTILINE)) >= at_least, shape


def test_the_next_update_says_that_it_is_invented_and_that_it_errs() -> None:
    front = NEXT[: NEXT.index("Data Cutoff")]
    assert "This is an invented sample." in front
    assert "pages that do not say what the text says" in front
    assert {(urlsplit(url).hostname or "").rpartition(".")[2] for url in NEXT_URLS} == {"example"}


def test_the_next_update_cites_pages_of_the_first_and_pages_of_its_own() -> None:
    both = set(NEXT_URLS) & set(WHOLE_URLS)
    assert len(both) >= 5
    for url in set(NEXT_URLS) - both:
        assert scene_for(url) is not None, url


def test_the_database_is_spelled_in_three_ways() -> None:
    spelled = set(re.findall(r"[Aa]uthor’s database of [^.]+", NOTE_TEXT))
    assert len(spelled) == 3


def test_one_note_names_an_address_twice_and_sources_return_in_other_notes() -> None:
    first = re.findall(r"https://social\.example/@radio_orrin/status/\d+", NOTES["1"])
    assert len(first) == 2
    assert len(set(first)) == 1
    assert NOTES["15"] == NOTES["18"] == NOTES["19"]
    assert NOTES["5"] == NOTES["10"]


def test_the_short_form_fits_exactly_one_earlier_report() -> None:
    title = re.match(r"Meridian Intelligence Group, “(.*)”; ", NOTES["31"])
    assert title is not None
    assert [label for label, note in NOTES.items() if f"{title[1]},” " in note] == ["25"]


def test_every_whole_address_has_a_stand_in_or_is_known_to_have_none() -> None:
    absent = {host for host, manners in load_hosts().items() if manners.answers == "not at all"}
    for url in WHOLE_URLS:
        page = url.partition("#")[0]
        assert scene_for(page) is not None or urlsplit(url).hostname in absent, url


def test_every_cut_address_is_the_beginning_of_a_page_that_exists() -> None:
    for cut in CUT_URLS:
        assert [s for s in load_scenes() if s.url.startswith(cut.removesuffix("..."))], cut


def test_every_scene_is_reached_from_the_updates() -> None:
    urls = [*WHOLE_URLS, *NEXT_URLS]
    reached = {scene.url for url in urls for scene in pages_behind(url.partition("#")[0])}
    beginnings = tuple(cut.removesuffix("...") for cut in CUT_URLS)
    for scene in load_scenes():
        assert scene.url in reached or scene.url.startswith(beginnings), scene.url


def test_it_shows_every_trait_of_the_web() -> None:
    assert {scene.language for scene in load_scenes()} == {"en", "fr", "ar", "ru"}
    assert len({scene.does for scene in load_scenes()}) == 17
    assert {host.answers for host in load_hosts().values()} == {
        "yes", "refuses", "wrong name", "not at all",
    }  # fmt: skip


LEANING = [(scene, label) for scene in load_scenes() for label in scene.labels]


@pytest.mark.parametrize(("scene", "label"), LEANING, ids=lambda value: str(value)[:40])
def test_a_page_is_cited_by_the_claims_that_lean_on_it(scene: Scene, label: str) -> None:
    """Its address, or one that leads to it, or the beginning of it, stands in that note."""
    note = re.sub(r"[ \u00a0]dot[ \u00a0]", ".", NOTES[label])
    cited = [
        u.rstrip(";,")
        for u in re.findall(r"https?://\S+", re.sub(r"(?<=[^/\s])(?=http)", " ", note))
    ]
    whole = [page.url for url in cited for page in pages_behind(url.partition("#")[0])]
    begun = [url.removesuffix("...") for url in cited if url.endswith("...")]
    assert scene.url in whole or any(scene.url.startswith(cut) for cut in begun)


ENGLISH = [(scene, label) for scene, label in LEANING if scene.language == "en"]
COMMON = set("the a an of in on and to that it its by with for from at is was were be been has had "
             "have will not they their this who said than since after before or".split())  # fmt: skip


def content_words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}|\d[\d.,]*\d|\d", text.lower())) - COMMON


@pytest.mark.parametrize(("scene", "label"), ENGLISH, ids=lambda value: str(value)[:40])
def test_a_claim_shares_its_substance_with_the_page_it_leans_on(scene: Scene, label: str) -> None:
    shared = content_words(claims()[label]) & content_words(" ".join(scene.text))
    assert len(shared) >= 3, shared


def test_numbers_and_names_survive_translation() -> None:
    (arabic,) = [s for s in load_scenes() if s.language == "ar" and "33" in s.labels]
    assert "45" in claims()["33"]
    assert "45" in arabic.passage
    (released,) = [
        s for s in load_scenes() if s.host == "www.radio-orrin.example" and "6" in s.labels
    ]
    assert "31" in claims()["6"]
    assert "31 bateliers" in released.passage


def test_a_scene_with_labels_holds_its_passage_word_for_word() -> None:
    for scene in load_scenes():
        assert bool(scene.labels) == bool(scene.passage), scene.url
        assert any(scene.passage in paragraph for paragraph in scene.text) or not scene.passage


def test_the_twin_is_what_the_page_maker_makes_of_the_text() -> None:
    twin = sample_update_path("sample-update.html").read_text(encoding="utf-8")
    assert twin == make_twin(TEXT)


@pytest.mark.parametrize(
    ("shape", "pattern", "at_least"),
    [
        ("cut text with a full target", r'href="([^"]{73,})">[^<]{69}\.\.\.', 14),
        ("half-linked defang", r'<a href="https://[\w.-]+">https://[\w.-]+</a> dot example/', 3),
        ("target that ends in a semicolon", r'href="[^"]+;">', 6),
        ("no-break space in a target", r'href="[^"]*&nbsp;dot&nbsp;', 1),
        ("several addresses in one target", r'href="https://[^"]*[a-z]https://[^"]*"', 1),
        ("anchors side by side", r"</a><a href=\"https", 15),
        ("Word's own anchors", r'href="file:///C:/', 1),
        ("a marker inside bold text", r"\]</a></strong>", 1),
    ],
)
def test_the_twin_has_the_shape(shape: str, pattern: str, at_least: int) -> None:
    twin = sample_update_path("sample-update.html").read_text(encoding="utf-8")
    assert len(re.findall(pattern, twin)) >= at_least, shape
    assert "<h2>References" not in twin


def test_a_file_that_the_installation_lacks_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"no-such\.txt"):
        sample_update_path("no-such.txt")


def test_outside_a_checkout_the_packaged_copy_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "lib" / "site-packages" / "provenance" / "demo"
    room.mkdir(parents=True)
    (room / "sample-update.txt").write_text("packaged")
    monkeypatch.setattr(sample, "__file__", str(room / "sample.py"))
    assert sample_update_path() == room / "sample-update.txt"


def test_the_checkouts_copy_goes_before_the_packaged_one() -> None:
    assert sample_update_path() == CHECKOUT / "footnotes" / "sample-update.txt"


def test_the_wheel_is_told_to_carry_all_three_files() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for name in (*SAMPLE_UPDATES, "sample-update.html"):
        assert carried[f"footnotes/{name}"] == f"provenance/demo/{name}"
        assert (CHECKOUT / "footnotes" / name).is_file()
