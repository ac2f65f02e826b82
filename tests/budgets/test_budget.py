"""The budget kind: its schema, rows, sums, print, figures and editor."""

import time
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_django import DjangoAssertNumQueries

from budgets.arithmetic import add_budget
from budgets.models import BudgetLine, BudgetUnit
from budgets.planfile import BudgetContent, empty_budget, load_budget
from budgets.sections import BUDGET
from documents.blocks import Cell, CellRef, Paragraph, Prose, Row, Run, SumRule, Table
from documents.values import Value, show
from plans.content import Fault, Path, read_faults
from plans.grid import FieldType, Grid, RowList
from plans.models import Section
from plans.registry import PlanFacts, Surroundings


def read(content: dict[str, Any]) -> BudgetContent:
    return BudgetContent.model_validate(content)


def printed(table: Table) -> list[str]:
    """Return each row's kind and texts with a | between; a cell that is spanned is left out."""
    return ["|".join((row.kind, *_texts(row))) for row in table.rows]


def _texts(row: Row) -> list[str]:
    contents = [cell.content for cell in row.cells if isinstance(cell, Cell)]
    return [show(content) if isinstance(content, Value) else str(content) for content in contents]


def tables(content: dict[str, Any], surroundings: Surroundings) -> list[Table]:
    return [
        block for block in BUDGET.build(read(content), surroundings) if isinstance(block, Table)
    ]


def faults(content: dict[str, Any], facts: PlanFacts) -> list[str]:
    try:
        return [str(fault) for fault in BUDGET.faults(read(content), facts)]
    except ValidationError as error:
        return [str(fault) for fault in read_faults(error)]


# --- schema ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["budget", "compact"])
def test_content_is_written_as_it_was_read(
    name: str, facts: PlanFacts, request: pytest.FixtureRequest
) -> None:
    content = request.getfixturevalue(name)

    assert read(content).model_dump() == content
    assert str(read(content).model_dump()) == str(content)  # the order of keys too
    assert faults(content, facts) == []


def test_defaults_are_written_out(facts: PlanFacts) -> None:
    content = read({"units": [{"unit": "archives", "lines": [{"activity": "Records"}]}]})

    assert content.model_dump() == {
        "layout": "full",
        "prior_year": None,
        "stated": {},
        "units": [
            {
                "id": "",
                "unit": "archives",
                "title": "",
                "lines": [
                    {
                        "id": "",
                        "activity": "Records",
                        "prior_net": "",
                        "prior_fte": "",
                        "fte": "",
                        "employee": "",
                        "running": "",
                        "contracts": "",
                        "external_income": "",
                        "internal_income": "",
                        "lead": "",
                        "stated": {},
                    }
                ],
                "memorandum": [],
                "stated": {},
            }
        ],
    }


def test_empty_budget_has_the_year_before(facts: PlanFacts) -> None:
    assert empty_budget(facts) == {
        "layout": "full",
        "prior_year": "2007/08",
        "stated": {},
        "units": [],
    }


