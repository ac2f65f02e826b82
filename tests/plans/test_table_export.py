"""Tables as workbooks and CSV: what goes out comes back unchanged, and runs nowhere."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit
from documents.spreadsheets import as_number, guard, show_date, show_number, unguard
from plans.editor import section_grid
from plans.models import Plan
from plans.planfile import read_plan_dict, read_section_object
from plans.registry import PlanFacts
from plans.services.table_import import make_scene, review_import
from plans.tables.blocks import find_blocks
from plans.tables.outline import list_tables
from plans.tables.placing import Mode
from plans.tables.reading import read_workbook
from plans.tables.writing import write_csv, write_workbook
from tests.plans.samples import KINDS, every_kind, plan_value, section_value, store

DEMO = sorted((Path(settings.BASE_DIR) / "demo/plans").glob("*.json"))
TABLES = tuple(kind for kind in KINDS if kind != "narrative")
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    '=HYPERLINK("x")',
    "'=1",
    "''=1",
    "-",
    " =2",
)


def read_sections(value: Any) -> list[tuple[dict[str, Any], PlanFacts]]:
    """Return the sections of a plan file as they are stored, with ids, and their plan's facts."""
    plan = read_plan_dict(value)
    return [
        (read_section_object(section.as_dict(), plan.facts).as_dict(), plan.facts)
        for section in plan.sections
    ]


def files_of(value: dict[str, Any], facts: PlanFacts) -> Iterator[tuple[str, bytes]]:
    """Yield every export of a section: the workbook, and each table as CSV."""
    grid = section_grid(value, facts)
    tables = list_tables(grid)
    if tables:
        yield "a.xlsx", write_workbook(value, grid)
    for table in tables:
        yield "a.csv", write_csv(value, grid, table)


def come_back(value: dict[str, Any], facts: PlanFacts, name: str, data: bytes, mode: Mode) -> Any:
    scene = make_scene(value, facts)
    workbook = read_workbook(name, data)
    blocks = find_blocks(workbook, scene)
    return review_import(workbook, blocks, scene, mode=mode, taken={})


def tricky() -> list[dict[str, Any]]:
    """Return sections whose cells are hard to bring back: formulas, notes, brackets, zeros."""
    values = ["1,440.50", "(102.9)", "to be set", "12%", "12.5 [note 1]", "007", "£-6,883.4", "-"]
    sections = every_kind(rows=3)
    by_kind = {section["kind"]: section["content"] for section in sections}
    for row, formula in zip(by_kind["indicators"]["rows"], FORMULAS, strict=False):
        row["title"] = formula
    by_kind["indicators"]["rows"] += [
        {"ref": "", "title": f"{text} “,;\n{text}", "cells": {"a0607": text, "t0809": text}}
        for text in values
    ]
    by_kind["actions"]["rows"][0]["outcome"] = f"<p>{'long ' * 8_000}</p>"
    by_kind["actions"]["rows"][1]["outcome"] = (
        "<p>=1+1</p><ul><li>two <strong>three</strong></li></ul>"
    )
    by_kind["budget"]["units"][0]["lines"][0] |= {"running": "(102.9)", "contracts": "£1,440.50"}
    return sections


@pytest.mark.django_db
@pytest.mark.parametrize("mode", [Mode.UPDATE, Mode.REPLACE])
def test_every_kind_comes_back_unchanged(mode: Mode) -> None:
    came = 0
    for value, facts in read_sections(plan_value(tricky())):
        for name, data in files_of(value, facts):
            review = come_back(value, facts, name, data, mode)
            assert review.bad == ()
            assert review.patch == ()
            assert review.value == value
            came += 1
    assert came == 22


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_demo_plans_come_back_unchanged(path: Path) -> None:
    came = 0
    for value, facts in read_sections(json.loads(path.read_text())):
        for name, data in files_of(value, facts):
            review = come_back(value, facts, name, data, Mode.UPDATE)
            assert review.bad == ()
            assert review.counts.is_nothing
            assert review.value == value
            came += 1
    assert came


# --- what stands in the files -------------------------------------------------------------------


def budget_book() -> Any:
    [(value, facts)] = read_sections(plan_value([section_value("budget")]))
    return load_workbook(io.BytesIO(write_workbook(value, section_grid(value, facts))))


@pytest.mark.django_db
def test_budget_has_a_sheet_for_each_unit() -> None:
    book = budget_book()

    assert book.sheetnames == ["Units", "North Team"]
    sheet = book["North Team"]
    words = [[cell.value for cell in row] for row in sheet.iter_rows(min_col=2)]
    assert words[0][0] == "North Team"
    heads = next(row for row in words if row[0] == "Activity")
    assert heads[4:10] == [
        "Employee costs",
        "Running costs",
        "Contracts and projects",
        "Gross (worked out)",
        "External income",
        "Internal income",
    ]
    line = next(row for row in words if row[0] == "Line 1")
    assert (line[3], line[4], line[7], line[8]) == (2, 1200, 1200, -24)
    assert next(row for row in words if row[0] == "Controllable totals")[4] == 2400
    assert sheet.column_dimensions["A"].hidden


