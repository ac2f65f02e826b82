"""What the budgets and the staffing of one plan must agree on: the posts of each unit, by year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from budgets.checks.parts import add_up_budget, add_up_posts
from budgets.checks.stating import plainly
from documents import values
from documents.values import BLANK, Value
from plans.checks import Finding, PlanView, SectionView, check_plans, define, extract
from plans.checks.amounts import compare
from plans.content import Path

POSTS_DIFFER = define(
    "budgets.W013",
    "Budget and staffing have different posts for a unit",
    "Find out which of the two tables is right and put the other right.",
)
POSTS_ROUNDED = define(
    "budgets.R003",
    "Budget and staffing differ by rounding in a unit's posts",
    "Nothing needs doing.",
)
LABEL_DIFFERS = define(
    "budgets.W016",
    "A label counts a unit's posts otherwise than the budget",
    "Put the number in the label right, or leave it out.",
)

_COUNTED = re.compile(
    r"\binclud\w+ (?P<posts>[0-9][0-9.,]*) (?P<unit>[^,;()]+?) (?:posts|FTE|staff)", re.I
)

Entry = tuple[str, str, str, str]  # year, unit, row id of its table, posts as printed


@extract("budget_posts", "budget")
def extract_budget_posts(section: SectionView) -> list[Entry]:
    """Take out the posts that each unit's table pays for, this year and the year before."""
    content = section.raw["content"]
    years = [("fte", section.facts.year), ("prior_fte", content["prior_year"])]
    tables = zip(content["units"], section.shared(add_up_budget).units, strict=True)
    return [
        (year, unit["unit"], unit["id"], values.show(added.controllable[name]))
        for unit, added in tables
        for name, year in years
        if year
    ]


@extract("staffing_posts", "staffing")
def extract_staffing_posts(section: SectionView) -> list[Entry]:
    """Take out the posts of each unit's table, by year."""
    content = section.raw["content"]
    posts = section.shared(add_up_posts)
    return [
        (year, unit["unit"], unit["id"], values.show(total))
        for unit, added in zip(content["units"], posts.units, strict=True)
        for year, total in zip(posts.years, added.total, strict=True)
    ]


@extract("posts_in_labels", "staffing")
def extract_posts_in_labels(section: SectionView) -> list[tuple[str, str, str, str, str]]:
    """Take out labels of bands such as "includes 7.5 nursery posts": ids of table and band, label,
    number and unit."""
    found = []
    for unit in section.raw["content"]["units"]:
        for band in unit["bands"]:
            if match := _COUNTED.search(band["label"]):
                label = plainly(band["label"])
                found.append((unit["id"], band["id"], label, match["posts"], match["unit"]))
    return found


@dataclass(slots=True)
class Posts:
    """What the tables of one side say of an outermost unit's posts in one year."""

    said: list[Value] = field(default_factory=list)
    places: list[tuple[str, Path]] = field(default_factory=list)

    @property
    def total(self) -> Value:
        return values.total(self.said)


@check_plans
def posts_agree(plan: PlanView) -> Iterator[Finding]:
    """Years are matched by name and units at the outermost, where money and posts come together."""
    paid, there = _gather(plan, "budget_posts"), _gather(plan, "staffing_posts")
    years = {year for year, _ in paid} & {year for year, _ in there}
    used = {year for (year, _), posts in paid.items() if posts.total.number}
    for year, unit in dict.fromkeys([*there, *paid]):
        if year in years & used:
            name = f"{plan.facts.unit_names.get(unit, unit)}, {year}"
            nothing = Posts([BLANK])
            yield from _compare(
                name, there.get((year, unit), nothing), paid.get((year, unit), nothing)
            )


@check_plans
def labels_agree(plan: PlanView) -> Iterator[Finding]:
    """A number of posts in a band's label stands for all its years, so it holds in each of them."""
    units = {name.casefold(): unit for unit in plan.facts.units for name in (unit.name, *unit.also)}
    for key, labels in plan.extracted("posts_in_labels"):
        for table, band, label, said, words in labels:
            unit, stated = units.get(words.casefold()), values.parse(said)
            paid = _posts_of(plan, unit.key) if unit else {}
            wrong = [y for y, posts in paid.items() if _judge(stated, posts) == "wrong"]
            if unit and wrong:
                path: Path = ("content", "units", table, "bands", band, "label")
                others = ", ".join(f"{values.show(paid[year])} in {year}" for year in wrong)
                message = f"“{label}”: the budget has {others} for the posts of {unit.name}."
                yield LABEL_DIFFERS.at(key, path, message, stated=said, computed=others)


def _posts_of(plan: PlanView, unit: str) -> dict[str, Value]:
    """Return the posts that the budgets pay for in a unit's own tables, by year of staffing."""
    years = {entry[0] for _, entries in plan.extracted("staffing_posts") for entry in entries}
    found: dict[str, list[Value]] = {}
    for _, entries in plan.extracted("budget_posts"):
        for year, key, _, said in entries:
            if key == unit and year in years:
                found.setdefault(year, []).append(values.parse(said))
    return {year: values.total(said) for year, said in found.items()}


def _gather(plan: PlanView, name: str) -> dict[tuple[str, str], Posts]:
    outermost = {unit: plan.facts.outermost(unit) for unit in _units(plan, name)}
    found: dict[tuple[str, str], Posts] = {}
    for key, entries in plan.extracted(name):
        for year, unit, row_id, said in entries:
            posts = found.setdefault((year, outermost[unit]), Posts())
            posts.said.append(values.parse(said))
            posts.places.append((key, ("content", "units", row_id)))
    return found


def _units(plan: PlanView, name: str) -> set[str]:
    return {entry[1] for _, entries in plan.extracted(name) for entry in entries}


def _compare(name: str, staffing: Posts, budget: Posts) -> Iterator[Finding]:
    there, paid = _counted(staffing.total), _counted(budget.total)
    outcome = _judge(there, paid)
    if outcome not in ("rounding", "wrong"):
        return
    check = POSTS_ROUNDED if outcome == "rounding" else POSTS_DIFFER
    said, other = values.show(there), values.show(paid)
    message = f"{name}: staffing has {said} posts (FTE), but the budget pays for {other}."
    (key, path), *others = [*staffing.places, *budget.places]
    yield check.at(key, path, message, stated=said, computed=other, causes=tuple(others))


def _judge(one: Value, other: Value) -> str | None:
    """Compare at the fewer decimals of the two: 767 posts and 766.9 differ by rounding."""
    stated, computed = sorted((one, other), key=lambda value: value.decimals)
    return compare(stated, computed)


def _counted(posts: Value) -> Value:
    return posts if posts.number is not None or posts.text else values.computed(Decimal(0), 1)
