"""What a budget must agree on with itself: Finance's figures, signs, repeated lines, overheads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from budgets.arithmetic import COSTS, INCOMES, Amounts, PlanBudget, UnitBudget
from budgets.checks.parts import add_up_budget, gather_parts, name_tables, repeats
from budgets.checks.stating import Sorts, Stated, hold, plainly
from budgets.figures import NAMES
from documents import values
from documents.values import Status, Value
from plans.checks import Finding, SectionView, check_sections, define
from plans.checks.amounts import compare
from plans.content import Path
from plans.registry import PlanFacts

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
STATED_EARLY = define(
    "budgets.W002",
    "A figure is stated while part of it is to be set",
    "Type what is still to be set, or take the stated figure away until it is known.",
)
INCOME_POSITIVE = define(
    "budgets.W003",
    "Income or a grant stands without a minus",
    "Type income and grants with a minus, so that they are taken off the cost.",
)
COST_NEGATIVE = define(
    "budgets.W004",
    "A cost or a number of posts is negative",
    "Take the minus away; what is paid back by others belongs under income.",
)
LINE_TWICE = define(
    "budgets.W005",
    "A line stands twice in one unit",
    "Take one of the two away, or say in their names how they differ.",
)
ITEM_TWICE = define(
    "budgets.W006",
    "A memorandum item stands twice in one unit",
    "Take one of the two away, or say in their names how they differ.",
)
ITEM_MISSING = define(
    "budgets.W007",
    "A unit lacks a memorandum item that the others have",
    "Add the item, with 0.0 if nothing is charged to this unit.",
)
ITEM_NOT_CURRENT = define(
    "budgets.W008",
    "A memorandum item has an amount for the year before and none for this one",
    "Type this year's amount, 0.0 if there is none any more.",
)
UNIT_COUNTED_TWICE = define(
    "budgets.W009",
    "A unit's table repeats what its parts have in theirs",
    "Keep the lines in one of the tables: the plan's total adds them all.",
)
OVERHEAD_ODD = define(
    "budgets.A001",
    "An overhead is out of proportion",
    "Ask Finance whether the amount is right and stands beside the right name.",
)
COST_WITHOUT_POSTS = define(
    "budgets.A002",
    "A line pays employees but has no posts",
    "Type the posts that the money pays for, or move it to running costs.",
)
POSTS_WITHOUT_COST = define(
    "budgets.A003",
    "A line has posts but pays no employees",
    "Type what the posts cost, or take them out of this line.",
)
SORTS = Sorts(STATED_DIFFERS, STATED_ROUNDED, STATED_EARLY, "the budget")

POSTS = ("prior_fte", "fte")
PAY = {"full": "employee", "compact": "staffing"}
_SEVERAL = ("prior_fte", "fte", "employee", "running", "contracts", "grants")  # named in plural
NETS = {"prior_net": "total cost of the year before", "net": "total cost"}
FEW = 4  # units or items that it takes to say what is usual
NOTHING = (Status.BLANK, Status.NIL)


class Table(NamedTuple):
    """A unit's table as typed and added up; `title`: as a sentence names it."""

    path: Path
    title: str
    typed: Mapping[str, Any]
    added: UnitBudget

    @property
    def lines(self) -> Iterator[tuple[Path, str, Mapping[str, Any], Amounts]]:
        """Yield path, name, what is typed and the amounts of each line."""
        for line, amounts in zip(self.typed["lines"], self.added.lines, strict=True):
            yield (
                (*self.path, "lines", line["id"]),
                f"{self.title}, {line['activity']}",
                line,
                amounts,
            )


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget section as its checks see it, added up once."""

    key: str
    content: Mapping[str, Any]
    added: PlanBudget
    tables: tuple[Table, ...]
    facts: PlanFacts

    @property
    def layout(self) -> str:
        return self.added.layout


@check_sections("budget")
def budget_agrees_with_itself(section: SectionView) -> Iterator[Finding]:
    budget = _read_budget(section)
    yield from _stated_figures(budget)
    yield from _signs(budget)
    yield from _repeated_lines(budget)
    yield from _memorandum_items(budget)
    yield from _units_within_units(budget)
    yield from _overheads(budget)
    yield from _pay_and_posts(budget)


def _read_budget(section: SectionView) -> Budget:
    added = section.shared(add_up_budget)
    named = zip(name_tables(section), added.units, strict=True)
    tables = tuple(Table(*table, amounts) for table, amounts in named)
    return Budget(section.key, section.raw["content"], added, tables, section.facts)


# --- what Finance states -----------------------------------------------------------------------


def _stated_figures(budget: Budget) -> Iterator[Finding]:
    """The budget prints what its lines add up to; Finance's own figures are held against that."""
    for stated in _stated(budget):
        yield from hold(budget.key, stated, SORTS)


