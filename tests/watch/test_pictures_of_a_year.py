"""The pictures of a year: readable without eyes, without colour, in the dark, whatever hosts are called."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from lxml import etree, html
from msgspec.structs import replace

from provenance.model import LinkLife, Survival, WeekOfStates, YearPicture
from provenance.watch.pictures import (
    draw_year,
    heat_map_svg,
    heat_map_table,
    survival_svg,
    survival_table,
    table_html,
)
from provenance.watch.pictures.kaplan_meier import estimate_survival
from provenance.watch.pictures.survival import say_half_life

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text></svg><script>alert(1)</script>\"'&\u202egpj \ud800\x00 {{7*7}}"
MONDAY = date(2025, 3, 3)
NOBODY = estimate_survival("", [])


def a_year(*weeks: dict[str, int], drawn: int = 100, sources: int = 100) -> YearPicture:
    told = (
        WeekOfStates(MONDAY + timedelta(weeks=number), states)
        for number, states in enumerate(weeks)
    )
    return YearPicture(
        until=MONDAY + timedelta(weeks=len(weeks)), sources=sources, drawn=drawn, now={},
        weeks=tuple(told), overall=NOBODY, absent=0, hosts=(),
    )  # fmt: skip


def some_lives(name: str, *, lost_by: int, links: int = 40) -> Survival:
    return estimate_survival(
        name, [LinkLife(n * lost_by // links, ended=n % 3 > 0) for n in range(1, links + 1)]
    )


def read(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode("utf-8"))


def words_in(svg: str) -> str:
    return " ".join(read(svg).itertext())


PICTURES = [
    pytest.param(heat_map_svg(a_year({"alive": 9}, {"alive": 8, "dead": 1})), id="heat map"),
    pytest.param(
        survival_svg(some_lives("", lost_by=400), [some_lives("tolls.example", lost_by=90)]),
        id="survival",
    ),
]


@pytest.mark.parametrize("svg", PICTURES)
def test_a_picture_says_what_it_shows_and_brings_nothing(svg: str) -> None:
    root = read(svg)
    assert root.get("role") == "img"
    named = [root.find(f"{SVG}{tag}") for tag in ("title", "desc")]
    assert root.get("aria-labelledby", "").split() == [each.get("id") for each in named]
    assert all(each.text for each in named)
    # no style, script, address, nor a colour of its own: right on dark ground and under any policy
    assert not re.search(r"style=|<style|<script|href|#[0-9a-f]{3}|rgb|url\(", svg)
    colours = {
        each.get(name) for each in root.iter() for name in ("fill", "stroke") if each.get(name)
    }
    assert colours <= {"currentColor", "none"}


def test_two_pictures_on_a_page_have_no_id_in_common() -> None:
    year = a_year({"alive": 1})
    ids = re.findall(r'id="([^"]+)"', heat_map_svg(year, name="a") + heat_map_svg(year, name="b"))
    assert len(ids) == len(set(ids)) == 4


def test_each_cell_stands_in_its_week_and_the_larger_share_is_the_stronger_ink() -> None:
    counts = (0, 1, 5, 30, 150, 400, 900)
    svg = heat_map_svg(a_year(*({"dead": each, "alive": 1000 - each} for each in counts)))
    rows = {row.get("class", "").split()[1]: row for row in read(svg).iter(f"{SVG}g") if "row" in row.get("class", "")}  # fmt: skip
    cells = list(rows["dead"].iter(f"{SVG}rect"))
    assert [cell.find(f"{SVG}title").text for cell in cells] == [
        f"{MONDAY + timedelta(weeks=number)}: {count}"
        for number, count in enumerate(counts)
        if count
    ]
    inks = [float(cell.get("fill-opacity")) for cell in cells]
    assert inks == sorted(set(inks)), "each step is told apart"
    assert min(b - a for a, b in pairwise(inks)) > 0.12
    places = [float(cell.get("x")) for cell in cells]
    assert places == sorted(places)
    alive = [float(cell.get("x")) for cell in rows["alive"].iter(f"{SVG}rect")]
    assert alive[1:] == places, "weeks stand below each other"


def test_cells_and_curves_stay_inside_of_the_picture() -> None:
    wide = heat_map_svg(a_year(*({"alive": 10**6, "not_checkable": 1} for _ in range(53))))
    hosts = [some_lives("a" * 60 + f"{number}.example", lost_by=90) for number in range(9)]
    for svg in (wide, survival_svg(some_lives("", lost_by=4000), hosts)):
        root = read(svg)
        _, _, width, height = map(float, root.get("viewBox", "").split())
        for each in root.iter():
            x, y = float(each.get("x") or 0), float(each.get("y") or 0)
            assert 0 <= x <= width, etree.tostring(each)
            assert 0 <= y <= height, etree.tostring(each)
        for line in (*root.iter(f"{SVG}polyline"), *root.iter(f"{SVG}polygon")):
            points = [tuple(map(float, each.split(","))) for each in line.get("points", "").split()]
            assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


def test_names_of_curves_never_stand_on_each_other() -> None:
    hosts = [estimate_survival(f"h{n}.example", [LinkLife(9, ended=False)] * 5) for n in range(5)]
    svg = survival_svg(estimate_survival("", [LinkLife(9, ended=False)] * 25), hosts)
    names = [
        float(text.get("y"))
        for group in read(svg).iter(f"{SVG}g")
        if "curve" in group.get("class", "")
        for text in group.iter(f"{SVG}text")
    ]
    assert len(names) == 6
    assert min(b - a for a, b in pairwise(names)) >= 12


def test_each_curve_has_a_stroke_of_its_own() -> None:
    hosts = [some_lives(f"h{number}.example", lost_by=50) for number in range(5)]
    lines = read(survival_svg(some_lives("", lost_by=90), hosts)).iter(f"{SVG}polyline")
    strokes = [(line.get("stroke-width"), line.get("stroke-dasharray")) for line in lines]
    assert len(set(strokes)) == 6


def test_a_curve_only_falls_and_ends_where_watching_ended() -> None:
    svg = survival_svg(some_lives("", lost_by=400))
    (line,) = read(svg).iter(f"{SVG}polyline")
    points = [tuple(map(float, each.split(","))) for each in line.get("points", "").split()]
    assert points == sorted(points, key=lambda point: point[0])
    assert [y for _, y in points] == sorted(y for _, y in points)  # down is more


def test_an_axis_that_does_not_begin_at_nothing_says_so() -> None:
    few_lost = estimate_survival("", [LinkLife(50, ended=n < 2) for n in range(400)])
    assert "axis from 80%" in words_in(survival_svg(few_lost))
    assert "axis from" not in words_in(survival_svg(some_lives("", lost_by=400)))


def test_hosts_are_words_never_markup() -> None:
    hosts = [some_lives(HOSTILE, lost_by=40)]
    svg = survival_svg(some_lives("", lost_by=90), hosts)
    assert "<script" not in svg
    assert not list(read(svg).iter(f"{SVG}script"))
    table = table_html(survival_table(hosts[0], hosts))
    table.encode("utf-8")
    assert "<script" not in table
    assert "\u202e" not in svg + table
    assert heat_map_svg(a_year({HOSTILE: 3})).count("<svg") == 1


def test_the_table_has_what_the_picture_has_the_latest_first() -> None:
    table = heat_map_table(a_year({}, {"alive": 9}, {"alive": 1234, "dead": 1}))
    assert table.columns == ("Week of", "alive", "dead")
    assert table.rows == (("2025-03-17", "1,234", "1"), ("2025-03-10", "9", "0"))
    told = survival_table(some_lives("", lost_by=90), [some_lives("tolls.example", lost_by=40)])
    assert [row[0] for row in told.rows] == ["all hosts", "tolls.example"]
    assert table_html(told).count("<tr>") == 3


def test_behind_the_last_look_nothing_is_drawn_on() -> None:
    year = a_year({"alive": 9}, {"alive": 8, "dead": 1}, {}, {})
    rows = read(heat_map_svg(year)).findall(f"{SVG}g[@class='row alive']")
    assert [len(list(row.iter(f"{SVG}rect"))) for row in rows] == [2]
    assert "alive 8" in words_in(heat_map_svg(year))
    assert "alive 9 then and 8 at its end" in words_in(heat_map_svg(year))
    assert [row[0] for row in heat_map_table(year).rows] == ["2025-03-10", "2025-03-03"]
    (drawn,) = draw_year(year)
    assert "Nobody has looked since the week of 2025-03-10." in drawn.html
    assert "Nobody" not in draw_year(a_year({"alive": 9}))[0].html


def test_a_page_gets_what_there_is_each_under_its_heading() -> None:
    lives = some_lives("", lost_by=90)
    both = draw_year(replace(a_year({"alive": 9}), overall=lives, absent=3))
    assert [each.heading for each in both] == ["The year, week by week", "How long links live"]
    assert "3 more were gone when first looked at" in both[1].html
    for each in both:
        assert html.fromstring(each.html).xpath("count(.//table//tr) > 1")
    assert draw_year(a_year({})) == ()


def test_a_narrow_page_opens_where_the_present_is_also_in_the_first_weeks() -> None:
    (young,) = draw_year(a_year(*[{"alive": 9}] * 2))
    assert "scroll latest" not in young.html
    (grown,) = draw_year(a_year(*[{"alive": 9}] * 30))
    assert "scroll latest" in grown.html


def test_what_people_call_a_state_is_theirs_to_say() -> None:
    year = a_year({"dead": 1})
    assert "gone for good" in words_in(heat_map_svg(year, words=lambda _: "gone for good"))
    assert heat_map_table(year, words=lambda _: "gone for good").columns[1] == "gone for good"


def test_who_was_drawn_by_lot_is_said() -> None:
    drawn = a_year({"alive": 3}, drawn=2000, sources=10**6)
    for said in (words_in(heat_map_svg(drawn)), heat_map_table(drawn).caption):
        assert "of 2,000 sources drawn by lot from 1,000,000" in said
    assert "by lot" not in words_in(heat_map_svg(a_year({"alive": 3})))


def test_of_nothing_there_is_no_picture() -> None:
    assert heat_map_svg(a_year()) == heat_map_svg(a_year({}, {})) == ""
    assert survival_svg(NOBODY) == survival_svg(estimate_survival("", [LinkLife(0, True)])) == ""
    assert heat_map_table(a_year({})).rows == ()


@pytest.mark.parametrize(
    ("lives", "said"),
    [
        ([], "No link was watched yet."),
        ([LinkLife(100, False)], "Of 1 link none was lost in up to 3 months."),
        ([LinkLife(10, True)] * 2, "Of 2 links 2 were lost in up to 10 days: half of them live longer than 10 days."),
        ([LinkLife(365, n < 5) for n in range(50)], "Of 50 links 5 were lost in up to 12 months. If losses go on like this, half will be gone after about 7 years."),
        ([LinkLife(0, True), LinkLife(0, False), LinkLife(0, False)], "Of 3 links 1 was lost in up to 0 days."),
    ],
    ids=["none", "no loss", "half lost", "few lost", "lost at once"],
)  # fmt: skip
def test_a_half_life_is_said_as_far_as_it_was_seen(lives: list[LinkLife], said: str) -> None:
    assert say_half_life(estimate_survival("", lives)) == said


@pytest.mark.parametrize("weeks", [1, 2, 12, 53])
def test_months_can_be_read_however_many_weeks_there_are(weeks: int) -> None:
    root = read(heat_map_svg(a_year(*({"alive": 1} for _ in range(weeks)))))
    months = [
        (float(text.get("x")), text.text)
        for text in root.findall(f"{SVG}text")
        if re.fullmatch(r"\d{4}-\d{2}|[A-Z][a-z]{2}", text.text or "")
    ]
    assert all(b[0] - a[0] >= 30 for a, b in pairwise(months))
    if weeks == 53:
        assert len(months) >= 8
        assert [said for _, said in months if said and "-" in said] == ["2025-04", "2026-01"]
