"""Budgets and staffing as tables: derived amounts in their places, each with its rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from budgets.arithmetic import (
    COSTS,
    INCOMES,
    Amounts,
    PlanBudget,
    PlanPosts,
    UnitBudget,
    UnitPosts,
    add_budget,
    add_posts,
    amount_names,
)
from budgets.charts import draw_budget, draw_staffing
from documents import values
from documents.blocks import (
    COVERED,
    Block,
    Cell,
    CellRef,
    Column,
    Paragraph,
    Prose,
    Row,
    RowKind,
    Run,
    SumRule,
    Table,
)
from documents.values import BLANK, Status, Value
from plans.content import Content
from plans.registry import Surroundings

# Headings and row words that a plan or its format may put in its own words, by layout.
BUDGET_LABELS: Mapping[str, Mapping[str, str]] = {
    "full": {
        "prior_net": "Controllable expenditure",
        "prior_fte": "FTE",
        "activity": "Activity",
        "fte": "FTE",
        "employee": "Employee costs",
        "running": "Running costs",
        "contracts": "Contracts and projects",
        "gross": "Gross expenditure",
        "external_income": "External income",
        "internal_income": "Internal income",
        "net": "Controllable expenditure",
        "lead": "Lead",
    },
    "compact": {
        "prior_net": "Net cost",
        "prior_fte": "FTE",
        "activity": "Division",
        "lead": "Responsible manager",
        "staffing": "Staffing",
        "non_staffing": "Non-staffing",
        "gross": "Gross expenditure",
        "internal_income": "Internal income",
        "external_income": "External income",
        "grants": "Grants",
        "net": "Net cost",
        "fte": "FTE",
    },
}
ROW_LABELS = {
    "controllable": "Controllable totals",
    "memorandum": "Memorandum items",
    "total_cost": "Total cost of unit",
    "summary": "All units",
    "unit": "Unit",
    "plan_controllable": "Controllable totals, all units",
    "plan_memorandum": "Memorandum items, all units",
    "plan_total_cost": "Total cost, all units",
}
STAFFING_LABELS = {
    "band": "Grade",
    "total": "Total",
    "externally_funded": "Of which externally funded",
    "total_title": "All units",
}

_WEIGHTS = {"activity": 21.0, "unit": 21.0, "lead": 6.5, "prior_fte": 5.5, "fte": 5.5}
_MANAGER_WEIGHT = 13.0
_AMOUNT_WEIGHT = 8.0
_BAND_WEIGHT = 3.0
_NOTHING_YET = Prose((Paragraph((Run("Nothing is recorded here yet."),)),))


def build_budget(content: Content, surroundings: Surroundings) -> Iterator[Block]:
    """Yield a table for each unit and one for all together; a compact budget is one table."""
    raw = content.model_dump()
    sheet = _make_sheet(raw, surroundings)
    if not any(unit.lines or unit.current for unit in sheet.budget.units):
        yield _NOTHING_YET
        return
    if sheet.budget.layout == "compact":
        yield _build_compact(sheet)
    else:
        yield from _build_full(sheet)
    yield from draw_budget(sheet.budget, [title for title, _, _ in sheet.titled()], surroundings)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the tables of one budget have in common."""

    budget: PlanBudget
    units: Sequence[Mapping[str, Any]]  # as in the content, beside `budget.units`
    columns: tuple[Column, ...]
    around: Surroundings

    def label(self, name: str) -> str:
        return self.around.label(name, ROW_LABELS[name])

    def titled(self) -> Iterator[tuple[str, Mapping[str, Any], UnitBudget]]:
        for unit, amounts in zip(self.units, self.budget.units, strict=True):
            yield _unit_title(unit, self.around), unit, amounts


def _unit_title(unit: Mapping[str, Any], around: Surroundings) -> str:
    return unit["title"] or around.plan.unit_names.get(unit["unit"], unit["unit"])


def _caption(around: Surroundings, title: str) -> str:
    return f"{around.caption}: {title}" if around.caption else title


def _make_sheet(raw: Mapping[str, Any], around: Surroundings) -> _Sheet:
    budget = add_budget(raw)
    names = [name for name in BUDGET_LABELS[budget.layout] if _is_shown(name, raw, budget)]
    groups = _year_groups(names, raw["prior_year"], around.plan.year)
    columns = tuple(
        Column(
            key=name,
            label=around.label(name, BUDGET_LABELS[budget.layout][name]),
            groups=groups.get(name, ()),
            align="left" if name in ("activity", "lead") else "right",
        )
        for name in names
    )
    return _Sheet(budget, raw["units"], _share_width(columns, budget.layout), around)


