"""The activity kind: what it takes, refuses, stores, computes, prints, publishes and shows."""

import time
from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_django import DjangoAssertNumQueries

from documents.blocks import (
    COVERED,
    Cell,
    CellRef,
    Column,
    FormulaRule,
    Paragraph,
    Prose,
    Row,
    Run,
    SumRule,
    Table,
)
from documents.values import BLANK, TO_BE_SET, Status, computed, parse
from performance.arithmetic import circles, in_order, work_out_table
from performance.models import ActivityRow
from performance.planfile import dump_activity, load_activity
from performance.sections import ACTIVITY
from plans.content import give_ids, read_faults
from plans.grid import Grid, Path, RowList
from plans.models import Section
from plans.registry import PlanFacts, Surroundings

DIFFERENCE = FormulaRule("p0809 - e0708")
CHANGE = FormulaRule("(p0809 - e0708) / e0708 %")


def find_faults(content: dict[str, Any], facts: PlanFacts) -> list[str]:
    try:
        model = ACTIVITY.schema.model_validate(content)
    except ValidationError as error:
        return [str(fault) for fault in read_faults(error)]
    return [str(fault) for fault in ACTIVITY.faults(model, facts)]


def table(**rows: dict[str, Any]) -> dict[str, Any]:
    """Return an activity section of two plain columns with these rows."""
    return {
        "columns": [{"key": "c1"}, {"key": "c2"}],
        "rows": [{"key": key, "label": key, **row} for key, row in rows.items()],
    }


# --- the schema ----------------------------------------------------------------------------


def test_schema_writes_every_key_in_order(visits: dict[str, Any]) -> None:
    assert ACTIVITY.schema.model_validate(visits).model_dump() == visits
    least = ACTIVITY.schema.model_validate(
        {
            "columns": [{"key": "a"}, {"key": "b"}],
            "rows": [{"key": "r", "label": "R", "cells": {"b": "1"}}],
        }
    )
    dumped = least.model_dump()
    assert list(dumped) == ["label", "columns", "rows", "spans"]
    assert dumped["columns"][0] == {
        "id": "", "key": "a", "label": "", "groups": [], "unit": "", "formula": "",
    }  # fmt: skip
    assert dumped["rows"] == [
        {
            "id": "", "key": "r", "ref": "", "label": "R", "kind": "row", "unit": "", "figure": "",
            "sum_of": [], "blank": [], "cells": {"a": "", "b": "1"},
        }
    ]  # fmt: skip
    assert list(dumped["rows"][0]["cells"]) == ["a", "b"]


def test_row_without_a_key_gets_one_from_its_label() -> None:
    content = {
        "columns": [{"key": "a"}],
        "rows": [
            {"key": "", "label": "Park Road [note 1]"},
            {"key": "park-road", "label": "The other"},
            {"key": "", "label": "•"},
        ],
    }
    rows = ACTIVITY.schema.model_validate(content).model_dump()["rows"]
    assert [row["key"] for row in rows] == ["park-road-2", "park-road", "row"]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ({"columns": []}, ["columns: may not be empty"]),
        (
            {"columns": [{"key": "a", "groups": ["1", "2", "3", "4"]}]},
            ["columns[0].groups: has 4 entries; at most 3 are kept"],
        ),
        (
            {"columns": [{"key": "2nd"}]},
            ['columns[0].key: "2nd" is not a column key: a letter, then a to z, 0 to 9 and _'],
        ),
        (
            {"columns": [{"key": "a", "formula": "a +"}]},
            [
                'columns[0].formula: "a +" is not a formula: '
                "a column or a number is missing at its end"
            ],
        ),
        (table(r={"cells": {"c1": 5}}), ["rows[0].cells.c1: must be text, not 5"]),
        (
            table(r={"kind": "sum"}),
            ['rows[0].kind: must be "row", "group", "subtotal", "total" or "of_which", not "sum"'],
        ),
        ({"columns": [{"key": "a"}], "rows": [{"label": "x"}]}, ["rows[0].key: is required"]),
        ({"columns": [{"key": "a"}], "rows": [{"key": "x"}]}, ["rows[0].label: is required"]),
        (
            {"columns": [{"key": "a"}, {"key": "a"}]},
            ['columns[1].key: the column key "a" is used twice'],
        ),
        (
            {
                "columns": [{"key": "a"}],
                "rows": [{"key": "r", "label": ""}, {"key": "r", "label": ""}],
            },
            ['rows[1].key: the row key "r" is used twice'],
        ),
        (table(r={"cells": {"c3": "1"}}), ['rows[0].cells.c3: there is no column "c3"']),
        (table(r={"blank": ["c3"]}), ['rows[0].blank[0]: there is no column "c3"']),
        (table(r={"sum_of": ["s"]}), ['rows[0].sum_of[0]: there is no row "s"']),
        (
            table(r={"sum_of": ["r"]}),
            ['rows[0].sum_of: the sum is circular: "r" needs "r"'],
        ),
        (
            table(r={"sum_of": ["s"]}, s={"sum_of": ["t", "r"]}, t={}),
            ['rows[0].sum_of: the sum is circular: "r" needs "s" needs "r"'],
        ),
        (
            {"columns": [{"key": "a", "formula": "b + x"}, {"key": "b", "formula": "a %"}]},
            [
                'columns[0].formula: there is no column "x"',
                'columns[0].formula: the formula is circular: "a" needs "b" needs "a"',
            ],
        ),
    ],
)
def test_what_cannot_be_taken_is_a_fault(
    content: dict[str, Any], faults: list[str], facts: PlanFacts
) -> None:
    assert find_faults(content, facts) == faults


