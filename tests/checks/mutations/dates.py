"""Wrong dates: outside the plan's year, before they began, or such as no calendar has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from plans.content import Path
from tests.checks.mutations.faults import Fault, Place, Subject, sort_of_fault
from tests.checks.mutations.texts import is_rich, texts_of, without_markup

CLASS = "dates"
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_MONTH = "|".join((*_MONTH_NAMES, *(name[:3] for name in _MONTH_NAMES)))
_NO_MORE = r"(?![0-9%]|[/.,-][0-9])"
_DATE = re.compile(
    rf"(?<![0-9/.-])(?P<d>[0-9]{{1,2}})(?P<sep>[/.])(?P<m>[0-9]{{1,2}})(?P=sep)"
    rf"(?P<ny>[0-9]{{4}}|[0-9]{{2}}){_NO_MORE}"
    rf"|\b(?:(?P<day>[0-9]{{1,2}}) )?(?P<month>{_MONTH}) (?P<my>[0-9]{{4}}|[0-9]{{2}}){_NO_MORE}"
    rf"|(?<![0-9/.-])(?P<f1>[0-9]{{4}}|[0-9]{{2}})(?P<fs>[/-])(?P<f2>[0-9]{{2}}){_NO_MORE}"
    rf"|(?<![0-9/.£-])(?P<y>(?:19|20)[0-9]{{2}}){_NO_MORE}"
)
_PLAIN_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_BETWEEN = re.compile(r"\s*(?:-|–|to)\s*")
_SENTENCE = re.compile(r"[^.;!?]*[.;!?]?")
_WILL = re.compile(r"\b(?:will|is due|are due|due to begin|is planned|begins?)\b", re.I)
_WENT = re.compile(
    r"\b(?:went|met|was|were|had|began|opened|judged|gave|told|took|counted|looked)\b", re.I
)


@dataclass(frozen=True, slots=True)
class When:
    """A date in a text: where, and which months it spans, counted from the year 0."""

    match: re.Match[str]
    first: int
    last: int

    @property
    def is_fine(self) -> bool:
        """Whether it names a day or a month."""
        return bool(self.match["ny"] or self.match["my"])

    @property
    def has_full_year(self) -> bool:
        return len(self.match["ny"] or self.match["my"] or self.match["f1"] or "2008") == 4


def read_whens(text: str) -> list[When]:
    """Return the dates of a text, its markup left out, with two digits of years as of 2000."""
    return [_read(match) for match in _DATE.finditer(without_markup(text))]


def _read(match: re.Match[str]) -> When:
    if match["ny"]:
        month = _full(match["ny"]) * 12 + int(match["m"]) - 1
        return When(match, month, month)
    if match["my"]:
        names = [name[:3] for name in _MONTH_NAMES]
        month = _full(match["my"]) * 12 + names.index(match["month"][:3])
        return When(match, month, month)
    if match["f1"]:
        return When(match, _full(match["f1"]) * 12 + 3, _full(match["f1"]) * 12 + 14)
    return When(match, int(match["y"]) * 12, int(match["y"]) * 12 + 11)


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def months_of_year(year: str) -> tuple[int, int]:
    """Return the first and the last month of a financial year such as 2008/09."""
    first = int(year[:4]) * 12 + 3
    return first, first + 11


def shift(text: str, when: When, years: int) -> str:
    """Return the text with a date so many years later, written as it was."""
    match, new = when.match, text
    for group in ("ny", "my", "f2", "f1", "y"):
        if match[group]:
            digits = f"{int(match[group]) + years:04}"[-len(match[group]) :]
            new = new[: match.start(group)] + digits + new[match.end(group) :]
    return new


def shift_all(text: str, years: int) -> str:
    for when in reversed(read_whens(text)):
        text = shift(text, when, years)
    return text


# --- due dates -----------------------------------------------------------------------------------


def due_dates(subject: Subject) -> Iterator[tuple[str, Path, str]]:
    """Yield section, path and text of each date by which something is due or takes place: dates
    of actions, deliverables and reviews of risks; in registers of columns that are headed as
    target dates, decision dates, or start dates of consultations."""
    for key, raw in subject.of_kind("actions"):
        for row in raw["content"]["rows"]:
            path: Path = ("content", "rows", row["id"])
            yield key, (*path, "due"), row["due"]
            for each in row["deliverables"]:
                yield key, (*path, "deliverables", each["id"], "due"), each["due"]
    for key, raw in subject.of_kind("risks"):
        for row in raw["content"]["rows"]:
            yield key, ("content", "rows", row["id"], "review"), row["review"]
    yield from cells_under(subject, r"\b(?:target|decision) date|\bstart\b.*\bdate")


def cells_under(subject: Subject, heading: str) -> Iterator[tuple[str, Path, str]]:
    """Yield section, path and text of the cells of registers under headings that match."""
    for key, raw in subject.of_kind("register"):
        for column in raw["content"]["columns"]:
            if re.search(heading, column["label"], re.I):
                for row in raw["content"]["rows"]:
                    text = (row.get("cells") or {}).get(column["key"]) or ""
                    yield key, ("content", "rows", row["id"], "cells", column["key"]), text


def _move_out(subject: Subject, random: Random, wanted: Callable[[int], bool]) -> Iterator[Fault]:
    """Yield due dates within the plan's year moved by one to three years that are `wanted`, so
    far that they no longer touch it."""
    first, last = months_of_year(subject.year)
    for key, path, text in due_dates(subject):
        whens = read_whens(text)
        if whens and all(first <= each.last and each.first <= last for each in whens):
            out = [
                years
                for years in (-3, -2, -1, 1, 2, 3)
                if wanted(years)
                and all(
                    each.last + 12 * years < first or each.first + 12 * years > last
                    for each in whens
                )
            ]
            yield Fault(key, ((path, shift_all(text, random.choice(out))),), ((key, path),))


@sort_of_fault(CLASS, "a deadline or a consultation before the plan's year")
def due_before(subject: Subject, random: Random) -> Iterator[Fault]:
    return _move_out(subject, random, lambda years: years < 0)


@sort_of_fault(CLASS, "a deadline or a consultation after the plan's year")
def due_after(subject: Subject, random: Random) -> Iterator[Fault]:
    return _move_out(subject, random, lambda years: years > 0)


@sort_of_fault(CLASS, "a contract's end before the plan's year")
def contract_over(subject: Subject, random: Random) -> Iterator[Fault]:
    """Contracts that end in the plan's year or later."""
    first, _ = months_of_year(subject.year)
    for key, path, text in cells_under(subject, r"\bcontract\b.*\bend\b"):
        whens = read_whens(text)
        if whens and whens[-1].last >= first:
            years = (whens[-1].last - first) // 12 + random.randint(1, 3)
            yield Fault(key, ((path, shift_all(text, -years)),), ((key, path),))