def test_stated_figures_are_put_in_order_and_blanks_dropped(budget: dict[str, Any]) -> None:
    budget["units"][0]["stated"] = {
        "total_cost": {"net": "", "gross": ""},
        "controllable": {"net": "2", "gross": "1", "fte": ""},
    }

    stated = read(budget).model_dump()["units"][0]["stated"]

    assert str(stated) == "{'controllable': {'gross': '1', 'net': '2'}}"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("units", 0, "lines", 0, "employee"),
            "12,48.0",
            'units[0].lines[0].employee: "12,48.0" is not a number; '
            "did you mean 1,248.0 or 12,480.0?",
        ),
        (
            ("units", 0, "memorandum", 0, "current"),
            "1.2m",
            'units[0].memorandum[0].current: "1.2m" has "m", which does not belong here; '
            "did you mean 1,200?",
        ),
        (
            ("units", 0, "lines", 0, "gross"),
            "1.0",
            "units[0].lines[0].gross: is not a key that is known here",
        ),
        (
            ("units", 1, "unit"),
            "museums",
            'units[1].unit: the plan has no unit "museums"',
        ),
        (("units", 1, "unit"), "", "units[1].unit: choose a unit"),
        (
            ("units", 0, "lines", 1, "staffing"),
            "5.0",
            "units[0].lines[1].staffing: belongs to the compact layout; "
            "this budget has the full one",
        ),
        (
            ("layout",),
            "wide",
            'layout: must be "full" or "compact", not "wide"',
        ),
        (
            ("prior_year",),
            "2007/09",
            'prior_year: "2007/09" is not a financial year: 2008 follows 2007',
        ),
        (
            ("stated", "total_cost", "net"),
            "a lot",
            'stated.total_cost.net: "a lot" is not a number',
        ),
        (("units", 0, "lines", 0, "lead"), 5, "units[0].lines[0].lead: must be text, not 5"),
    ],
)
def test_fault_says_where_and_why(
    path: Path, value: Any, message: str, budget: dict[str, Any], facts: PlanFacts
) -> None:
    here: Any = budget
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value

    assert faults(budget, facts) == [message]


def test_unknown_stated_figure_is_a_fault(budget: dict[str, Any], facts: PlanFacts) -> None:
    budget["stated"]["total_cost"]["profit"] = "1.0"

    found = faults(budget, facts)

    assert [fault.split(":")[0] for fault in found] == ["stated.total_cost.profit"]


def test_more_rows_than_a_section_keeps_are_a_fault(
    budget: dict[str, Any], facts: PlanFacts
) -> None:
    line = {"activity": "Line"}
    budget["units"] = [{"unit": key, "lines": [line] * 1_000} for key in ("libraries", "archives")]

    assert list(BUDGET.faults(read(budget), facts)) == [
        Fault(("units",), "has 2,002 rows; at most 2,000 are kept in a section")
    ]


# --- rows --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["budget", "compact"])
def test_dump_returns_what_load_was_given(
    name: str, make_section: Callable[[str], Section], request: pytest.FixtureRequest
) -> None:
    content = request.getfixturevalue(name)
    section, other = make_section("budget"), make_section("budget")

    load_budget(section, read(content))

    dumped = BUDGET.dump([section, other])
    assert str(dumped[section.pk]) == str(content)
    assert dumped[other.pk] == BudgetContent().model_dump()
    load_budget(section, read(dumped[section.pk]))
    assert BUDGET.dump([section])[section.pk] == content


