"""The section kinds of this app: budget and staffing."""

from __future__ import annotations

from budgets.charts import BUDGET_CHARTS, STAFFING_CHARTS
from budgets.document import build_budget, build_staffing
from budgets.figures import budget_figures, staffing_figures
from budgets.forms import budget_grid, staffing_grid
from budgets.planfile import (
    BUDGET_LINES,
    BUDGET_UNITS,
    MEMORANDUM_ITEMS,
    STAFFING_BANDS,
    STAFFING_UNITS,
    BudgetContent,
    StaffingContent,
    budget_faults,
    dump_budgets,
    dump_staffing,
    empty_budget,
    empty_staffing,
    load_budget,
    load_staffing,
    set_up_budget,
    set_up_staffing,
    staffing_faults,
)
from plans.registry import SectionKind, register

BUDGET = SectionKind(
    slug="budget",
    name="Budget",
    summary="What each unit costs: lines, income and memorandum items, added up.",
    schema=BudgetContent,
    empty=empty_budget,
    dump=dump_budgets,
    load=load_budget,
    faults=budget_faults,
    build=build_budget,
    grid=budget_grid,
    figures=budget_figures,
    orientation="landscape",
    set_up=set_up_budget,
    charts=BUDGET_CHARTS,
    stores=(BUDGET_UNITS, BUDGET_LINES, MEMORANDUM_ITEMS),
)
STAFFING = SectionKind(
    slug="staffing",
    name="Staffing",
    summary="Posts by unit, grade and year, added up.",
    schema=StaffingContent,
    empty=empty_staffing,
    dump=dump_staffing,
    load=load_staffing,
    faults=staffing_faults,
    build=build_staffing,
    grid=staffing_grid,
    figures=staffing_figures,
    set_up=set_up_staffing,
    charts=STAFFING_CHARTS,
    stores=(STAFFING_UNITS, STAFFING_BANDS),
)

register(BUDGET)
register(STAFFING)
