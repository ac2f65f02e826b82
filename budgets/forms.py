"""What the editor shows of budgets and staffing: units as cards, their lines as grids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
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
    layout_of,
    typed_names,
)
from budgets.models import Budget
from budgets.planfile import STATED_NAMES, STATED_TOTALS
from documents import values
from plans.content import Path
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, Total
from plans.registry import PlanFacts

HEADINGS = {
    "prior_net": "Net, year before",
    "prior_fte": "FTE, year before",
    "fte": "FTE",
    "employee": "Employee costs",
    "running": "Running costs",
    "contracts": "Contracts and projects",
    "staffing": "Staffing",
    "non_staffing": "Non-staffing",
    "gross": "Gross",
    "external_income": "External income",
    "internal_income": "Internal income",
    "grants": "Grants",
    "net": "Net",
}
_ALSO = {
    "prior_net": ("Controllable expenditure", "Net cost", "Net"),
    "prior_fte": ("FTE",),
    "gross": ("Gross expenditure",),
    "net": ("Controllable expenditure", "Net cost", "Net expenditure"),
}
FROM_FINANCE = "Figures from Finance to compare with"
STATED_GROUPS = {"controllable": "Controllable totals", "total_cost": "Total cost"}
_COMPARED = ("gross", "net")  # offered on every line; the others where a line has them
_POSTS_HINT = "Full-time equivalents, 0 or more, or a word such as nil or to be set."


def budget_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of a budget: its set-up, then a card for each unit."""
    layout, budget = layout_of(content), add_budget(content)
    fields = (
        Field(
            ("layout",),
            "Layout",
            FieldType.CHOICE,
            hint="Empty the costs of one layout before you choose the other.",
            choices=tuple(Budget.Layout.choices),
            required=True,
        ),
        Field(
            ("prior_year",),
            "Year before",
            hint="Such as 2007/08. Without one its columns are not printed.",
            empty_as_null=True,
            width="narrow",
        ),
        *_plan_totals(),
        *_stated_totals(layout),
    )
    derived = {**_derived_of_plan(budget), **_derived_of_lines(budget)}
    return Grid(fields=fields, lists=(_units(content, plan, budget),), derived=derived)


def _derived_of_plan(budget: PlanBudget) -> Mapping[Path, str]:
    return {
        ("totals", "gross"): values.show(budget.controllable["gross"]),
        ("totals", "net"): values.show(budget.controllable["net"]),
        ("totals", "total_cost"): values.show(budget.total_cost["net"]),
    }


def _plan_totals() -> Iterator[Field]:
    labels = {"gross": "Gross", "net": "Net", "total_cost": "Total cost"}
    rules = {
        "gross": _sum_rule(_of_units(_sum_rule(_of_lines("gross")))),
        "net": _sum_rule(_of_units(_sum_rule(_of_lines("net")))),
    }
    items = _of_units({"list": "memorandum", "of": "current"})
    rules["total_cost"] = _sum_rule(rules["net"], items)
    for name, label in labels.items():
        yield Field(
            ("totals", name),
            f"{label}, all units",
            FieldType.DERIVED,
            width="narrow",
            rule=rules[name],
        )


def _sum_rule(*terms: Any) -> Mapping[str, Any]:
    """Return the page's rule for a sum as `arithmetic` makes it, with a £ where all have one."""
    return {"sum": terms, "pounds": True}


def _of_lines(name: str) -> Mapping[str, Any]:
    return {"list": "lines", "of": name}


def _of_units(term: Any) -> Mapping[str, Any]:
    return {"list": "units", "of": term}


def _derived_of_lines(budget: PlanBudget) -> Mapping[Path, str]:
    return {
        ("units", i, "lines", j, name): values.show(line[name])
        for i, unit in enumerate(budget.units)
        for j, line in enumerate(unit.lines)
        for name in ("gross", "net")
    }


def _stated_totals(layout: str) -> Iterator[Field]:
    """Yield what Finance may state of a unit, or of the whole plan."""
    for total in STATED_TOTALS:
        for name in amount_names(layout):
            yield Field(
                ("stated", total, name),
                HEADINGS[name],
                FieldType.CELL,
                groups=(FROM_FINANCE, STATED_GROUPS[total]),
                width="narrow",
                holds=_held_by(name),
            )


