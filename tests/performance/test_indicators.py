"""The indicators kind: what it takes, refuses, stores, prints, publishes and shows."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_django import DjangoAssertNumQueries

from documents.blocks import Cell, Column, Paragraph, Prose, Rating, Row, Run, Table
from documents.values import BLANK, computed, parse
from performance.document import read_scale
from performance.models import Indicator
from performance.planfile import dump_indicators, load_indicators
from performance.sections import INDICATORS
from plans.content import Path, read_faults
from plans.models import Section
from plans.registry import PlanFacts, Surroundings


def find_faults(content: dict[str, Any], facts: PlanFacts) -> list[str]:
    try:
        model = INDICATORS.schema.model_validate(content)
    except ValidationError as error:
        return [str(fault) for fault in read_faults(error)]
    return [str(fault) for fault in INDICATORS.faults(model, facts)]


# --- the schema ----------------------------------------------------------------------------


def test_schema_writes_every_key_in_order(measures: dict[str, Any]) -> None:
    assert INDICATORS.schema.model_validate(measures).model_dump() == measures
    least = INDICATORS.schema.model_validate(
        {
            "columns": [{"key": "a"}, {"key": "b"}],
            "scale": [{"level": 1}],
            "rows": [{"ref": "", "title": "T", "ratings": {"b": 1, "a": None}}],
        }
    )
    assert least.model_dump() == {
        "columns": [
            {"id": "", "key": "a", "label": "", "groups": [], "role": "other", "year": ""},
            {"id": "", "key": "b", "label": "", "groups": [], "role": "other", "year": ""},
        ],
        "scale": [{"level": 1, "word": "", "mark": ""}],
        "rows": [
            {
                "id": "",
                "ref": "",
                "title": "T",
                "unit": "",
                "polarity": "none",
                "cells": {"a": "", "b": ""},
                "ratings": {"b": 1},
            }
        ],
    }


def test_cells_and_ratings_are_brought_in_column_order(measures: dict[str, Any]) -> None:
    row = measures["rows"][0]
    row["cells"] = dict(reversed(row["cells"].items()))
    row["ratings"] = dict(reversed(row["ratings"].items()))
    dumped = INDICATORS.schema.model_validate(measures).model_dump()["rows"][0]
    assert list(dumped["cells"]) == ["a0607", "e0708", "n2007", "t0809"]
    assert list(dumped["ratings"]) == ["a0607", "e0708"]


def column(**values: Any) -> dict[str, Any]:
    return {"columns": [{"key": "a", **values}]}


def row(**values: Any) -> dict[str, Any]:
    return {**column(), "scale": [{"level": 1}], "rows": [{"ref": "", "title": "", **values}]}


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ({"columns": []}, ["columns: may not be empty"]),
        (column(unit="%"), ["columns[0].unit: is not a key that is known here"]),
        (
            column(role="outturn"),
            [
                'columns[0].role: must be "actual", "estimate", "national", "comparator", '
                '"floor", "target" or "other", not "outturn"'
            ],
        ),
        (
            column(role="actual", year="2007"),
            ['columns[0].year: "2007" is not a financial year such as 2008/09'],
        ),
        (
            column(role="target", year="2007/09"),
            ['columns[0].year: "2007/09" is not a financial year: 2008 follows 2007'],
        ),
        (column(role="national", year="Spring 2007"), []),
        (
            row(polarity="up"),
            ['rows[0].polarity: must be "higher", "lower", "band" or "none", not "up"'],
        ),
        (row(ratings={"a": "1"}), ['rows[0].ratings.a: must be a whole number, not "1"']),
        (row(ratings={"a": 2}), ["rows[0].ratings.a: the scale has no level 2"]),
        (row(ratings={"b": 1}), ['rows[0].ratings.b: there is no column "b"']),
        (row(cells={"b": "1"}), ['rows[0].cells.b: there is no column "b"']),
        (row(cells={"a": None}), ["rows[0].cells.a: must be text, not null"]),
        ({**column(), "rows": [{"title": "x"}]}, ["rows[0].ref: is required"]),
        (
            {**column(), "scale": [{"level": 1}, {"level": 1}]},
            ['scale[1].level: the level "1" is used twice'],
        ),
        (
            {"columns": [{"key": "a"}, {"key": "a"}]},
            ['columns[1].key: the column key "a" is used twice'],
        ),
    ],
)
def test_what_cannot_be_taken_is_a_fault(
    content: dict[str, Any], faults: list[str], facts: PlanFacts
) -> None:
    assert find_faults(content, facts) == faults


def test_year_of_a_measured_column_is_brought_in_form() -> None:
    model = INDICATORS.schema.model_validate(column(role="actual", year="2007-2008"))
    assert model.model_dump()["columns"][0]["year"] == "2007/08"


# --- storing -------------------------------------------------------------------------------


def test_content_comes_back_as_it_was_stored(
    measures: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("indicators")
    load_indicators(section, INDICATORS.schema.model_validate(measures))
    dumped = dump_indicators([section])[section.pk]
    assert dumped == measures
    assert list(dumped["columns"][0]) == ["id", "key", "label", "groups", "role", "year"]
    measures["rows"] = [measures["rows"][2], {**measures["rows"][0], "title": "Renamed"}]
    pks = dict(Indicator.objects.values_list("row_id", "pk"))
    load_indicators(section, INDICATORS.schema.model_validate(measures))
    assert dump_indicators([section])[section.pk] == measures
    assert dict(Indicator.objects.values_list("row_id", "pk")) == {
        "r1": pks["r1"],
        "r3": pks["r3"],
    }


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_are_the_same_for_any_number_of_rows(
    rows: int,
    measures: dict[str, Any],
    make_section: Callable[[str], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    measures["rows"] = [{**measures["rows"][0], "id": f"x{n}"} for n in range(rows)]
    sections = [make_section("indicators") for _ in range(rows)]
    for section in sections:
        load_indicators(section, INDICATORS.schema.model_validate(measures))
    with django_assert_num_queries(2):
        dump_indicators(sections)
    for each in measures["rows"]:
        each["cells"] = {**each["cells"], "n2007": "4,800"}
    with django_assert_num_queries(3):  # two reads and one update
        load_indicators(sections[0], INDICATORS.schema.model_validate(measures))


def test_new_section_starts_with_last_year_and_a_target(facts: PlanFacts) -> None:
    content = INDICATORS.empty(facts)
    assert find_faults(content, facts) == []
    assert [(c["label"], c["year"]) for c in content["columns"]] == [
        ("Actual 2007/08", "2007/08"),
        ("Target 2008/09", "2008/09"),
    ]


# --- printing ------------------------------------------------------------------------------


def test_table_is_built_with_ratings_and_units(
    measures: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    content = INDICATORS.schema.model_validate(measures)
    surroundings = around(caption="Indicators", labels={"title": "Indicator description"})
    assert list(INDICATORS.build(content, surroundings)) == [
        Table(
            key="indicators",
            caption="Indicators",
            columns=(
                Column("row-ref", "Ref"),
                Column("row-label", "Indicator description"),
                Column("a0607", "Actual", ("2006/07",), "right"),
                Column("e0708", "Estimate", ("2007/08",), "right"),
                Column("n2007", "National average", (), "right"),
                Column("t0809", "Target", ("2008/09",), "right"),
            ),
            rows=(
                Row(
                    "r1",
                    (
                        Cell(parse("L1")),
                        Cell(parse("Visits for each 1,000 people"), header=True),
                        Cell(parse("4,950"), rating=Rating("Acceptable", "●●", "neutral")),
                        Cell(parse("5,010"), rating=Rating("Good", "●●●", "good")),
                        Cell(BLANK),
                        Cell(parse("5,000")),
                    ),
                ),
                Row(
                    "r2",
                    (
                        Cell(parse("L2")),
                        Cell(
                            parse("Requests taking longer than 15 days (%) [note 2]"), header=True
                        ),
                        Cell(parse("11.0"), rating=Rating("Ask questions", "●", "bad")),
                        Cell(parse("12.5")),
                        Cell(parse("~")),
                        Cell(parse("to be set [note 1]")),
                    ),
                ),
                Row(
                    "r3",
                    (
                        Cell(BLANK),
                        Cell(parse("Staff turnover (%)"), header=True),
                        Cell(parse("14")),
                        Cell(parse("22")),
                        Cell(BLANK),
                        Cell(parse("<15 or >20")),
                    ),
                ),
            ),
        )
    ]


def test_table_without_refs_has_no_column_for_them(
    measures: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    measures["rows"] = measures["rows"][2:]
    (built,) = INDICATORS.build(INDICATORS.schema.model_validate(measures), around())
    assert isinstance(built, Table)
    assert [each.key for each in built.columns][:2] == ["row-label", "a0607"]


def test_table_without_rows_prints_a_sentence(around: Callable[..., Surroundings]) -> None:
    content = INDICATORS.schema.model_validate(column())
    assert list(INDICATORS.build(content, around())) == [
        Prose((Paragraph((Run("Nothing is recorded here yet."),)),))
    ]


@pytest.mark.parametrize(
    ("levels", "tones"),
    [
        ([1], ["neutral"]),
        ([2, 1], ["good", "bad"]),
        ([5, 4, 3, 2, 1], ["good", "good", "neutral", "warn", "bad"]),
    ],
)
def test_tones_follow_the_place_in_the_scale(levels: list[int], tones: list[str]) -> None:
    content = INDICATORS.schema.model_validate(
        {**column(), "scale": [{"level": level, "word": "W"} for level in levels]}
    )
    assert [read_scale(content.scale)[level].tone for level in levels] == tones


def test_three_hundred_rows_are_built_quickly(
    measures: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    measures["rows"] = [{**measures["rows"][0], "id": f"x{n}"} for n in range(300)]
    content = INDICATORS.schema.model_validate(measures)
    spent = []
    for _ in range(3):
        start = time.process_time()
        list(INDICATORS.build(content, around()))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.05


# --- figures -------------------------------------------------------------------------------


def test_cells_and_counts_are_published(measures: dict[str, Any], facts: PlanFacts) -> None:
    figures = list(INDICATORS.figures(INDICATORS.schema.model_validate(measures), facts))
    columns = ["a0607", "e0708", "n2007", "t0809"]
    counts = {"count": 3, "improved": 1, "worse": 1, "unchanged": 0, "on_target": 1}
    counts["better_than_both"] = 0
    assert [figure.path for figure in figures] == [
        *(f"{ref}.{key}" for ref in ("L1", "L2") for key in columns),
        *counts,
    ]
    found = {figure.path: figure for figure in figures}
    assert found["L2.t0809"].value == parse("to be set [note 1]")
    assert found["L1.a0607"].label == "L1 Visits for each 1,000 people, 2006/07, Actual"
    about = "; L1|Visits for each 1,000 people; 2006/07"
    assert found["L1.a0607"].names == (f"outturn|actual|performance{about}", about)
    assert found["better_than_both"].names == ()  # of most of them nobody can say
    assert {path: found[path].value for path in counts} == {
        path: computed(Decimal(number), 0) for path, number in counts.items()
    }


# --- the editor ----------------------------------------------------------------------------


def test_grid_reaches_all_that_a_person_writes(measures: dict[str, Any], facts: PlanFacts) -> None:
    grid = INDICATORS.grid(measures, facts)
    written: set[Path] = set()
    for name in ("columns", "scale", "rows"):
        for each in measures[name]:
            written |= {(name, key) for key in each if key not in ("id", "cells", "ratings")}
    for each in measures["columns"]:
        written.add(("rows", "cells", each["key"]))
        if each["role"] != "target":
            written.add(("rows", "ratings", each["key"]))
    reached = {(*each.path, *field.path) for each in grid.lists for field in each.fields}
    assert reached == written


def test_rating_of_a_target_can_be_reached_where_there_is_one(
    measures: dict[str, Any], facts: PlanFacts
) -> None:
    measures["rows"][0]["ratings"]["t0809"] = 3
    fields = {field.path: field for field in INDICATORS.grid(measures, facts).lists[0].fields}
    rating = fields["ratings", "t0809"]
    assert rating.choices == (
        ("", "Not rated"),
        ("3", "3 Good"),
        ("2", "2 Acceptable"),
        ("1", "1 Ask questions"),
    )
    assert (rating.parse, rating.empty_as_null) == ("int", True)


def test_grid_without_a_scale_asks_for_no_ratings(facts: PlanFacts) -> None:
    rows = INDICATORS.grid(INDICATORS.empty(facts), facts).lists[0]
    assert [field.path for field in rows.fields] == [
        ("ref",),
        ("title",),
        ("unit",),
        ("polarity",),
        ("cells", "actual"),
        ("cells", "target"),
    ]
    assert [each.folded for each in INDICATORS.grid({}, facts).lists] == [False, True, True]
