"""Dates as people write them, in prose and in cells, read into the days that they span.

"31/03/2009", "1 April 2009", "Jan/Feb 2018", "Autumn 2017", "Q3 2008/09", "08/09"; and dates that
cannot be, with the reason. Knows no plan but the year that two digits are read by.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

Span = Literal["day", "month", "quarter", "season", "year", "years"]
FINE: tuple[Span, ...] = ("day", "month", "quarter")  # finer than a season


@dataclass(frozen=True, slots=True)
class Dated:
    """A date or a stretch of days in a text.

    start   where it begins in the text, in characters
    first, last  its days, both included
    span    how fine it is; a financial and a calendar year are both "year"
    short   its year is written with two digits; `numeric`: it is written as 31/03/09
    """

    text: str
    start: int
    first: date
    last: date
    span: Span
    short: bool = False
    numeric: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Misdated:
    """What is written as a date and cannot be one; the reason ends a sentence."""

    text: str
    start: int
    reason: str


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}
_ORDINALS |= {"fourth": 4, "4th": 4, "final": 4, "last": 4}

# A capital tells the months May and March from the verbs.
_MONTH = (
    r"(?:(?i:January|February|April|June|July|August|September|October|November|December"
    r"|Jan|Feb|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)|March|MARCH|Mar|May|MAY)"
)
_FULL = r"(?:19|20)[0-9]{2}"
# Right or wrong, after a day and a month; the year after the last one is still a date.
_WRITTEN = r"[1-8][0-9]{3}"
# Two digits are a year where nothing follows that would make them a number of something.
_SHORT = r"[’']?[0-9]{2}(?=\s*(?:$|[.,;:)\]/–-](?![0-9])|to\b|and\b|ongoing\b|onwards\b))"
_TH = r"(?:st|nd|rd|th)?"
_TO = r"\s*(?:/|-|–|—|&|\bto\b|\band\b)\s*"
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"

_DATE = re.compile(
    rf"""
    (?<![0-9/.\w£-])(?P<iso>(?P<iy>{_FULL})-(?P<im>[0-9]{{2}})-(?P<id>[0-9]{{2}}))(?![\w-])
  | (?<![0-9/.\w£])(?P<numeric>
        (?P<nd>[0-9]{{1,2}})
        (?:/(?P<nm>[0-9]{{1,2}})/(?P<ny>{_FULL}|[0-9]{{2}})
          |(?P<sep>[.-])(?P<dm>[0-9]{{1,2}})(?P=sep)(?P<dy>{_FULL})))(?![0-9/%\w]|[.,][0-9])
  | (?<![\w/])(?P<days>
        (?:(?P<weekday>{_WEEKDAY}),?\s+)?(?:the\s+)?
        (?:(?P<from>[0-9]{{1,2}}){_TH}(?:\s+(?P<fromm>{_MONTH}))?{_TO})?
        (?P<day>[0-9]{{1,2}}){_TH}\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?,?\s+
        (?P<dayyear>{_WRITTEN}\b|{_SHORT}))
  | \b(?P<months>
        (?:(?P<fromn>{_MONTH})\b\.?{_TO})?(?P<monthn>{_MONTH})\b\.?,?\s+(?:of\s+)?
        (?P<monthyear>(?:[12][0-9]{{3}}|{_WRITTEN}(?=\s*(?:$|[.,;:)\]])))(?![0-9])(?!\s?[/–-]\s?[0-9]{{2}}\b)|{_SHORT}))
  | \b(?P<quarters>
        (?:[Qq](?:uarter\s+)?(?P<q>[1-4])|(?P<nth>first|second|third|fourth|final|last|1st|2nd|3rd|4th)
        \s+quarter),?\s+(?:of\s+)?(?P<qy>{_FULL})(?P<qf>[/–-][0-9]{{2,4}})?)(?![0-9])
  | \b(?P<seasons>(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter)\s+(?P<sy>{_FULL}))(?![0-9])
  | (?<![0-9/.\w£-])(?P<pair>(?P<p1>{_FULL})(?P<psep>\s?[/–-]\s?|\s+to\s+)
        (?P<p2>{_FULL}|[0-9]{{1,2}}))(?![0-9/%\w]|[.,-][0-9])
  | (?<![0-9/.,\w£-])(?P<shortpair>(?P<s1>[0-9]{{2}})[/-](?P<s2>[0-9]{{2}}))(?![0-9/%\w]|[.,-][0-9])
  | (?<![0-9/.,\w£-])(?P<year>{_FULL})(?![0-9/%\w]|[.,-][0-9])
    """,
    re.VERBOSE,
)


# What every date has: four digits of a year, digits joined by a stroke, or a month and two digits.
_ANCHOR = re.compile(
    rf"{_FULL}|[0-9][/-][0-9]"
    r"|[JFMASONDjfmasond][A-Za-z]{2,8}\.?,?\s+(?:[’']?[0-9]{2}(?![0-9])|[1-9][0-9]{3})"
)
# Years may be told backwards where one is held against the other.
_HELD_AGAINST = re.compile(r"\b(?:compar\w+|against|than|fell|rose)\b[^.;\n]*$", re.IGNORECASE)
_BEFORE, _AFTER = 60, 20  # characters around it that may belong to the date


def year_of_plan(year: str) -> tuple[date, date]:
    """Return the first and the last day of a financial year such as "2008/09"."""
    begins = int(year[:4])
    return date(begins, 4, 1), date(begins + 1, 3, 31)


def read_dates(text: str, *, year: str) -> list[Dated | Misdated]:
    """Return the dates of a text in order; two-digit years are read near the plan's `year`."""
    found = (
        _read(match, int(year[:4]))
        for start, end in _windows(text)
        for match in _DATE.finditer(text, start, end)
    )
    return [each for each in found if each is not None]