def _units(content: Mapping[str, Any], plan: PlanFacts, budget: PlanBudget) -> RowList:
    layout, unit = budget.layout, plan.money_unit
    lines = _lines(content, layout, unit)
    memorandum = _memorandum(unit)
    [empty] = add_budget({**content, "units": [{}]}).units
    return RowList(
        path=("units",),
        title="Units",
        noun="unit",
        fields=(*_unit_fields(plan), *_stated_totals(layout)),
        new={"id": "", "unit": "", "title": "", "lines": [], "memorandum": [], "stated": {}},
        label_path=("title",),
        layout="cards",
        lists=(lines, memorandum),
        rows={
            place: RowOverride(lists=_with_totals(lines, memorandum, amounts))
            for place, amounts in enumerate(budget.units)
        },
        new_override=RowOverride(lists=_with_totals(lines, memorandum, empty)),
        unit=unit,
    )


def _unit_fields(plan: PlanFacts) -> Iterator[Field]:
    yield Field(
        ("unit",),
        "Unit",
        FieldType.CHOICE,
        hint="The units of a plan are named among its facts.",
        choices=tuple(plan.unit_names.items()),
        required=True,
    )
    yield Field(("title",), "Title of its table", hint="Left empty, the unit's name.", width="wide")


def _lines(content: Mapping[str, Any], layout: str, unit: str) -> RowList:
    new = {"id": "", "activity": "", **dict.fromkeys(typed_names(layout), "")}
    return RowList(
        path=("lines",),
        title="Budget lines",
        noun="budget line",
        fields=(
            Field(("activity",), "Activity", required=True, width="wide"),
            *(
                _amount_field(name, layout, content.get("prior_year"))
                for name in amount_names(layout)
            ),
            Field(
                ("lead",),
                "Lead",
                width="narrow",
                also=("Cabinet member", "Responsible manager"),
            ),
            *_stated_of_lines(content, layout),
        ),
        new={**new, "lead": "", "stated": {}},
        label_path=("activity",),
        hint="Income is negative: -24.0. Gross and net are worked out.",
        unit=unit,
    )


def _amount_field(name: str, layout: str, prior_year: Any) -> Field:
    rules = {
        "gross": _sum_rule(*COSTS[layout]),
        "net": _sum_rule("gross", *INCOMES[layout]),
    }
    rule = rules.get(name)
    kind = FieldType.DERIVED if rule else FieldType.CELL
    holds = "" if rule else _held_by(name)
    year = f"{prior_year} " if name.startswith("prior") and prior_year else ""
    also = tuple(f"{year}{words}" for words in _ALSO.get(name, ()))
    return Field((name,), HEADINGS[name], kind, width="narrow", rule=rule, holds=holds, also=also)


def _held_by(name: str) -> str:
    return "fte" if name in ("prior_fte", "fte") else "money"


def _stated_of_lines(content: Mapping[str, Any], layout: str) -> Iterator[Field]:
    used = {
        name
        for unit in _objects(content.get("units"))
        for line in _objects(unit.get("lines"))
        for name in line.get("stated") or ()
    }
    for name in STATED_NAMES:
        if name in _COMPARED or name in used:
            yield Field(
                ("stated", name),
                HEADINGS[name],
                FieldType.CELL,
                groups=(FROM_FINANCE,),
                width="narrow",
                holds=_held_by(name),
            )


def _memorandum(unit: str) -> RowList:
    return RowList(
        path=("memorandum",),
        title="Memorandum items",
        noun="memorandum item",
        fields=(
            Field(("label",), "Item", required=True, width="wide"),
            Field(
                ("prior",),
                "Year before",
                FieldType.CELL,
                width="narrow",
                holds="money",
                under=("prior_net",),
            ),
            Field(
                ("current",),
                "This year",
                FieldType.CELL,
                width="narrow",
                holds="money",
                under=("net",),
            ),
        ),
        new={"id": "", "label": "", "prior": "", "current": ""},
        label_path=("label",),
        hint="Costs that the unit does not control, such as overheads; part of its total cost.",
        unit=unit,
    )