@pytest.mark.parametrize(
    ("span", "faults"),
    [
        ({"row": "r", "column": "c1", "rows": 2, "columns": 2}, []),
        ({"row": "x", "column": "c1"}, ['spans[1].row: there is no row "x"']),
        ({"row": "r", "column": "x"}, ['spans[1].column: there is no column "x"']),
        (
            {"row": "s", "column": "c2", "rows": 4, "columns": 2},
            [
                "spans[1].rows: leaves the table; rows from there: 3",
                "spans[1].columns: leaves the table; columns from there: 1",
                "spans[1]: overlaps another merged cell",
                "spans[1]: reaches over a group heading",
            ],
        ),
        (
            {"row": "r", "column": "c1", "rows": 0},
            ["spans[1].rows: Input should be greater than or equal to 1"],
        ),
    ],
)
def test_merged_cells_must_fit(span: dict[str, Any], faults: list[str], facts: PlanFacts) -> None:
    content = table(r={}, s={}, g={"kind": "group"}, t={})
    content["spans"] = [{"row": "t", "column": "c1", "columns": 2}, span]
    assert find_faults(content, facts) == faults


def test_sums_of_too_many_rows_are_refused(facts: PlanFacts) -> None:
    content = table(**{f"r{n}": {"sum_of": ["leaf"] * 1_000} for n in range(21)}, leaf={})
    message = "rows: the sums add 21,000 rows in all; at most 20,000 are kept"
    assert find_faults(content, facts) == [message]


def test_long_chains_of_sums_are_read_and_added(facts: PlanFacts) -> None:
    rows = {f"r{n}": {"sum_of": [f"r{n + 1}"]} for n in range(1_500)}
    content = table(**rows, r1500={"cells": {"c1": "7"}})
    assert find_faults(content, facts) == []
    assert work_out_table(content)[0]["c1"].value.text == "7"


def test_circles_are_found_in_each_knot() -> None:
    needs = {"a": ["b"], "b": ["a"], "c": ["a"], "d": ["e"], "e": ["d"], "f": ["g"], "g": []}
    assert in_order(needs) == (["g", "f"], ["a", "b", "c", "d", "e"])
    assert list(circles(needs)) == [["a", "b"], ["d", "e"]]


# --- sums and formulas ---------------------------------------------------------------------


def test_sum_prints_the_most_decimals_and_stays_open_where_a_part_is() -> None:
    content = table(
        total={"kind": "total", "sum_of": ["a", "b"]},
        a={"cells": {"c1": "1.5", "c2": "to be set"}},
        b={"cells": {"c1": "2", "c2": "4"}},
    )
    answers = work_out_table(content)[0]
    assert answers["c1"].value == computed(Decimal("3.5"), 1)
    assert answers["c1"].rule == SumRule((CellRef("a", "c1"), CellRef("b", "c1")))
    assert answers["c2"].value == TO_BE_SET


def test_sum_of_sums_does_not_depend_on_the_order_of_rows() -> None:
    content = table(
        total={"sum_of": ["part", "c"]},
        part={"sum_of": ["a", "b"]},
        a={"cells": {"c1": "1"}},
        b={"cells": {"c1": "2"}},
        c={"cells": {"c1": "4"}},
    )
    assert [row["c1"].value.text for row in work_out_table(content)] == ["7", "3", "1", "2", "4"]


