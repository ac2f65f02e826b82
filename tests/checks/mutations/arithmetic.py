"""Wrong figures: digits, signs and posts, where the plan says or adds up the same elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import Any

from documents import values
from plans.content import Path
from tests.checks.mutations.faults import Fault, Place, Subject, sort_of_fault

CLASS = "arithmetic"
# Which stated figures an amount of a budget's line is part of, beside its own.
PART_OF = {
    **dict.fromkeys(("employee", "running", "contracts", "staffing", "non_staffing"), "gross net"),
    **dict.fromkeys(("external_income", "internal_income", "grants"), "net"),
    **dict.fromkeys(("prior_net", "prior_fte", "fte"), ""),
}
Cell = tuple[str, Path, str, tuple[Place, ...]]  # section, path, text, what it is about


# --- how a number goes wrong ---------------------------------------------------------------------


def change_digit(text: str, random: Random) -> str:
    """Return a number with another digit in one of its places, never with a leading 0 more."""
    places = [match.start() for match in re.finditer(r"[0-9]", text)]
    place = random.choice(places)
    is_first = place == places[0] and re.match(r"[0-9][0-9,]", text[place:])
    others = [d for d in "0123456789" if d != text[place] and not (is_first and d == "0")]
    return text[:place] + random.choice(others) + text[place + 1 :]


def flip_sign(text: str) -> str:
    if "-" in text:
        return text.replace("-", "", 1)
    place = re.search(r"[0-9]", text)
    return f"{text[: place.start()]}-{text[place.start() :]}" if place else text


def number_of(text: Any) -> Decimal | None:
    return values.parse(text).number if isinstance(text, str) and text else None


def units_between(one: str, two: str) -> int:
    """Return how far two numbers are apart, in units of the last decimal of the first."""
    first, second = values.parse(one), values.parse(two)
    assert first.number is not None
    assert second.number is not None, f"{two!r} is no number"
    return int(abs(first.number - second.number).scaleb(first.decimals))


def with_other_digit(cell: Cell, random: Random) -> Fault:
    section, path, text, about = cell
    new = change_digit(text, random)
    return Fault(section, ((path, new),), about, units_between(text, new))


def with_other_sign(cell: Cell) -> Fault:
    section, path, text, about = cell
    new = flip_sign(text)
    return Fault(section, ((path, new),), about, units_between(text, new))


# --- budgets -------------------------------------------------------------------------------------


def stated_in_budgets(subject: Subject) -> Iterator[Cell]:
    """Yield what is stated for lines, units and the whole: the lines add up to the same."""
    for key, raw in subject.of_kind("budget"):
        content = raw["content"]
        yield from _stated(key, ("content",), content["stated"])
        for unit in content["units"]:
            path: Path = ("content", "units", unit["id"])
            yield from _stated(key, path, unit["stated"])
            for line in unit["lines"]:
                inner = (*path, "lines", line["id"])
                yield from _numbers(key, (*inner, "stated"), line["stated"], ((key, inner),))


def _stated(key: str, path: Path, stated: Mapping[str, Any]) -> Iterator[Cell]:
    """What is stated twice alike, of the controllable part and of the whole, is one figure."""
    for part in ("controllable", "total_cost"):
        at = (*path, "stated", part)
        yield from _numbers(key, at, stated.get(part) or {}, ((key, (*path, "stated")),))


def _numbers(
    key: str, path: Path, texts: Mapping[str, str] | None, about: tuple[Place, ...]
) -> Iterator[Cell]:
    for name, text in (texts or {}).items():
        if number_of(text) is not None:
            yield key, (*path, name), text, about


def amounts_of_lines(subject: Subject) -> Iterator[Cell]:
    """Yield amounts of a line or a memorandum item that a stated figure of the line, the unit or
    the whole is made of; and posts that the staffing table has as well."""
    counted = _years_of_staffing(subject)
    for key, raw in subject.of_kind("budget"):
        content = raw["content"]
        years = {"fte": subject.year, "prior_fte": content["prior_year"]}
        for unit in content["units"]:
            path: Path = ("content", "units", unit["id"])
            around = ((key, path), (key, ("content", "stated")), *_staffing_of(subject, unit))
            said = [*_said(unit["stated"]), *_said(content["stated"])]
            for line in unit["lines"]:
                known = {*said, *(line["stated"] or {})}
                for name, wholes in PART_OF.items():
                    text = line.get(name)
                    is_said = known & {name, *wholes.split()} or years.get(name) in counted
                    if number_of(text) is not None and is_said:
                        yield key, (*path, "lines", line["id"], name), str(text), around
            total = {*((unit["stated"] or {}).get("total_cost") or {})}
            for item in unit["memorandum"]:
                for name, whole in (("prior", "prior_net"), ("current", "net")):
                    if number_of(item[name]) is not None and whole in total:
                        at = (*path, "memorandum", item["id"], name)
                        yield key, at, item[name], around


def _said(stated: Mapping[str, Any]) -> set[str]:
    return {*(stated.get("controllable") or {})}


def _years_of_staffing(subject: Subject) -> set[str]:
    return {year for _, raw in subject.of_kind("staffing") for year in raw["content"]["years"]}


def _staffing_of(subject: Subject, unit: Mapping[str, Any]) -> tuple[Place, ...]:
    """Return the staffing tables of the unit that a table's unit is part of in the end."""
    outermost = subject.plan.facts.outermost
    return tuple(
        (key, ("content", "units", table["id"]))
        for key, raw in subject.of_kind("staffing")
        for table in raw["content"]["units"]
        if outermost(table["unit"]) == outermost(unit["unit"])
    )


