"""Dates against the plan's year: contracts, decisions, consultations, deadlines.

What a section tells of is read from its title and the labels of its columns, so that a council's
own registers are checked as well as those of the formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from plans.checks.dates import (
    FINE,
    Dated,
    Misdated,
    overall,
    read_periods,
    reversed_pairs,
    say_day,
    year_of_plan,
)
from plans.checks.findings import Finding
from plans.checks.names import name_tokens, resemblance
from plans.checks.registry import check_plans, check_sections, define, extract
from plans.checks.running import PlanView, SectionView
from plans.checks.wording import Wording, name_place, name_row, sentence_at
from plans.content import Path, shorten

IMPOSSIBLE = define(
    "plans.W030",
    "A date cannot be",
    "Put the date right.",
)
TWO_DIGITS = define(
    "plans.A030",
    "Years are written with two digits",
    "Write the year in full, as 31/03/2009 or September 2008.",
)
BACKWARDS = define(
    "plans.W031",
    "Something ends before it begins",
    "Put the two dates right, or in order.",
)
CONTRACT_OVER = define(
    "plans.W032",
    "A contract ends before the plan's year begins",
    "Say what has replaced it, correct its end, or take it out.",
)
CONTRACT_ENDS = define(
    "plans.A031",
    "A contract ends within the plan's year",
    "Say among the commissioning activity what is to follow it.",
)
LATE_DECISION = define(
    "plans.W033",
    "A decision falls after the end of the contract that it renews",
    "Decide sooner, or say how the service goes on in between.",
)
OTHER_YEAR = define(
    "plans.W034",
    "A consultation lies outside the plan's year",
    "Correct its dates, or move it to the plan that it belongs to.",
)
EARLY_FEEDBACK = define(
    "plans.W035",
    "Feedback is dated before the consultation begins",
    "Put the two dates right.",
)
PAST_DEADLINE = define(
    "plans.W037",
    "A deadline is past before the plan's year begins",
    "Set a date within the year, or say that it is done.",
)
LATER_DEADLINE = define(
    "plans.A032",
    "A deadline lies beyond the plan's year",
    "Set a step that falls within the year, or leave it to the next plan.",
)
FAR_AWAY = define(
    "plans.A035",
    "A day lies many years before or after the plan's year",
    "See whether the year is typed wrong.",
)
UNDER_OTHER_YEAR = define(
    "plans.A039",
    "A day lies outside the year that its column is headed with",
    "Correct the date, or the year in the heading.",
)

_CONTRACT = re.compile(r"contract|agreement|supplier|provider", re.IGNORECASE)
_ENDS = re.compile(r"\b(?:end|ends|ending|expir\w+|finish\w*)\b", re.IGNORECASE)
_BEGINS = re.compile(r"\b(?:start|starts|begin|begins|commence\w*)\b", re.IGNORECASE)
_DECISION = re.compile(r"\bdecision\b", re.IGNORECASE)
_CONSULTATION = re.compile(r"\bconsult|\bsurvey|satisfaction", re.IGNORECASE)
_FEEDBACK = re.compile(r"\bfeed-?back\b|\breport", re.IGNORECASE)
_DATE = re.compile(r"\bdates?\b|\bwhen\b", re.IGNORECASE)
_DEADLINE = re.compile(
    r"\b(?:target|decision) dates?\b|\bdeadlines?\b|\bdue\b|\bcomplet\w+ (?:date|by)\b|\bby when\b",
    re.IGNORECASE,
)
_A_YEAR = timedelta(days=366)
_MOST_YEARS = 8  # between the plan's year and a day that it speaks of
_CAUSES = 20
_ALIKE = 0.75


# --- dates as such ------------------------------------------------------------------------------


@check_sections()
def dates_can_be(section: SectionView) -> Iterator[Finding]:
    short: list[tuple[Wording, Dated]] = []
    for wording, dated in section.dates:
        if isinstance(dated, Misdated):
            place = name_place(section.raw, wording.path)
            message = f"{place} gives the date {dated.text}, which cannot be: {dated.reason}."
            yield IMPOSSIBLE.at(section.key, wording.path, message, stated=dated.text)
        elif dated.short and dated.span != "year":
            short.append((wording, dated))
        elif wording.rich:
            yield from _far_away(section, wording, dated)
    yield from _two_digits(section, short)
    yield from _backwards(section)


def _far_away(section: SectionView, wording: Wording, dated: Dated) -> Iterator[Finding]:
    """Laws bear years of long ago and contracts end in years to come, but prose does not tell of
    such days."""
    year = section.facts.year
    if dated.span in FINE and abs(dated.last.year - int(year[:4])) > _MOST_YEARS:
        sentence = shorten(sentence_at(wording.words, dated.start))
        message = f"“{sentence}” speaks of {dated.text}, far from {year}."
        yield FAR_AWAY.at(section.key, wording.path, message, stated=dated.text, computed=year)


def _backwards(section: SectionView) -> Iterator[Finding]:
    for wording, found in groupby(section.dates, key=itemgetter(0)):
        periods = [dated for _, dated in found if isinstance(dated, Dated)]
        for one, two in reversed_pairs(periods, wording.words):
            place = name_place(section.raw, wording.path)
            message = f"{place} runs from {one.text} to {two.text}, which is earlier."
            yield BACKWARDS.at(
                section.key, wording.path, message, stated=two.text, computed=f"after {one.text}"
            )


def _two_digits(section: SectionView, short: Sequence[tuple[Wording, Dated]]) -> Iterator[Finding]:
    """Yield one finding for all of a section's short years: it is a habit, not an error."""
    if not short:
        return
    wording, dated = short[0]
    place = name_place(section.raw, wording.path)
    more = len(short) - 1
    others = f"; so do {more} more dates of the section" if more > 1 else ""
    others = "; so does another date of the section" if more == 1 else others
    message = f"{place} writes the year of {dated.text} with two digits{others}."
    causes = tuple((section.key, other.path) for other, _ in short[1 : _CAUSES + 1])
    yield TWO_DIGITS.at(section.key, wording.path, message, stated=dated.text, causes=causes)


