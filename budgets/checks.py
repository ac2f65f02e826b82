"""What budgets and staffing must agree on: sums, signs, Finance's own figures, money and posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from budgets.arithmetic import Amounts, add_budget
from budgets.figures import NAMES
from documents import values
from documents.values import Value
from plans.checks import Finding, SectionView, check_sections, define
from plans.checks.amounts import compare
from plans.content import Path

STATED_DIFFERS = define(
    "budgets.W001",
    "A figure stated by Finance is not what the budget adds up to",
    "Ask Finance which is right; put the lines right, or the stated figure.",
)
STATED_ROUNDED = define(
    "budgets.R001",
    "A figure stated by Finance differs by rounding",
    "Nothing needs doing: the printed figure is the sum of the printed lines.",
)


@dataclass(frozen=True, slots=True)
class Stated:
    """Figures stated for a line, a unit or the plan, what they ought to be, of how many addends."""

    path: Path
    name: str
    figures: Mapping[str, str]
    computed: Amounts
    addends: int


@check_sections("budget")
def stated_figures_agree(section: SectionView) -> Iterator[Finding]:
    """The budget prints what its lines add up to; Finance's own figures are held against that."""
    for stated in _stated(section):
        for name, text in stated.figures.items():
            computed = stated.computed.get(name)
            if computed is not None:
                yield from _compare(section.key, stated, name, values.parse(text), computed)


def _compare(
    key: str, stated: Stated, name: str, figure: Value, computed: Value
) -> Iterator[Finding]:
    outcome = compare(figure, computed, rounded=stated.addends)
    if outcome in ("rounding", "wrong"):
        check = STATED_ROUNDED if outcome == "rounding" else STATED_DIFFERS
        said, adds_up_to = values.show(figure), values.show(computed)
        message = (
            f"{stated.name}: {NAMES[name].lower()} is stated as {said}, "
            f"but the budget adds up to {adds_up_to}."
        )
        yield check.at(key, (*stated.path, name), message, stated=said, computed=adds_up_to)


def _stated(section: SectionView) -> Iterator[Stated]:
    content = section.raw["content"]
    budget, names = add_budget(content), section.facts.unit_names
    yield from _both(("content", "stated"), "The whole budget", content, budget, len(budget.units))
    for unit, added in zip(content["units"], budget.units, strict=True):
        path: Path = ("content", "units", unit["id"])
        title = unit["title"] or names.get(unit["unit"], unit["unit"])
        yield from _both((*path, "stated"), title, unit, added, len(added.lines))
        for line, amounts in zip(unit["lines"], added.lines, strict=True):
            of_line = f"{title}, {line['activity']}"
            yield Stated(
                (*path, "lines", line["id"], "stated"), of_line, line["stated"], amounts, 0
            )


def _both(
    path: Path, name: str, entry: Mapping[str, Any], added: Any, addends: int
) -> Iterable[Stated]:
    """Return the controllable figures and those of the total cost that are stated."""
    stated = entry["stated"]
    for part, computed in (("controllable", added.controllable), ("total_cost", added.total_cost)):
        yield Stated((*path, part), name, stated.get(part) or {}, computed, addends)