def _stated(budget: Budget) -> Iterator[Stated]:
    tables, added = budget.tables, budget.added
    yield from _both(("content",), "The whole budget", budget.content["stated"], added, len(tables))
    for table in tables:
        addends = len(table.added.lines)
        yield from _both(table.path, table.title, table.typed["stated"], table.added, addends)
        for path, name, line, amounts in table.lines:
            yield from _figures((*path, "stated"), name, line["stated"], amounts)


def _both(
    path: Path, title: str, stated: Mapping[str, Any], added: PlanBudget | UnitBudget, addends: int
) -> Iterator[Stated]:
    """Yield the controllable figures and those of the total cost; what both say alike, once."""
    controllable = stated.get("controllable") or {}
    total = stated.get("total_cost") or {}
    more = {k: text for k, text in total.items() if k in NETS or text != controllable.get(k)}
    for part, figures, amounts in (
        ("controllable", controllable, added.controllable),
        ("total_cost", more, added.total_cost),
    ):
        yield from _figures((*path, "stated", part), title, figures, amounts, addends=addends)


def _figures(
    path: Path, title: str, figures: Mapping[str, str], amounts: Amounts, *, addends: int = 0
) -> Iterator[Stated]:
    for name, text in figures.items():
        if name in amounts:
            words = NETS.get(name) if path[-1] == "total_cost" else None
            said = f"{title}: {words or _name(name)}"
            rounded = 0 if name in POSTS else addends
            verb = "are" if name in _SEVERAL else "is"
            yield Stated((*path, name), said, values.parse(text), amounts[name], rounded, verb)


def _name(amount: str) -> str:
    words = NAMES[amount]
    return words[0].lower() + words[1:]


# --- signs and repeats -------------------------------------------------------------------------


def _signs(budget: Budget) -> Iterator[Finding]:
    incomes, costs = INCOMES[budget.layout], (*COSTS[budget.layout], *POSTS)
    for table in budget.tables:
        for path, name, _, amounts in table.lines:
            for amount in incomes:
                if _number(amounts[amount]) > 0:
                    message = (
                        f"{name}: “{NAMES[amount]}” is {values.show(amounts[amount])}, "
                        "which adds to the cost; income stands with a minus."
                    )
                    yield _at(budget, INCOME_POSITIVE, (*path, amount), message, amounts[amount])
            for amount in costs:
                if _number(amounts[amount]) < 0:
                    message = (
                        f"{name}: “{NAMES[amount]}” is {values.show(amounts[amount])}, below 0."
                    )
                    yield _at(budget, COST_NEGATIVE, (*path, amount), message, amounts[amount])


def _at(budget: Budget, check: Any, path: Path, message: str, value: Value) -> Finding:
    found: Finding = check.at(budget.key, path, message, stated=values.show(value))
    return found


def _number(value: Value) -> Decimal:
    return value.number or Decimal(0)


def _repeated_lines(budget: Budget) -> Iterator[Finding]:
    for table in budget.tables:
        lines = [(line["id"], line["activity"]) for line in table.typed["lines"]]
        items = [(item["id"], item["label"]) for item in table.typed["memorandum"]]
        for check, kind, rows in (
            (LINE_TWICE, "lines", lines),
            (ITEM_TWICE, "memorandum", items),
        ):
            for row_id, label, first in repeats(rows):
                message = f"{table.title}: “{label}” stands twice, and both are added up."
                path, other = (*table.path, kind, row_id), (*table.path, kind, first)
                yield check.at(budget.key, path, message, causes=((budget.key, other),))


# --- memorandum items --------------------------------------------------------------------------


def _memorandum_items(budget: Budget) -> Iterator[Finding]:
    for table in budget.tables:
        for item in table.typed["memorandum"]:
            prior, current = values.parse(item["prior"]), values.parse(item["current"])
            if prior.number and current.status in NOTHING:
                message = (
                    f"{table.title}: “{plainly(item['label'])}” was {values.show(prior)} the year "
                    "before and has no amount for this one."
                )
                path = (*table.path, "memorandum", item["id"], "current")
                yield ITEM_NOT_CURRENT.at(
                    budget.key, path, message, stated=values.show(current), computed=item["prior"]
                )
    yield from _missing_items(budget)


def _missing_items(budget: Budget) -> Iterator[Finding]:
    """An item that two units in three have, four at least, is missed where it is not."""
    labels = [
        {plainly(item["label"]): None for item in table.typed["memorandum"]}
        for table in budget.tables
    ]
    having = Counter(label for each in labels for label in each)
    usual = [n for n, count in having.items() if count >= FEW and 3 * count >= 2 * len(labels)]
    for table, own in zip(budget.tables, labels, strict=True):
        for label in usual:
            if label not in own:
                message = (
                    f"{table.title} has no “{label}” among its memorandum items; "
                    f"{having[label]} of {len(labels)} tables have it."
                )
                yield ITEM_MISSING.at(budget.key, table.path, message, computed=label)