# --- registers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateColumn:
    """A column of a register whose cells give dates."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class DateCell:
    """The dates of one register row under one column, taken together."""

    row: Mapping[str, Any]
    column: DateColumn
    text: str
    first: date
    last: date

    @property
    def path(self) -> Path:
        return ("content", "rows", self.row["id"], "cells", self.column.key)


def _columns(section: SectionView, wanted: re.Pattern[str]) -> list[DateColumn]:
    """Return columns of dates whose label or key matches."""
    return [
        DateColumn(column["key"], column["label"])
        for column in section.raw["content"]["columns"]
        if (column["type"] == "date" or _DATE.search(column["label"]))
        and (wanted.search(column["label"]) or wanted.search(column["key"]))
    ]


def _cells(section: SectionView, columns: Sequence[DateColumn]) -> Iterator[DateCell]:
    for row in section.raw["content"]["rows"]:
        for column in columns:
            text = (row.get("cells") or {}).get(column.key, "")
            span = overall(read_periods(text, year=section.facts.year))
            if span:
                yield DateCell(row, column, text, *span)


def _speaks_of(section: SectionView, subject: re.Pattern[str]) -> bool:
    return bool(subject.search(section.head.title) or subject.search(section.head.caption))


@check_sections("register")
def contracts_last(section: SectionView) -> Iterator[Finding]:
    begins, ends = year_of_plan(section.facts.year)
    for cell in _contract_ends(section):
        name, day = name_row(cell.row), say_day(cell.last)
        if cell.last < begins:
            message = f"The contract for “{name}” ended on {day}, before the plan's year begins."
            check, computed = CONTRACT_OVER, f"{say_day(begins)} or later"
        elif cell.last <= ends:
            message = f"The contract for “{name}” ends on {day}, within the plan's year."
            check, computed = CONTRACT_ENDS, ""
        else:
            continue
        yield check.at(section.key, cell.path, message, stated=cell.text, computed=computed)


def _contract_ends(section: SectionView) -> Iterator[DateCell]:
    columns = [
        column
        for column in _columns(section, _ENDS)
        if not _BEGINS.search(column.label)
        and (_CONTRACT.search(column.label) or _speaks_of(section, _CONTRACT))
    ]
    return _cells(section, columns)


@check_sections("register")
def consultations_are_this_years(section: SectionView) -> Iterator[Finding]:
    """A consultation without a calendar's precision ("2008") is taken to touch what it can."""
    if not _speaks_of(section, _CONSULTATION):
        return
    begins, ends = year_of_plan(section.facts.year)
    columns = _columns(section, _DATE)
    held = [column for column in columns if not _FEEDBACK.search(column.label)]
    starts: dict[str, DateCell] = {}
    for cell in _cells(section, held[:1]):
        starts[cell.row["id"]] = cell
        if cell.last < begins or cell.first > ends:
            name, year = name_row(cell.row), section.facts.year
            message = f"“{name}” is dated {cell.text}, which is outside {year}."
            yield OTHER_YEAR.at(section.key, cell.path, message, stated=cell.text, computed=year)
    for cell in _cells(section, [c for c in columns if _FEEDBACK.search(c.label)]):
        yield from _judge_feedback(section, cell, starts.get(cell.row["id"]))


