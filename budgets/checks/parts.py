"""What several checks ask of a section: what it adds up to, which tables are parts of a unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from budgets.arithmetic import PlanBudget, PlanPosts, add_budget, add_posts
from plans.checks import SectionView
from plans.registry import PlanFacts


def add_up_budget(section: SectionView) -> PlanBudget:
    return add_budget(section.raw["content"])


def add_up_posts(section: SectionView) -> PlanPosts:
    return add_posts(section.raw["content"])


def gather_parts(facts: PlanFacts, units: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Return, by unit, the places among `units` of those that are part of it, however far down."""
    parents = {unit.key: unit.part_of for unit in facts.units}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, unit in enumerate(units):
        seen, above = {unit}, parents.get(unit)
        while above and above not in seen:
            found[above].append(place)
            seen.add(above)
            above = parents.get(above)
    return found
