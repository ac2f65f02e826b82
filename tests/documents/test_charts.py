from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from documents.blocks import Chart, MatrixCell, OrgChart, Post, Rating, RiskMatrix, Series
from documents.charts import (
    COLOURS,
    TONES,
    describe_chart,
    draw_chart,
    draw_risk_matrix,
    make_scale,
    shows_all,
    small_width,
    tell_figures,
    tell_gaps,
)
from documents.colours import HOUSE, contrast_with_white, make_colours
from documents.org_charts import draw_org_chart
from documents.renderers.paper import PIXELS, TEXT_HEIGHT, TEXT_WIDTH
from documents.svg import BRAND, INK, PALE, QUIET, TYPE, Drawing
from documents.typeface import measure, wrap
from documents.values import Value, parse
from tests.documents.samples import BAR, LINE, MATRIX, ORG

SVG = "{http://www.w3.org/2000/svg}"
DRAWINGS = {
    "bar": draw_chart(BAR),
    "line": draw_chart(LINE),
    "structure": draw_org_chart(ORG),
    "matrix": draw_risk_matrix(MATRIX),
}


def read(drawing: Drawing) -> Element:
    return ElementTree.fromstring(drawing.markup)  # noqa: S314


def texts(drawing: Drawing) -> list[str]:
    return [each.text or "" for each in read(drawing).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_begins_with_a_title_and_uses_presentation_attributes_only(name: str) -> None:
    root = read(DRAWINGS[name])
    assert root[0].tag == f"{SVG}title"
    assert root[0].text
    used = {attribute for each in root.iter() for attribute in each.attrib}
    assert used & {"style", "class", "onload", "href"} == set()


@pytest.mark.parametrize("name", DRAWINGS)
def test_type_is_not_smaller_than_eight_points(name: str) -> None:
    assert float(read(DRAWINGS[name]).get("font-size")) * 0.75 >= 8
    assert "font-size" not in DRAWINGS[name].markup.partition(">")[2]


@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_is_drawn_outside_the_drawing(name: str) -> None:
    root = read(DRAWINGS[name])
    width, height = float(root.get("width")), float(root.get("height"))
    for box in root.iter(f"{SVG}rect"):
        assert float(box.get("x")) >= 0
        assert float(box.get("x")) + float(box.get("width")) <= width + 0.2
        assert float(box.get("y")) + float(box.get("height")) <= height
    for words in root.iter(f"{SVG}text"):
        assert 0 <= float(words.get("x")) <= width
        assert float(words.get("y")) <= height


def test_bars_are_as_long_as_their_figures_and_carry_them() -> None:
    bars = [each for each in read(draw_chart(BAR)).iter(f"{SVG}rect") if each.get("height") == "13"]
    lengths = [float(each.get("width")) for each in bars]
    unit = lengths[0] / 86
    assert [length / unit for length in lengths] == pytest.approx([86, 33.5, 70, 31, 170], rel=0.01)
    assert {"86", "-33.5", "to be set", "70", "31", "170"} <= set(texts(draw_chart(BAR)))


def test_line_breaks_where_there_is_no_figure() -> None:
    chart = replace(LINE, series=(Series("County", tuple(map(parse, ["1", "2", ""]))),))
    strokes = [
        each.get("d")
        for each in read(draw_chart(chart)).iter(f"{SVG}path")
        if each.get("stroke-width") == "2"
    ]
    assert len(strokes) == 1
    assert len(re.findall("L", strokes[0])) == 1


def test_chart_tells_in_words_how_far_it_reaches() -> None:
    assert describe_chart(LINE) == (
        "Line chart: Stable homes (%); series: County; from 9.8 (2008/09) to 12.4 (2006/07)."
    )
    assert describe_chart(BAR) == (
        "Bar chart: Children by district; series: Actual, Target; "
        "from -33.5 (Dover) to 170 (Thanet)."
    )


def test_chart_without_figures_says_so() -> None:
    empty = Chart("line", ("2008/09",), (Series("", (parse("to be set"),)),), "Later")
    assert describe_chart(empty) == "Line chart: Later; no figures yet."
    assert read(draw_chart(empty)).get("role") == "img"


@pytest.mark.parametrize(
    ("figures", "ticks"),
    [
        ([0, 207], [0, 50, 100, 150, 200, 250]),
        ([-3, 7], [-4, -2, 0, 2, 4, 6, 8]),
        ([98.1, 99.4], [98.0, 98.5, 99.0, 99.5]),
        ([0, 0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ([], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
    ],
)
def test_scale_goes_in_round_steps(figures: list[float], ticks: list[float]) -> None:
    found = make_scale(figures, 100).ticks
    assert found[0] <= min(figures, default=0)
    assert found[-1] >= max(figures, default=0)
    assert [round(tick, 9) for tick in found][: len(ticks)] == ticks


def test_structure_chart_shows_every_post_and_joins_each_to_its_head() -> None:
    wide = OrgChart(
        Post(
            "Director",
            reports=tuple(Post("Head", f"N{n}", f"Unit {n}", (Post(f"M{n}"),)) for n in range(9)),
        )
    )
    drawing = draw_org_chart(wide)
    shown = texts(drawing)
    assert {f"Unit {n}" for n in range(9)} | {f"M{n}" for n in range(9)} <= set(shown)
    boxes = len(list(read(drawing).iter(f"{SVG}rect")))
    assert boxes == 19
    strokes = "".join(each.get("d") for each in read(drawing).iter(f"{SVG}path"))
    assert strokes.count("M") >= boxes - 1


def test_structure_chart_says_who_reports_to_whom() -> None:
    assert read(DRAWINGS["structure"])[0].text == (
        "Structure chart. To Director (Maya Okafor) report: Head of Service, Districts (Ana Pell); "
        "Head of Service, Fostering. To Head of Service, Districts (Ana Pell) report: Manager, "
        "Dover."
    )


def test_deep_structure_is_drawn_within_its_column() -> None:
    post = Post("Bottom")
    for level in range(25):
        post = Post(f"Level {level}", reports=(post,))
    root = read(draw_org_chart(OrgChart(post)))
    assert min(float(each.get("width")) for each in root.iter(f"{SVG}rect")) >= 100


def test_matrix_says_each_band_and_where_each_risk_lies() -> None:
    shown = texts(DRAWINGS["matrix"])
    assert [shown.count(word) for word in ("Low", "High", "15, 3", "7")] == [3, 1, 1, 1]
    assert read(DRAWINGS["matrix"])[0].text == (
        "Risks by likelihood and impact. Likely, Major: 15, 3 (High); Unlikely, Minor: 7 (Low)."
    )


def test_crowded_matrix_cell_grows() -> None:
    refs = tuple(f"R{n}" for n in range(60))
    crowded = RiskMatrix(("Likely",), ("Major",), ((MatrixCell(Rating("High"), refs),),))
    five = replace(crowded, impacts=("A", "B", "C", "D", "E"), cells=(crowded.cells[0] * 5,))
    drawing = draw_risk_matrix(five)
    assert ", ".join(" ".join(texts(drawing)).split(", ")).count("R59") == 5
    assert drawing.height > 150


def test_hostile_words_stay_words() -> None:
    hostile = '</text><script>alert("1")</script>\x00'
    drawing = draw_org_chart(OrgChart(Post(hostile, hostile, hostile)))
    assert [each.tag for each in read(drawing).iter() if each.tag == f"{SVG}script"] == []


def test_words_are_wrapped_to_the_room_and_long_ones_cut() -> None:
    lines = wrap("Head of commissioning and contracts " + "x" * 80, 8)
    assert all(measure(line) <= 8 for line in lines)
    assert lines[0] == "Head of"
    assert lines[-1].endswith("…")


# --- odd data ----------------------------------------------------------------------------------


def values(*texts: str) -> tuple[Value, ...]:
    return tuple(parse(each) for each in texts)


LONG = "A unit whose name goes on and on over more lines than any label has room for " * 3
ODD: dict[str, Chart] = {
    "empty": Chart("bar", (), (Series("", ()),), "Empty"),
    "blank": Chart("line", ("a", "b"), (Series("", values("", "")),), "Blank"),
    "words": Chart("bar", ("a", "b"), (Series("", values("to be set", "see note 1")),), "Words"),
    "negative": Chart("bar", ("a", "b"), (Series("", values("-5", "(7.5)")),), "Negative"),
    "one": Chart("line", ("a",), (Series("", values("5")),), "One"),
    "zero": Chart("line", ("a", "b"), (Series("", values("0", "0")),), "Zero"),
    "sixty": Chart(
        "line",
        tuple(f"Category {at}" for at in range(60)),
        (Series("", values(*map(str, range(60)))),),
        "Sixty",
    ),
    "sixty bars": Chart(
        "bar",
        tuple(f"Category {at}" for at in range(60)),
        (Series("", values(*map(str, range(60)))),),
        "Sixty",
    ),
    "long": Chart("bar", (LONG, "x" * 500), (Series(LONG, values("1", "2")),) * 2, LONG),
    "huge": Chart("bar", ("a", "b"), (Series("", values("9" * 40, "1" + "0" * 400)),), "Huge"),
    "tiny": Chart("line", ("a", "b"), (Series("", values("0." + "0" * 300 + "1", "1")),), "Tiny"),
    "six series": Chart(
        "bar", ("a", "b"), tuple(Series(f"s{n}", values("1", str(n))) for n in range(6)), "Six"
    ),
}
SIZES: tuple[Literal["full", "half"], ...] = ("full", "half")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ODD)
def test_odd_figures_are_drawn_within_the_drawing(name: str, size: Literal["full", "half"]) -> None:
    chart = replace(ODD[name], size=size)
    drawing = draw_chart(chart)
    assert draw_chart(chart) == drawing
    width = float(read(drawing).get("width"))
    for box in read(drawing).iter(f"{SVG}rect"):
        assert float(box.get("x")) >= 0
        assert float(box.get("x")) + float(box.get("width")) <= width + 0.2
    for words in read(drawing).iter(f"{SVG}text"):
        left, right = reach(words)
        assert left >= -1, words.text
        assert right <= width + 1, words.text


def reach(words: Element) -> tuple[float, float]:
    """Return where a text begins and ends."""
    x, wide = float(words.get("x")), measure(words.text or "") * TYPE
    match words.get("text-anchor"):
        case "end":
            return x - wide, x
        case "middle":
            return x - wide / 2, x + wide / 2
        case _:
            return x, x + wide


@pytest.mark.parametrize("name", ["empty", "blank", "words", "huge"])
def test_what_is_not_drawn_is_said(name: str) -> None:
    assert (
        tell_gaps(ODD[name])
        == {
            "empty": "",
            "blank": "",
            "words": "Not drawn: a (to be set); b (see note 1).",
            "huge": f"Not drawn: b (1{'0' * 400}).",
        }[name]
    )


def test_chart_without_any_figure_says_so_in_its_place() -> None:
    assert texts(draw_chart(ODD["words"])) == ["There are no figures to draw yet."]


def test_figures_are_told_by_series_and_comparators_once() -> None:
    chart = Chart(
        "line",
        ("2006/07", "2007/08"),
        (
            Series("2005", values("1", "2"), "listed"),
            Series("Actual", values("12.1", "")),
            Series("National", values("9.0%", "9.0%"), "comparator"),
        ),
        "A1",
    )
    assert tell_figures(chart) == "Actual: 2006/07 12.1. National: 9.0%."
    assert read(draw_chart(chart))[1].text == tell_figures(chart)
    assert "2005" not in texts(draw_chart(chart))


def contrast(one: str, other: str) -> float:
    shades = sorted(map(luminance, (one, other)), reverse=True)
    return (shades[0] + 0.05) / (shades[1] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_stand_out_from_what_they_lie_on() -> None:
    assert min(contrast(colour, "#ffffff") for colour in COLOURS) >= 4.5
    assert min(contrast(ink, ground) for ink in (INK, QUIET) for ground in TONES.values()) >= 4.5
    assert contrast(INK, PALE) >= 4.5
    assert contrast("#ffffff", BRAND) >= 4.5


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_neighbouring_series_differ_without_colour(kind: Literal["bar", "line"]) -> None:
    series = tuple(Series(f"s{n}", values("8", "9")) for n in range(4))
    markup = draw_chart(Chart(kind, ("a", "b"), series, "Four")).markup.partition("</desc>")[2]
    colourless = re.sub(r"#(?!ffffff)[0-9a-f]{6}", "", markup)
    keys = re.split(r"<text[^>]*>s[0-9]</text>", colourless)[:4]
    shapes = {re.sub(r'(x|y|cx|cy)="[^"]*"|M[0-9. ]+', "", key) for key in keys}
    assert len(shapes) == 4


# --- structure charts of sixty posts -----------------------------------------------------------

TITLES = ("Head of Service", "Team Manager", "Safeguarding and Quality Lead", "Support Officer")


def make_post(at: int, *reports: Post) -> Post:
    return Post(TITLES[at % len(TITLES)], f"A Name {at}", reports=reports)


def make_flat(count: int) -> Post:
    return make_post(0, *(make_post(at) for at in range(1, count)))


SIXTY = {
    "all to one": make_flat(60),
    "all to a deputy": make_post(0, make_flat(59)),
    "six heads": make_post(0, *(replace(make_flat(10), name=f"Head {n}") for n in range(6))),
    "one large branch": make_post(
        0,
        make_post(1, *(make_flat(4) for _ in range(11))),
        *(make_post(2, make_post(3)) for _ in range(7)),
    ),
}


@pytest.mark.parametrize("name", SIXTY)
def test_sixty_posts_go_on_one_landscape_page(name: str) -> None:
    width, height = TEXT_WIDTH["landscape"] * PIXELS, (TEXT_HEIGHT["landscape"] - 72) * PIXELS
    drawing = draw_org_chart(OrgChart(SIXTY[name]), width, height)
    boxes = list(read(drawing).iter(f"{SVG}rect"))
    assert drawing.height <= height
    assert 58 <= len(boxes) <= 61
    assert not any((words or "").endswith("…") for words in texts(drawing))
    places = [tuple(float(box.get(n)) for n in ("x", "y", "width", "height")) for box in boxes]
    for at, (x, y, wide, high) in enumerate(places):
        assert x >= 0
        assert x + wide <= width
        for left, top, w, h in places[at + 1 :]:
            assert x + wide <= left or left + w <= x or y + high <= top or top + h <= y


def test_words_that_are_too_wide_may_break() -> None:
    assert wrap("Safeguarding", 4, breaks=True) == ["Safegua-", "rding"]
    assert wrap("a b", 4, breaks=True) == ["a b"]


def test_estimates_go_on_from_the_last_actual() -> None:
    chart = Chart(
        "line",
        ("2005/06", "2006/07", "2007/08"),
        (Series("Actual", values("4", "5", "")), Series("Estimate", values("", "", "8"))),
        "A1",
    )
    strokes = [
        each.get("d")
        for each in read(draw_chart(chart)).iter(f"{SVG}path")
        if each.get("stroke-width") == "2"
    ]
    ends = [stroke.removeprefix("M").split("L") for stroke in strokes[-2:]]
    assert ends[0][-1] == ends[1][0]
    assert [len(points) for points in ends] == [2, 2]


# --- small charts ------------------------------------------------------------------------------

TREND = Chart(
    "line",
    ("2006/07", "2007/08", "2008/09"),
    (
        Series("Actual", values("71%", "74%", "")),
        Series("Target", values("", "", "80%")),
        Series("National", values("69%", "69%", "69%"), "comparator"),
    ),
    "A1",
    size="half",
)


def test_as_many_small_charts_stand_side_by_side_as_the_paper_has_room_for() -> None:
    paper = {way: TEXT_WIDTH[way] * PIXELS for way in ("portrait", "landscape")}
    bars = replace(BAR, size="half")
    assert {way: round(wide / small_width(bars, wide)) for way, wide in paper.items()} == {
        "portrait": 2,
        "landscape": 4,
    }
    assert {way: round(wide / small_width(TREND, wide)) for way, wide in paper.items()} == {
        "portrait": 2,
        "landscape": 3,
    }


def test_small_lines_stand_above_all_their_figures() -> None:
    drawing = draw_chart(TREND)
    shown = texts(drawing)
    assert {"71%", "74%", "80%", "Actual", "Target", "National"} <= set(shown)
    assert shown.count("69%") == 1
    assert set(TREND.categories) <= set(shown)
    column = {words.text: words.get("x") for words in read(drawing).iter(f"{SVG}text")}
    assert column["80%"] == column["2008/09"]


def test_small_chart_without_the_room_says_so_and_is_drawn_without_a_table() -> None:
    years = tuple(f"{year}/{year + 1}" for year in range(1990, 2008))
    long = replace(
        TREND, categories=years, series=(Series("", values(*map(str, range(18)))),), size="half"
    )
    assert shows_all(TREND, 300)
    assert not shows_all(long, 300)
    assert read(draw_chart(long)).get("role") == "img"


def test_title_of_a_small_chart_tells_its_figures() -> None:
    assert tell_figures(TREND) in (read(draw_chart(TREND))[0].text or "")


# --- the council's colour ----------------------------------------------------------------------


@pytest.mark.parametrize("colour", ["#5b2a6e", "#277a6d", "#ffe08a", "#000000", "#ffffff"])
def test_drawings_take_the_councils_colour_dark_enough_to_read(colour: str) -> None:
    colours = make_colours(colour)
    assert colours.brand == colours.series[0]
    assert len(set(colours.series)) == 6
    assert min(map(contrast_with_white, colours.series)) >= 4.5
    assert contrast(INK, colours.pale) >= 4.5
    for drawing in (draw_chart(TREND, colours=colours), draw_chart(BAR, colours=colours)):
        assert colours.brand in drawing.markup
        assert BRAND not in drawing.markup
    structure = draw_org_chart(ORG, colours=colours).markup
    assert colours.brand in structure
    assert BRAND not in structure


def test_no_colour_or_none_that_is_known_is_the_products() -> None:
    assert make_colours("") == make_colours("red;}") == HOUSE