def _judge_feedback(
    section: SectionView, cell: DateCell, start: DateCell | None
) -> Iterator[Finding]:
    """Feedback follows the consultation, at the latest in the year after the plan's."""
    name, year = name_row(cell.row), section.facts.year
    if start and cell.last < start.first:
        message = f"Feedback on “{name}” is dated {cell.text}, before it begins ({start.text})."
        yield EARLY_FEEDBACK.at(
            section.key, cell.path, message, stated=cell.text, computed=f"after {start.text}"
        )
    elif cell.first > year_of_plan(year)[1] + _A_YEAR:
        message = f"Feedback on “{name}” is dated {cell.text}, more than a year after {year}."
        yield OTHER_YEAR.at(section.key, cell.path, message, stated=cell.text, computed=year)


@check_sections("register")
def rows_end_after_they_begin(section: SectionView) -> Iterator[Finding]:
    """Hold a column of ends against a column of beginnings, row by row."""
    begun = {
        cell.row["id"]: cell
        for cell in _cells(section, _columns(section, _BEGINS))
        if not _ENDS.search(cell.column.label)
    }
    for cell in _cells(section, _columns(section, _ENDS)):
        start = begun.get(cell.row["id"])
        if start and cell.last < start.first:
            message = f"“{name_row(cell.row)}” ends on {cell.text}, before it begins: {start.text}."
            yield BACKWARDS.at(
                section.key, cell.path, message, stated=cell.text, computed=f"after {start.text}"
            )


@check_sections("register")
def target_dates_are_this_years(section: SectionView) -> Iterator[Finding]:
    for cell in _cells(section, _columns(section, _DEADLINE)):
        place = name_place(section.raw, cell.path)
        yield from judge_deadline(section, cell.path, cell.text, place)


@check_sections("register")
def cells_are_of_the_year_of_their_heading(section: SectionView) -> Iterator[Finding]:
    """Hold days and months under "Action in 2008/09" against that year."""
    year = section.facts.year
    for column in section.raw["content"]["columns"]:
        named = [p for p in read_periods(column["label"], year=year) if p.span == "year"]
        rows = section.raw["content"]["rows"] if len(named) == 1 else ()
        for row in rows:
            text = (row.get("cells") or {}).get(column["key"], "")
            for dated in read_periods(text, year=year):
                is_outside = dated.last < named[0].first or dated.first > named[0].last
                if dated.span in FINE and is_outside:
                    path: Path = ("content", "rows", row["id"], "cells", column["key"])
                    message = (
                        f"{name_place(section.raw, path)} gives {dated.text}, which is outside "
                        f"{named[0].text}."
                    )
                    yield UNDER_OTHER_YEAR.at(
                        section.key, path, message, stated=dated.text, computed=named[0].text
                    )


def judge_deadline(section: SectionView, path: Path, text: str, place: str) -> Iterator[Finding]:
    """Yield what is wrong with a deadline in the plan's year; `place` names it, in quotation marks.

    The last of several dates counts; a deadline without any is none.
    """
    year = section.facts.year
    span = overall(read_periods(text, year=year))
    if span is None:
        return
    begins, ends = year_of_plan(year)
    if span[1] < begins:
        message = f"{place} is due {text}, before {year} begins."
        yield PAST_DEADLINE.at(section.key, path, message, stated=text, computed=year)
    elif span[0] > ends:
        message = f"{place} is due {text}, after {year} has ended."
        yield LATER_DEADLINE.at(section.key, path, message, stated=text, computed=year)


# --- decisions and the contracts that they renew -------------------------------------------------


@extract("contract_ends", "register")
def extract_contract_ends(section: SectionView) -> list[tuple[Path, str, str, str]]:
    """Take out path, name, text and last day of each contract's end."""
    return [
        (cell.path, name_row(cell.row), cell.text, cell.last.isoformat())
        for cell in _contract_ends(section)
    ]


@extract("decisions", "register")
def extract_decisions(section: SectionView) -> list[tuple[Path, str, str, str]]:
    """Take out path, name, text and first day of each decision."""
    return [
        (cell.path, name_row(cell.row), cell.text, cell.first.isoformat())
        for cell in _cells(section, _columns(section, _DECISION))
    ]


@check_plans
def decisions_come_before_contracts_end(plan: PlanView) -> Iterator[Finding]:
    ends = [
        (key, name_tokens(end[1]), end)
        for key, found in plan.extracted("contract_ends")
        for end in found
    ]
    for key, decisions in plan.extracted("decisions"):
        for path, name, text, first in decisions:
            tokens = name_tokens(name)
            for of, contract, (at, title, ends_on, last) in ends:
                if first > last and resemblance(tokens, contract) >= _ALIKE:
                    message = (
                        f"The decision on “{name}” is dated {text}, after the contract for "
                        f"“{title}” ends ({ends_on})."
                    )
                    yield LATE_DECISION.at(
                        key,
                        tuple(path),
                        message,
                        stated=text,
                        computed=f"before {ends_on}",
                        causes=((of, tuple(at)),),
                    )