# --- staffing ------------------------------------------------------------------------------------


def stated_posts(subject: Subject) -> Iterator[Cell]:
    """Yield stated posts of units, of bands and of all: bands and units add up to the same."""
    for key, raw in subject.of_kind("staffing"):
        content = raw["content"]
        yield from _by_year(key, ("content", "stated"), content["stated"])
        funded = ("content", "stated_externally_funded")
        yield from _by_year(key, funded, content["stated_externally_funded"])
        for band in content["stated_bands"]:
            yield from _by_year(key, ("content", "stated_bands", band["id"], "fte"), band["fte"])
        for unit in content["units"]:
            path = ("content", "units", unit["id"])
            yield from _by_year(key, (*path, "stated"), unit["stated"], ((key, path),))


def posts_of_bands(subject: Subject) -> Iterator[Cell]:
    """Yield posts of a unit whose total is stated, and those that others pay for, if all are."""
    for key, raw in subject.of_kind("staffing"):
        content = raw["content"]
        whole: Place = (key, ("content", "stated"))
        bands: Place = (key, ("content", "stated_bands"))
        for unit in content["units"]:
            path: Path = ("content", "units", unit["id"])
            for band in unit["bands"] if unit["stated"] or content["stated"] else ():
                at = (*path, "bands", band["id"], "fte")
                yield from _by_year(key, at, band["fte"], ((key, path), whole, bands))
            if content["stated_externally_funded"]:
                funded: Place = (key, ("content", "stated_externally_funded"))
                at = (*path, "externally_funded")
                yield from _by_year(key, at, unit["externally_funded"], ((key, path), funded))


def _by_year(
    key: str, path: Path, cells: list[str], about: tuple[Place, ...] = ()
) -> Iterator[Cell]:
    for place, text in enumerate(cells or ()):
        if number_of(text) is not None:
            yield key, (*path, place), text, about or ((key, path),)


# --- activity ------------------------------------------------------------------------------------


