"""Years in headings: of columns against what they are for, their neighbours and other tables; of
titles and captions against the plan's year."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Any

from plans.checks.dates import (
    Dated,
    financial_year,
    overall,
    read_periods,
    say_day,
    say_year,
    year_of_plan,
)
from plans.checks.findings import Finding
from plans.checks.registry import check_plans, check_sections, define, extract
from plans.checks.running import PlanView, SectionView
from plans.content import Path, shorten

LABEL_AND_YEAR = define(
    "plans.W039",
    "A column's heading names another year than the column is for",
    "Correct the heading, or the year that the column is set up for.",
)
NOT_YET_ACTUAL = define(
    "plans.W040",
    "A column of actual figures ends after the plan's year has begun",
    "Correct the date in the heading, or call the figures a forecast.",
)
PAST_FORECAST = define(
    "plans.W042",
    "A forecast or target is for a time long past",
    "Correct the date in the heading, or call the figures actual.",
)
SAME_HEADING = define(
    "plans.W043",
    "Two columns bear the same heading",
    "Say in each heading which year or day its figures are of.",
)
OUT_OF_ORDER = define(
    "plans.A033",
    "Columns are not in the order of their dates",
    "See whether a date in a heading is wrong; else put the columns in order.",
)
OTHER_YEAR_THAN_ELSEWHERE = define(
    "plans.A034",
    "Tables give the same figures of different years",
    "See which of the tables has the wrong year in its heading.",
)
TITLE_OF_ANOTHER_YEAR = define(
    "plans.A036",
    "A title or caption names another year than the plan's",
    "Correct the year, or say in the title why it is of another.",
)
YEAR_SKIPPED = define(
    "plans.A037",
    "The columns of a table skip a year",
    "See whether a year in a heading is wrong.",
)
NONE_OF_THE_YEAR = define(
    "plans.A038",
    "A table of targets has none for the plan's own year",
    "See whether the year in a heading is wrong; else add the plan's own year.",
)

_ACTUAL = re.compile(r"\bactuals?\b", re.IGNORECASE)
_OUTTURN = re.compile(r"\boutturn\b", re.IGNORECASE)
_FORECAST = re.compile(
    r"\b(?:targets?|projections?|projected|forecasts?|planned|affordable|estimat\w+|revised)\b",
    re.IGNORECASE,
)
_AIMED = re.compile(r"\b(?:targets?|planned|affordable)\b", re.IGNORECASE)
_LOOKS_BACK = re.compile(
    r"achieve|outcome|progress|accomplish|review|outturn|actual|last year|year before|perform",
    re.IGNORECASE,
)
_SMALL = re.compile(r"\b(?:at|by|for|in|of|the|to)\b", re.IGNORECASE)
_PAIR = re.compile(r"(?<![0-9/.-])[0-9]{2}/[0-9]{2}(?![0-9/.-])")
_WORD = re.compile(r"[^\W\d]+")
_A_YEAR = timedelta(days=366)


def read_heading(text: str, *, year: str) -> list[Dated]:
    """Return the dates of a heading, where also "11/12" is a year."""
    periods = read_periods(text, year=year)
    pair = None if periods else _PAIR.search(text)
    if pair is None:
        return periods
    found = read_periods(pair[0], year=year)
    return [replace(each, start=pair.start() + each.start) for each in found]


# --- each column by itself ----------------------------------------------------------------------


@check_sections("indicators", "activity")
def columns_are_of_the_years_they_name(section: SectionView) -> Iterator[Finding]:
    seen: dict[str, Path] = {}
    for column in section.raw["content"]["columns"]:
        heading = " ".join(", ".join((*column["groups"], column["label"])).split())
        path: Path = ("content", "columns", column["id"], "label")
        yield from _judge_heading(section, path, heading, column.get("year") or "")
        if heading.casefold() in seen:
            message = f"Two columns bear the heading “{shorten(heading)}”."
            causes = ((section.key, seen[heading.casefold()]),)
            yield SAME_HEADING.at(section.key, path, message, stated=heading, causes=causes)
        seen.setdefault(heading.casefold(), path)


def _judge_heading(section: SectionView, path: Path, heading: str, own: str) -> Iterator[Finding]:
    """Yield what is wrong with the dates of a heading; `own`: the year that the column is for."""
    year = section.facts.year
    begins, ends = year_of_plan(year)
    periods = read_heading(heading, year=year)
    span = overall(periods)
    if span is None:
        return
    if own and not _names_year(periods, own):
        message = f"The column “{heading}” is set up for {own}, which is not what it says."
        yield LABEL_AND_YEAR.at(section.key, path, message, stated=heading, computed=own)
    is_actual = bool(_ACTUAL.search(heading))
    if (is_actual and span[1] > begins) or (_OUTTURN.search(heading) and span[0] > ends):
        message = (
            f"The column “{heading}” gives figures up to {say_day(span[1])} as known, "
            f"but {year} begins on {say_day(begins)}."
        )
        yield NOT_YET_ACTUAL.at(
            section.key, path, message, stated=heading, computed=say_day(begins)
        )
    elif not is_actual and _FORECAST.search(heading) and span[1] < begins - _A_YEAR:
        message = f"The column “{heading}” looks ahead to a time over a year before {year}."
        yield PAST_FORECAST.at(section.key, path, message, stated=heading, computed=year)


def _names_year(periods: Sequence[Dated], own: str) -> bool:
    """Whether one of the periods lies in the year, or holds it; "2007" lies in 2006/07 as well."""
    wanted = overall(read_periods(own, year=own)) if own[:4].isdecimal() else None
    if wanted is None:
        return True
    return any(each.first <= wanted[1] and wanted[0] <= each.last for each in periods)


# --- columns of one table -----------------------------------------------------------------------


@check_sections("activity")
def columns_follow_their_dates(section: SectionView) -> Iterator[Finding]:
    """Hold the dates of the columns under one heading against their order, either way round."""
    dated = [
        (column, span)
        for column in section.raw["content"]["columns"]
        if (span := overall(read_heading(column["label"], year=section.facts.year)))
    ]
    for _, together in groupby(dated, key=lambda pair: pair[0]["groups"][:-1]):
        columns = list(together)
        days = [span for _, span in columns]
        if days == sorted(days) or days == sorted(days, reverse=True):
            continue
        at = next(i for i in range(1, len(days)) if days[i] < days[i - 1])
        column, before = columns[at][0], columns[at - 1][0]
        message = f"The column “{column['label']}” stands after “{before['label']}”."
        yield OUT_OF_ORDER.at(
            section.key,
            ("content", "columns", column["id"], "label"),
            message,
            stated=column["label"],
            causes=((section.key, ("content", "columns", before["id"], "label")),),
        )


@dataclass(frozen=True, slots=True)
class YearColumn:
    """A column whose heading names a year.

    part   the heading above all others, "" if there is but one: what stands under it is a table
    words  what the heading says of the year: "actual", "actual 31/12" of a day
    begun  the calendar year in which the financial year begins that its last day lies in
    """

    column: Mapping[str, Any]
    heading: str
    part: str
    words: str
    begun: int

    @property
    def path(self) -> Path:
        return ("content", "columns", self.column["id"], "label")

    @property
    def last(self) -> date:
        return date(self.begun + 1, 3, 31)


def read_year_columns(section: SectionView) -> list[YearColumn]:
    """Return the columns of financial years, days and months; calendar years are others' figures,
    and a heading that says nothing but a date is no one's."""
    found = []
    for column in section.raw["content"]["columns"]:
        headings = [*column["groups"], column["label"]]
        for at, text in reversed(list(enumerate(headings))):
            periods = read_heading(text, year=section.facts.year)
            if not periods or (periods[-1].span == "year" and periods[-1].first.month == 1):
                continue
            dated = periods[-1]
            words = _words_of(headings[: at + 1], periods)
            day = f" {dated.last:%d/%m}" if dated.span == "day" else ""
            part = headings[0] if len(headings) > 2 else ""
            heading = ", ".join(headings)
            found.append(YearColumn(column, heading, part, words + day, financial_year(dated.last)))
            break
    return found


