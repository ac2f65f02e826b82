from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from time import process_time
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings

from documents.blocks import (
    Branding,
    Cell,
    Column,
    Document,
    Heading,
    Imprint,
    List,
    Note,
    Part,
    Prose,
    Row,
    Run,
    SubHeading,
    Table,
)
from documents.formats import (
    FORMATS,
    PrintFailed,
    Supplies,
    UnknownFormat,
    fragment,
    fragments,
    render,
)
from documents.renderers.pieces import write_print_page
from documents.values import parse
from tests.documents import samples, strategies
from tests.documents.samples import DRAFT, PICTURES, PUBLISHED, make_document, paragraph, prose


def read(markup: str) -> Element:
    """Parse markup as XML: whatever is not well-formed fails here."""
    return ElementTree.fromstring(markup.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def one_section(*blocks: object, key: str = "s", title: str = "Section") -> Part:
    return Part(key, (Heading(title, 1, key), *blocks))


def write_table(table: Table) -> Element:
    found = read(fragment(one_section(table))).find(".//table")
    assert found is not None
    return found


def on_paper(*blocks: object, orientation: str = "portrait") -> Element:
    part = replace(one_section(*blocks), orientation=orientation)
    return read(write_print_page(replace(make_document(), parts=(part,)), DRAFT))


@pytest.fixture(scope="module")
def page() -> Element:
    return read(render(make_document(), "html", PUBLISHED, Supplies(pictures=PICTURES)).decode())


@pytest.fixture(scope="module")
def sheet() -> Element:
    return read(write_print_page(make_document(), PUBLISHED, PICTURES))


# --- the page as a whole ----------------------------------------------------------------------


def test_page_names_its_language_and_title(page: Element) -> None:
    assert page.get("lang") == "en-GB"
    assert page.findtext("head/title") == "Children's Services, Annual Operating Plan, 2008/09"


@pytest.mark.parametrize("name", ["page", "sheet"])
def test_headings_begin_at_one_and_skip_none(name: str, request: pytest.FixtureRequest) -> None:
    root = request.getfixturevalue(name)
    levels = [int(each.tag[1]) for each in root.iter() if re.fullmatch("h[1-6]", each.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [b - a for a, b in itertools.pairwise(levels) if b - a > 1] == []


@pytest.mark.parametrize("name", ["page", "sheet"])
def test_ids_are_unique_and_every_inner_link_leads_somewhere(
    name: str, request: pytest.FixtureRequest
) -> None:
    root = request.getfixturevalue(name)
    ids = Counter(each.get("id") for each in root.iter() if each.get("id"))
    leads = {each.get("href") for each in root.iter("a") if each.get("href", "").startswith("#")}
    assert [name for name, count in ids.items() if count > 1] == []
    assert {lead for lead in leads if lead[1:] not in ids} == set()
    note = "#table-kpi-note-1" if name == "page" else "#kpi-table-kpi-note-1"
    assert leads >= {"#foreword", "#purpose", "#budget", note}


def test_contents_list_every_heading_in_order(page: Element) -> None:
    entries = [words(each) for each in page.find(".//nav").iter("li")]
    assert entries == [
        "Foreword",
        "Section 1: What we do",
        "1.1 Purpose",
        "1.2 Structure",
        "Section 2: What we will achieve",
        "2.1 Indicators",
        "2.2 Revenue budget",
        "2.3 Risks",
    ]


def test_foreword_stands_before_the_contents(sheet: Element) -> None:
    order = [each.get("id") or words(each) for each in sheet.iter("h2")]
    assert order[:3] == ["foreword", "Contents", "part-1"]


def test_cover_says_whose_plan_it_is_and_what_it_costs(page: Element) -> None:
    cover = words(page.find(".//header"))
    assert cover == (
        "Westmarch County CouncilFamiliesChildren's ServicesAnnual Operating Plan2008/09"
        "Gross expenditure£148.3mStaff (FTE)1,239.3DirectorMaya Okafor"
        "Published, version 4, edition 1, 1 April 2008"
    )


def test_page_of_record_tells_decisions_corrections_and_hash(page: Element) -> None:
    record = page.find(".//section[@class='record']")
    rows = [[words(cell) for cell in row] for row in record.iter("tr")]
    assert rows[1] == ["Approved", "Maya Okafor", "Director", "20 March 2008", "D/112"]
    assert rows[3] == ["1", "2 May 2008", "Two targets corrected."]
    assert words(record.find("p[@class='digest']")).replace(" ", "") == PUBLISHED.digest


def test_draft_has_no_page_of_record() -> None:
    assert (
        read(write_print_page(make_document(), DRAFT)).find(".//section[@class='record']") is None
    )


def test_same_plan_gives_the_same_bytes() -> None:
    first, second = (
        render(make_document(), "html", DRAFT, Supplies(pictures=PICTURES)) for _ in range(2)
    )
    assert first == second


def test_screen_has_no_inline_style_or_script_for_the_security_policy_to_refuse() -> None:
    markup = fragment(make_document())
    assert re.findall(r"<script|<style|\sstyle=|\son\w+=", markup) == []


def test_formats_are_named_and_others_refused() -> None:
    assert {name: (each.suffix, each.content_type) for name, each in FORMATS.items()} == {
        "html": (".html", "text/html; charset=utf-8"),
        "pdf": (".pdf", "application/pdf"),
        "pdfa": (".pdf", "application/pdf"),
        "docx": (
            ".docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        "xlsx": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "csv": (".csv.zip", "application/zip"),
    }
    with pytest.raises(UnknownFormat, match='"odt" is no format; the formats are html, pdf'):
        render(make_document(), "odt", DRAFT)


@given(strategies.documents(), strategies.imprints)
@settings(max_examples=60, deadline=None)
def test_any_plan_is_well_formed_with_unique_ids_and_headings_that_skip_none(
    document: Document, imprint: Imprint
) -> None:
    for markup in (
        write_print_page(document, imprint),
        render(document, "html", imprint).decode(),
        f"<div>{fragment(document)}</div>",
    ):
        root = read(markup)
        ids = [each.get("id") for each in root.iter() if each.get("id")]
        levels = [int(each.tag[1]) for each in root.iter() if re.fullmatch("h[1-6]", each.tag)]
        assert len(ids) == len(set(ids))
        assert [b - a for a, b in itertools.pairwise(levels) if b - a > 1] == []


# --- prose --------------------------------------------------------------------------------------


def test_prose_keeps_styles_lists_quotes_and_escapes_text() -> None:
    section = read(fragment(one_section(samples.make_purpose()))).find(".//section")
    assert section.findtext(".//strong") == "£148.3m"
    assert section.findtext(".//em") == " a year"
    assert section.findtext(".//sub") == "2"
    assert section.find(".//ol").get("start") == "3"
    assert words(section.find(".//ol/li/ul/li")) == "inner"
    assert words(section.find(".//blockquote")) == "Nobody waits."
    assert words(section).endswith("How we workFirstSecondinnerNobody waits.")
    assert "CO2Next line <b>." in words(section)
    assert section.find(".//b") is None


def test_link_to_a_section_tells_its_number_and_on_paper_its_page(
    page: Element, sheet: Element
) -> None:
    assert "See the budget (2.2), the site and nothing." in words(page)
    assert "See the budget (2.2, ), the site" in words(sheet)
    assert sheet.find(".//span[@class='page']").get("data-to") == "#budget"


def test_dead_and_dangerous_links_are_plain_words() -> None:
    runs = [Run("a", href="#gone"), Run("b", href="javascript:alert(1)"), Run("c", href="/etc")]
    section = read(fragment(one_section(Prose((paragraph(*runs),)))))
    assert list(section.iter("a")) == []
    assert words(section).endswith("abc")


def test_hostile_text_stays_text() -> None:
    hostile = '<script>alert("x")</script>&amp;\x00\x07\u202e\ufffe'
    section = read(fragment(one_section(samples.prose(hostile), title=hostile)))
    assert words(section) == '<script>alert("x")</script>&amp;' * 2


def test_subheading_never_skips_a_level() -> None:
    deep = Prose((SubHeading((Run("Deep"),), 2), SubHeading((Run("Deeper"),), 2)))
    section = read(fragment(one_section(deep), first_level=3))
    assert [each.tag for each in section.iter() if re.fullmatch("h[1-6]", each.tag)] == [
        "h3",
        "h4",
        "h5",
    ]


def test_fragment_links_sections_where_the_site_has_them() -> None:
    links = Prose((paragraph(Run("this", href="#s"), Run("other", href="#other")),))
    addresses = {"s": "/plans/1/sections/1/", "other": "/plans/1/sections/2/"}
    found = read(fragment(one_section(links), link=addresses.get)).iter("a")
    assert [each.get("href") for each in found] == list(addresses.values())


# --- tables -----------------------------------------------------------------------------------


def test_head_of_four_levels_merges_equal_neighbours() -> None:
    rows = [
        [(words(c), c.get("colspan", "1"), c.get("rowspan", "1"), c.get("scope")) for c in row]
        for row in write_table(samples.make_activity()).find("thead")
    ]
    assert rows == [
        [("District", "1", "4", "col"), ("Snapshot", "3", "1", "colgroup")],
        [("Children", "2", "1", "col"), ("Homes", "1", "1", "col")],
        [("Actual", "1", "1", "col"), ("Target", "1", "1", "col"), ("Target", "1", "1", "col")],
        [("2007", "1", "1", "col"), ("2008", "1", "1", "col"), ("2008", "1", "1", "col")],
    ]


def test_column_groups_are_told_apart() -> None:
    groups = [len(group) for group in write_table(samples.make_budget()).iter("colgroup")]
    assert groups == [2, 1, 3]


def test_groups_of_rows_have_bodies_of_their_own_and_totals_belong_to_none() -> None:
    bodies = [
        [words(row[0]) for row in body]
        for body in write_table(samples.make_activity()).iter("tbody")
    ]
    assert bodies == [
        ["East", "Ashford", "Dover", "East in all"],
        ["West", "Dartford"],
        ["County", "of which asylum"],
    ]


def test_row_labels_and_group_rows_are_headers() -> None:
    table = write_table(samples.make_activity())
    heads = [(words(th), th.get("scope"), th.get("colspan")) for th in table.iterfind("tbody//th")]
    assert heads[0] == ("East", "rowgroup", "4")
    assert heads[1] == ("Ashford", "row", None)
    assert ("West", "rowgroup", "4") in heads


def test_spanning_cell_covers_its_neighbours() -> None:
    rows = {words(row[0]): row for row in write_table(samples.make_activity()).iter("tr")}
    assert [(words(cell), cell.get("colspan")) for cell in rows["Dover"]] == [
        ("Dover", None),
        ("40", "2"),
        ("6", None),
    ]


def test_row_kinds_are_classes() -> None:
    rows = write_table(samples.make_activity()).iterfind("tbody/tr")
    assert [row.get("class") for row in rows] == [
        "group",
        None,
        None,
        "subtotal",
        "group",
        None,
        "total",
        "of-which",
    ]


def test_rows_are_named_on_the_screen_and_not_on_paper() -> None:
    table = samples.make_indicators()
    names = [f"row-{row.key}" for row in table.rows]
    assert [row.get("id") for row in write_table(table).iterfind("tbody/tr")] == names
    twice = read(fragment(one_section(table, table)))
    assert [row.get("id") for row in twice.iterfind(".//tbody/tr")] == [
        *names,
        *(f"{name}-2" for name in names),
    ]
    assert [row.get("id") for row in on_paper(table).iterfind(".//tbody/tr")] == [None] * 3


def test_cells_print_values_dates_statuses_ratings_in_words_and_units_in_the_head() -> None:
    table = write_table(samples.make_indicators())
    assert [words(cell) for cell in table.find("thead")[-2]][2] == "Actual 2006/07 %"
    assert [[words(cell) for cell in row] for row in table.iterfind("tbody/tr")] == [
        ["A1", "Stable homes", "10.6", "to be set1", "●●●●● Very good"],
        ["C20", "Reviews on time", "97.45", "100", "●● Ask questions"],
        ["D1", "Visits", "see note 2", "31 March 2009", "NA"],
    ]


def test_note_marks_link_to_notes_under_the_table() -> None:
    section = read(fragment(one_section(samples.make_indicators())))
    marks = [(words(a), a.get("href")) for a in section.iter("a")]
    notes = {each.get("id"): words(each) for each in section.find(".//div[@class='notes']")}
    assert marks == [("1", "#table-kpi-note-1"), ("see note 2", "#table-kpi-note-2")]
    assert notes == {
        "table-kpi-note-1": "1 Set in May.",
        "table-kpi-note-2": "2 Not counted before.",
    }


def test_lists_too_deep_to_write_are_refused() -> None:
    element = paragraph("Deep.")
    for _ in range(2_000):
        element = List(((element,),))

    with pytest.raises(PrintFailed, match="deep in each other"):
        render(replace(make_document(), parts=(one_section(Prose((element,))),)), "html", DRAFT)


def test_a_cell_that_cites_a_note_in_words_keeps_its_other_marks() -> None:
    row = Row("r", (Cell(parse("see note 1 [note 2]")),))
    notes = (Note("1", prose("One.")), Note("2", prose("Two.")))

    section = read(fragment(one_section(Table((Column("a", "Area"),), (row,), notes=notes))))

    marks = [(words(a), a.get("href")) for a in section.iter("a")]
    assert marks == [("see note 1", "#table-note-1"), ("2", "#table-note-2")]


def test_unit_of_the_money_stands_once_beside_the_caption() -> None:
    assert words(write_table(samples.make_budget()).find("caption")) == "District services £000"


def test_figures_are_moved_in_so_that_their_points_stand_under_each_other() -> None:
    rows = list(write_table(samples.make_budget()).iterfind("tbody/tr"))
    gross = [(words(row[4]), row[4].get("class")) for row in rows]
    assert gross == [
        ("748.25", "figure"),
        ("748.25", "figure"),
        ("1,496.5", "figure in-2"),
        ("", "figure"),
    ]
    assert rows[2][5].get("class") == "figure in-3"


def test_table_scrolls_in_a_region_that_the_keyboard_reaches(page: Element) -> None:
    region = page.find(".//div[@class='table-scroll']")
    assert (region.get("role"), region.get("tabindex")) == ("region", "0")
    assert region.get("aria-label") == "Indicators"


def test_tables_without_captions_are_called_by_their_sections() -> None:
    bare = replace(make_wide(2), caption="")
    titled = Part("staff", (Heading("Staff [note 1]", 1, key="staff"), bare, bare))
    parts = [
        titled,
        Part("", (bare,)),
        Part("risks", (bare, replace(bare, caption="Register [note 1]"))),
    ]
    written = fragments(parts, under=3, titles=["1 Staff", "", "2 Risks"])

    names = [
        region.get("aria-label")
        for markup in written
        for region in read(markup).iterfind(".//div[@role='region']")
    ]
    assert names == ["Staff", "Staff (2)", "Table", "2 Risks", "Register"]


# --- tables on paper ----------------------------------------------------------------------------


def make_wide(columns: int, rows: int = 3) -> Table:
    heads = [Column("name", "Measure")]
    heads += [
        Column(f"c{n}", f"M{n}", groups=(f"Q{n // 3}",), align="right") for n in range(columns)
    ]
    lines = [
        Row(
            f"r{y}",
            (
                Cell(f"Row {y}", header=True),
                *samples.values(*(f"{y}{n:03},000.5" for n in range(columns))),
            ),
        )
        for y in range(1, rows + 1)
    ]
    return Table(tuple(heads), tuple(lines), caption="Wide", key="wide")


def widths_of(table: Element) -> list[float]:
    return [float(re.search(r"width:([\d.]+)%", col.get("style"))[1]) for col in table.iter("col")]


def test_widths_on_paper_sum_to_a_hundred(sheet: Element) -> None:
    sums = [round(sum(widths_of(table)), 2) for table in sheet.iter("table")]
    assert sums == [100.0] * len(sums)
    assert len(sums) == 7


def test_asked_widths_leave_room_for_the_longest_word() -> None:
    columns = (Column("a", "Responsibilities", width=1), Column("b", "B", width=30))
    table = Table(columns, (Row("r", samples.values("1", "2")),))
    narrow, wide = widths_of(on_paper(table).find(".//table"))
    assert 10 < narrow < 20
    assert narrow + wide == 100


def test_asked_widths_are_kept() -> None:
    columns = (Column("a", "A", width=1), Column("b", "B", width=3))
    table = Table(columns, (Row("r", samples.values("1", "2")),))
    assert widths_of(on_paper(table).find(".//table")) == [25.0, 75.0]


def test_table_that_fits_is_one_table_at_nine_points() -> None:
    tables = list(on_paper(samples.make_activity()).iter("table"))
    assert [each.get("class") for each in tables] == ["size-90 whole"]


def test_wide_table_becomes_bands_that_repeat_the_row_labels_and_lose_no_figure() -> None:
    table = make_wide(40)
    bands = list(on_paper(table, orientation="landscape").iter("table"))
    assert len(bands) == 3
    assert [words(band.find("caption")) for band in bands] == [
        f"Wide (part {n} of 3)" for n in (1, 2, 3)
    ]
    for band in bands:
        assert [words(row[0]) for row in band.iterfind("tbody/tr")] == ["Row 1", "Row 2", "Row 3"]
    shown = Counter(words(td) for band in bands for td in band.iter("td"))
    wanted = Counter(cell.content.text for row in table.rows for cell in row.cells[1:])
    assert shown == wanted


def test_band_does_not_part_columns_of_one_group() -> None:
    bands = on_paper(make_wide(40), orientation="landscape").iter("table")
    groups = [words(th) for band in bands for th in band.find("thead")[0] if words(th) != "Measure"]
    assert len(groups) == len(set(groups))


def test_long_table_becomes_several_and_loses_no_row() -> None:
    table = make_wide(5, rows=2_000)
    pieces = list(on_paper(table).iter("table"))
    labels = [words(row[0]) for piece in pieces for row in piece.iterfind("tbody/tr")]
    assert [words(piece.find("caption")) for piece in pieces] == ["Wide", "Wide (continued)"]
    assert labels == [f"Row {n}" for n in range(1, 2_001)]


def test_span_cut_by_a_band_is_written_in_both() -> None:
    table = make_wide(40)
    spanning = Row(
        "s",
        (
            Cell("Label", header=True),
            Cell("all the year", column_span=40),
            *[samples.COVERED] * 39,
        ),
    )
    bands = list(
        on_paper(replace(table, rows=(spanning, *table.rows)), orientation="landscape").iter(
            "table"
        )
    )
    spans = [int(band.find("tbody//td").get("colspan")) for band in bands]
    assert [words(band.find("tbody//td")) for band in bands] == ["all the year"] * 3
    assert sum(spans) == 40


# --- drawings and pictures -----------------------------------------------------------------------


def test_drawings_have_titles_and_their_data_in_words(page: Element) -> None:
    svg = "{http://www.w3.org/2000/svg}"
    figures = [each for each in page.iter("figure") if each.find(f".//{svg}svg") is not None]
    assert [words(each.find(f".//{svg}title")) != "" for each in figures] == [True] * 4
    assert [words(each.find("details/summary")) for each in figures] == [
        "This structure as a list",
        "Figures of this chart",
        "Figures of this chart",
        "This matrix as a table",
    ]
    posts = [each.text for each in figures[0].iterfind(".//li")]
    assert posts == [
        "Director (Maya Okafor)",
        "Head of Service, Districts (Ana Pell)",
        "Manager, Dover",
        "Head of Service, Fostering",
    ]


def test_picture_is_embedded_and_a_missing_one_is_a_sentence(page: Element) -> None:
    image = page.find(".//img")
    assert image.get("alt") == "A map of the county"
    assert image.get("src").startswith("data:image/png;base64,iVBOR")
    assert words(page.find(".//p[@class='missing']")) == (
        "The picture “gone.png” is missing. It shows: Four circles."
    )


def test_structure_chart_taller_than_a_page_is_a_list_on_paper() -> None:
    head = samples.Post("Head", "", "Unit", tuple(samples.Post(f"P{n}") for n in range(400)))
    chart = samples.OrgChart(samples.Post("Director", reports=(head,)), "Posts")
    paper = on_paper(chart)
    assert paper.find(".//figure") is None
    assert len(list(paper.find(".//section").iter("li"))) == 402


@pytest.mark.parametrize("write", [lambda d, i: render(d, "html", i).decode(), write_print_page])
def test_drawings_and_headings_take_the_councils_colour(
    write: Callable[[Document, Imprint], str],
) -> None:
    document = make_document()
    imprint = replace(DRAFT, branding=Branding(colour="#5b2a6e"))
    drawings = re.findall(r"<svg.*?</svg>", write(document, imprint), re.DOTALL)
    assert len(drawings) == 4
    assert sum("#5b2a6e" in drawing for drawing in drawings) == 3  # a matrix has its bands'
    assert "#1d3f5e" not in "".join(drawings)


def test_drawings_of_the_site_take_the_colour_of_its_stylesheet() -> None:
    drawings = re.findall(r"<svg.*?</svg>", fragment(make_document()), re.DOTALL)
    assert sum('="currentColor"' in drawing for drawing in drawings) == 3
    assert "#1d3f5e" not in "".join(drawings)


def test_small_charts_stand_in_one_element_with_their_figures() -> None:
    small = [
        replace(samples.BAR, size="half", caption=f"A{n}", note="Higher is better.") for n in (1, 2)
    ]
    paper = on_paper(*small, samples.BAR)
    grid = paper.find(".//div[@class='charts of-bars']")
    assert [words(each.find("figcaption")) for each in grid] == ["A1", "A2"]
    assert [words(each.find("p")) for each in grid] == [
        "Higher is better. Not drawn: Actual Thanet (to be set)."
    ] * 2
    assert grid.find(".//table") is None
    assert paper.find(".//div[@class='together']/table") is not None


def test_chart_has_its_figures_beside_it_on_paper_that_lies_across() -> None:
    drawn, told = on_paper(samples.BAR, orientation="landscape").find(".//div[@class='beside']")
    assert drawn.find("figure") is not None
    assert [words(row.find("th")) for row in told.iterfind(".//tbody/tr")] == [
        "Ashford",
        "Dover",
        "Thanet",
    ]


def test_first_and_last_rows_stay_together_and_two_above_a_total() -> None:
    rows = [Row(f"r{n}", (Cell(f"Row {n}", header=True), Cell("1"))) for n in range(9)]
    total = Row("t", (Cell("Total", header=True), Cell("9")), "total")
    table = Table((Column("a", "A"), Column("b", "B")), (*rows, total, *rows))
    held = ["held" in (row.get("class") or "") for row in on_paper(table).iterfind(".//tbody/tr")]
    assert [at for at, one in enumerate(held) if one] == [1, 2, 3, 8, 18]


# --- speed ------------------------------------------------------------------------------------


def test_nine_hundred_rows_are_written_within_half_a_second_of_processor_time() -> None:
    document = Document(
        "Plan", make_document().cover, (one_section(*(samples.make_budget(22) for _ in range(39))),)
    )
    start = process_time()
    markup = write_print_page(document, DRAFT)
    took = process_time() - start
    assert markup.count("<tr") >= 39 * 24
    assert took < 0.5
