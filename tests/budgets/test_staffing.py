"""The staffing kind: its schema, rows, sums, print, figures and editor."""

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from budgets.models import Posts, StaffingBand
from budgets.planfile import StaffingContent, empty_staffing, load_staffing
from budgets.sections import STAFFING
from documents.blocks import CellRef, Paragraph, Prose, Run, SumRule, Table
from documents.values import show
from plans.content import Path
from plans.grid import FieldType
from plans.models import Section
from plans.registry import PlanFacts, Surroundings


def read(content: dict[str, Any]) -> StaffingContent:
    return StaffingContent.model_validate(content)


def tables(content: dict[str, Any], surroundings: Surroundings) -> list[Table]:
    blocks = STAFFING.build(read(content), surroundings)
    return [block for block in blocks if isinstance(block, Table)]


def printed(table: Table) -> list[str]:
    return ["|".join((row.kind, *(show(cell.content) for cell in row.cells))) for row in table.rows]


# --- schema ------------------------------------------------------------------------------------


def test_content_is_written_as_it_was_read(staffing: dict[str, Any], facts: PlanFacts) -> None:
    content = read(staffing)

    assert str(content.model_dump()) == str(staffing)
    assert list(STAFFING.faults(content, facts)) == []


def test_empty_staffing_has_two_years(facts: PlanFacts) -> None:
    assert empty_staffing(facts) == {
        "years": ["2007/08", "2008/09"],
        "total_title": "",
        "stated": [],
        "stated_bands": [],
        "stated_externally_funded": [],
        "units": [],
    }


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("units", 0, "bands", 1, "fte"),
            ["1", "2", "3"],
            "units[0].bands[1].fte: has 3 figures for 2 years",
        ),
        (
            ("units", 0, "bands", 1, "fte"),
            ["38.0", "-1.0"],
            "units[0].bands[1].fte[1]: posts cannot be negative",
        ),
        (
            ("units", 1, "externally_funded"),
            ["(2)"],
            "units[1].externally_funded[0]: posts cannot be negative",
        ),
        (("stated",), ["1", "2", "3"], "stated: has 3 figures for 2 years"),
        (("years",), ["2008/09", "2008-09"], 'years[1]: the year "2008/09" is used twice'),
        (("units", 1, "unit"), "museums", 'units[1].unit: the plan has no unit "museums"'),
    ],
)
def test_fault_says_where_and_why(
    path: Path, value: Any, message: str, staffing: dict[str, Any], facts: PlanFacts
) -> None:
    here: Any = staffing
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value

    assert [str(fault) for fault in STAFFING.faults(read(staffing), facts)] == [message]


# --- rows --------------------------------------------------------------------------------------


