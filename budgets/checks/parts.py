"""What several checks ask of a section: its sums, which tables are parts of a unit, repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from budgets.arithmetic import PlanBudget, PlanPosts, add_budget, add_posts
from budgets.checks.stating import plainly
from plans.checks import SectionView
from plans.content import Path
from plans.registry import PlanFacts


def add_up_budget(section: SectionView) -> PlanBudget:
    return add_budget(section.raw["content"])


def add_up_posts(section: SectionView) -> PlanPosts:
    return add_posts(section.raw["content"])


def name_tables(section: SectionView) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    """Yield path, name for a sentence, and what is typed of each unit's table."""
    names = section.facts.unit_names
    for unit in section.raw["content"]["units"]:
        title = plainly(unit["title"]) or names.get(unit["unit"], unit["unit"])
        yield ("content", "units", unit["id"]), title, unit


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


def repeats(rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield id and label of each row whose label stood above already, and the id it had there."""
    first: dict[str, str] = {}
    for row_id, label in rows:
        words = plainly(label)
        if words and first.setdefault(words.casefold(), row_id) != row_id:
            yield row_id, words, first[words.casefold()]
