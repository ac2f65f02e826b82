"""What staffing must agree on with itself: stated totals, bands, externally funded posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from budgets.arithmetic import PlanPosts, UnitPosts, name_band, read_years
from budgets.checks.parts import add_up_posts, gather_parts, name_tables, repeats
from budgets.checks.stating import Sorts, Stated, hold, plainly
from documents import values
from documents.values import BLANK, Value
from plans.checks import Finding, SectionView, check_sections, define
from plans.checks.amounts import compare
from plans.content import Path
from plans.registry import PlanFacts

STATED_DIFFERS = define(
    "budgets.W010",
    "A stated number of posts is not what the bands add up to",
    "Ask Human Resources which is right; put the bands right, or the stated number.",
)
STATED_ROUNDED = define(
    "budgets.R002",
    "A stated number of posts differs by rounding",
    "Nothing needs doing: the printed number is the sum of the printed bands.",
)
STATED_EARLY = define(
    "budgets.W011",
    "A number of posts is stated while part of it is to be set",
    "Type what is still to be set, or take the stated number away until it is known.",
)
TOO_MANY_FUNDED = define(
    "budgets.W012",
    "More posts are externally funded than there are",
    "Put right the posts of the bands, or those that others pay for.",
)
BAND_TWICE = define(
    "budgets.W014",
    "A band stands twice in one unit",
    "Take one of the two away, or say in their names how they differ.",
)
UNIT_COUNTED_TWICE = define(
    "budgets.W015",
    "A unit's posts repeat what its parts have in their tables",
    "Keep the posts in one of the tables: the plan's total adds them all.",
)
SORTS = Sorts(STATED_DIFFERS, STATED_ROUNDED, STATED_EARLY, "the table")


@dataclass(frozen=True, slots=True)
class Staffing:
    """A staffing section as its checks see it, added up once; `tables`: path, title, as typed."""

    key: str
    content: Mapping[str, Any]
    added: PlanPosts
    tables: tuple[tuple[Path, str, Mapping[str, Any], UnitPosts], ...]
    facts: PlanFacts


@check_sections("staffing")
def staffing_agrees_with_itself(section: SectionView) -> Iterator[Finding]:
    staffing = _read_staffing(section)
    for stated in _stated(staffing):
        yield from hold(staffing.key, stated, SORTS)
    yield from _externally_funded(staffing)
    yield from _repeated_bands(staffing)
    yield from _units_within_units(staffing)


def _read_staffing(section: SectionView) -> Staffing:
    added = section.shared(add_up_posts)
    named = zip(name_tables(section), added.units, strict=True)
    tables = tuple((*table, posts) for table, posts in named)
    return Staffing(section.key, section.raw["content"], added, tables, section.facts)


def _stated(staffing: Staffing) -> Iterator[Stated]:
    content, added = staffing.content, staffing.added
    whole = plainly(content["total_title"]) or "All units"
    yield from _by_year(
        ("content", "stated"), f"{whole}, total", content["stated"], added.total, added
    )
    bands = dict(added.bands)
    for band in content["stated_bands"]:
        name, path = name_band(band), ("content", "stated_bands", band["id"], "fte")
        computed = bands.get(name, (BLANK,) * len(added.years))
        yield from _by_year(path, f"{whole}, {name}", band["fte"], computed, added)
    yield from _by_year(
        ("content", "stated_externally_funded"),
        f"{whole}, externally funded",
        content["stated_externally_funded"],
        added.externally_funded,
        added,
    )
    for path, title, unit, posts in staffing.tables:
        name = f"{title}, total"
        yield from _by_year((*path, "stated"), name, unit["stated"], posts.total, added)


def _by_year(
    path: Path, name: str, cells: Sequence[str], computed: Sequence[Value], added: PlanPosts
) -> Iterator[Stated]:
    stated = read_years(cells, added.years)
    for place, (year, one, other) in enumerate(zip(added.years, stated, computed, strict=True)):
        yield Stated((*path, place), f"{name}, {year}", one, other)


def _externally_funded(staffing: Staffing) -> Iterator[Finding]:
    for path, title, _, posts in staffing.tables:
        for place, year in enumerate(staffing.added.years):
            funded, total = posts.externally_funded[place], posts.total[place]
            there = 0 if total.status in (values.Status.BLANK, values.Status.NIL) else total.number
            if funded.number and there is not None and funded.number > there:
                said, of = values.show(funded), values.show(total) or "none"
                message = (
                    f"{title}, {year}: {said} posts are externally funded, but there are {of}."
                )
                where = (*path, "externally_funded", place)
                yield TOO_MANY_FUNDED.at(staffing.key, where, message, stated=said, computed=of)


def _repeated_bands(staffing: Staffing) -> Iterator[Finding]:
    for path, title, unit, _ in staffing.tables:
        for row_id, label, first in repeats([(b["id"], b["label"]) for b in unit["bands"]]):
            message = f"{title}: “{label}” stands twice, and both are added up."
            other = (staffing.key, (*path, "bands", first))
            where = (*path, "bands", row_id)
            yield BAND_TWICE.at(staffing.key, where, message, causes=(other,))


def _units_within_units(staffing: Staffing) -> Iterator[Finding]:
    """A division's own posts must not be the sum of its teams' posts: they would count twice."""
    last = [posts.total[-1] if posts.total else BLANK for _, _, _, posts in staffing.tables]
    places = gather_parts(staffing.facts, [unit["unit"] for _, _, unit, _ in staffing.tables])
    for (path, title, unit, _), own in zip(staffing.tables, last, strict=True):
        together = values.total(last[place] for place in places.get(unit["unit"], ()))
        if own.number and compare(own, together) == "same":
            said = values.show(own)
            message = (
                f"{title}: {said} posts are what the tables of its parts add up to, "
                "so the plan's total has them twice."
            )
            yield UNIT_COUNTED_TWICE.at(staffing.key, path, message, stated=said, computed=said)