def test_dump_returns_what_load_was_given(
    staffing: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section, other = make_section("staffing"), make_section("staffing")

    load_staffing(section, read(staffing))

    dumped = STAFFING.dump([section, other])
    assert str(dumped[section.pk]) == str(staffing)
    assert dumped[other.pk] == StaffingContent().model_dump()
    load_staffing(section, read(dumped[section.pk]))
    assert STAFFING.dump([section])[section.pk] == staffing


def test_load_updates_rows_in_place(
    staffing: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("staffing")
    load_staffing(section, read(staffing))
    bands = dict(StaffingBand.objects.values_list("row_id", "pk"))
    posts = dict(Posts.objects.filter(band__row_id="b3").values_list("year", "pk"))
    changed = deepcopy(staffing)
    moved = changed["units"].pop(1)["bands"][0]
    changed["units"][0]["bands"] = [moved | {"fte": ["10.5", "11.0"]}]

    load_staffing(section, read(changed))

    assert dict(StaffingBand.objects.values_list("row_id", "pk")) == {"b3": bands["b3"]}
    assert dict(Posts.objects.values_list("year", "pk")) == posts
    assert list(Posts.objects.values_list("fte_amount", flat=True)) == [
        Decimal("10.5"),
        Decimal("11"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(
    count: int,
    staffing: dict[str, Any],
    make_section: Callable[[str], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    band = staffing["units"][0]["bands"][0]
    staffing["units"] = [
        staffing["units"][0] | {"id": f"u{n}", "bands": [band | {"id": f"b{n}"}]}
        for n in range(count)
    ]
    section = make_section("staffing")
    load_staffing(section, read(staffing))

    with django_assert_num_queries(4):
        STAFFING.dump([section])
    with django_assert_num_queries(5):
        load_staffing(section, read(staffing))


# --- print -------------------------------------------------------------------------------------


def test_each_unit_and_their_total_are_tables(
    staffing: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    staffing["total_title"] = "Total for the service"

    built = tables(staffing, around(labels={"band": "Pay band", "total": "TOTAL"}))

    assert [table.caption for table in built] == [
        "Library Service",
        "Archives",
        "Total for the service",
    ]
    assert [(c.label, c.decimals) for c in built[0].columns] == [
        ("Pay band", None),
        ("2007/08", 1),
        ("2008/09", 1),
    ]
    assert [line for table in built for line in printed(table)] == [
        "row|Managers|3.0|3",
        "row|Other staff|38.0|37.0",
        "total|TOTAL|41.0|40.0",
        "of_which|Of which externally funded|~|2.5",
        "row|Other staff|10.5|10.25",
        "total|TOTAL|10.5|10.25",
        "of_which|Of which externally funded|1.0|1.0",
        "row|Managers|3.0|3",
        "row|Other staff|48.5|47.25",
        "total|TOTAL|51.5|50.25",
        "of_which|Of which externally funded|1.0|3.5",
    ]


@pytest.mark.parametrize(
    "remark", ["", " [note 1]", " \N{EN DASH} includes 2 trainees", " - part time"]
)
def test_bands_of_one_label_are_one_band(
    remark: str, staffing: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    staffing["units"][0]["bands"][1]["label"] = f"Other staff{remark}"

    *_, total = tables(staffing, around())

    assert printed(total)[:2] == ["row|Managers|3.0|3", "row|Other staff|48.5|47.25"]


def test_total_names_the_bands_it_adds(
    staffing: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    total = tables(staffing, around())[0].rows[2]

    assert total.cells[1].rule == SumRule((CellRef("b1", "2007/08"), CellRef("b2", "2007/08")))


def test_one_unit_needs_no_total_table(
    staffing: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    staffing["units"][1:] = []
    staffing["units"][0]["externally_funded"] = []

    (table,) = tables(staffing, around(caption="Posts"))

    assert table.caption == "Posts: Library Service"
    assert [row.kind for row in table.rows] == ["row", "row", "total"]


def test_empty_staffing_prints_a_sentence(
    facts: PlanFacts, around: Callable[..., Surroundings]
) -> None:
    blocks = list(STAFFING.build(read(empty_staffing(facts)), around()))

    assert blocks == [Prose((Paragraph((Run("Nothing is recorded here yet."),)),))]


# --- figures -----------------------------------------------------------------------------------


def test_figures_are_named_by_year(staffing: dict[str, Any], facts: PlanFacts) -> None:
    figures = list(STAFFING.figures(read(staffing), facts))

    assert {figure.path: figure.value.text for figure in figures} == {
        "total.2007/08": "51.5",
        "total.2008/09": "50.25",
        "externally_funded.2007/08": "1.0",
        "externally_funded.2008/09": "3.5",
        "libraries.2007/08": "41.0",
        "libraries.2008/09": "40.0",
        "libraries.externally_funded.2007/08": "0",
        "libraries.externally_funded.2008/09": "2.5",
        "archives.2007/08": "10.5",
        "archives.2008/09": "10.25",
        "archives.externally_funded.2007/08": "1.0",
        "archives.externally_funded.2008/09": "1.0",
    }
    assert figures[4].label == "Posts (FTE): Libraries, 2007/08"


# --- editor ------------------------------------------------------------------------------------


def test_grid_reaches_everything_but_ids(staffing: dict[str, Any], facts: PlanFacts) -> None:
    staffing["stated_externally_funded"] = ["1.0", "1.0"]
    grid = STAFFING.grid(staffing, facts)
    units, stated_bands = grid.lists

    single = [field.path for field in grid.fields if field.type is not FieldType.DERIVED]
    assert single == [
        ("years",),
        ("total_title",),
        ("stated", 0),
        ("stated", 1),
        ("stated_externally_funded", 0),
        ("stated_externally_funded", 1),
    ]
    assert [field.path for field in units.fields] == [
        ("unit",),
        ("title",),
        ("externally_funded", 0),
        ("externally_funded", 1),
        ("stated", 0),
        ("stated", 1),
    ]
    band_paths = [("label",), ("fte", 0), ("fte", 1)]
    assert [field.path for field in units.lists[0].fields] == band_paths
    assert (stated_bands.path, stated_bands.folded) == (("stated_bands",), True)
    assert [field.path for field in stated_bands.fields] == band_paths


def test_grid_shows_the_totals_that_are_printed(staffing: dict[str, Any], facts: PlanFacts) -> None:
    grid = STAFFING.grid(staffing, facts)

    assert grid.derived == {("totals", 0): "51.5", ("totals", 1): "50.25"}
    (bands,) = grid.lists[0].rows[1].lists or ()
    assert bands.totals[0].values == {("fte", 0): "10.5", ("fte", 1): "10.25"}


def test_grid_takes_what_does_not_validate(facts: PlanFacts) -> None:
    content = {"years": ["2008/09"], "units": [{"bands": [{"fte": ["many", "2"]}, {}]}]}

    assert STAFFING.grid(content, facts).derived == {("totals", 0): "to be set"}


def test_new_rows_of_the_grid_validate(staffing: dict[str, Any], facts: PlanFacts) -> None:
    units, stated_bands = STAFFING.grid(staffing, facts).lists
    staffing["units"].append({**units.new, "unit": "archives", "bands": [dict(units.lists[0].new)]})
    staffing["stated_bands"].append(dict(stated_bands.new))

    content = read(staffing)

    assert content.model_dump() == staffing
    assert list(STAFFING.faults(content, facts)) == []
