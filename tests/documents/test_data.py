"""CSV files of a plan's tables, as other programs read them."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings

from documents import codec
from documents.blocks import (
    COVERED,
    Cell,
    Column,
    Document,
    Heading,
    Part,
    Rating,
    Row,
    Series,
    Table,
)
from documents.formats import render
from documents.spreadsheets import unguard
from documents.values import parse
from tests.documents import strategies
from tests.documents.samples import BAR, DRAFT, PUBLISHED, label, make_document, prose, values


def read(document: Document) -> dict[str, list[list[str]]]:
    """Return each file's lines, by its name."""
    with zipfile.ZipFile(BytesIO(render(document, "csv", DRAFT))) as package:
        files = {name: package.read(name) for name in package.namelist()}
    assert all(data.startswith(b"\xef\xbb\xbf") for data in files.values())
    return {
        name: list(csv.reader(StringIO(data.decode("utf-8-sig"), newline="")))
        for name, data in files.items()
    }


def read_table(
    *rows: Row, columns: tuple[Column, ...] = (), caption: str = "Money"
) -> list[list[str]]:
    named = columns or tuple(Column(f"c{x}", f"Head {x}") for x in range(len(rows[0].cells)))
    part = Part("s", (Heading("Section", 1, "s", "2.1"), Table(named, rows, "Money")))
    files = read(replace(make_document(), parts=(part,)))
    return list(files.values())[1]


def test_the_index_names_every_file_with_its_section_and_unit() -> None:
    files = read(make_document())
    index = files.pop("index.csv")

    assert index[0] == ["File", "Section", "Caption", "What it is", "Unit", "Rows"]
    assert [line[0] for line in index[1:]] == list(files)
    assert index[1] == [
        "01-2.1-indicators.csv", "2.1 Indicators", "Indicators", "Table of the plan", "", "3"
    ]  # fmt: skip
    assert [(line[0], line[3]) for line in index[3:]] == [
        ("03-2.2-district-services.csv", "Table of the plan"),
        ("04-2.1-figures-of-charts.csv", "Figures of: charts"),
        ("05-2.3-risks-by-likelihood-and-impact.csv", "Figures of: risk matrix"),
    ]


def test_the_charts_of_a_section_are_one_table_with_a_row_a_figure() -> None:
    lines = read(make_document())["04-2.1-figures-of-charts.csv"]

    assert lines[0] == ["Row kind", "Chart", "Category", "Series", "Unit", "Figure"]
    assert lines[1:4] == [
        ["row", "Children by district", "Ashford", "Actual", "", "86"],
        ["row", "Children by district", "Dover", "Actual", "", "-33.5"],
        ["row", "Children by district", "Thanet", "Actual", "", "to be set"],
    ]
    assert lines[7:] == [
        ["row", "Stable homes", "2006/07", "County", "%", "12.4"],
        ["row", "Stable homes", "2007/08", "County", "%", ""],
        ["row", "Stable homes", "2008/09", "County", "%", "9.8"],
    ]


def test_charts_without_series_and_units_have_no_columns_for_them() -> None:
    chart = replace(BAR, series=(Series("", BAR.series[0].values[:1]),))
    files = read(replace(make_document(), parts=(Part("s", (chart,)),)))

    assert list(files.values())[1] == [
        ["Row kind", "Chart", "Category", "Figure"],
        ["row", "Children by district", "Ashford", "86"],
        ["row", "Children by district", "Dover", ""],
        ["row", "Children by district", "Thanet", ""],
    ]


def test_heads_tell_groups_and_unit_and_rows_their_kind() -> None:
    columns = (Column("a", "Area"), Column("n", "Net", groups=("2008/09", "Cost"), unit="£000"))
    total = Row("t", (label("All"), *values("5")), kind="of_which")

    assert read_table(total, columns=columns) == [
        ["Row kind", "Area", "2008/09 › Cost › Net (£000)"],
        ["of which", "All", "5"],
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1,234.50", "1234.50"),
        ("(102.9)", "-102.9"),
        ("£-6,883.4", "-6883.4"),
        ("97.4%", "97.4%"),
        ("310 days", "310 days"),
        ("12.5 [note 1]", "12.5"),
        ("to be set", "to be set"),
        ("48% (2003)", "48% (2003)"),
        ("Level 3", "Level 3"),
    ],
)
def test_a_figure_is_plain(text: str, written: str) -> None:
    assert read_table(Row("r", (Cell(parse(text)),)))[1] == ["row", written]


def test_cells_of_every_sort_are_text() -> None:
    good = Rating("Good", "●●●", "good")
    cells = (
        Cell(date(2009, 3, 31)),
        Cell(prose("One.", "Two.")),
        Cell(parse("92"), rating=good),
        Cell("", rating=good),
        Cell("wide", column_span=2),
        COVERED,
    )

    assert read_table(Row("r", cells)) == [
        ["Row kind", "Head 0", "Head 1", "Head 2", "Head 2: rating", "Head 3", "Head 4", "Head 5"],
        ["row", "2009-03-31", "One.\nTwo.", "92", "Good", "Good", "wide", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-x", "@a", "'=1", "\t=1", " =1"])
def test_no_text_is_run_and_none_is_changed_for_who_reads_it_back(text: str) -> None:
    written = read_table(Row("r", (Cell(text),)))[1][1]

    assert written == f"'{text}"
    assert unguard(written) == text


def test_names_of_files_are_legal_whatever_the_caption() -> None:
    part = Part("s", (Table((Column("a", "A"),), (), "../../Ä/con: “x” " * 20),))

    (_, name) = read(replace(make_document(), parts=(part,)))
    assert name.startswith("01-con-x-")
    assert "/" not in name
    assert len(name) < 120


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render(make_document(), "csv", PUBLISHED) == render(make_document(), "csv", PUBLISHED)


@settings(max_examples=60, deadline=None)
@given(strategies.documents())
def test_every_table_has_its_file_with_a_line_a_row(document: Document) -> None:
    files = read(document)
    index = files.pop("index.csv")

    assert [int(line[5]) for line in index[1:]] == [len(lines) - 1 for lines in files.values()]
    assert all(len({len(line) for line in lines}) == 1 for lines in files.values())


def test_stored_tree_gives_the_same_bytes() -> None:
    document = make_document()
    stored = codec.from_json(codec.to_json(document))
    assert render(stored, "csv", PUBLISHED) == render(document, "csv", PUBLISHED)