def _words_of(headings: Sequence[str], periods: Sequence[Dated]) -> str:
    """Return the words beside the date; where there are none, those of the heading above."""
    text = headings[-1]
    for dated in reversed(periods):
        text = f"{text[: dated.start]} {text[dated.end :]}"
    words = _WORD.findall(_SMALL.sub(" ", text))
    if not words and len(headings) > 1:
        words = _WORD.findall(headings[-2])
    return " ".join(words).casefold()


@check_sections("indicators", "activity")
def years_follow_each_other(section: SectionView) -> Iterator[Finding]:
    """A year may be missing between two columns that tell different things; not where they tell
    the same, where a formula holds them against each other, or where others follow one another."""
    for _, columns in _by_part(read_year_columns(section)).items():
        years = sorted({each.begun for each in columns})
        steps = {later - earlier for earlier, later in pairwise(years)}
        if steps <= {1} or (len(steps) == 1 and len(years) > 2):
            continue
        gap = next(pair for pair in pairwise(years) if pair[1] - pair[0] > 1)
        before = [each for each in columns if each.begun <= gap[0]]
        after = [each for each in columns if each.begun >= gap[1]]
        if len(years) > 2 or _are_held_together(section, before, after):
            yield _tell_gap(section, before, after)


def _by_part(columns: Sequence[YearColumn]) -> dict[str, list[YearColumn]]:
    parts: dict[str, list[YearColumn]] = defaultdict(list)
    for each in columns:
        parts[each.part].append(each)
    return parts


def _are_held_together(
    section: SectionView, before: Sequence[YearColumn], after: Sequence[YearColumn]
) -> bool:
    """Whether one formula reads columns of both sides, or both have one that tells the same."""
    formulas = [str(c.get("formula") or "") for c in section.raw["content"]["columns"]]
    read = [frozenset(re.findall(r"\w+", formula)) for formula in formulas]
    keys = [{each.column["key"] for each in side} for side in (before, after)]
    return any(names & keys[0] and names & keys[1] for names in read) or bool(
        {each.words for each in before} & {each.words for each in after}
    )