@sort_of_fault(CLASS, "a date under a heading of another year")
def under_a_heading(subject: Subject, random: Random) -> Iterator[Fault]:
    """Days and months within the year that the heading of their column names, in registers."""
    for key, path, text in cells_under(subject, r"[0-9]{4}/[0-9]{2}"):
        labels = {c["key"]: c["label"] for c in subject.raws[key]["content"]["columns"]}
        named = read_whens(labels[str(path[-1])])[-1]
        for when in read_whens(text):
            if when.is_fine and named.first <= when.first and when.last <= named.last:
                new = shift(text, when, random.choice((-3, -2, -1, 1, 2, 3)))
                yield Fault(key, ((path, new),), ((key, path),))


# --- what ends before it begins -------------------------------------------------------------------


@sort_of_fault(CLASS, "a range whose end comes before its beginning")
def reversed_range(subject: Subject, random: Random) -> Iterator[Fault]:
    """Two dates of one sort joined by "to" or a dash, each with its year, change places."""
    for key, path, text in _texts(subject):
        whens = read_whens(text)
        for one, two in pairwise(whens):
            between = without_markup(text)[one.match.end() : two.match.start()]
            if _BETWEEN.fullmatch(between) and one.last < two.first:
                start, end = one.match.span()
                new = f"{text[:start]}{two.match[0]}{text[end : two.match.start()]}"
                new += f"{one.match[0]}{text[two.match.end() :]}"
                yield Fault(key, ((path, new),), ((key, path),))