@pytest.mark.django_db
def test_figures_are_numbers_that_show_as_written() -> None:
    sheet = budget_book()["North Team"]
    cells = {cell.value: cell.number_format for row in sheet.iter_rows() for cell in row}

    assert cells[1200] == "#,##0.0"
    assert cells[2] == "0.0"


@pytest.mark.django_db
def test_no_cell_of_a_workbook_is_a_formula() -> None:
    for value, facts in read_sections(plan_value(tricky())):
        grid = section_grid(value, facts)
        if not list_tables(grid):
            continue
        book = load_workbook(io.BytesIO(write_workbook(value, grid)))
        kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"n", "s"}


@pytest.mark.django_db
def test_no_cell_of_a_csv_file_begins_like_a_formula() -> None:
    for value, facts in read_sections(plan_value(tricky())):
        for name, data in files_of(value, facts):
            if name == "a.csv":
                assert data.startswith(b"\xef\xbb\xbf")
                rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
                cells = [
                    text for row in rows for text in row if text[:1] in ("=", "@", "+", "-", "\t")
                ]
                assert all(as_number(text) for text in cells), cells


@pytest.mark.parametrize("text", FORMULAS)
def test_guard_comes_off_again(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["-24.0", "+5", "-1,440.50", "12%", "'tis", "a=b", ""])
def test_plain_numbers_and_words_need_no_guard(text: str) -> None:
    assert guard(text) == unguard(text) == text


@given(st.text())
def test_any_text_is_guarded_and_freed(text: str) -> None:
    assert unguard(guard(text)) == text


@given(
    st.decimals(-(10**9), 10**9, places=2),
    st.sampled_from(["{:,f}", "{:f}", "({:,f})", "£{:,f}", "{:f}%", "{:,f} days"]),
)
def test_any_number_shows_as_written_or_goes_as_text(number: Decimal, written: str) -> None:
    text = written.format(number)
    found = as_number(text)
    if found:
        assert show_number(repr(found[0]), found[1]) == text


@pytest.mark.parametrize(
    ("raw", "number_format", "shown"),
    [
        ("1440.5", "#,##0.00", "1,440.50"),
        ("-102.9", "#,##0.0_);(#,##0.0)", "(102.9)"),
        ("-102.9", "#,##0.0;[Red]-#,##0.0", "-102.9"),
        ("0", '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "-"),
        ("0.125", "0.0%", "12.5%"),
        ("5", "[$£-809]#,##0.00", "£5.00"),
        ("0.30000000000000004", "General", "0.3"),
        ("1442.8999999999999", "#,##0.0", "1,442.9"),
        ("-0.04", "0.0", "0.0"),
        ("0.5", "# ?/?", "0.5"),
        ("12000", "#,##0,", "12000"),
        ("1.5E3", "General", "1500"),
    ],
)
def test_numbers_show_as_spreadsheets_show_them(raw: str, number_format: str, shown: str) -> None:
    assert show_number(raw, number_format) == shown


def test_dates_show_as_this_country_writes_them() -> None:
    assert show_date("43373", since_1904=False) == "30/09/2018"
    assert show_date("41911", since_1904=True) == "30/09/2018"
    assert show_date("0.5", since_1904=False) == "12:00"


# --- addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", TABLES)
def test_workbook_is_sent_to_who_may_read(
    kind: str, plan: Plan, client: Client, people: SimpleNamespace
) -> None:
    client.force_login(people.approver)
    section = plan.sections.get(key=kind)

    response = client.get(reverse("plans:section_export", args=[plan.pk, section.pk]))

    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{kind}.xlsx"'
    assert load_workbook(io.BytesIO(response.content)).sheetnames


def test_one_table_is_sent_as_csv(plan: Plan, client: Client, people: SimpleNamespace) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key="actions")
    url = reverse("plans:section_export", args=[plan.pk, section.pk])

    response = client.get(url, {"as": "csv", "table": "content-rows-*-deliverables"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert rows[0][1:] == [
        "Belongs to action: id (leave as it is)",
        "Belongs to action",
        "What will be delivered",
        "By when",
    ]
    assert rows[1][2:] == ["Action 1", "A plan agreed", "January 2009"]
    assert len(rows) == 3


@pytest.mark.parametrize(("key", "query"), [("narrative", ""), ("risks", "?as=csv&table=nothing")])
def test_what_is_no_table_is_not_found(
    plan: Plan, client: Client, people: SimpleNamespace, key: str, query: str
) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key=key)

    url = reverse("plans:section_export", args=[plan.pk, section.pk])

    assert client.get(url + query).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_export_asks_the_database_as_often_for_one_row_as_for_three(
    rows: int,
    client: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = store(unit, by=people.author, sections=[section_value("budget", rows=rows)])
    url = reverse("plans:section_export", args=[plan.pk, plan.sections.get().pk])
    client.force_login(people.author)
    client.get(url)

    with django_assert_num_queries(9):
        client.get(url)
