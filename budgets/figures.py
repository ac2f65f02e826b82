"""The named values of budgets and staffing that prose, summaries and checks can quote."""

from __future__ import annotations

from collections.abc import Iterator

from budgets.arithmetic import (
    PlanBudget,
    add_budget,
    add_posts,
    amount_names,
    budget_of_unit,
    posts_of_unit,
)
from documents.values import Value
from plans.content import Content
from plans.registry import Figure, PlanFacts

NAMES = {
    "prior_net": "Controllable expenditure of the year before",
    "prior_fte": "Posts (FTE) of the year before",
    "fte": "Posts (FTE)",
    "employee": "Employee costs",
    "running": "Running costs",
    "contracts": "Contracts and projects",
    "staffing": "Staffing",
    "non_staffing": "Non-staffing",
    "gross": "Gross expenditure",
    "external_income": "External income",
    "internal_income": "Internal income",
    "grants": "Grants",
    "net": "Controllable expenditure",
    "prior_total_cost": "Total cost of the year before",
    "total_cost": "Total cost",
}


def budget_figures(content: Content, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `<name>` for the plan and `<unit key>.<name>` for each unit with a table.

    Amounts are controllable; `total_cost` has the memorandum items in it. Those of the year
    before are there where the budget has its columns.
    """
    raw = content.model_dump()
    budget, has_prior = add_budget(raw), raw["prior_year"] is not None
    for name, value in _named_amounts(budget, has_prior=has_prior):
        yield Figure(name, NAMES[name], value, _unit_of(name, plan))
    for key in dict.fromkeys(unit.key for unit in budget.units):
        unit_name = plan.unit_names.get(key, key)
        for name, value in _named_amounts(budget_of_unit(budget, key), has_prior=has_prior):
            label = f"{NAMES[name]}: {unit_name}"
            yield Figure(f"{key}.{name}", label, value, _unit_of(name, plan))


def _unit_of(name: str, plan: PlanFacts) -> str:
    return "" if name in ("fte", "prior_fte") else plan.money_unit


def _named_amounts(budget: PlanBudget, *, has_prior: bool) -> Iterator[tuple[str, Value]]:
    for name in amount_names(budget.layout):
        if has_prior or not name.startswith("prior_"):
            yield name, budget.controllable[name]
    if has_prior:
        yield "prior_total_cost", budget.total_cost["prior_net"]
    yield "total_cost", budget.total_cost["net"]


def staffing_figures(content: Content, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `total.<year>`, `externally_funded.<year>` and both for each unit, below its key:
    `<unit key>.<year>`, `<unit key>.externally_funded.<year>`."""
    posts = add_posts(content.model_dump())
    yield from _by_year("total", "Posts (FTE)", posts.years, posts.total)
    funded = "Posts (FTE) externally funded"
    yield from _by_year("externally_funded", funded, posts.years, posts.externally_funded)
    for key in dict.fromkeys(unit.key for unit in posts.units):
        unit, name = posts_of_unit(posts, key), plan.unit_names.get(key, key)
        yield from _by_year(key, f"Posts (FTE): {name}", posts.years, unit.total)
        path = f"{key}.externally_funded"
        yield from _by_year(path, f"{funded}: {name}", posts.years, unit.externally_funded)


def _by_year(
    path: str, label: str, years: tuple[str, ...], amounts: tuple[Value, ...]
) -> Iterator[Figure]:
    for year, value in zip(years, amounts, strict=True):
        yield Figure(f"{path}.{year}", f"{label}, {year}", value)