def _with_totals(
    lines: RowList, memorandum: RowList, amounts: UnitBudget
) -> tuple[RowList, RowList]:
    """Return a unit's own lists: the same fields above its own totals."""
    columns = {(name,): {"column": name, "pounds": True} for name in amounts.controllable}
    totals = Total("Controllable totals", _by_path(amounts.controllable), columns)
    cost = {
        ("prior",): values.show(amounts.total_cost["prior_net"]),
        ("current",): values.show(amounts.total_cost["net"]),
    }
    rules = {
        ("prior",): _total_cost_rule("prior_net", "prior"),
        ("current",): _total_cost_rule("net", "current"),
    }
    return (
        replace(lines, totals=(totals,)),
        replace(memorandum, totals=(Total("Total cost of unit", cost, rules),)),
    )


def _total_cost_rule(amount: str, item: str) -> Mapping[str, Any]:
    return _sum_rule(_sum_rule(_of_lines(amount)), {"list": "memorandum", "of": item})


def _by_path(amounts: Amounts) -> Mapping[Path, str]:
    return {(name,): values.show(value) for name, value in amounts.items()}


def _objects(items: Any) -> list[Mapping[str, Any]]:
    return [item for item in items or () if isinstance(item, Mapping)]


# --- staffing ----------------------------------------------------------------------------------


def staffing_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of staffing: years, a card for each unit, then what others state."""
    posts = add_posts(content)
    fields = (
        Field(("years",), "Years", FieldType.LINES, hint="One a line, such as 2008/09."),
        Field(("total_title",), "Title of the table of all units", hint='Left empty, "All units".'),
        *_total_fields(posts.years),
        *_year_fields(("stated",), posts.years, (FROM_FINANCE, "Total")),
        *_year_fields(
            ("stated_externally_funded",), posts.years, (FROM_FINANCE, "Externally funded")
        ),
    )
    derived = {("totals", place): values.show(value) for place, value in enumerate(posts.total)}
    return Grid(
        fields=fields,
        lists=(_staffing_units(content, plan, posts), _stated_bands(posts.years)),
        derived=derived,
    )


def _total_fields(years: Iterable[str]) -> Iterator[Field]:
    for place, year in enumerate(years):
        yield Field(
            ("totals", place),
            f"All units, {year}",
            FieldType.DERIVED,
            width="narrow",
            rule=_sum_rule(_of_units({"list": "bands", "of": f"fte-{place}"})),
        )


def _year_fields(path: Path, years: Iterable[str], groups: tuple[str, ...] = ()) -> Iterator[Field]:
    for place, year in enumerate(years):
        yield Field(
            (*path, place), year, FieldType.CELL, groups=groups, width="narrow", holds="fte"
        )


def _staffing_units(content: Mapping[str, Any], plan: PlanFacts, posts: PlanPosts) -> RowList:
    years, bands = posts.years, _bands(posts.years)
    [empty] = add_posts({**content, "units": [{}]}).units
    return RowList(
        path=("units",),
        title="Units",
        noun="unit",
        fields=(
            *_unit_fields(plan),
            *_year_fields(("externally_funded",), years, ("Of which externally funded",)),
            *_year_fields(("stated",), years, (FROM_FINANCE, "Total")),
        ),
        new={
            "id": "",
            "unit": "",
            "title": "",
            "bands": [],
            "externally_funded": [],
            "stated": [],
        },
        label_path=("title",),
        layout="cards",
        lists=(bands,),
        rows={
            place: RowOverride(lists=(replace(bands, totals=(_total_of_posts(unit),)),))
            for place, unit in enumerate(posts.units)
        },
        new_override=RowOverride(lists=(replace(bands, totals=(_total_of_posts(empty),)),)),
    )


def _bands(years: Sequence[str]) -> RowList:
    return RowList(
        path=("bands",),
        title="Posts by grade",
        noun="grade",
        fields=(
            Field(("label",), "Grade", required=True, width="wide"),
            *_year_fields(("fte",), years),
        ),
        new={"id": "", "label": "", "fte": [""] * len(years)},
        label_path=("label",),
        hint=_POSTS_HINT,
    )


def _total_of_posts(unit: UnitPosts) -> Total:
    shown = {("fte", place): values.show(value) for place, value in enumerate(unit.total)}
    rules = {path: {"column": f"fte-{path[1]}", "pounds": True} for path in shown}
    return Total("Total", shown, rules)


def _stated_bands(years: Sequence[str]) -> RowList:
    return replace(
        _bands(years),
        path=("stated_bands",),
        title=f"{FROM_FINANCE}: by grade",
        folded=True,
    )
