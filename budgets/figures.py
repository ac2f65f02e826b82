"""The named values of budgets and staffing that prose, summaries and checks can quote."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from budgets.arithmetic import (
    PlanBudget,
    add_budget,
    add_posts,
    amount_names,
    budget_of_unit,
    posts_of_unit,
)
from documents import values
from documents.values import Value
from plans.content import Content
from plans.figures import either
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

# How prose means them, besides the unit and the year.
PHRASES = {
    "fte": "FTE|full-time equivalent",
    "employee": "employee costs|staffing costs|staff costs|pay costs|pay bill",
    "running": "running costs",
    "contracts": "contracts and projects",
    "staffing": "staffing budget|staffing costs|staff costs|pay costs|pay bill",
    "non_staffing": "non-staffing|non-staffing budget|non-staffing costs",
    "gross": "gross|gross budget|gross expenditure|gross spending|gross cost|gross spend",
    "external_income": "external income",
    "internal_income": "internal income",
    "grants": "grants|grant income|government grants",
    "net": "net|net budget|net expenditure|net spending|net cost|net spend|controllable budget"
    "|controllable expenditure|controllable spending|after income|once income",
    "total_cost": "total cost|full cost",
}
EXTERNALLY_FUNDED = "externally funded|externally funded posts|funded from outside"


def budget_figures(content: Content, plan: PlanFacts) -> Iterator[Figure]:
    """Yield `<name>` for the plan, `<unit key>.<name>` for each unit, `count` of the units.

    Amounts are controllable; `total_cost` has the memorandum items in it. Those of the year
    before are there where the budget has its columns.
    """
    raw = content.model_dump()
    budget, has_prior = add_budget(raw), raw["prior_year"] is not None
    prior = raw["prior_year"] or ""
    for name, value in _named_amounts(budget, has_prior=has_prior):
        names = _names(name, "", prior)
        yield Figure(name, NAMES[name], value, _unit_of(name, plan), names)
    called = names_of_units(plan)
    for key in dict.fromkeys(unit.key for unit in budget.units):
        unit_name = plan.unit_names.get(key, key)
        for name, value in _named_amounts(budget_of_unit(budget, key), has_prior=has_prior):
            label = f"{NAMES[name]}: {unit_name}"
            names = _names(name, called.get(key, key), prior)
            yield Figure(f"{key}.{name}", label, value, _unit_of(name, plan), names)
    yield _count_units(budget)


def _count_units(budget: PlanBudget) -> Figure:
    number = len({unit.key for unit in budget.units})
    return Figure("count", "Units", values.computed(Decimal(number), 0), names=("N units",))


def names_of_units(plan: PlanFacts) -> dict[str, str]:
    """Return what each unit is called, as figures' names have it: "Asylum|SUASC"."""
    return {unit.key: either(unit.name, *unit.also) for unit in plan.units}


def _names(name: str, unit: str, prior: str) -> tuple[str, ...]:
    """Return how prose means an amount; of a unit it must name the unit, of the year before that
    year."""
    this_year = name.removeprefix("prior_")
    parts = [PHRASES[this_year], unit, prior if this_year != name else ""]
    return ("; ".join(part for part in parts if part),)


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
    fte, funded = PHRASES["fte"], "Posts (FTE) externally funded"
    yield from _by_year("total", "Posts (FTE)", posts.years, posts.total, fte)
    yield from _by_year(
        "externally_funded", funded, posts.years, posts.externally_funded, EXTERNALLY_FUNDED
    )
    called = names_of_units(plan)
    for key in dict.fromkeys(unit.key for unit in posts.units):
        unit, name = posts_of_unit(posts, key), plan.unit_names.get(key, key)
        about = called.get(key, key)
        yield from _by_year(key, f"Posts (FTE): {name}", posts.years, unit.total, f"{fte}; {about}")
        path, names = f"{key}.externally_funded", f"{EXTERNALLY_FUNDED}; {about}"
        yield from _by_year(path, f"{funded}: {name}", posts.years, unit.externally_funded, names)


def _by_year(
    path: str, label: str, years: tuple[str, ...], amounts: tuple[Value, ...], names: str
) -> Iterator[Figure]:
    for year, value in zip(years, amounts, strict=True):
        yield Figure(f"{path}.{year}", f"{label}, {year}", value, names=(f"{names}; {year}",))