# --- units within units ------------------------------------------------------------------------


def _units_within_units(budget: Budget) -> Iterator[Finding]:
    """A division's own table must not be the sum of its teams' tables: it would count twice."""
    gross = [table.added.controllable["gross"] for table in budget.tables]
    units = [str(table.typed["unit"]) for table in budget.tables]
    places = gather_parts(budget.facts, units)
    for table, own, unit in zip(budget.tables, gross, units, strict=True):
        parts = [gross[place] for place in places.get(unit, ())]
        together = values.total(parts)
        if own.number and compare(own, together, rounded=len(parts)) in ("same", "rounding"):
            message = (
                f"{table.title}: gross expenditure of {values.show(own)} is what the tables of its "
                f"parts add up to ({values.show(together)}), so the plan's total has it twice."
            )
            said = {"stated": values.show(own), "computed": values.show(together)}
            yield UNIT_COUNTED_TWICE.at(budget.key, table.path, message, **said)


# --- advice ------------------------------------------------------------------------------------


class Overhead(NamedTuple):
    """One memorandum amount of a unit, and what it is a share of."""

    path: Path
    title: str
    label: str
    amount: Value
    whole: Decimal
    of_what: str

    @property
    def share(self) -> Decimal:
        return _number(self.amount) / self.whole


def _overheads(budget: Budget) -> Iterator[Finding]:
    """Overheads are spread by a key: this year's beside gross expenditure, last year's, whose gross
    a plan does not hold, beside the unit's other overheads."""
    for overheads, most in ((_current_overheads(budget), 2.0), (_prior_overheads(budget), 1.5)):
        by_label: dict[str, list[Overhead]] = {}
        for overhead in overheads:
            by_label.setdefault(overhead.label, []).append(overhead)
        for alike in by_label.values():
            if len(alike) >= FEW:
                usual = median(each.share for each in alike)
                for each in alike:
                    if each.share > usual * Decimal(most):
                        yield _tell_odd(budget, each, usual)


def _tell_odd(budget: Budget, overhead: Overhead, usual: Decimal) -> Finding:
    said, expected = values.show(overhead.amount), values.computed(overhead.whole * usual, 1)
    message = (
        f"{overhead.title}: “{overhead.label}” of {said} is {overhead.share:.1%} of "
        f"{overhead.of_what}; in the other units it is about {usual:.1%}, "
        f"which would be {values.show(expected)}."
    )
    computed = values.show(expected)
    return OVERHEAD_ODD.at(budget.key, overhead.path, message, stated=said, computed=computed)


def _current_overheads(budget: Budget) -> Iterator[Overhead]:
    for table in budget.tables:
        gross = _number(table.added.controllable["gross"])
        for item, amount in zip(table.typed["memorandum"], table.added.current, strict=True):
            if _number(amount) > 0 and gross > 0:
                path = (*table.path, "memorandum", item["id"], "current")
                label = plainly(item["label"])
                yield Overhead(path, table.title, label, amount, gross, "gross expenditure")


def _prior_overheads(budget: Budget) -> Iterator[Overhead]:
    what = "the unit's memorandum items of the year before"
    for table in budget.tables if budget.content["prior_year"] else ():
        together = sum(map(_number, table.added.prior), Decimal(0))
        for item, amount in zip(table.typed["memorandum"], table.added.prior, strict=True):
            if _number(amount) > 0 and together > 0:
                path = (*table.path, "memorandum", item["id"], "prior")
                label = plainly(item["label"])
                yield Overhead(path, table.title, label, amount, together, what)


def _pay_and_posts(budget: Budget) -> Iterator[Finding]:
    """Where a budget has posts at all, each line that pays employees has some."""
    pay = PAY[budget.layout]
    if budget.added.controllable["fte"].status in NOTHING:
        return
    for table in budget.tables:
        for path, name, _, amounts in table.lines:
            cost, posts = amounts[pay], amounts["fte"]
            said = {"stated": values.show(cost), "computed": values.show(posts)}
            if _number(cost) > 0 and _is_none(posts):
                message = f"{name}: {_name(pay)} of {values.show(cost)} but no posts (FTE)."
                yield COST_WITHOUT_POSTS.at(budget.key, (*path, "fte"), message, **said)
            if _number(posts) > 0 and _is_none(cost):
                message = f"{name}: {values.show(posts)} posts (FTE), but {_name(pay)} is nothing."
                yield POSTS_WITHOUT_COST.at(budget.key, (*path, pay), message, **said)


def _is_none(value: Value) -> bool:
    return value.number == 0 or value.status in NOTHING