def test_formula_reads_totals_and_other_formulas() -> None:
    content = {
        "columns": [
            {"key": "share", "formula": "twice / (a + a) %"},
            {"key": "twice", "formula": "2 * a"},
            {"key": "a"},
        ],
        "rows": [
            {"key": "total", "label": "", "sum_of": ["r"], "cells": {}},
            {"key": "r", "label": "", "cells": {"a": "3"}},
        ],
    }
    printed = [{key: a.value.text for key, a in row.items()} for row in work_out_table(content)]
    assert printed == [{"share": "100.0%", "twice": "6", "a": "3"}] * 2


def test_formula_prints_the_decimals_typed_in_its_column() -> None:
    content = {
        "columns": [{"key": "a"}, {"key": "b"}, {"key": "p", "unit": "%", "formula": "b / a %"}],
        "rows": [
            {"key": "r", "label": "", "cells": {"a": "3", "b": "1", "p": "33.33"}},
            {"key": "s", "label": "", "cells": {"a": "3", "b": "2"}},
        ],
    }
    typed, derived = (row["p"] for row in work_out_table(content))
    assert (typed.value, typed.rule) == (parse("33.33"), FormulaRule("b / a %"))
    assert derived.value.text == "66.67"


def test_unfinished_content_is_worked_out_as_far_as_it_goes() -> None:
    content = {
        "columns": [
            {"key": "a", "label": "A"},
            {"key": "", "label": "New"},
            {"key": "f", "formula": "a +"},
            {"key": "g", "formula": "a + x"},
            {"key": "h", "formula": "h"},
        ],
        "rows": [
            {"key": "r", "sum_of": ["r"]},
            {"key": "s", "sum_of": ["nowhere"], "cells": {"a": None}},
            {},
        ],
    }
    first, second, third = work_out_table(content)
    assert first["a"].value is TO_BE_SET
    assert second["a"].value is TO_BE_SET
    assert third["a"].value == BLANK
    assert [third[key].value.status for key in ("f", "g", "h")] == [
        Status.BLANK,
        Status.TO_BE_SET,
        Status.TO_BE_SET,
    ]


# --- storing -------------------------------------------------------------------------------