def _tell_gap(
    section: SectionView, before: Sequence[YearColumn], after: Sequence[YearColumn]
) -> Finding:
    """Say it at the column on that side of the gap where fewer are."""
    odd, other = before[-1], after[0]
    if len(after) < len(before):
        odd, other = other, odd
    gap = max(each.begun for each in before), min(each.begun for each in after)
    missing = say_year(gap[0] + 1)
    if gap[1] - gap[0] > 2:
        missing = f"{missing} to {say_year(gap[1] - 1)}"
    message = f"Between “{odd.heading}” and “{other.heading}” no column is of {missing}."
    return YEAR_SKIPPED.at(
        section.key,
        odd.path,
        message,
        stated=odd.heading,
        causes=((section.key, other.path),),
    )


@check_sections("indicators", "activity")
def targets_are_of_the_plans_year(section: SectionView) -> Iterator[Finding]:
    """Where columns are headed as targets or as planned, one is of the plan's year."""
    begins, ends = year_of_plan(section.facts.year)
    for _, columns in _by_part(read_year_columns(section)).items():
        aimed = [each for each in columns if _AIMED.search(each.words)]
        if aimed and not any(begins <= each.last <= ends for each in aimed):
            year, heading = section.facts.year, aimed[-1].heading
            message = f"No target is of {year}; the last is “{heading}”."
            yield NONE_OF_THE_YEAR.at(
                section.key, aimed[-1].path, message, stated=heading, computed=year
            )


# --- columns of several tables ------------------------------------------------------------------


@extract("heading_years", "activity")
def extract_heading_years(section: SectionView) -> list[tuple[str, str, Path, str, int]]:
    """Take out part, words, path, heading and year of each column of a year."""
    return [
        (each.part, each.words, each.path, each.heading, each.begun)
        for each in read_year_columns(section)
        if each.words
    ]


@check_plans
def tables_are_of_the_same_years(plan: PlanView) -> Iterator[Finding]:
    """Where tables have columns headed by the same words, none lacks a year that all others have
    and has one that no other has. Of two tables the first is right."""
    titles = {head.key: head.title or head.key for head in plan.heads}
    for tables in _by_words(plan).values():
        for place, (key, columns) in enumerate(tables):
            others = [table for table in tables if table[1] is not columns]
            if not others or (len(others) == 1 and not place):
                continue
            years = [set(each) for _, each in others]
            lacking = set.intersection(*years) - set(columns)
            odd = [at for year, at in columns.items() if year not in set.union(*years)]
            if odd and lacking:
                other, theirs = others[0]
                path, heading = odd[0]
                message = f"The heading “{heading}” is of another year than in “{titles[other]}”."
                causes = ((other, theirs[min(lacking)][0]),)
                yield OTHER_YEAR_THAN_ELSEWHERE.at(
                    key, path, message, stated=heading, causes=causes
                )


Tables = list[tuple[str, dict[int, tuple[Path, str]]]]  # section; path and heading by year


def _by_words(plan: PlanView) -> dict[str, Tables]:
    found: dict[str, Tables] = defaultdict(list)
    for key, headings in plan.extracted("heading_years"):
        tables: dict[tuple[str, str], dict[int, tuple[Path, str]]] = defaultdict(dict)
        for part, words, path, heading, year in headings:
            tables[part, words].setdefault(year, (tuple(path), heading))
        for (_, words), columns in tables.items():
            found[words].append((key, columns))
    return found


# --- titles, captions, fixed headings ------------------------------------------------------------


@check_sections()
def titles_are_of_the_plans_year(section: SectionView) -> Iterator[Finding]:
    """A title that looks back may name the year before; objectives are of the year that is theirs.

    Only financial years count: a calendar year may belong to the name of anything.
    """
    year = section.facts.year
    own = section.raw["content"].get("year") or year
    texts = [(("title",), section.head.title), (("caption",), section.head.caption)]
    texts += [(("labels", name), text) for name, text in section.head.labels.items()]
    for path, text in texts:
        years = [p for p in read_periods(text, year=year) if p.span == "year"]
        named = [financial_year(p.last) for p in years if p.first.month != 1]
        wanted = {int(own[:4])}
        looks_back = _LOOKS_BACK.search(f"{section.head.title} {text}")
        if own == year and looks_back and not _FORECAST.search(text):
            wanted.add(int(year[:4]) - 1)
        if named and not wanted & set(named):
            message = f"“{shorten(text)}” is of {say_year(named[0])}; the plan is for {year}."
            if own != year:
                message = f"“{shorten(text)}” is of {say_year(named[0])}; what it has is of {own}."
            yield TITLE_OF_ANOTHER_YEAR.at(section.key, path, message, stated=text, computed=own)
