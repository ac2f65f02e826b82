"""Word files: read back by python-docx, and by what the format says of the order of its parts."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import docx
import pytest
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from hypothesis import given, settings

from documents.blocks import (
    COMPARISON,
    Branding,
    Cell,
    Chart,
    Column,
    Cover,
    Document,
    Heading,
    Imprint,
    List,
    Note,
    Part,
    Picture,
    Prose,
    Quote,
    Row,
    Run,
    Series,
    Table,
)
from documents.formats import PrintFailed, Supplies, render
from documents.redline import redline
from documents.values import parse
from tests.documents import strategies
from tests.documents.samples import (
    BAR,
    DRAFT,
    LINE,
    PICTURES,
    PUBLISHED,
    bullets,
    label,
    make_activity,
    make_budget,
    make_document,
    make_indicators,
    paragraph,
    prose,
    values,
)
from tests.documents.word_reader import assert_file_in_order, assert_in_order, list_lines, settle


def write(document: Document, imprint: Imprint = PUBLISHED) -> bytes:
    return render(document, "docx", imprint, Supplies(pictures=PICTURES))


def read(document: Document, imprint: Imprint = PUBLISHED) -> WordDocument:
    return docx.Document(BytesIO(write(document, imprint)))


def one_part(*blocks: object, orientation: str = "portrait") -> Document:
    part = Part("s", (Heading("Section", 1, "s", "1"), *blocks), orientation=orientation)
    return replace(make_document(), parts=(part,))


def headings(word: WordDocument) -> list[tuple[str, str]]:
    return [
        (each.style.name, each.text)
        for each in word.paragraphs
        if re.fullmatch(r"Heading \d", each.style.name)
    ]


def grid(word: WordDocument, at: int) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in word.tables[at].rows]


@pytest.fixture(scope="module")
def word() -> WordDocument:
    return read(make_document())


# --- the file as a whole ------------------------------------------------------------------------


def test_headings_are_real_with_their_numbers(word: WordDocument) -> None:
    assert headings(word) == [
        ("Heading 1", "Foreword"),
        ("Heading 1", "Section 1: What we do"),
        ("Heading 2", "1.1 Purpose"),
        ("Heading 2", "1.2 Structure"),
        ("Heading 1", "Section 2: What we will achieve"),
        ("Heading 2", "2.1 Indicators"),
        ("Heading 2", "2.2 Revenue budget"),
        ("Heading 2", "2.3 Risks"),
        ("Heading 1", "Record of approval"),
    ]


def test_headings_within_sections_stay_out_of_the_contents(word: WordDocument) -> None:
    within = [(p.style.name, p.text) for p in word.paragraphs if p.style.name.endswith("within")]

    assert within == [("Heading 3 within", "How we work")]
    assert [style.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val"))
            for style in word.styles if style.name == "Heading 3 within"] == ["2"]  # fmt: skip


def test_the_cover_says_what_the_plan_is(word: WordDocument) -> None:
    by_style = {p.style.name: p.text for p in word.paragraphs}

    assert by_style["Title"] == "Annual Operating Plan"
    assert by_style["Cover council"] == "Westmarch County Council"
    assert by_style["Cover printing"] == "Published, version 4, edition 1, 1 April 2008"
    assert grid(word, 0) == [
        ["Gross expenditure", "£148.3m"],
        ["Staff (FTE)", "1,239.3"],
        ["Director", "Maya Okafor"],
    ]


def test_contents_is_a_field_that_is_filled_already(word: WordDocument) -> None:
    body = word.element.body
    fields = [each.text for each in body.iter(qn("w:instrText"))]
    entries = [
        "".join(text.text for text in each.iter(qn("w:t")))
        for each in body.iter(qn("w:p"))
        if (style := each.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")) is not None
        and style.get(qn("w:val")).startswith("TOC")
    ]

    assert fields == [' TOC \\o "1-3" \\h \\z ']
    assert entries == ["Contents", *(text for _, text in headings(word)[:-1])]
    assert word.settings.element.find(qn("w:updateFields")).get(qn("w:val")) == "true"


def test_contents_say_how_to_number_them_until_word_does(word: WordDocument) -> None:
    """What stands in the field is gone when Word fills it anew, this line too."""
    lines = list(word.element.body.find(qn("w:sdt")).iter(qn("w:p")))
    kinds = [each.get(qn("w:fldCharType")) for each in lines[1].iter(qn("w:fldChar"))]
    ended = [each.get(qn("w:fldCharType")) for each in lines[-1].iter(qn("w:fldChar"))]
    tabs = word.styles["toc 2"].paragraph_format.tab_stops

    assert Paragraph(lines[1], word).text.startswith("Page numbers are added when this list is")
    assert (kinds, ended) == (["begin", "separate"], ["end"])
    assert [(tab.alignment, tab.leader) for tab in tabs] == [
        (WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    ]


def test_every_link_within_leads_to_a_bookmark(word: WordDocument) -> None:
    names = [each.get(qn("w:name")) for each in word.element.body.iter(qn("w:bookmarkStart"))]
    anchors = {each.get(qn("w:anchor")) for each in word.element.body.iter(qn("w:hyperlink"))} - {
        None
    }

    assert len(names) == len(set(names))
    assert anchors <= set(names)
    assert len(anchors) > 8
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,39}", name) for name in names)


def test_links_lead_outside_and_to_sections_and_nowhere_else(word: WordDocument) -> None:
    text = next(p for p in word.paragraphs if p.text.startswith("See the"))

    assert [(link.text, link.address, bool(link.fragment)) for link in text.hyperlinks] == [
        ("budget", "", True),
        ("site", "https://example.org/plans", False),
    ]
    assert text.text.startswith("See the budget (2.2), the site and nothing. We spend £148.3m a")


def test_landscape_parts_lie_on_landscape_pages(word: WordDocument) -> None:
    ways = [section.orientation for section in word.sections]
    widths = [section.page_width.mm > section.page_height.mm for section in word.sections]

    portrait, landscape = WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE
    assert ways == [*[portrait] * 4, landscape, portrait, portrait]
    assert widths == [way is landscape for way in ways]


def test_paper_ends_right_after_a_table_and_needs_no_room(word: WordDocument) -> None:
    paragraphs = word.paragraphs
    ends = [
        p for p in paragraphs if p._p.pPr is not None and p._p.pPr.find(qn("w:sectPr")) is not None
    ]
    before = [p._p.getprevious() for p in ends]

    assert {paragraph.style.name for paragraph in ends if paragraph.style} == {"Paper end"}
    assert any(element.tag == qn("w:tbl") for element in before)
    assert word.styles["Paper end"].paragraph_format.line_spacing == Pt(1)


def test_a_file_whose_last_block_is_a_table_ends_with_a_paragraph_as_word_wants() -> None:
    body = read(one_part(make_budget()), DRAFT).element.body

    assert [each.tag for each in body[-3:]] == [qn("w:tbl"), qn("w:p"), qn("w:sectPr")]


def test_pages_say_unit_and_year_printing_and_number(word: WordDocument) -> None:
    cover, page = word.sections[0], word.sections[4]
    fields = [each.get(qn("w:instr")) for each in page.footer._element.iter(qn("w:fldSimple"))]

    assert (cover.header.paragraphs[0].text, cover.footer.paragraphs[0].text) == ("", "")
    assert page.header.paragraphs[0].text == "Children's Services, 2008/09"
    assert page.footer.paragraphs[0].text.startswith("Published, version 4, edition 1")
    assert fields == [" PAGE ", " NUMPAGES "]


@pytest.mark.parametrize(("imprint", "marks"), [(DRAFT, 2), (PUBLISHED, 0)])
def test_a_draft_is_marked_on_every_page(imprint: Imprint, marks: int) -> None:
    with zipfile.ZipFile(BytesIO(write(make_document(), imprint))) as package:
        headers = [package.read(f"word/header{number}.xml").decode() for number in (1, 2)]

    assert sum('string="DRAFT"' in header for header in headers) == marks


def test_the_file_knows_its_title_language_and_dates(word: WordDocument) -> None:
    properties = word.core_properties

    assert properties.title == "Children's Services, Annual Operating Plan, 2008/09"
    assert (properties.author, properties.language) == ("Westmarch County Council", "en-GB")
    assert properties.created.date() == properties.modified.date() == date(2008, 4, 1)
    assert word.styles.element.find(f".//{qn('w:lang')}").get(qn("w:val")) == "en-GB"


def test_the_page_of_record_names_decisions_corrections_and_hash(word: WordDocument) -> None:
    assert grid(word, -2)[1] == ["Approved", "Maya Okafor", "Director", "20 March 2008", "D/112"]
    assert grid(word, -1)[1] == ["1", "2 May 2008", "Two targets corrected."]
    assert word.paragraphs[-1].text == " ".join(["9f86d081"] * 8)


def test_branding_colours_headings_and_brings_its_logo() -> None:
    digest = next(iter(PICTURES))
    branding = Branding("#5a2d82", digest, "Arms of the county", "Ask for large print.", "01 23")
    word = read(make_document(), replace(PUBLISHED, branding=branding))

    colour = word.styles["Heading 1"].element.rPr.find(qn("w:color")).get(qn("w:val"))
    band = word.styles["Title"].element.pPr.find(qn("w:shd")).get(qn("w:fill"))
    edges = word.styles["Plan table"].element.find(f".//{qn('w:top')}").get(qn("w:color"))
    head = word.tables[-1].rows[0].cells[0]._tc.tcPr.find(qn("w:shd")).get(qn("w:fill"))
    pictures = [each.get("descr") for each in word.element.body.iter(qn("wp:docPr"))]
    assert {colour, band, edges} == {"5A2D82"}
    assert head == "E6E0EC"
    assert (pictures[0], pictures[-1]) == ("Arms of the county", "A map of the county")
    assert word.paragraphs[-1].text == "Ask for large print.\n01 23"


def test_a_draft_too_ends_with_the_councils_statement() -> None:
    branding = Branding(statement="Ask for large print.", contact="01 23")
    word = read(make_document(), replace(DRAFT, branding=branding))

    assert (word.paragraphs[-1].style.name, word.paragraphs[-1].text) == (
        "Statement", "Ask for large print.\n01 23"
    )  # fmt: skip
    assert len(word.sections) == len(read(make_document(), DRAFT).sections)


@pytest.mark.parametrize(("cover", "filled"), [("band", True), ("plain", False)])
def test_a_cover_has_a_band_or_is_plain(cover: str, filled: bool) -> None:
    branding = Branding("#5a2d82", cover=cover)
    title = read(make_document(), replace(PUBLISHED, branding=branding)).styles["Title"].element

    assert (title.pPr.find(qn("w:shd")) is not None) == filled
    assert title.rPr.find(qn("w:color")).get(qn("w:val")) == ("FFFFFF" if filled else "5A2D82")


@pytest.mark.parametrize("colour", ["", "red", "#5a2d8", '#"/><w:p>'])
def test_what_is_no_colour_leaves_the_products_own(colour: str) -> None:
    word = read(make_document(), replace(PUBLISHED, branding=Branding(colour)))

    assert word.styles["Heading 1"].element.rPr.find(qn("w:color")).get(qn("w:val")) == "1D3F5E"


def test_a_part_on_a_fresh_page_leaves_no_page_empty() -> None:
    """A gap behind a table that fills its page would be a page of its own before the next part."""
    parts = (
        Part("a", (Heading("One", 1, "a", is_part=True), make_indicators(), make_budget())),
        Part("b", (Heading("Two", 1, "b", is_part=True), prose("Words."))),
    )
    word = read(replace(make_document(), parts=parts))
    heading = next(p for p in word.paragraphs if p.text == "Two")

    assert heading.paragraph_format.page_break_before
    assert heading._p.getprevious().tag == qn("w:tbl")


def test_the_same_document_gives_the_same_bytes() -> None:
    assert write(make_document()) == write(make_document())


# --- tables -------------------------------------------------------------------------------------


def test_a_table_has_repeated_heads_with_merged_groups() -> None:
    word = read(one_part(make_activity()))
    table = word.tables[1]
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    whole = [row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows]

    assert repeated == [True] * 4 + [False] * 8
    assert all(whole)
    assert grid(word, 1)[:4] == [
        ["District", "Snapshot", "Snapshot", "Snapshot"],
        ["District", "Children", "Children", "Homes"],
        ["District", "Actual", "Target", "Target"],
        ["District", "2007", "2008", "2008"],
    ]


def test_group_rows_span_and_totals_are_bold() -> None:
    table = read(one_part(make_activity())).tables[1]
    rows = {row.cells[0].text: row for row in table.rows}

    assert {cell.text for cell in rows["East"].cells} == {"East"}
    assert {cell.text for cell in rows["West"].cells} == {"West"}
    assert all(run.bold for run in rows["County"].cells[1].paragraphs[0].runs)
    assert not rows["Ashford"].cells[1].paragraphs[0].runs[0].bold
    assert rows["of which asylum"].cells[0].paragraphs[0].paragraph_format.left_indent.pt == 8.5


def test_a_total_stays_with_the_row_above_it() -> None:
    table = read(one_part(make_budget(lines=60))).tables[1]
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows[3:]]

    assert kept == [None] * 59 + [True, True, None]


def test_numbers_stand_on_their_decimal() -> None:
    table = read(one_part(make_budget())).tables[1]
    cells = [row.cells[5] for row in table.rows[3:]]
    indents = [cell.paragraphs[0].paragraph_format.right_indent for cell in cells]

    assert [cell.text for cell in cells] == ["-724.0", "-724.0", "1,448", "34.7"]
    assert indents[:2] == [None, None]
    assert indents[2].pt == pytest.approx(3 * 9 * 0.2535, abs=0.1)


def test_ratings_are_words_and_notes_stand_below_with_links() -> None:
    word = read(one_part(make_indicators()))
    body = word.element.body
    notes = [p.text for p in word.paragraphs if p.style.name == "Table note"]
    words = " ".join(cell for row in grid(word, 1) for cell in row)

    assert notes == ["1 Set in May.", "2 Not counted before."]
    assert "●" in words
    assert sum(1 for each in body.iter(qn("w:hyperlink")) if each.get(qn("w:anchor"))) >= 3


def test_a_table_too_wide_for_the_page_continues_in_bands() -> None:
    columns = tuple(Column(f"c{n}", f"Year {n}", align="right") for n in range(59))
    row = Row("r", (label("Ashford"), *values(*["1,234.5"] * 59)))
    table = Table((Column("a", "Area"), *columns), (row,), "Sixty columns")
    word = read(one_part(table), DRAFT)

    bands = word.tables[1:]
    assert len(bands) > 2
    assert all(band.rows[0].cells[0].text == "Area" for band in bands)
    assert sum(len(band.columns) - 1 for band in bands) == 59
    assert max(sum(c.width.pt for c in band.columns) for band in bands) <= 482


# --- other blocks ---------------------------------------------------------------------------------


def test_pictures_have_their_words_and_missing_ones_are_a_sentence(word: WordDocument) -> None:
    pictures = [each.get("descr") for each in word.element.body.iter(qn("wp:docPr"))]
    missing = [p.text for p in word.paragraphs if p.style.name == "Missing picture"]

    assert "A map of the county" in pictures
    assert missing == ["The picture “gone.png” is missing. It shows: Four circles."]


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\nnothing", b"GIF89a..."])
def test_what_is_no_picture_is_a_sentence(data: bytes) -> None:
    document = one_part(Picture("map.png", "A map", digest="d"))
    file = render(document, "docx", DRAFT, Supplies(pictures={"d": data}))

    assert "The picture “map.png” is missing. It shows: A map." in [
        p.text for p in docx.Document(BytesIO(file)).paragraphs
    ]


def test_lists_are_numbered_from_where_they_start(word: WordDocument) -> None:
    numbering = word.part.numbering_part.element
    starts = [each.get(qn("w:val")) for each in numbering.iter(qn("w:startOverride"))]
    items = [p for p in word.paragraphs if p.text in ("First", "Second", "inner")]
    places = [(p.text, p._p.pPr.numPr.ilvl.val, p._p.pPr.numPr.numId.val) for p in items]

    assert places == [("First", 0, 2), ("Second", 0, 2), ("inner", 1, 1)]
    assert starts[0] == "3"


def test_structure_charts_are_lists_and_matrices_tables(word: WordDocument) -> None:
    posts = [p.text for p in word.paragraphs if "Head of Service" in p.text]
    matrix = next(t for t in word.tables if t.rows[0].cells[0].text == "Likelihood")

    assert posts == ["Head of Service, Districts (Ana Pell)", "Head of Service, Fostering"]
    assert [cell.text for cell in matrix.rows[1].cells] == ["Likely", "Low", "15, 3 High"]


def test_charts_are_offices_own_with_every_figure_as_printed() -> None:
    with zipfile.ZipFile(BytesIO(write(one_part(BAR, LINE)))) as package:
        parts = [package.read(f"word/charts/chart{number}.xml").decode() for number in (1, 2)]
        body = package.read("word/document.xml").decode()
    bars, lines = map(ElementTree.fromstring, parts)
    c = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    figures = [
        [(p.get("idx"), p.findtext(f"{c}v"), p.get("formatCode")) for p in values.iter(f"{c}pt")]
        for chart in (bars, lines)
        for values in chart.iter(f"{c}val")
    ]

    assert figures == [
        [("0", "86.0", "0"), ("1", "-33.5", "0.0")],
        [("0", "70.0", "0"), ("1", "31.0", "0"), ("2", "170.0", "0")],
        [("0", "12.4", "0.0"), ("2", "9.8", "0.0")],
    ]
    assert [name.text for name in bars.iterfind(f".//{c}tx/{c}v")] == ["Actual", "Target"]
    assert bars.find(f".//{c}barDir").get("val") == "bar"
    assert lines.find(f".//{c}lineChart") is not None
    assert 'descr="Bar chart: Children by district' in body


def test_small_charts_stand_side_by_side_with_their_figures_in_words() -> None:
    small = [replace(BAR, size="half", note="Lower is better.")] * 4
    across = {
        way: [len(row.cells) for row in read(one_part(*small, orientation=way)).tables[1].rows]
        for way in ("portrait", "landscape")
    }
    first = read(one_part(*small)).tables[1].rows[0].cells[0]

    assert across == {"portrait": [2, 2], "landscape": [3, 3]}
    assert [p.text for p in first.paragraphs] == [
        "Children by district",
        "",
        "Actual: Ashford 86; Dover -33.5. Target: Ashford 70; Dover 31; Thanet 170. "
        "Lower is better. Not drawn: Actual Thanet (to be set).",
    ]


def test_a_small_chart_of_many_figures_has_its_table() -> None:
    weeks = tuple(f"Week {n}" for n in range(90))
    figures = tuple(parse(str(n)) for n in range(90))
    many = Chart("line", weeks, (Series("Open", figures),), "Cases", size="half")
    word = read(one_part(many))

    assert len(word.tables[1].rows[0].cells) == 2
    assert len(word.tables[2].rows) == 91


def test_a_chart_without_figures_is_a_sentence() -> None:
    none = Chart("bar", ("Ashford",), (Series("Target", (parse("to be set"),)),), "Targets")
    told = [p.text for p in read(one_part(none)).paragraphs if p.style.name == "Drawing in words"]

    assert told[-1] == ("There are no figures to draw yet. Not drawn: Target Ashford (to be set).")


def test_bars_begin_at_nothing_and_have_the_councils_colour() -> None:
    above = replace(BAR, series=(Series("Actual", tuple(map(parse, ("86", "90", "88")))),))
    branded = replace(PUBLISHED, branding=Branding("#5a2d82"))
    with zipfile.ZipFile(BytesIO(write(one_part(above, BAR), branded))) as package:
        parts = [package.read(f"word/charts/chart{number}.xml").decode() for number in (1, 2)]

    assert ['<c:min val="0"/>' in part for part in parts] == [True, False]
    assert all(re.search(r"<c:ser>.*?srgbClr val=\"(\w+)\"", p)[1] == "5A2D82" for p in parts)


@pytest.mark.parametrize(("texts", "scale"), [(("71%", "65.5%"), "0%"), (("71", "65%"), "General")])
def test_a_scale_of_percentages_says_so(texts: tuple[str, ...], scale: str) -> None:
    chart = replace(BAR, series=(Series("Actual", tuple(map(parse, texts))),))
    with zipfile.ZipFile(BytesIO(write(one_part(chart)))) as package:
        part = package.read("word/charts/chart1.xml").decode()

    assert re.search('<c:valAx>.*?formatCode="(.*?)"', part)[1] == scale


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (("71%", "65%"), "0%"),
        (("71%", "65.5%"), "0.0%"),
        (("1,200", "3,400"), "#,##0"),
        (("7.5", "12"), "General"),
        (("to be set", "NA"), "General"),
    ],
)
def test_figures_of_a_series_share_the_format_that_shows_them(
    texts: tuple[str, ...], shown: str
) -> None:
    chart = replace(BAR, series=(Series("Actual", tuple(map(parse, texts))), BAR.series[1]))
    with zipfile.ZipFile(BytesIO(write(one_part(chart)))) as package:
        part = package.read("word/charts/chart1.xml").decode()

    assert re.findall('<c:dLbls><c:numFmt formatCode="(.*?)"', part) == [shown, "0"]


# --- redlines -------------------------------------------------------------------------------------


def test_changes_are_tracked_changes() -> None:
    words = Prose((paragraph("Old ", Run("gone", change="removed"), Run("new", change="added")),))
    rows = (
        Row("a", (label("Kept"), *values("1"))),
        Row("b", (label("Went"), *values("2")), change="removed"),
        Row("c", (label("Came"), *values("3")), change="added"),
    )
    table = Table((Column("n", "Area"), Column("v", "Value", align="right")), rows)
    body = read(one_part(words, table)).element.body

    removed = ["".join(t.text for t in e.iter(qn("w:delText"))) for e in body.iter(qn("w:del"))]
    added = ["".join(t.text for t in e.iter(qn("w:t"))) for e in body.iter(qn("w:ins"))]
    assert removed == ["gone", "", "Went", "2"]
    assert added == ["new", "", "Came", "3"]
    assert_in_order(body)


def make_sides() -> tuple[Document, Document]:
    """Return a plan before and after: words, headings, lists, quotes, rows, columns, tables, notes
    and sections that went, came and changed."""
    aims = Part(
        "aims", (Heading("Aims", 1, "aims", "1"), prose("One.", "Two words stay.", "Three."))
    )
    gone = Part("gone", (Heading("Left out", 1, "gone", "2"), prose("Nothing of it stays.")))
    come = Part("come", (Heading("Brought in", 1, "come", "2"), prose("All of it is new."),
                         Prose((bullets("New item"),)), make_activity()))  # fmt: skip
    lists = Prose((bullets("Kept", "Dropped", "Kept too"), Quote((paragraph("Said."),))))
    table = Table((Column("n", "Area"), Column("v", "Net", align="right"), Column("x", "Extra")),
                  (Row("a", (label("Ashford"), *values("1.0", "9"))),
                   Row("d", (label("Dover"), *values("2.0", "8")))),
                  "Money", notes=(Note("1", prose("Set in May.")),), unit="£000",
                  key="m")  # fmt: skip
    changed = Table((Column("n", "Area"), Column("v", "Gross", align="right")),
                    (Row("a", (label("Ashford"), *values("1.5"))),
                     Row("t", (label("Thanet"), *values("3.0")))),
                    "Money in all", notes=(Note("1", prose("Set in June.")),), unit="£000",
                    key="m")  # fmt: skip
    old = (aims, gone, Part("m", (Heading("Money", 1, "m", "3"), lists, table, make_indicators())))
    words = prose("One.", "Zero.", "Two words changed stay.")
    new = (
        replace(aims, blocks=(Heading("Our aims", 1, "aims", "1"), words)),
        come,
        Part("m", (Heading("Money", 1, "m", "3"),
                   Prose((bullets("Kept", "Kept too", "Put in"), Quote((paragraph("Said so."),)))),
                   changed)),
    )  # fmt: skip
    return replace(make_document(), parts=old), replace(make_document(), parts=new)


@pytest.mark.parametrize("accept", [True, False])
def test_taking_all_changes_gives_the_new_plan_and_refusing_them_the_old(accept: bool) -> None:
    old, new = make_sides()
    compared = redline(old, new)
    compared = replace(compared, parts=compared.parts[1:])  # without the summary of what changed
    imprint = Imprint(COMPARISON, 0, date(2008, 4, 1))
    body = read(compared, imprint).element.body
    assert_in_order(body)

    settle(body, accept=accept)

    wanted = read(new if accept else old, imprint).element.body
    assert list(list_lines(body)) == list(list_lines(wanted))


def test_heads_that_only_look_like_a_redlines_are_left_alone() -> None:
    table = Table(
        (Column("a", "Children (moved)"), Column("b", "Net (was: Gross)")), (), "X (added)"
    )
    body = read(one_part(table)).element.body

    assert list(body.iter(qn("w:ins"), qn("w:del"))) == []
    assert "X (added)" in list(list_lines(body))


# --- what is odd or hostile -----------------------------------------------------------------


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    hostile = "a\x00b\x0bc\ud800d\ufffee<w:p>&amp;\u202ef"
    table = Table((Column("a", hostile),), (Row("r", (Cell(hostile),)),), hostile)
    document = replace(
        one_part(prose(hostile), table), title=hostile, cover=Cover(hostile, "", hostile, hostile)
    )
    word = read(document)

    assert "abcde<w:p>&amp;f" in [p.text for p in word.paragraphs]
    assert [["abcde<w:p>&amp;f"], ["abcde<w:p>&amp;f"]] in [grid(word, at) for at in (0, 1, 2)]


def test_an_empty_plan_is_a_cover_and_one_empty_page() -> None:
    word = read(replace(make_document(), parts=()), DRAFT)

    assert headings(word) == []
    assert len(word.sections) == 2


def test_an_empty_table_has_its_heads() -> None:
    word = read(one_part(Table((Column("a", "Area"), Column("b", "Value")), (), "Nothing")))

    assert grid(word, 1) == [["Area", "Value"]]


def test_what_is_nested_absurdly_is_refused() -> None:
    element: object = paragraph("deep")
    for _ in range(2000):
        element = List(((element,),))

    with pytest.raises(PrintFailed, match="deep in each other"):
        write(one_part(Prose((element,))))


def test_notes_of_one_mark_and_further_marks_of_a_reference_are_all_there() -> None:
    notes = (Note("1", prose("First.")), Note("1", prose("Again.")), Note("2", prose("Two.")))
    row = Row("r", (Cell(parse("see note 1 [note 2]")),))
    word = read(one_part(Table((Column("a", "Area"),), (row,), notes=notes)), DRAFT)

    assert word.tables[-1].rows[-1].cells[0].text == "see note 12"
    assert [p.text for p in word.paragraphs if p.style.name == "Table note"] == [
        "1 First.", "1 Again.", "2 Two."]  # fmt: skip


def test_a_note_that_is_no_paragraph_keeps_its_mark() -> None:
    note = Note("1", Prose((Quote((paragraph("Said."),)),)))
    table = Table((Column("a", "Area"),), (Row("r", (Cell(parse("5 [note 1]")),)),), notes=(note,))
    word = read(one_part(table), DRAFT)

    assert [p.text for p in word.paragraphs][-3:] == ["1 ", "Said.", ""]


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(strategies.documents(), strategies.imprints)
def test_every_document_is_a_word_file_in_order(document: Document, imprint: Imprint) -> None:
    file = render(document, "docx", imprint)
    word = docx.Document(BytesIO(file))

    assert_in_order(word.element.body)
    assert assert_file_in_order(file) >= 9
    assert file == render(document, "docx", imprint)
    with zipfile.ZipFile(BytesIO(file)) as package:
        assert package.testzip() is None