def _windows(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text that may hold dates, in order, none touching another."""
    windows: list[tuple[int, int]] = []
    for anchor in _ANCHOR.finditer(text):
        start, end = max(0, anchor.start() - _BEFORE), min(len(text), anchor.end() + _AFTER)
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, end))
    return windows


def read_periods(text: str, *, year: str) -> list[Dated]:
    """Return those dates of a text that can be."""
    return [each for each in read_dates(text, year=year) if isinstance(each, Dated)]


def _read(match: re.Match[str], near: int) -> Dated | Misdated | None:
    return _READERS[str(match.lastgroup)](match, near)


def _read_iso(match: re.Match[str], near: int) -> Dated | Misdated:
    return _make_day(match, int(match["iy"]), int(match["im"]), int(match["id"]), numeric=True)


def _read_numeric(match: re.Match[str], near: int) -> Dated | Misdated:
    written = match["ny"] or match["dy"]
    month = int(match["nm"] or match["dm"])
    short = len(written) == 2
    return _make_day(
        match, _full_year(written, near), month, int(match["nd"]), short=short, numeric=True
    )


def _read_days(match: re.Match[str], near: int) -> Dated | Misdated:
    written, month = match["dayyear"], _month(match["month"])
    year = _full_year(written, near)
    dated = _make_day(match, year, month, int(match["day"]), short=_is_short(written))
    if isinstance(dated, Misdated):
        return dated
    if match["weekday"] and not _fits(match["weekday"], dated.last):
        is_a = _DAY_NAMES[dated.last.weekday()]
        return Misdated(dated.text, dated.start, f"that day is a {is_a}")
    if not match["from"]:
        return dated
    began = _make_day(
        match, year, _month(match["fromm"]) if match["fromm"] else month, int(match["from"])
    )
    if isinstance(began, Misdated):
        return began
    first = min(began.first, dated.first)
    return Dated(dated.text, dated.start, first, dated.last, "day", dated.short)


def _read_months(match: re.Match[str], near: int) -> Dated | None:
    written, last = match["monthyear"], _month(match["monthn"])
    year = _full_year(written, near)
    began = _month(match["fromn"]) if match["fromn"] else last
    starts = year if began <= last else year - 1
    return _make(match, (starts, began), (year, last), "month", short=_is_short(written))


def _read_quarters(match: re.Match[str], near: int) -> Dated:
    quarter = int(match["q"]) if match["q"] else _ORDINALS[match["nth"]]
    first = 3 * quarter - 2 + (3 if match["qf"] else 0)
    year = int(match["qy"]) + (first > 12)
    first = (first - 1) % 12 + 1
    return _make(match, (year, first), (year, first + 2), "quarter")


def _read_seasons(match: re.Match[str], near: int) -> Dated:
    year, first = int(match["sy"]), _SEASONS[match["season"].lower()]
    last = (year + 1, 2) if first == 12 else (year, first + 2)
    return _make(match, (year, first), last, "season")


def _read_pair(match: re.Match[str], near: int) -> Dated | Misdated | None:
    first, written = int(match["p1"]), match["p2"]
    second = int(written) if len(written) == 4 else first - first % 100 + int(written)
    if (first + 1) % 10 ** len(written) == int(written) % 10 ** len(written):
        return _make(match, (first, 4), (first + 1, 3), "year")
    if match["psep"].strip() == "/" and len(written) == 2:
        return Misdated(match[0], match.start(), f"{first + 1} follows {first}")
    if second > first:
        return _make(match, (first, 1), (second, 12), "years")
    before = match.string[max(0, match.start() - _BEFORE) : match.start()]
    if second == first or len(written) < 4 or _HELD_AGAINST.search(before):
        return None
    return Misdated(match[0], match.start(), f"{second} is before {first}")


def _read_short_pair(match: re.Match[str], near: int) -> Dated | None:
    """Read "08/09"; not ages such as "16/17", unless it is all that a cell begins with."""
    first, second = match["s1"], match["s2"]
    is_plain = first.startswith("0") or (match.start() == 0 and "/" in match[0])
    if not is_plain or (int(first) + 1) % 100 != int(second):
        return None
    year = _full_year(first, near)
    return _make(match, (year, 4), (year + 1, 3), "year", short=True)


def _read_year(match: re.Match[str], near: int) -> Dated:
    year = int(match[0])
    return _make(match, (year, 1), (year, 12), "year")


Reader = Callable[[re.Match[str], int], Dated | Misdated | None]
_READERS: dict[str, Reader] = {
    "iso": _read_iso,
    "numeric": _read_numeric,
    "days": _read_days,
    "months": _read_months,
    "quarters": _read_quarters,
    "seasons": _read_seasons,
    "pair": _read_pair,
    "shortpair": _read_short_pair,
    "year": _read_year,
}


def _make_day(
    match: re.Match[str],
    year: int,
    month: int,
    day: int,
    *,
    short: bool = False,
    numeric: bool = False,
) -> Dated | Misdated:
    if not 1 <= month <= 12:
        return Misdated(match[0], match.start(), f"there is no month {month}")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        name = date(year, month, 1).strftime("%B")
        in_year = f" in {year}" if month == 2 else ""
        return Misdated(match[0], match.start(), f"{name} has {days} days{in_year}")
    the_day = date(year, month, day)
    return Dated(match[0], match.start(), the_day, the_day, "day", short, numeric)


def _make(
    match: re.Match[str],
    first: tuple[int, int],
    last: tuple[int, int],
    span: Span,
    *,
    short: bool = False,
) -> Dated:
    ends = date(*last, monthrange(*last)[1])
    return Dated(match[0], match.start(), date(*first, 1), ends, span, short)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _fits(weekday: str, day: date) -> bool:
    return _DAYS.index(weekday[:3].lower()) == day.weekday()


def _is_short(year: str) -> bool:
    return len(year) < 4


def _full_year(written: str, near: int) -> int:
    """Return the year meant by two digits: the one nearest to `near`."""
    digits = written.lstrip("’'")
    if len(digits) == 4:
        return int(digits)
    century = near - near % 100
    candidates = (century - 100 + int(digits), century + int(digits), century + 100 + int(digits))
    return min(candidates, key=lambda year: abs(year - near))


def say_day(day: date) -> str:
    """Return a day as 1 April 2008."""
    return f"{day.day} {day:%B %Y}"


def financial_year(day: date) -> int:
    """Return the calendar year in which the financial year begins that a day lies in."""
    return day.year if day.month >= 4 else day.year - 1


def say_year(begins: int) -> str:
    """Return a financial year as 2008/09."""
    return f"{begins}/{(begins + 1) % 100:02}"


def overall(periods: list[Dated]) -> tuple[date, date] | None:
    """Return the first and last day of all periods together; None if there are none."""
    if not periods:
        return None
    return min(each.first for each in periods), max(each.last for each in periods)


def reversed_pairs(periods: list[Dated], text: str) -> Iterator[tuple[Dated, Dated]]:
    """Yield neighbours joined as a range, the second of which ends before the first begins."""
    for one, two in pairwise(periods):
        between = text[one.end : two.start].strip().lower()
        if between in ("-", "–", "—", "to", "until", "till") and two.last < one.first:
            yield one, two