def test_content_comes_back_as_it_was_stored(
    visits: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("activity")
    load_activity(section, ACTIVITY.schema.model_validate(visits))
    dumped = dump_activity([section])[section.pk]
    assert dumped == visits
    assert list(dumped["rows"][0]["cells"]) == list(visits["rows"][0]["cells"])
    load_activity(section, ACTIVITY.schema.model_validate(dumped))
    assert dump_activity([section])[section.pk] == visits


def test_section_that_was_never_saved_dumps_as_nothing(
    make_section: Callable[[str], Section],
) -> None:
    section = make_section("activity")
    assert dump_activity([section]) == {
        section.pk: {"label": "", "columns": [], "rows": [], "spans": []}
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_dumping_takes_two_queries_for_any_number(
    rows: int,
    visits: dict[str, Any],
    make_section: Callable[[str], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    visits["rows"] = [{**visits["rows"][2], "id": f"x{n}", "key": f"k{n}"} for n in range(rows)]
    sections = [make_section("activity") for _ in range(rows)]
    for section in sections:
        load_activity(section, ACTIVITY.schema.model_validate(visits))
    with django_assert_num_queries(2):
        dump_activity(sections)


@pytest.mark.parametrize("rows", [1, 3])
def test_saving_takes_the_same_queries_for_any_number_of_rows(
    rows: int,
    visits: dict[str, Any],
    make_section: Callable[[str], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    section = make_section("activity")
    visits["rows"] = [{**visits["rows"][2], "id": f"x{n}", "key": f"k{n}"} for n in range(rows)]
    load_activity(section, ACTIVITY.schema.model_validate(visits))
    with django_assert_num_queries(2):  # nothing changed: two reads
        load_activity(section, ACTIVITY.schema.model_validate(visits))
    for row in visits["rows"]:
        row["label"] = "Changed"
    stored = set(ActivityRow.objects.values_list("pk", flat=True))
    with django_assert_num_queries(3):
        load_activity(section, ACTIVITY.schema.model_validate(visits))
    assert set(ActivityRow.objects.values_list("pk", "label")) == {(pk, "Changed") for pk in stored}


def test_new_section_starts_with_two_columns(facts: PlanFacts) -> None:
    content = ACTIVITY.empty(facts)
    assert find_faults(content, facts) == []
    assert [column["label"] for column in content["columns"]] == ["Last year", "Planned 2008/09"]


# --- printing ------------------------------------------------------------------------------


def test_table_is_built_with_sums_formulas_and_headings(
    visits: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    content = ACTIVITY.schema.model_validate(visits)
    assert list(ACTIVITY.build(content, around(caption="Visits"))) == [
        Table(
            key="activity",
            caption="Visits",
            columns=(
                Column("row-label", "Library"),
                Column("e0708", "2007/08", ("Visits",), "right"),
                Column("p0809", "2008/09", ("Visits",), "right"),
                Column("difference", "Difference", (), "right"),
                Column("change", "% change", (), "right", decimals=1),
                Column("remark", "Remark"),
            ),
            rows=(
                Row(
                    "r1",
                    (
                        Cell(parse("All libraries"), header=True),
                        Cell(
                            parse("61,500"),
                            rule=SumRule((CellRef("r3", "e0708"), CellRef("r4", "e0708"))),
                        ),
                        Cell(
                            computed(Decimal(62900), 0),
                            rule=SumRule((CellRef("r3", "p0809"), CellRef("r4", "p0809"))),
                        ),
                        Cell(computed(Decimal(1400), 0), rule=DIFFERENCE),
                        Cell(computed(percent("1400", "61500"), 1, "%"), rule=CHANGE),
                        Cell(BLANK),
                    ),
                    "total",
                ),
                Row(
                    "r2",
                    (Cell(parse("In town"), column_span=6, header=True), *[COVERED] * 5),
                    "group",
                ),
                Row(
                    "r3",
                    (
                        Cell(parse("Central [note 1]"), header=True),
                        Cell(parse("40,200")),
                        Cell(parse("41,000")),
                        Cell(parse("800"), rule=DIFFERENCE),
                        Cell(computed(percent("800", "40200"), 1, "%"), rule=CHANGE),
                        Cell(parse("Sundays")),
                    ),
                ),
                Row(
                    "r4",
                    (
                        Cell(parse("Park Road (visits)"), header=True),
                        Cell(parse("21,300")),
                        Cell(parse("21,900")),
                        Cell(computed(Decimal(600), 0), rule=DIFFERENCE),
                        Cell(computed(percent("600", "21300"), 1, "%"), rule=CHANGE),
                        Cell(BLANK),
                    ),
                ),
            ),
        )
    ]


def percent(part: str, whole: str) -> Decimal:
    """Return part / whole in hundredths, as precisely as formulas work."""
    precise = Context(prec=100)
    return precise.multiply(precise.divide(Decimal(part), Decimal(whole)), Decimal(100))


def test_merged_cell_covers_its_neighbours(around: Callable[..., Surroundings]) -> None:
    content = table(a={"cells": {"c1": "See the other table"}}, b={}, c={"cells": {"c1": "1"}})
    content["spans"] = [{"row": "a", "column": "c1", "rows": 2, "columns": 2}]
    (built,) = ACTIVITY.build(ACTIVITY.schema.model_validate(content), around())
    assert isinstance(built, Table)
    assert [row.cells[1:] for row in built.rows] == [
        (Cell(parse("See the other table"), row_span=2, column_span=2), COVERED),
        (COVERED, COVERED),
        (Cell(parse("1")), Cell(BLANK)),
    ]


def test_refs_print_in_front_and_a_note_stays_at_the_end(
    around: Callable[..., Surroundings],
) -> None:
    content = table(a={"ref": "7.1", "unit": "%", "label": "Occupied [note 2]"})
    (built,) = ACTIVITY.build(
        ACTIVITY.schema.model_validate(content), around(labels={"ref": "No.", "label": "Measure"})
    )
    assert isinstance(built, Table)
    assert [column.label for column in built.columns] == ["No.", "Measure", "", ""]
    assert built.rows[0].cells[:2] == (
        Cell(parse("7.1")),
        Cell(parse("Occupied (%) [note 2]"), header=True),
    )


def test_table_without_rows_prints_a_sentence(around: Callable[..., Surroundings]) -> None:
    content = ACTIVITY.schema.model_validate({"columns": [{"key": "a"}]})
    assert list(ACTIVITY.build(content, around())) == [
        Prose((Paragraph((Run("Nothing is recorded here yet."),)),))
    ]


def test_three_hundred_rows_are_built_quickly(
    visits: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    total, _, row, _ = visits["rows"]
    visits["rows"] = [
        {**total, "sum_of": [f"k{n}" for n in range(299)]},
        *({**row, "id": f"x{n}", "key": f"k{n}"} for n in range(299)),
    ]
    content = ACTIVITY.schema.model_validate(visits)
    spent = []
    for _ in range(3):
        start = time.process_time()
        list(ACTIVITY.build(content, around()))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.05


# --- figures -------------------------------------------------------------------------------


def test_cells_are_published_by_row_and_by_figure_name(
    visits: dict[str, Any], facts: PlanFacts
) -> None:
    figures = list(ACTIVITY.figures(ACTIVITY.schema.model_validate(visits), facts))
    columns = ["e0708", "p0809", "difference", "change", "remark"]
    rows = ["total", "central", "park-road", "all"]
    assert [figure.path for figure in figures] == [f"{r}.{c}" for r in rows for c in columns]
    found = {figure.path: figure for figure in figures}
    assert found["all.p0809"].label == "All libraries, Visits, 2008/09"
    assert found["all.p0809"].value == found["total.p0809"].value == computed(Decimal(62900), 0)
    assert found["central.change"].value.text == "2.0%"
    assert found["all.p0809"].names == ("*; 2008/09",)
    assert found["central.p0809"].names == ()


# --- the editor ----------------------------------------------------------------------------


def paths_of(grid: Grid) -> set[Path]:
    """Return every path that the editor reaches, list indexes left out."""
    return {field.path for field in grid.fields} | set(list_paths(grid.lists))


def list_paths(lists: tuple[RowList, ...]) -> Iterator[Path]:
    for each in lists:
        for field in each.fields:
            yield (*each.path, *field.path)
        for path in list_paths(each.lists):
            yield (*each.path, *path)


def test_grid_reaches_all_that_a_person_writes(visits: dict[str, Any], facts: PlanFacts) -> None:
    visits["spans"] = [{"row": "central", "column": "remark", "rows": 1, "columns": 1}]
    written: set[Path] = {("label",)}
    for name in ("columns", "rows", "spans"):
        for row in visits[name]:
            written |= {(name, key) for key in row if key not in ("id", "cells")}
    written |= {("rows", "cells", column["key"]) for column in visits["columns"]}
    assert paths_of(ACTIVITY.grid(visits, facts)) == written


def test_grid_shows_what_empty_cells_come_to(visits: dict[str, Any], facts: PlanFacts) -> None:
    assert ACTIVITY.grid(visits, facts).derived == {
        ("rows", 0, "cells", "p0809"): "62,900",
        ("rows", 0, "cells", "difference"): "1,400",
        ("rows", 0, "cells", "change"): "2.3%",
        ("rows", 2, "cells", "change"): "2.0%",
        ("rows", 3, "cells", "difference"): "600",
        ("rows", 3, "cells", "change"): "2.8%",
    }


def test_grid_prints_the_same_as_the_document(
    visits: dict[str, Any], facts: PlanFacts, around: Callable[..., Surroundings]
) -> None:
    (built,) = ACTIVITY.build(ACTIVITY.schema.model_validate(visits), around())
    assert isinstance(built, Table)
    keys = [column.key for column in built.columns]
    for path, text in ACTIVITY.grid(visits, facts).derived.items():
        cell = built.rows[int(path[1])].cells[keys.index(str(path[3]))]
        assert isinstance(cell, Cell)
        assert getattr(cell.content, "text", None) == text


def test_grid_knows_headings_and_totals(visits: dict[str, Any], facts: PlanFacts) -> None:
    (rows, columns, spans) = ACTIVITY.grid(visits, facts).lists
    assert {index: override.style for index, override in rows.rows.items()} == {
        0: "total",
        1: "group",
    }
    assert ("cells", "e0708") in rows.rows[1].without
    assert (rows.folded, columns.folded, spans.folded) == (False, True, True)
    assert "e0708 is Visits, 2007/08" in columns.hint


def test_grid_takes_content_that_is_not_finished(facts: PlanFacts) -> None:
    grid = ACTIVITY.grid({"columns": [{"key": "", "label": "New"}], "rows": [{}]}, facts)
    assert [each.path for each in grid.lists] == [("rows",), ("columns",), ("spans",)]
    assert ACTIVITY.grid({}, facts).derived == {}


def test_new_rows_are_taken_and_given_ids(visits: dict[str, Any], facts: PlanFacts) -> None:
    rows = ACTIVITY.grid(visits, facts).lists[0]
    added = [rows.new, *(variant.new for variant in rows.variants)]
    visits["rows"] += [{**row, "label": f"Added {n}"} for n, row in enumerate(added)]
    assert find_faults(visits, facts) == []
    dumped = ACTIVITY.schema.model_validate(visits).model_dump()
    give_ids(dumped)
    assert all(row["id"] for row in dumped["rows"])
