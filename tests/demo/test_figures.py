"""Every number of the two source plans' tables stands in the demo's PDFs, in row order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from plans.models import Plan
from plans.services.versions import plan_document
from tests.demo.conftest import PLAN_2008, PLAN_2017, SOURCE, export_plan_file, plan_path
from tests.demo.figures import (
    count_found,
    find_places,
    load_tables,
    read_numbers,
    read_text,
    report_table,
    typed_rows,
)

SOURCES = {
    "annual-operating-plan-2008-09.tables.json": "tables_2008_09.json",
    "business-plan-2017-18.tables.json": "tables_2017_18.json",
}


# --- the promise -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.parametrize(
    ("name", "tables"), [(PLAN_2008, "tables_2008_09.json"), (PLAN_2017, "tables_2017_18.json")]
)
def test_pdf_holds_every_number_of_the_source(
    name: str, tables: str, import_file: Callable[[Path], Plan], tmp_path: Path
) -> None:
    plan = import_file(plan_path(name))
    document = plan_document(plan)

    text = read_text(export_plan_file(plan, "pdf", tmp_path / "plan.pdf"), document)

    places = find_places(text, document)
    report = [report_table(table, text, places) for table in load_tables(tables)]
    found, expected = sum(line.found for line in report), sum(line.expected for line in report)
    print(*report, f"found {found} of {expected}", sep="\n")  # noqa: T201 seen with pytest -rP
    assert [str(line) for line in report if line.missing] == []
    assert found == expected > 0


def test_exceptions_are_those_that_were_promised() -> None:
    exempt = [item for name in SOURCES.values() for t in load_tables(name) for item in t.exempt]

    assert Counter(item.reason.partition(":")[0] for item in exempt) == {
        "the typed contents page": 16,
        "the version and date box": 4,
        '"page 24" of the source': 1,
        "the sign of the grants": 1,
        "a wrong sum of the source": 1,
    }
    assert {item.number: item.printed for item in exempt if item.printed} == {
        "27,486.6": "-27,486.6",
        "53,473.0": "53,473.1",
    }


@pytest.mark.skipif(not SOURCE.is_dir(), reason="the source plans are not beside this clone")
@pytest.mark.parametrize(("source", "tables"), SOURCES.items())
def test_kept_numbers_are_those_of_the_source(source: str, tables: str) -> None:
    typed = json.loads((SOURCE / source).read_text())["tables"]

    kept = {table.name: [list(row) for row in table.rows] for table in load_tables(tables)}

    assert kept == {table["id"]: typed_rows(table) for table in typed}


# --- how numbers are read and found ------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,440 and 2,840.6", ["1440", "2840.6"]),
        ("£-6,883.4 -102.9 -£2.0m", ["-6883.4", "-102.9", "-2.0"]),
        ("ages 16-25, £2.4-£3.4M", ["16", "25", "2.4", "3.4"]),
        ("P23 108, 109; by 04/03/17", ["23", "108", "109", "4", "3", "17"]),
        ("10.6 ●●●●● V Good", ["10.6"]),
        ("none", []),
    ],
)
def test_numbers_are_read_as_typed(text: str, numbers: list[str]) -> None:
    assert read_numbers(text) == [Decimal(number) for number in numbers]


def test_a_row_torn_by_a_page_is_mended() -> None:
    table = {
        "rows": [["Stage 1", "<10%"], ["Stage", "Year"], ["and 2", ""], ["<i>Stage</i> 3", "4"]],
        "row_kinds": ["data", "header_repeat", "continuation", "data"],
    }

    assert typed_rows(table) == [["1", "2", "10"], ["3", "4"]]


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ([7, 1, 2, 3, 8, 9, 4, 5], [3, 2]),
        ([1, 0, 2, 0, 3, 4, 5], [3, 2]),
        ([1, 0, 0, 0, 2, 3, 4, 5], [2, 2]),
        ([4, 5, 1, 2, 3], [3, 0]),
        ([1, 3, 2, 4, 5], [2, 2]),
        ([1, 2, -3, 4, 5], [2, 2]),
        ([], [0, 0]),
    ],
)
def test_numbers_are_found_in_row_order_only(printed: list[int], found: list[int]) -> None:
    rows = [[Decimal(n) for n in row] for row in ([1, 2, 3], [4, 5])]

    assert count_found(rows, [Decimal(n) for n in printed]) == found