def typed_totals(subject: Subject) -> Iterator[Cell]:
    """Yield typed numbers of rows that say which rows they add, all of which have numbers."""
    for key, content, column in _plain_columns(subject):
        rows = {row["key"]: row for row in content["rows"]}
        for row in content["rows"]:
            added = [_cell(rows[each], column) for each in row["sum_of"] or ()]
            numbers = [number_of(text) for text in added if text]
            if numbers and None not in numbers and number_of(_cell(row, column)) is not None:
                yield (*_cell_at(key, row, column), _around(key, content, row, column))


def rows_of_typed_totals(subject: Subject) -> Iterator[Cell]:
    """Yield numbers of rows that a row adds whose total is typed in the same column."""
    for key, content, column in _plain_columns(subject):
        totals = [r for r in content["rows"] if number_of(_cell(r, column)) is not None]
        added = {each for row in totals for each in row["sum_of"] or ()}
        for row in content["rows"]:
            if row["key"] in added and number_of(_cell(row, column)) is not None:
                yield (*_cell_at(key, row, column), _around(key, content, row, column))


def typed_results(subject: Subject) -> Iterator[Cell]:
    """Yield numbers typed where the column's formula gives them, such as percentages."""
    for key, raw in subject.of_kind("activity"):
        for column in raw["content"]["columns"]:
            for row in raw["content"]["rows"] if column["formula"] else ():
                if number_of(_cell(row, column["key"])) is not None:
                    about = _around(key, raw["content"], row, column["key"])
                    yield (*_cell_at(key, row, column["key"]), about)


def counts(subject: Subject) -> Iterator[Cell]:
    """Yield numbers of activity and indicators, formulas aside: of none can there be less than 0.

    Only in tables of at least two by two numbers, where a reader sees what is usual.
    """
    for key, raw in subject.of_kind("activity", "indicators"):
        content = raw["content"]
        columns = [c["key"] for c in content["columns"] if not c.get("formula")]
        cells = [
            (row, column)
            for row in content["rows"]
            for column in columns
            if (number_of(_cell(row, column)) or 0) > 0
        ]
        for row, column in cells if len(cells) >= 4 else ():
            yield (*_cell_at(key, row, column), _around(key, content, row, column))


def _plain_columns(subject: Subject) -> Iterator[tuple[str, dict[str, Any], str]]:
    for key, raw in subject.of_kind("activity"):
        for column in raw["content"]["columns"]:
            if not column["formula"]:
                yield key, raw["content"], column["key"]


def _cell(row: Mapping[str, Any], column: str) -> str:
    return str((row.get("cells") or {}).get(column) or "")


def _cell_at(key: str, row: Mapping[str, Any], column: str) -> tuple[str, Path, str]:
    return key, ("content", "rows", row["id"], "cells", column), _cell(row, column)


def _around(
    key: str, content: Mapping[str, Any], row: Mapping[str, Any], column: str
) -> tuple[Place, ...]:
    """Return the row's own cells, the column's totals, and the headings of worked-out columns."""
    totals = [row, *(each for each in content["rows"] if each.get("sum_of"))]
    rows = [("content", "rows", each["id"], "cells", column) for each in totals]
    derived = [
        ("content", "rows", each["id"], "cells", other["key"])
        for each in totals
        for other in content["columns"]
        if other.get("formula")
    ]
    headings = [
        ("content", "columns", other["id"]) for other in content["columns"] if other.get("formula")
    ]
    return tuple((key, path) for path in (*rows, *derived, *headings))


# --- the sorts -----------------------------------------------------------------------------------


@sort_of_fault(CLASS, "a digit of a figure that Finance states")
def stated_digit(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_digit(cell, random) for cell in stated_in_budgets(subject))


@sort_of_fault(CLASS, "the sign of a figure that Finance states")
def stated_sign(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_sign(cell) for cell in stated_in_budgets(subject) if number_of(cell[2]))


@sort_of_fault(CLASS, "a digit of an amount in a budget that is stated")
def line_digit(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_digit(cell, random) for cell in amounts_of_lines(subject))


@sort_of_fault(CLASS, "the sign of an amount in a budget that is stated")
def line_sign(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_sign(cell) for cell in amounts_of_lines(subject) if number_of(cell[2]))