def _is_shown(name: str, raw: Mapping[str, Any], budget: PlanBudget) -> bool:
    """Say whether a column is printed: last year's, posts and leads only where there are any."""
    if name.startswith("prior_"):
        return raw["prior_year"] is not None
    if name == "lead" or (name == "fte" and budget.layout == "compact"):
        return any(line[name] for unit in raw["units"] for line in unit["lines"])
    return True


def _year_groups(
    names: Iterable[str], prior_year: str | None, year: str
) -> Mapping[str, tuple[str, ...]]:
    """Return the year above each column, where two years stand side by side."""
    if prior_year is None:
        return {}
    return {
        name: (prior_year if name.startswith("prior_") else year,)
        for name in names
        if name != "activity"
    }


def _share_width(columns: Sequence[Column], layout: str) -> tuple[Column, ...]:
    known = {**_WEIGHTS, "lead": _MANAGER_WEIGHT} if layout == "compact" else _WEIGHTS
    weights = [known.get(column.key, _AMOUNT_WEIGHT) for column in columns]
    whole = sum(weights)
    return tuple(
        replace(column, width=weight / whole)
        for column, weight in zip(columns, weights, strict=True)
    )


# --- the full layout ---------------------------------------------------------------------------


def _build_full(sheet: _Sheet) -> Iterator[Table]:
    shown = [each for each in sheet.titled() if each[2].lines or each[2].current]
    for title, unit, amounts in shown:
        rows = list(_unit_rows(sheet, unit, amounts, always_total=True))
        yield _table(sheet, rows, caption=_caption(sheet.around, title), key=_key(unit, "unit"))
    if len(shown) > 1:
        yield _build_summary(sheet)


def _build_summary(sheet: _Sheet) -> Table:
    """Return the table of all units: the controllable totals of each, and the plan's totals."""
    own = sheet.around.label("unit", ROW_LABELS["unit"])
    columns = tuple(
        replace(column, label=own) if column.key == "activity" else column
        for column in sheet.columns
        if column.key != "lead"
    )
    wide = sum(column.width for column in columns)
    columns = tuple(replace(column, width=column.width / wide) for column in columns)
    sheet = replace(sheet, columns=columns)
    rows, keys = [], []
    for title, unit, amounts in sheet.titled():
        key = _key(unit, "unit")
        keys.append(key)
        rows.append(_row(sheet, key, title, amounts.controllable, rules=_across(sheet, key)))
    rows.extend(_plan_rows(sheet, keys))
    caption = _caption(sheet.around, sheet.label("summary"))
    return _table(sheet, rows, caption=caption, key="plan-total")


def _unit_rows(
    sheet: _Sheet,
    unit: Mapping[str, Any],
    amounts: UnitBudget,
    *,
    always_total: bool,
    prefix: str = "unit",
) -> Iterator[Row]:
    """Yield a unit's lines, controllable totals, memorandum items and total cost.

    Without `always_total` a total that would repeat the line above it is left out.
    """
    lines = [_key(line, "activity") for line in unit["lines"]]
    for key, line, line_amounts in zip(lines, unit["lines"], amounts.lines, strict=True):
        rules = _across(sheet, key)
        yield _row(sheet, key, line["activity"], line_amounts, lead=line["lead"], rules=rules)
    items = [_key(item, "label") for item in unit["memorandum"]]
    subtotal = f"{prefix}-controllable"
    if always_total or items or len(lines) > 1:
        yield _row(
            sheet,
            subtotal,
            sheet.label("controllable"),
            amounts.controllable,
            kind="subtotal",
            rules={name: _sum_down(lines, name) for name in amount_names(sheet.budget.layout)},
        )
    if items:
        yield _heading_row(sheet, f"{prefix}-memorandum", sheet.label("memorandum"))
        yield from _memorandum_rows(sheet, unit, amounts, items)
    if always_total or items:
        yield _total_cost_row(
            sheet,
            f"{prefix}-total-cost",
            sheet.label("total_cost"),
            amounts.total_cost,
            subtotal=subtotal,
            items=items,
        )


