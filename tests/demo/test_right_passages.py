"""On the sample web, claims get the passage that a reader would point at, or none.

The tables are made by hand, from the pages: which words of which page a claim leans on. What a
claim's note cites besides may have its own passage; the claims of `NOT_SAID` cite readable pages
that do not say what the claim says.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from provenance import Workplace, ingest
from provenance.demo.background import start_in_thread
from provenance.demo.render import render_article
from provenance.demo.sample import SAMPLE_UPDATES, sample_update_path
from provenance.demo.scenes import load_scenes
from provenance.link.evidence import Asked, find_evidence, read_page
from provenance.link.extract import extract_payload
from support.workplace import a_workplace, query, web_settings

FIRST, NEXT = SAMPLE_UPDATES
# document -> label -> (host of the page, words of the passage)
RIGHT = {
    FIRST: {
        "1": ("social.example", "That makes 14 barges stopped between Ouldane and Belqasra"),
        "3": ("www.orrinbasin.example", "Low water kept loaded barges off the upper river"),
        "6": ("www.radio-orrin.example", "Le Front de l’Orrin a libéré 31 bateliers le 1er mars"),
        "11": ("www.courrier-du-fleuve.example", "disputent aux éleveurs des hautes terres"),
        "12": ("www.hillcountry.example", "Two of every three fighters under Issam Teldari"),
        "13": ("peace.littoral-union.example", "closed its river base at Ouldane today"),
        "15": ("www.conflictcounts.example", "44 in December, 22 in February"),
        "16": ("luom.littoral-union.example", "The last detachment of the mission left Upper Orrin"),
        "17": ("peace.littoral-union.example", "freight rates on the river stayed within five percent"),
        "18": ("www.conflictcounts.example", "an average of 18.5 a month"),
        "19": ("www.conflictcounts.example", "engagements by patrol boats: from 12 a month"),
        "22": ("social.example", "Two gunboats were promised to the Tinzaret lock"),
        "23": ("www.fieldfellows.example", "the River Front has besieged nine towns"),
        "24": ("www.fieldfellows.example", "The talks tend to end in a local truce"),
        "27": ("t.example", "have overrun the customs post at Dar Azmil"),
        "28": ("www.orrininsight.example", "eleven villages on the east bank have accepted"),
        "31": ("social.example", "Two boats packed with explosives struck the fuel jetty"),
        "34": ("www.wirepress.example", "The raid on Dar Azmil killed two customs officers"),
        "35": ("www.wirepress.example", "The attackers burned the ferry at its mooring"),
        "38": ("www.orrinpost.example", "they had heard of the raid six hours before the army did"),
        "40": ("www.busywire.example", "The liaison office will have five staff"),
    },
    NEXT: {
        "1": ("www.wirepress.example", "A convoy of 16 barges reached the quays of Ouldane"),
        "2": ("www.wirepress.example", "2,300 tonnes of fuel and 900 tonnes of flour"),
        "3": ("www.wirepress.example", "Two army patrol boats and a tug with a machine gun"),
        "4": ("www.wirepress.example", "They had left Belqasra on March 8"),
        "5": ("www.radio-orrin.example", "Le pilote Yusuf Haldane, blessé par balle"),
        "7": ("www.marketgazette.example", "Millet in Ouldane sold at 61 crowns a sack"),
        "8": ("www.marketgazette.example", "eleven of the fourteen shops"),
        "10": ("www.radio-orrin.example", "a interdit la pêche de nuit entre Ouldane et Tinzaret"),
        "12": ("www.sawt-alnahr.example", "7 مدنيين أصيبوا في تينزاريت يوم 9 مارس"),
        "14": ("www.wirepress.example", "a fixed fee of 40 crowns a barge"),
        "15": ("www.wirepress.example", "The letter gives the guild until April 2"),
        "16": ("www.wirepress.example", "About 60 of the guild’s 214 members stayed until midnight"),
        "18": ("www.hillcountry.example", "Two of every three fighters under Issam Teldari"),
        "20": ("www.fieldfellows.example", "the River Front has besieged nine towns"),
        "22": ("live.orrinpost.example", "they had heard of the raid six hours before the army did"),
        "24": ("www.vestnik-delty.example", "вывел из Порт-Люмена 120 человек и два катера"),
        "25": ("www.vestnik-delty.example", "истекает 31 мая 2024 года"),
        "26": ("www.tidewater-institute.example", "six armed boats on the water"),
        "27": ("www.tidewater-institute.example", "Payments for the third year are five months late"),
        "33": ("www.orrinbasin.example", "between May 20 and June 5"),
        "34": ("www.orrinbasin.example", "Barges that draw more than 1.6 meters"),
        "35": ("www.orrinbasin.example", "fell below 1.4 meters on 1 December and rose above it again"),
    },
}  # fmt: skip
NOT_SAID = {
    "9": "www.marketgazette.example", "11": "www.radio-orrin.example", "17": "www.wirepress.example",
    "19": "www.hillcountry.example", "21": "www.fieldfellows.example", "28": "www.vestnik-delty.example",
    "29": "www.sawt-alnahr.example", "30": "www.tidewater-institute.example", "31": "social.example",
    "32": "www.wirepress.example", "36": "www.orrinbasin.example",
}  # fmt: skip
# What the page has otherwise, or not at all, is named.
LACKING = {
    (NEXT, "4"): ("“18”",),
    (NEXT, "16"): ("“60” where the claim has “80”",),
    (NEXT, "1"): ("“March 11”",),
}
_ALL = """
SELECT m.label, p.final_url, e.verdict, e.score, e.exact, e.reason
FROM evidence e JOIN claims c USING (claim_key) JOIN markers m USING (claim_key)
JOIN contents k USING (content_key) LEFT JOIN captures p ON p.capture_id = e.capture_id
WHERE k.title LIKE ? ORDER BY m.label, p.final_url
"""
_TITLES = {FIRST: "%March 8%", NEXT: "%March 15%"}


class Found(NamedTuple):
    label: str
    host: str
    verdict: str
    score: float
    exact: str
    reason: str


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with start_in_thread(edition=0) as web:
        made = a_workplace(tmp_path_factory.mktemp("sample"), web_settings(web))
        ingest([str(sample_update_path(name)) for name in SAMPLE_UPDATES], made)
        yield made


@pytest.fixture(scope="module")
def found(workplace: Workplace) -> dict[str, list[Found]]:
    return {
        name: [
            Found(label, urlsplit(url or "").hostname or "", *rest, exact or "", reason)
            for label, url, *rest, exact, reason in query(workplace, _ALL, title)
        ]
        for name, title in _TITLES.items()
    }


def shown_first(found: dict[str, list[Found]], document: str, label: str, host: str) -> Found:
    """What the claim is shown from a host: the surest of its pages there."""
    there = [one for one in found[document] if (one.label, one.host) == (label, host)]
    return max(there, key=lambda one: (bool(one.exact), one.score))


CLAIMS = [(document, label) for document, claims in RIGHT.items() for label in claims]


def test_there_are_enough_of_them() -> None:
    assert len(CLAIMS) >= 25
    assert len(NOT_SAID) >= 10


@pytest.mark.parametrize(("document", "label"), CLAIMS)
def test_the_right_passage_is_shown_first(
    found: dict[str, list[Found]], document: str, label: str
) -> None:
    host, words = RIGHT[document][label]
    shown = shown_first(found, document, label, host)
    assert words in " ".join(shown.exact.split()), shown
    assert shown.verdict in {"supported", "partial"}
    assert len(shown.exact) < 250


@pytest.mark.parametrize("label", sorted(NOT_SAID, key=int))
def test_where_the_page_does_not_say_it_nothing_is_shown(
    found: dict[str, list[Found]], label: str
) -> None:
    judged = [one for one in found[NEXT] if one.label == label]
    assert [(one.host, one.verdict, one.exact) for one in judged] == [
        (NOT_SAID[label], "not_found", "")
    ]


@pytest.mark.parametrize(("document", "label"), sorted(LACKING))
def test_a_number_that_differs_is_named(
    found: dict[str, list[Found]], document: str, label: str
) -> None:
    shown = shown_first(found, document, label, RIGHT[document][label][0])
    assert shown.verdict == "partial"
    assert all(words in shown.reason for words in LACKING[document, label]), shown.reason


def test_a_claim_that_nothing_is_archived_for_has_no_passage(workplace: Workplace) -> None:
    """An error page sent as 200, a database on request: states say why, evidence says nothing."""
    rows = query(
        workplace,
        "SELECT label, kind, state, capture_id, evidence_exact FROM claim_sources"
        " WHERE document_title LIKE ? AND label IN ('6', '13')",
        _TITLES[NEXT],
    )
    assert [(label, exact) for label, _, _, _, exact in rows] == [("6", None), ("13", None)]
    assert rows[1][2] not in {"alive", "ok"}


def test_passages_begin_where_sentences_do_and_not_with_the_masthead(
    found: dict[str, list[Found]],
) -> None:
    mastheads = re.compile(
        r"\b\d{4}-\d{2}-\d{2}\b|^(?:Orrin Watch|Ferry Post|The Lockkeeper|The villages heard first)\b"
    )
    everything = [one for every in found.values() for one in every]
    assert not [one for one in everything if mastheads.search(one.exact)]


def test_a_page_that_says_something_else_since_lowers_the_verdict() -> None:
    (scene,) = [s for s in load_scenes() if s.does == "changing page"]
    claim = "Residents of three villages had heard of the raid on Dar Azmil six hours before the army did."
    verdicts = []
    for edition in (0, 1):
        extract = extract_payload(render_article(scene, edition=edition), "text/html", scene.url)
        page = read_page(extract.text, "en")
        verdicts.append(find_evidence(Asked("claim-1", claim, "en", "source-1"), page, None))
    before, after = verdicts
    assert before.passage is not None
    assert "six hours before" in before.passage.exact
    assert (after.verdict, "“five” where the claim has “three”" in after.reason) == (
        "partial",
        True,
    )