@sort_of_fault(CLASS, "a digit of a stated number of posts")
def stated_posts_digit(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_digit(cell, random) for cell in stated_posts(subject))


@sort_of_fault(CLASS, "a digit of a band's posts")
def band_digit(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_digit(cell, random) for cell in posts_of_bands(subject))


@sort_of_fault(CLASS, "posts of one unit moved to another")
def moved_posts(subject: Subject, random: Random) -> Iterator[Fault]:
    """For each band of a unit some of its posts of a year go to a band of another unit, where
    budgets say the posts as well."""
    if not list(subject.of_kind("budget")):
        return
    for key, raw in subject.of_kind("staffing"):
        cells = list(posts_of_bands(subject))
        outermost = {
            unit["id"]: subject.plan.facts.outermost(unit["unit"])
            for unit in raw["content"]["units"]
        }
        for _, path, text, about in cells:
            others = [
                cell
                for cell in cells
                if path[3] == cell[1][3] == "bands"
                and path[-1] == cell[1][-1]
                and outermost[str(path[2])] != outermost[str(cell[1][2])]
            ]
            posts = number_of(text)
            if others and posts and posts >= 1:
                _, to, there, of_other = random.choice(others)
                moved = Decimal(random.randint(1, min(20, int(posts))))
                new = str(posts - moved), str((number_of(there) or Decimal(0)) + moved)
                yield Fault(key, ((path, new[0]), (to, new[1])), (*about, *of_other))


@sort_of_fault(CLASS, "a table of posts or money put to another unit")
def table_of_another_unit(subject: Subject, random: Random) -> Iterator[Fault]:
    """Where both budget and staffing tell the posts of units. The other unit is not part of the
    same one, and the table has posts."""
    if not (list(subject.of_kind("budget")) and list(subject.of_kind("staffing"))):
        return
    facts = subject.plan.facts
    for key, raw in subject.of_kind("budget", "staffing"):
        for unit in raw["content"]["units"]:
            own = facts.outermost(unit["unit"])
            others = [each.key for each in facts.units if facts.outermost(each.key) != own]
            if _posts(unit) and others:
                path: Path = ("content", "units", unit["id"])
                other = random.choice(others)
                about = [(key, path)]
                for name in (own, other):
                    about += _staffing_of(subject, {"unit": name})
                    about += _budget_of(subject, name)
                yield Fault(key, (((*path, "unit"), other),), tuple(about))


def _posts(unit: Mapping[str, Any]) -> bool:
    """Whether a table has posts this year."""
    cells = [line.get("fte") for line in unit.get("lines", ())]
    cells += [band["fte"][-1] for band in unit.get("bands", ()) if band["fte"]]
    return any(number_of(cell) for cell in cells)


def _budget_of(subject: Subject, outermost: str) -> list[Place]:
    facts = subject.plan.facts
    return [
        (key, ("content", "units", unit["id"]))
        for key, raw in subject.of_kind("budget")
        for unit in raw["content"]["units"]
        if facts.outermost(unit["unit"]) == outermost
    ]


@sort_of_fault(CLASS, "a digit of a typed total of activity")
def total_digit(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_digit(cell, random) for cell in typed_totals(subject))


@sort_of_fault(CLASS, "a digit of a row that a typed total adds")
def row_digit(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_digit(cell, random) for cell in rows_of_typed_totals(subject))


@sort_of_fault(CLASS, "a digit of a typed change or percentage")
def result_digit(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_digit(cell, random) for cell in typed_results(subject))


@sort_of_fault(CLASS, "the sign of a typed change or percentage")
def result_sign(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_sign(cell) for cell in typed_results(subject) if number_of(cell[2]))


@sort_of_fault(CLASS, "the sign of a count or an indicator")
def count_sign(subject: Subject, random: Random) -> Iterator[Fault]:
    return (with_other_sign(cell) for cell in counts(subject))