@sort_of_fault(CLASS, "feedback before the consultation")
def early_feedback(subject: Subject, random: Random) -> Iterator[Fault]:
    """The date of the feedback is moved to before the first day of the consultation's own dates."""
    begun = {
        (key, path[2]): read_whens(text)
        for key, path, text in cells_under(subject, r"\bstart\b.*\bdate")
    }
    for key, path, text in cells_under(subject, r"\bfeedback\b"):
        whens, starts = read_whens(text), begun.get((key, path[2]))
        if whens and starts:
            years = (whens[-1].last - starts[0].first) // 12 + 1
            row: Place = (key, path[:3])
            yield Fault(key, ((path, shift_all(text, -years)),), (row,))


# --- what no calendar has ------------------------------------------------------------------------


def _texts(subject: Subject) -> Iterator[tuple[str, Path, str]]:
    for key, raw in subject.of_kind():
        for path, text in texts_of(raw):
            yield key, path, text


@sort_of_fault(CLASS, "a day that no month has")
def no_such_day(subject: Subject, random: Random) -> Iterator[Fault]:
    """Wherever a day is written: day 32 to 39, or month 13 to 19 where months are numbers."""
    for key, path, text in _texts(subject):
        for when in read_whens(text):
            match = when.match
            group = random.choice(["d", "m"]) if match["d"] else "day"
            if match[group]:
                new = {"d": f"3{random.randint(2, 9)}", "m": f"1{random.randint(3, 9)}"}
                put = new.get(group, new["d"])
                start, end = match.span(group)
                yield Fault(key, ((path, text[:start] + put + text[end:]),), ((key, path),))


@sort_of_fault(CLASS, "a financial year that no calendar has")
def no_such_year(subject: Subject, random: Random) -> Iterator[Fault]:
    """One of the two years of "2008/09" with another digit; two digits each are left alone, as
    they might be a share or a day."""
    for key, path, text in _texts(subject):
        for when in read_whens(text):
            match = when.match
            if match["f1"] and match["fs"] == "/" and len(match["f1"]) == 4:
                start, end = match.span("f2")
                digits = [f"{n:02}" for n in range(100) if n % 100 != int(match["f2"])]
                new = text[:start] + random.choice(digits) + text[end:]
                yield Fault(key, ((path, new),), ((key, path),))


# --- years of headings ---------------------------------------------------------------------------


def _shift_some(random: Random) -> int:
    return random.choice((-3, -2, -1, 1, 2, 3))


@sort_of_fault(CLASS, "the year in a column's heading")
def heading_year(subject: Subject, random: Random) -> Iterator[Fault]:
    """Columns of indicators and activity; in one of several headings one above another."""
    for key, raw in subject.of_kind("indicators", "activity"):
        for column in raw["content"]["columns"]:
            path: Path = ("content", "columns", column["id"])
            texts = [((*path, "label"), column["label"])]
            texts += [((*path, "groups", n), text) for n, text in enumerate(column["groups"])]
            for at, text in texts:
                if read_whens(text):
                    new = shift_all(text, _shift_some(random))
                    yield Fault(key, ((at, new),), ((key, ("content", "columns")),))