def test_load_stores_what_cells_mean(
    budget: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    budget["units"][0]["lines"][0]["employee"] = "to be set [note 1]"

    load_budget(make_section("budget"), read(budget))

    rows = BudgetLine.objects.values_list(
        "employee_amount", "running_amount", "internal_income_amount"
    )
    assert list(rows.order_by("row_id")) == [
        (None, Decimal("210.5500"), None),
        (None, Decimal("252.0000"), Decimal("-12.0000")),
        (Decimal("290.0000"), Decimal("45.0000"), None),
    ]


def test_load_updates_rows_in_place(
    budget: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("budget")
    load_budget(section, read(budget))
    before = dict(BudgetLine.objects.values_list("row_id", "pk"))
    changed = deepcopy(budget)
    archives = changed["units"].pop(1)
    changed["units"][0]["lines"] = [*archives["lines"], changed["units"][0]["lines"][0]]

    load_budget(section, read(changed))

    after = dict(BudgetLine.objects.values_list("row_id", "pk"))
    assert after == {"l1": before["l1"], "l3": before["l3"]}
    assert list(BudgetUnit.objects.values_list("row_id", flat=True)) == ["u1"]
    assert BUDGET.dump([section])[section.pk] == changed


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(
    count: int,
    compact: dict[str, Any],
    make_section: Callable[[str], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    unit = compact["units"][0]
    compact["units"] = [_renamed(unit, str(place)) for place in range(count)]
    section = make_section("budget")
    load_budget(section, read(compact))

    with django_assert_num_queries(4):
        BUDGET.dump([section])
    with django_assert_num_queries(5):
        load_budget(section, read(compact))
    for each in compact["units"]:
        each["lines"][0]["staffing"] = "£9.0"
    with django_assert_num_queries(6):
        load_budget(section, read(compact))


def _renamed(unit: dict[str, Any], suffix: str) -> dict[str, Any]:
    unit = deepcopy(unit)
    unit["id"] += suffix
    unit["lines"][0]["id"] += suffix
    return unit


# --- sums --------------------------------------------------------------------------------------


def test_gross_net_and_totals_are_derived(budget: dict[str, Any]) -> None:
    added = add_budget(budget)

    assert [(a["gross"].text, a["net"].text) for a in added.units[0].lines] == [
        ("1,265.55", "1,205.55"),
        ("252.0", "240.0"),
    ]
    assert {name: value.text for name, value in added.units[0].controllable.items()} == {
        "prior_net": "1,390.0",
        "prior_fte": "41.0",
        "fte": "40.0",
        "employee": "1,020.0",
        "running": "462.55",
        "contracts": "35.0",
        "gross": "1,517.55",
        "external_income": "-60.0",
        "internal_income": "-12.0",
        "net": "1,445.55",
    }
    assert added.units[0].total_cost["prior_net"].text == "1,421.2"
    assert added.units[0].total_cost["net"].text == "1,478.95"
    assert added.controllable["net"].text == "1,755.55"
    assert added.total_cost["net"].text == "1,788.95"


def test_to_be_set_makes_sums_to_be_set(budget: dict[str, Any]) -> None:
    budget["units"][0]["lines"][0]["running"] = "tbc"

    added = add_budget(budget)

    assert added.units[0].lines[0]["net"].text == "to be set"
    assert added.units[0].controllable["gross"].text == "to be set"
    assert added.units[0].controllable["employee"].text == "1,020.0"
    assert added.total_cost["net"].text == "to be set"


def test_all_blank_stays_blank(budget: dict[str, Any]) -> None:
    added = add_budget({"units": [{"unit": "archives", "lines": [{"activity": "Records"}]}]})

    assert {value.text for value in added.total_cost.values()} == {""}


def test_pounds_stay_where_every_addend_has_one(compact: dict[str, Any]) -> None:
    line = add_budget(compact).units[0].lines[0]
    compact["units"][0]["lines"][0]["staffing"] = "1,310.0"
    mixed = add_budget(compact).units[0].lines[0]

    assert (line["gross"].text, line["net"].text) == ("£1,817.5", "£1,700.0")
    assert (mixed["gross"].text, mixed["net"].text) == ("1,817.5", "1,700.0")


# --- print -------------------------------------------------------------------------------------


def test_unit_table_reads_as_a_budget_book(
    budget: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    table = tables(budget, around())[0]

    assert (table.caption, table.unit, table.key) == ("Libraries", "£000", "u1")
    assert [("/".join(c.groups), c.label, c.decimals) for c in table.columns] == [
        ("2007/08", "Controllable expenditure", 1),
        ("2007/08", "FTE", 1),
        ("", "Activity", None),
        ("2008/09", "FTE", 1),
        ("2008/09", "Employee costs", 1),
        ("2008/09", "Running costs", 2),
        ("2008/09", "Contracts and projects", 1),
        ("2008/09", "Gross expenditure", 2),
        ("2008/09", "External income", 1),
        ("2008/09", "Internal income", 1),
        ("2008/09", "Controllable expenditure", 2),
        ("2008/09", "Lead", None),
    ]
    assert sum(column.width for column in table.columns) == pytest.approx(1)
    assert printed(table) == [
        "row|1,150.0|41.0|Branch libraries|40.0|1,020.0|210.55|35.0|1,265.55|-60.0||1,205.55|RE",
        "row|240.0|0.0|Book fund|0.0||252.0||252.0||(12.0)|240.0|",
        "subtotal|1,390.0|41.0|Controllable totals|40.0|1,020.0|462.55|35.0|1,517.55|-60.0|-12.0"
        "|1,445.55|",
        "group|Memorandum items",
        "memorandum|31.2||Central overheads||||||||33.4|",
        "total|1,421.2|41.0|Total cost of unit|40.0|1,020.0|462.55|35.0|1,517.55|-60.0|-12.0"
        "|1,478.95|",
    ]


def test_several_units_end_in_a_summary(
    budget: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    surroundings = around(caption="Budget 2008/09", labels={"unit": "Service"})

    summary = tables(budget, surroundings)[-1]

    assert [t.caption for t in tables(budget, surroundings)] == [
        "Budget 2008/09: Libraries",
        "Budget 2008/09: County Record Office",
        "Budget 2008/09: All units",
    ]
    assert [column.label for column in summary.columns][2:4] == ["Service", "FTE"]
    assert sum(column.width for column in summary.columns) == pytest.approx(1)
    assert printed(summary) == [
        "row|1,390.0|41.0|Libraries|40.0|1,020.0|462.55|35.0|1,517.55|-60.0|-12.0|1,445.55",
        "row|310.0|10.5|County Record Office|10.5|290.0|45.0||335.0|-25.0||310.0",
        "subtotal|1,700.0|51.5|Controllable totals, all units|50.5|1,310.0|507.55|35.0|1,852.55"
        "|-85.0|-12.0|1,755.55",
        "memorandum|31.2||Memorandum items, all units||||||||33.4",
        "total|1,731.2|51.5|Total cost, all units|50.5|1,310.0|507.55|35.0|1,852.55|-85.0|-12.0"
        "|1,788.95",
    ]


def test_every_sum_names_cells_that_give_it(
    budget: dict[str, Any], compact: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    compact["units"].append(deepcopy(compact["units"][0]) | {"id": "u2", "unit": "archives"})
    compact["units"][1]["lines"][0]["id"] = "l2"
    compact["units"][1]["memorandum"] = [{"id": "m2", "label": "Overheads", "current": "£7.5"}]
    count = 0
    for table in [*tables(budget, around()), *tables(compact, around())]:
        keys = [row.key for row in table.rows]
        assert len(set(keys)) == len(keys)
        cells = _numbers(table)
        for rule, number in _ruled(table):
            assert sum(cells.get((ref.row, ref.column), 0) for ref in rule.cells) == number
            count += 1

    assert count > 80


def _numbers(table: Table) -> dict[tuple[str, str], Decimal]:
    return {
        (row.key, column.key): cell.content.number
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if isinstance(cell, Cell) and getattr(cell.content, "number", None) is not None
    }


def _ruled(table: Table) -> list[tuple[SumRule, Decimal]]:
    return [
        (cell.rule, cell.content.number)
        for row in table.rows
        for cell in row.cells
        if isinstance(cell, Cell) and isinstance(cell.rule, SumRule)
    ]


def test_net_of_a_line_is_gross_and_income(
    budget: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    table = tables(budget, around())[0]
    net = [column.key for column in table.columns].index("net")

    assert table.rows[0].cells[net].rule == SumRule(
        (CellRef("l1", "gross"), CellRef("l1", "external_income"), CellRef("l1", "internal_income"))
    )


def test_without_a_prior_year_its_columns_go(
    budget: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    budget["prior_year"] = None
    for unit in budget["units"]:
        for line in unit["lines"]:
            line["lead"] = ""

    columns = tables(budget, around())[0].columns

    assert [column.key for column in columns] == [
        "activity",
        "fte",
        "employee",
        "running",
        "contracts",
        "gross",
        "external_income",
        "internal_income",
        "net",
    ]
    assert {column.groups for column in columns} == {()}


def test_compact_budget_is_one_table(
    compact: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    (table,) = tables(compact, around(caption="Budget 2008/09", labels={"lead": "Manager"}))

    assert table.caption == "Budget 2008/09"
    assert [column.label for column in table.columns] == [
        "Division",
        "Manager",
        "Staffing",
        "Non-staffing",
        "Gross expenditure",
        "Internal income",
        "External income",
        "Grants",
        "Net cost",
        "FTE",
    ]
    assert printed(table) == [
        "group|Libraries",
        "row|Libraries|Head of Libraries|£1,310.0|£507.5|£1,817.5|£-12.0|£-85.0|£-20.5|£1,700.0"
        "|50.5",
    ]


def test_compact_budget_of_several_units_adds_them_up(
    compact: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    archives = deepcopy(compact["units"][0]) | {"id": "u2", "unit": "archives", "title": ""}
    archives["lines"] = [archives["lines"][0] | {"id": f"l{n}", "fte": ""} for n in (2, 3)]
    archives["memorandum"] = [{"id": "m1", "label": "Overheads", "current": "£7.5"}]
    compact["units"][0]["lines"][0]["fte"] = ""
    compact["units"].append(archives)

    (table,) = tables(compact, around())

    assert [(row.key, row.kind) for row in table.rows] == [
        ("u1-title", "group"),
        ("l1", "row"),
        ("u2-title", "group"),
        ("l2", "row"),
        ("l3", "row"),
        ("u2-controllable", "subtotal"),
        ("u2-memorandum", "group"),
        ("m1", "memorandum"),
        ("u2-total-cost", "total"),
        ("plan-controllable", "subtotal"),
        ("plan-memorandum", "memorandum"),
        ("plan-total-cost", "total"),
    ]
    assert printed(table)[-1] == (
        "total|Total cost, all units||£3,930.0|£1,522.5|£5,452.5|-£36.0|-£255.0|-£61.5|£5,107.5"
    )


def test_empty_budget_prints_a_sentence(
    facts: PlanFacts, around: Callable[..., Surroundings]
) -> None:
    blocks = list(BUDGET.build(read(empty_budget(facts)), around()))

    assert blocks == [Prose((Paragraph((Run("Nothing is recorded here yet."),)),))]


def test_300_lines_are_built_quickly(
    budget: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    line = budget["units"][0]["lines"][0]
    budget["units"][0]["lines"] = [line | {"id": f"line{n}"} for n in range(300)]
    content, surroundings = read(budget), around()

    seconds = min(_seconds(lambda: list(BUDGET.build(content, surroundings))) for _ in range(5))

    assert seconds < 0.05


def _seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


# --- figures -----------------------------------------------------------------------------------


def test_figures_are_named_for_plan_and_units(budget: dict[str, Any], facts: PlanFacts) -> None:
    figures = {f.path: f for f in BUDGET.figures(read(budget), facts)}

    names = [
        "prior_net",
        "prior_fte",
        "fte",
        "employee",
        "running",
        "contracts",
        "gross",
        "external_income",
        "internal_income",
        "net",
        "prior_total_cost",
        "total_cost",
    ]
    assert list(figures) == [
        *names,
        *(f"libraries.{name}" for name in names),
        *(f"archives.{name}" for name in names),
        "count",
    ]
    assert figures["running"].names == ("running costs",)
    assert figures["libraries.running"].names == ("running costs; Libraries",)
    assert figures["prior_fte"].names == ("FTE|full-time equivalent; 2007/08",)
    assert figures["count"].names == ("N units",)
    assert [figures[name].value.text for name in names] == [
        "1,700.0",
        "51.5",
        "50.5",
        "1,310.0",
        "507.55",
        "35.0",
        "1,852.55",
        "-85.0",
        "-12.0",
        "1,755.55",
        "1,731.2",
        "1,788.95",
    ]
    assert figures["libraries.total_cost"].value.text == "1,478.95"
    assert figures["archives.gross"].label == "Gross expenditure: Archives"


def test_compact_figures_have_its_names(compact: dict[str, Any], facts: PlanFacts) -> None:
    figures = {f.path: f.value.text for f in BUDGET.figures(read(compact), facts)}

    assert {path: text for path, text in figures.items() if "." not in path} == {
        "fte": "50.5",
        "staffing": "£1,310.0",
        "non_staffing": "£507.5",
        "gross": "£1,817.5",
        "internal_income": "-£12.0",
        "external_income": "-£85.0",
        "grants": "-£20.5",
        "net": "£1,700.0",
        "total_cost": "£1,700.0",
        "count": "1",
    }


def test_tables_of_one_unit_are_one_figure(budget: dict[str, Any], facts: PlanFacts) -> None:
    budget["units"][1]["unit"] = "libraries"

    figures = {f.path: f.value.text for f in BUDGET.figures(read(budget), facts)}

    assert figures["libraries.net"] == figures["net"] == "1,755.55"


# --- editor ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["budget", "compact"])
def test_grid_reaches_everything_but_ids(
    name: str, facts: PlanFacts, request: pytest.FixtureRequest
) -> None:
    content = request.getfixturevalue(name)

    reached = set(reachable(BUDGET.grid(content, facts)))

    assert {path for path in leaves(content) if path[-1] != "id"} <= reached


def leaves(value: Any, path: Path = ()) -> list[Path]:
    """Return the path of every text and null, an index into a list of rows written as "*"."""
    if isinstance(value, dict):
        return [p for key, item in value.items() for p in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [p for item in value for p in leaves(item, (*path, "*"))]
    return [path]


def reachable(grid: Grid) -> list[Path]:
    paths = [field.path for field in grid.fields]
    return paths + [path for rows in grid.lists for path in _reachable_rows(rows, ())]


def _reachable_rows(rows: RowList, path: Path) -> list[Path]:
    here = (*path, *rows.path, "*")
    own = [(*here, *field.path) for field in rows.fields if field.type is not FieldType.DERIVED]
    return own + [p for inner in rows.lists for p in _reachable_rows(inner, here)]


def test_grid_shows_the_sums_that_are_printed(budget: dict[str, Any], facts: PlanFacts) -> None:
    grid = BUDGET.grid(budget, facts)

    lines, memorandum = grid.lists[0].rows[0].lists or ()
    assert grid.derived == {
        ("totals", "gross"): "1,852.55",
        ("totals", "net"): "1,755.55",
        ("totals", "total_cost"): "1,788.95",
        ("units", 0, "lines", 0, "gross"): "1,265.55",
        ("units", 0, "lines", 0, "net"): "1,205.55",
        ("units", 0, "lines", 1, "gross"): "252.0",
        ("units", 0, "lines", 1, "net"): "240.0",
        ("units", 1, "lines", 0, "gross"): "335.0",
        ("units", 1, "lines", 0, "net"): "310.0",
    }
    assert lines.totals[0].values[("net",)] == "1,445.55"
    assert memorandum.totals[0].values == {("prior",): "1,421.2", ("current",): "1,478.95"}


def test_grid_takes_what_does_not_validate(facts: PlanFacts) -> None:
    content = {
        "layout": "sideways",
        "units": [{"lines": [{"employee": "12,48.0"}, {"running": 7}, "?"]}, None],
    }

    grid = BUDGET.grid(content, facts)

    assert grid.derived[("units", 0, "lines", 0, "gross")] == "to be set"
    assert grid.derived[("units", 0, "lines", 1, "gross")] == ""


def test_new_rows_of_the_grid_validate(
    budget: dict[str, Any], compact: dict[str, Any], facts: PlanFacts
) -> None:
    for content in (budget, compact):
        units = BUDGET.grid(content, facts).lists[0]
        lines, memorandum = units.lists
        content["units"].append({**units.new, "unit": "archives"})
        content["units"][-1]["lines"] = [dict(lines.new)]
        content["units"][-1]["memorandum"] = [dict(memorandum.new)]

        assert read(content).model_dump() == content
        assert faults(content, facts) == []
