"""Workbooks: read back by openpyxl; totals as formulas that hold what they come to."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings

from documents.blocks import (
    Branding,
    Cell,
    CellRef,
    Column,
    Correction,
    Cover,
    Document,
    FormulaRule,
    Heading,
    Imprint,
    List,
    Note,
    Part,
    Prose,
    Rating,
    Row,
    Rule,
    SumRule,
    Table,
)
from documents.formats import PrintFailed, Supplies, render
from documents.spreadsheets import show_number
from documents.values import Value, computed, parse
from tests.documents import strategies
from tests.documents.samples import (
    DRAFT,
    PICTURES,
    PUBLISHED,
    make_activity,
    make_document,
    make_indicators,
    paragraph,
    prose,
)

TOP = 6  # the row below the heads of a table without groups


def write(*blocks: object, imprint: Imprint = DRAFT) -> bytes:
    part = Part("s", (Heading("Money", 1, "s", "2.1"), *blocks))
    return render(replace(make_document(), parts=(part,)), "xlsx", imprint)


def read(*blocks: object, data_only: bool = False) -> Any:
    return openpyxl.load_workbook(BytesIO(write(*blocks)), data_only=data_only)


def sheet_of(*rows: Row, columns: tuple[Column, ...] = (), data_only: bool = False) -> Any:
    """Return the sheet of a table whose columns are `a`, `b` and so on, unless they are given."""
    width = len(rows[0].cells)
    named = columns or tuple(Column(chr(97 + x), f"Head {x}") for x in range(width))
    return read(Table(named, rows, "Figures"), data_only=data_only).worksheets[2]


def row(key: str, *texts: str | Cell) -> Row:
    return Row(key, tuple(t if isinstance(t, Cell) else Cell(parse(t)) for t in texts))


def ruled(value: Value | str, rule: Rule) -> Cell:
    return Cell(parse(value) if isinstance(value, str) else value, rule=rule)


def sum_of(*refs: tuple[str, str]) -> SumRule:
    return SumRule(tuple(CellRef(*ref) for ref in refs))


# --- the book -------------------------------------------------------------------------------------


def test_the_book_has_a_cover_contents_and_a_sheet_for_each_table() -> None:
    book = openpyxl.load_workbook(BytesIO(render(make_document(), "xlsx", PUBLISHED)))

    assert book.sheetnames == [
        "Cover",
        "Contents",
        "2.1 Indicators",
        "2.1 Children by district",
        "2.2 District services",
        "2.1 Figures of charts",
        "2.3 Risks by likelihood and imp",
    ]


def test_the_cover_says_state_version_date_and_hash() -> None:
    cover = openpyxl.load_workbook(BytesIO(render(make_document(), "xlsx", PUBLISHED)))["Cover"]
    facts = dict(cover.iter_rows(min_row=3, max_col=2, values_only=True))

    assert cover["A1"].value == "Children's Services, Annual Operating Plan, 2008/09"
    assert (facts["State"], facts["Version"], facts["Edition"]) == ("Published", "4", "1")
    assert (facts["Date"], facts["SHA-256 of the plan"]) == ("1 April 2008", "9f86d081" * 8)
    assert facts["Approved"] == "Maya Okafor, Director, 20 March 2008 D/112"
    assert facts["Correction 1"] == "2 May 2008: Two targets corrected."


def test_the_book_has_the_councils_colour_logo_and_statement() -> None:
    digest = next(iter(PICTURES))
    branding = Branding("#5a2d82", digest, 'Arms of "the" county', "Ask for large print.", "01 23")
    file = render(make_document(), "xlsx", replace(PUBLISHED, branding=branding),
                  Supplies(pictures=PICTURES))  # fmt: skip
    book = openpyxl.load_workbook(BytesIO(file))
    cover, sheet = book["Cover"], book["2.1 Indicators"]
    facts = dict(cover.iter_rows(min_row=4, max_col=2, values_only=True))
    with zipfile.ZipFile(BytesIO(file)) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
        held = package.read("xl/media/image1.png")

    assert re.findall("descr='(.*?)'", drawing) == ['Arms of "the" county']
    assert held == PICTURES[digest]
    assert (cover["A2"].font.color.rgb, sheet["A1"].font.color.rgb) == ("005A2D82", "005A2D82")
    assert sheet["A5"].fill.fgColor.rgb == "00E6E0EC"
    assert (facts["Other formats"], facts["Contact"]) == ("Ask for large print.", "01 23")


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\nnothing", b"GIF89a..."])
def test_a_logo_that_is_no_picture_is_left_out(data: bytes) -> None:
    imprint = replace(PUBLISHED, branding=Branding(logo="d"))
    file = render(make_document(), "xlsx", imprint, Supplies(pictures={"d": data}))

    assert openpyxl.load_workbook(BytesIO(file))["Cover"]["A1"].value.startswith("Children's")


def test_contents_link_to_the_sheets_and_back() -> None:
    book = openpyxl.load_workbook(BytesIO(render(make_document(), "xlsx", DRAFT)))
    contents = book["Contents"]
    rows = list(contents.iter_rows(min_row=4, max_col=5))

    assert [r[1].hyperlink.location.split("!")[0].strip("'") for r in rows] == book.sheetnames[2:]
    assert [cell.value for cell in rows[0]] == [
        "2.1 Indicators", "Indicators", "Table of the plan", None, 3
    ]  # fmt: skip
    assert [row[2].value for row in rows] == [
        *["Table of the plan"] * 3, "Figures of: charts", "Figures of: risk matrix"
    ]  # fmt: skip
    assert book.worksheets[2]["A3"].hyperlink.location == "'Contents'!A1"


def test_pages_are_landscape_as_wide_as_the_sheet_with_heads_repeated() -> None:
    sheet = read(make_activity()).worksheets[2]

    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$5:$8"
    assert sheet.freeze_panes == "B9"
    assert sheet.oddFooter.left.text == "Draft, version 3, 14 March 2008"


def test_a_plan_without_tables_says_so() -> None:
    book = read(prose("Words."))

    assert book.sheetnames == ["Cover", "Contents"]
    assert book["Contents"]["A1"].value == "This document has no tables."


def test_the_same_document_gives_the_same_bytes() -> None:
    first, second = (render(make_document(), "xlsx", PUBLISHED) for _ in range(2))

    assert first == second
    with zipfile.ZipFile(BytesIO(first)) as package:
        assert {info.date_time for info in package.infolist()} == {(2008, 4, 1, 0, 0, 0)}
        assert b"2008-04-01T00:00:00Z" in package.read("docProps/core.xml")


# --- cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("1,234.5", 1234.5, "1,234.5"),
        ("-724.0", -724, "-724.0"),
        ("(102.9)", -102.9, "(102.9)"),
        ("£-6,883.4", -6883.4, "£-6,883.4"),
        ("97.4%", 0.974, "97.4%"),
        ("310 days", 310, "310 days"),
        ("Level 3", 3, "Level 3"),
        ("48% (2003)", 0.48, "48% (2003)"),
        ("12.5 [note 1]", 12.5, "12.5 [note 1]"),
    ],
)
def test_a_figure_is_a_number_that_shows_as_printed(text: str, number: float, shown: str) -> None:
    cell = sheet_of(row("r", text))[f"A{TOP}"]

    assert cell.data_type == "n"
    assert cell.value == pytest.approx(number)
    assert show_number(repr(cell.value), cell.number_format) == shown


@pytest.mark.parametrize(
    "text", ["to be set", "NA", "-", "See note 1", "See note 1 [note 2]", "<10% or >25%", "007"]
)
def test_what_is_no_figure_is_text(text: str) -> None:
    cell = sheet_of(row("r", text, "1"))[f"A{TOP}"]

    assert (cell.data_type, cell.value) == ("s", text)


def test_a_day_is_a_date() -> None:
    sheet = sheet_of(Row("r", (Cell(date(2009, 3, 31)), Cell(date(1899, 1, 1)))))

    assert sheet[f"A{TOP}"].value == datetime(2009, 3, 31)  # noqa: DTZ001
    assert sheet[f"A{TOP}"].number_format == "d mmmm yyyy"
    assert sheet[f"B{TOP}"].value == "1 January 1899"


def test_a_judgement_stands_in_words_behind_its_figure() -> None:
    good = Rating("Good", "●●●", "good")
    sheet = sheet_of(Row("r", (Cell(parse("92"), rating=good), Cell("", rating=good))))

    judged = sheet[f"A{TOP}"]
    assert (judged.value, judged.data_type) == (92, "n")
    assert show_number("92", judged.number_format) == "92 ●●● Good"
    assert sheet[f"B{TOP}"].value == "●●● Good"
    assert judged.fill.fgColor.rgb.endswith("DCECDF")


def test_groups_are_merged_over_their_columns() -> None:
    sheet = read(make_activity()).worksheets[2]

    assert sheet["B5"].value == "Snapshot"
    assert {"B5:D5", "B6:C6", "A5:A8", "A9:D9"} <= {str(each) for each in sheet.merged_cells}


def test_notes_stand_below_the_table() -> None:
    sheet = read(make_indicators()).worksheets[2]
    words = [cell.value for cell in sheet["A"] if str(cell.value).startswith("Note")]

    assert words == ["Note 1: Set in May.", "Note 2: Not counted before."]


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1+2", "-2+3", "@SUM(A1)", "'=1", "#N/A"]
)
def test_no_text_becomes_a_formula(text: str) -> None:
    table = Table((Column("a", text, groups=(text,)),), (Row("r", (Cell(text),)),), text,
                  notes=(Note(text, prose(text)),))  # fmt: skip
    file = write(table)
    with zipfile.ZipFile(BytesIO(file)) as package:
        sheets = [package.read(n) for n in package.namelist() if "sheets/sheet" in n]
    cell = openpyxl.load_workbook(BytesIO(file)).worksheets[2]["A7"]

    assert not any(b"<f>" in sheet for sheet in sheets)
    assert cell.value == text
    assert cell.quotePrefix == (text[0] != "#")


def test_absurd_text_is_cut_or_cleaned() -> None:
    sheet = sheet_of(Row("r", (Cell("words " * 7_000), Cell("a\x00b\ud800c\x1b"))))

    long = sheet[f"A{TOP}"].value
    assert len(long) == 32_000
    assert long.endswith("[shortened: the plan has it whole]")
    assert sheet[f"B{TOP}"].value == "abc"


def test_sheets_have_legal_names_of_their_own() -> None:
    captions = ["a" * 40, "a" * 40, "[x]:*?/\\", "'quoted'", "History", "contents", "  "]
    tables = [Table((Column("a", "A"),), (row("r", "1"),), caption) for caption in captions]
    names = read(*tables).sheetnames

    assert len({name.casefold() for name in names}) == len(names) == 9
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)
    assert not any(name.startswith("'") or name.endswith("'") for name in names)


def test_what_is_nested_absurdly_is_refused() -> None:
    element: object = paragraph("deep")
    for _ in range(2000):
        element = List(((element,),))

    with pytest.raises(PrintFailed, match="deep in each other"):
        write(Prose((element,)))


# --- formulas -------------------------------------------------------------------------------------


def test_a_total_is_a_formula_that_holds_what_it_comes_to() -> None:
    rows = [
        row("x", "1,000.1"),
        row("y", "NA"),
        row("z", "234.4"),
        row("t", ruled(computed(Decimal("1234.5"), 1), sum_of(("x", "a"), ("y", "a"), ("z", "a")))),
    ]

    assert sheet_of(*rows)[f"A{TOP + 3}"].value == f"=ROUND(SUM(A{TOP}:A{TOP + 2}),1)"
    assert sheet_of(*rows, data_only=True)[f"A{TOP + 3}"].value == 1234.5


def test_a_sum_over_cells_apart_names_each() -> None:
    rule = sum_of(("x", "a"), ("z", "a"), ("x", "b"), ("x", "c"))
    rows = [row("x", "1", "2", "3"), row("y", "9", "9", "9"), row("z", "4", "9", ruled("10", rule))]

    assert sheet_of(*rows)[f"C{TOP + 2}"].value == f"=ROUND(SUM(A{TOP},A{TOP + 2},B{TOP}:C{TOP}),0)"


@pytest.mark.parametrize(
    ("formula", "value", "written"),
    [
        ("(b - a) / a %", "25.0%", "ROUND((((B6-A6)/A6)*100)/100,3)"),
        ("b - a", "20", "ROUND(B6-A6,0)"),
        ("-a + b * 2", "120", "ROUND((-A6)+B6*2,0)"),
        ("a + c", "80", "ROUND(A6+N(C6),0)"),
        ("a / 3", "26.67", "ROUND(A6/3,2)"),
    ],
)
def test_a_formula_is_written_over_cells(formula: str, value: str, written: str) -> None:
    rows = [row("r", "80", "100", "NA", ruled(value, FormulaRule(formula)))]

    assert sheet_of(*rows)[f"D{TOP}"].value == f"={written}"


def test_a_half_is_rounded_up_as_in_print() -> None:
    half = ruled(computed(Decimal("-2.5"), 0), FormulaRule("a / b"))

    assert sheet_of(row("r", "-5", "2", half))[f"C{TOP}"].value == "=ROUND(A6/B6,0)"
    assert sheet_of(row("r", "-5", "2", half), data_only=True)[f"C{TOP}"].value == -3


def test_what_is_worked_out_from_a_rounded_figure_goes_back_to_the_unrounded() -> None:
    third = ruled(computed(Decimal(10) / Decimal(3), 0), FormulaRule("a / b"))
    tripled = ruled(computed(Decimal(10) / Decimal(3) * 3, 0), FormulaRule("c * b"))

    sheet = sheet_of(row("r", "10", "3", third, tripled))
    assert sheet[f"D{TOP}"].value == "=ROUND((A6/B6)*B6,0)"


def test_percentages_are_counted_as_printed() -> None:
    rule = FormulaRule("b - a")

    assert sheet_of(row("r", "20%", "30%", ruled("10%", rule)))[f"C{TOP}"].value == (
        "=ROUND(((B6*100)-(A6*100))/100,2)"
    )


def test_a_stated_figure_that_its_rule_does_not_give_stands_and_is_told() -> None:
    rows = [row("x", "1"), row("y", "2"), row("t", ruled("4", sum_of(("x", "a"), ("y", "a"))))]
    sheet = sheet_of(*rows)

    assert sheet[f"A{TOP + 2}"].value == 4
    assert sheet[f"A{TOP + 4}"].value == "A8 is as stated in the plan, 4; worked out it is 3."


@pytest.mark.parametrize(
    "rule",
    [
        sum_of(("gone", "a")),
        sum_of(("x", "gone")),
        sum_of(("open", "a")),
        SumRule(()),
        FormulaRule("a +"),
        FormulaRule("a / 0"),
        FormulaRule("gone"),
        FormulaRule("(" * 99 + "a" + ")" * 99),
        FormulaRule('a & "x"'),
    ],
)
def test_a_rule_that_cannot_be_followed_leaves_the_figure(rule: Rule) -> None:
    sheet = sheet_of(row("x", "1"), row("open", "to be set"), row("t", ruled("4", rule)))

    assert sheet[f"A{TOP + 2}"].value == 4
    assert sheet.max_row == TOP + 2


def test_a_sum_of_a_thousand_cells_apart_is_a_sum_of_sums() -> None:
    rows = [row(f"r{n}", "1") for n in range(1000)]
    refs = [(f"r{n}", "a") for n in range(0, 1000, 2)]
    sheet = sheet_of(*rows, row("t", ruled("500", sum_of(*refs))))

    text = sheet[f"A{TOP + 1000}"].value
    assert text.count("SUM(") == 4
    assert len(text) < 8192


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(strategies.documents(), strategies.imprints)
def test_every_document_is_a_workbook(document: Document, imprint: Imprint) -> None:
    file = render(document, "xlsx", imprint)
    formulas = openpyxl.load_workbook(BytesIO(file))
    figures = openpyxl.load_workbook(BytesIO(file), data_only=True)

    assert file == render(document, "xlsx", imprint)
    for sheet in formulas:
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.data_type == "f":
                    assert isinstance(figures[sheet.title][cell.coordinate].value, int | float)


def test_sheets_that_begin_alike_are_told_by_their_ends() -> None:
    """The units of a budget share the caption's beginning; a sheet's name holds 31 characters."""
    start = "Children, Families and Learning 2008/09 budget:"
    captions = [f"{start} Out of Hours Services", f"{start} Asylum", "Staff", f"{start} {'x' * 40}"]
    blocks = [Heading("Revenue budget", 1, "budget", "9"), *(make_table(c) for c in captions)]
    document = Document("Plan", Cover("", "", "", ""), (Part("budget", tuple(blocks)),))

    book = openpyxl.load_workbook(BytesIO(render(document, "xlsx", DRAFT)))

    assert book.sheetnames[2:] == [
        "9 … Out of Hours Services",
        "9 … 2008 09 budget Asylum",
        "9 Staff",
        f"9 … {'x' * 27}",
    ]


def make_table(caption: str) -> Table:
    return Table((Column("a", "Activity"),), (Row("r", (Cell("Fostering"),)),), caption)


def test_no_row_is_higher_than_a_spreadsheet_allows() -> None:
    reason = Correction(1, date(2008, 9, 1), "A long reason. " * 400)
    wide = Table((Column("a", "Area"),), (row("r", "1"),), "A long caption. " * 400)

    file = write(wide, imprint=replace(PUBLISHED, corrections=(reason,)))
    book = openpyxl.load_workbook(BytesIO(file))

    heights = [each.height or 0 for sheet in book for each in sheet.row_dimensions.values()]
    assert 300 < max(heights) < 409