def _memorandum_rows(
    sheet: _Sheet, unit: Mapping[str, Any], amounts: UnitBudget, keys: Sequence[str]
) -> Iterator[Row]:
    for key, item, prior, current in zip(
        keys, unit["memorandum"], amounts.prior, amounts.current, strict=True
    ):
        nets = {"prior_net": prior, "net": current}
        yield _row(sheet, key, item["label"], nets, kind="memorandum")


def _plan_rows(sheet: _Sheet, addends: Sequence[str]) -> Iterator[Row]:
    """Yield the plan's controllable totals, memorandum items and total cost."""
    budget = sheet.budget
    names = amount_names(budget.layout)
    yield _row(
        sheet,
        "plan-controllable",
        sheet.label("plan_controllable"),
        budget.controllable,
        kind="subtotal",
        rules={name: _sum_down(addends, name) for name in names},
    )
    if not any(unit.current for unit in budget.units):
        return
    nets = {"prior_net": budget.prior, "net": budget.current}
    label = sheet.label("plan_memorandum")
    yield _row(sheet, "plan-memorandum", label, nets, kind="memorandum")
    yield _total_cost_row(
        sheet,
        "plan-total-cost",
        sheet.label("plan_total_cost"),
        budget.total_cost,
        subtotal="plan-controllable",
        items=["plan-memorandum"],
    )


def _total_cost_row(
    sheet: _Sheet,
    key: str,
    label: str,
    amounts: Amounts,
    *,
    subtotal: str,
    items: Sequence[str],
) -> Row:
    rules = {name: _sum_down([subtotal], name) for name in amounts}
    for name in ("prior_net", "net"):
        rules[name] = _sum_down([subtotal, *items], name)
    return _row(sheet, key, label, amounts, kind="total", rules=rules)


# --- the compact layout ------------------------------------------------------------------------


def _build_compact(sheet: _Sheet) -> Table:
    """Return the one table of a compact budget; several units stand under their titles."""
    shown = [each for each in sheet.titled() if each[2].lines or each[2].current]
    around = sheet.around
    rows: list[Row] = []
    addends: list[str] = []
    for title, unit, amounts in shown:
        prefix = _key(unit, "unit")
        if around.caption or len(shown) > 1:
            rows.append(_heading_row(sheet, f"{prefix}-title", title))
        own = list(_unit_rows(sheet, unit, amounts, always_total=False, prefix=prefix))
        subtotal = f"{prefix}-controllable"
        has_subtotal = any(row.key == subtotal for row in own)
        addends += [subtotal] if has_subtotal else [row.key for row in own]
        rows += own
    if len(shown) > 1:
        rows += _plan_rows(sheet, addends)
    return _table(sheet, rows, caption=around.caption or shown[0][0], key="budget")


# --- rows and cells ----------------------------------------------------------------------------


def _row(
    sheet: _Sheet,
    key: str,
    label: str,
    amounts: Amounts,
    *,
    kind: RowKind = "row",
    lead: str = "",
    rules: Mapping[str, SumRule] | None = None,
) -> Row:
    """Return a row with a cell for each column; `rules` say how its derived cells come about."""
    cells = []
    for column in sheet.columns:
        if column.key == "activity":
            cells.append(Cell(values.parse(label), header=True))
        elif column.key == "lead":
            cells.append(Cell(values.parse(lead)))
        else:
            value = amounts.get(column.key, BLANK)
            rule = (rules or {}).get(column.key) if value.status is Status.NUMBER else None
            cells.append(Cell(value, rule=rule))
    return Row(key, tuple(cells), kind)


def _across(sheet: _Sheet, row: str) -> Mapping[str, SumRule]:
    """Return the rules of a row's gross and net, over cells of the same row."""
    layout = sheet.budget.layout
    return {
        "gross": SumRule(tuple(CellRef(row, name) for name in COSTS[layout])),
        "net": SumRule(tuple(CellRef(row, name) for name in ("gross", *INCOMES[layout]))),
    }


def _sum_down(rows: Iterable[str], column: str) -> SumRule:
    return SumRule(tuple(CellRef(row, column) for row in rows))


def _heading_row(sheet: _Sheet, key: str, text: str) -> Row:
    width = len(sheet.columns)
    heading = Cell(values.parse(text), column_span=width, header=True)
    return Row(key, (heading, *[COVERED] * (width - 1)), "group")


def _key(row: Mapping[str, Any], otherwise: str) -> str:
    return row["id"] or row[otherwise]


def _table(sheet: _Sheet, rows: Sequence[Row], *, caption: str, key: str) -> Table:
    return Table(
        columns=_align(sheet.columns, rows),
        rows=tuple(rows),
        caption=caption,
        unit=sheet.around.plan.money_unit,
        key=key,
    )