@sort_of_fault(CLASS, "the year that a column or table is set up for")
def year_of_column(subject: Subject, random: Random) -> Iterator[Fault]:
    """Columns of indicators, the year before in a budget, the years of staffing, the year that
    objectives are of."""
    for key, raw in subject.of_kind("indicators", "budget", "staffing", "objectives"):
        content = raw["content"]
        for column in content.get("columns") or ():
            if column.get("year"):
                path: Path = ("content", "columns", column["id"])
                yield _shift_at(key, (*path, "year"), column["year"], path, random)
        for name in ("prior_year", "year"):
            if content.get(name):
                at = ("content", name)
                yield _shift_at(key, at, content[name], (), random)
        for place, year in enumerate(content.get("years") or ()):
            at_year = ("content", "years", place)
            yield _shift_at(key, at_year, year, (), random, content["years"])


def _shift_at(
    key: str, path: Path, text: str, about: Path, random: Random, taken: list[str] | None = None
) -> Fault:
    """Return a fault of another year that is not among those `taken` by other columns."""
    years = [shift_all(text, by) for by in (-3, -2, -1, 1, 2, 3)]
    new = random.choice([year for year in years if year not in (taken or ())])
    return Fault(key, ((path, new),), ((key, about),))


@sort_of_fault(CLASS, "the year in a section's title or caption")
def title_year(subject: Subject, random: Random) -> Iterator[Fault]:
    """Financial years in titles, captions and fixed headings."""
    for key, raw in subject.of_kind():
        texts: Mapping[Path, Any] = {
            ("title",): raw["title"],
            ("caption",): raw["caption"],
            **{("labels", name): text for name, text in raw["labels"].items()},
        }
        for path, text in texts.items():
            if any(when.match["f1"] for when in read_whens(text)):
                new = shift_all(text, _shift_some(random))
                yield Fault(key, ((path, new),), ((key, ()),))


# --- prose ---------------------------------------------------------------------------------------


def _fine_in_prose(subject: Subject) -> Iterator[tuple[str, Path, str, When, str]]:
    """Yield section, path, text, date and sentence of each day or month in rich text."""
    for key, path, text in _texts(subject):
        plain = without_markup(text)
        for when in read_whens(text) if is_rich(text) else ():
            if when.is_fine and when.has_full_year:
                sentence = next(
                    each[0]
                    for each in _SENTENCE.finditer(plain)
                    if each.start() <= when.match.start() < each.end()
                )
                yield key, path, text, when, sentence


@sort_of_fault(CLASS, "a day or month in prose, ten years away or more")
def far_away(subject: Subject, random: Random) -> Iterator[Fault]:
    """Another digit in the year than its last: nobody tells of or promises such a day."""
    for key, path, text, when, _ in _fine_in_prose(subject):
        digit = when.match.start("my" if when.match["my"] else "ny") + random.randrange(3)
        others = [d for d in "123456789" if d != text[digit]]
        new = text[:digit] + random.choice(others) + text[digit + 1 :]
        yield Fault(key, ((path, new),), ((key, path),))


@sort_of_fault(CLASS, "a promise in prose for a time before the plan's year")
def promised_for_the_past(subject: Subject, random: Random) -> Iterator[Fault]:
    """Days and months in the plan's year or later, in sentences that say that something will be
    and not that something was."""
    first, _ = months_of_year(subject.year)
    for key, path, text, when, sentence in _fine_in_prose(subject):
        if when.first >= first and _WILL.search(sentence) and not _WENT.search(sentence):
            years = (when.last - first) // 12 + random.randint(1, 3)
            yield Fault(key, ((path, shift(text, when, -years)),), ((key, path),))


@sort_of_fault(CLASS, "a thing told as done for a time after the plan's year")
def told_ahead(subject: Subject, random: Random) -> Iterator[Fault]:
    """Days and months before the plan's year, in sentences that say that something was and not
    that something will be."""
    first, last = months_of_year(subject.year)
    for key, path, text, when, sentence in _fine_in_prose(subject):
        if when.last < first and _WENT.search(sentence) and not _WILL.search(sentence):
            years = (last - when.first) // 12 + random.randint(1, 3)
            yield Fault(key, ((path, shift(text, when, years)),), ((key, path),))
