"""What the budgets and the staffing of one plan must agree on: the posts of each unit, by year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from budgets.arithmetic import add_budget, add_posts
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

Entry = tuple[str, str, str, str]  # year, unit, row id of its table, posts as printed


@extract("budget_posts", "budget")
def extract_budget_posts(section: SectionView) -> list[Entry]:
    """Take out the posts that each unit's table pays for, this year and the year before."""
    content = section.raw["content"]
    years = [("fte", section.facts.year), ("prior_fte", content["prior_year"])]
    tables = zip(content["units"], add_budget(content).units, strict=True)
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
    posts = add_posts(content)
    return [
        (year, unit["unit"], unit["id"], values.show(total))
        for unit, added in zip(content["units"], posts.units, strict=True)
        for year, total in zip(posts.years, added.total, strict=True)
    ]


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


def _gather(plan: PlanView, name: str) -> dict[tuple[str, str], Posts]:
    found: dict[tuple[str, str], Posts] = {}
    for key, entries in plan.extracted(name):
        for year, unit, row_id, said in entries:
            posts = found.setdefault((year, plan.facts.outermost(unit)), Posts())
            posts.said.append(values.parse(said))
            posts.places.append((key, ("content", "units", row_id)))
    return found


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