def _align(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Column, ...]:
    """Give each column of numbers the most decimals that it holds, to align on."""
    return tuple(
        replace(column, decimals=_most_decimals(row.cells[i] for row in rows))
        if column.align == "right"
        else column
        for i, column in enumerate(columns)
    )


def _most_decimals(cells: Iterable[Any]) -> int | None:
    contents = [cell.content for cell in cells if isinstance(cell, Cell)]
    numbers = [c.decimals for c in contents if isinstance(c, Value) and c.number is not None]
    return max(numbers, default=None)


# --- staffing ----------------------------------------------------------------------------------


def build_staffing(content: Content, surroundings: Surroundings) -> Iterator[Block]:
    """Yield a table of posts for each unit, and their total where there are several units."""
    raw = content.model_dump()
    posts = add_posts(raw)
    if not any(unit.bands for unit in posts.units):
        yield _NOTHING_YET
        return
    columns = _staffing_columns(posts, surroundings)
    for unit, unit_posts in zip(raw["units"], posts.units, strict=True):
        if unit_posts.bands:
            yield _unit_posts_table(unit, unit_posts, columns, surroundings)
    if len(posts.units) > 1 or raw["total_title"]:
        title = raw["total_title"] or surroundings.label(
            "total_title", STAFFING_LABELS["total_title"]
        )
        yield _total_posts_table(posts, columns, surroundings, title)
    titles = [_unit_title(unit, surroundings) for unit in raw["units"]]
    yield from draw_staffing(posts, titles, surroundings)


def _staffing_columns(posts: PlanPosts, around: Surroundings) -> tuple[Column, ...]:
    whole = _BAND_WEIGHT + len(posts.years)
    label = around.label("band", STAFFING_LABELS["band"])
    return (
        Column("band", label, width=_BAND_WEIGHT / whole),
        *(Column(year, year, align="right", width=1 / whole) for year in posts.years),
    )


def _unit_posts_table(
    unit: Mapping[str, Any], posts: UnitPosts, columns: tuple[Column, ...], around: Surroundings
) -> Table:
    keys = [_key(band, "label") for band in unit["bands"]]
    rows = [
        _posts_row(columns, key, band["label"], cells)
        for key, band, cells in zip(keys, unit["bands"], posts.bands, strict=True)
    ]
    rows += _total_posts_rows(columns, posts, keys, around)
    caption = _caption(around, _unit_title(unit, around))
    return Table(_align(columns, rows), tuple(rows), caption=caption, key=_key(unit, "unit"))


def _total_posts_table(
    posts: PlanPosts, columns: tuple[Column, ...], around: Surroundings, title: str
) -> Table:
    keys = [f"band-{place}" for place in range(len(posts.bands))]
    rows = [
        _posts_row(columns, key, label, cells)
        for key, (label, cells) in zip(keys, posts.bands, strict=True)
    ]
    rows += _total_posts_rows(columns, posts, keys, around)
    caption = _caption(around, title)
    return Table(_align(columns, rows), tuple(rows), caption=caption, key="plan-total")


def _total_posts_rows(
    columns: tuple[Column, ...],
    posts: UnitPosts | PlanPosts,
    addends: Sequence[str],
    around: Surroundings,
) -> Iterator[Row]:
    """Yield the total, and of it the externally funded posts if any are recorded."""
    rules = {column.key: _sum_down(addends, column.key) for column in columns[1:]}
    label = around.label("total", STAFFING_LABELS["total"])
    yield _posts_row(columns, "total-posts", label, posts.total, kind="total", rules=rules)
    if any(value.status is not Status.BLANK for value in posts.externally_funded):
        label = around.label("externally_funded", STAFFING_LABELS["externally_funded"])
        cells = posts.externally_funded
        yield _posts_row(columns, "externally-funded", label, cells, kind="of_which")


def _posts_row(
    columns: Sequence[Column],
    key: str,
    label: str,
    cells: Sequence[Value],
    *,
    kind: RowKind = "row",
    rules: Mapping[str, SumRule] | None = None,
) -> Row:
    years = [
        Cell(value, rule=(rules or {}).get(column.key) if value.status is Status.NUMBER else None)
        for column, value in zip(columns[1:], cells, strict=True)
    ]
    return Row(key, (Cell(values.parse(label), header=True), *years), kind)
