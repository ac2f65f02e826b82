"""What prose tells of days: achievements, promises, and things told as done that lie ahead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from plans.checks.dates import FINE, Dated, Misdated, read_periods, year_of_plan
from plans.checks.findings import Finding
from plans.checks.registry import check_sections, define
from plans.checks.running import SectionView
from plans.checks.wording import Wording, sentence_at
from plans.content import shorten

EARLIER_ACHIEVEMENT = define(
    "plans.W036",
    "An achievement is dated before the year that the section tells of",
    "Correct the date, or leave out what an earlier plan has told.",
)
PAST_PROMISE = define(
    "plans.W038",
    "A sentence promises something by a date that is past",
    "Set a date within the year, or tell it as done.",
)
TOLD_AHEAD = define(
    "plans.W041",
    "Something is told as done that lies ahead",
    "Correct the date, or tell it as what is still to come.",
)

_ACHIEVED = re.compile(r"achieve|outcome|progress|accomplish|review of performance", re.IGNORECASE)
_SINCE = re.compile(
    r"\b(?:since|from|between|before|until|till|after|of|to|compared with|than|by)\s+"
    r"(?:the\s+)?(?:end of\s+|start of\s+|early\s+|late\s+)?$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|before|until|no later than)\s+(?:the\s+)?(?:end\s+of\s+)?$", re.IGNORECASE
)
_TOLD = re.compile(
    r"\b(?:had|has|have|was|were|did|became|began|made|said|told|found|\w{4,}ed)\b", re.IGNORECASE
)
_ON = re.compile(r"\b(?:in|on|during)\s+(?:early\s+|late\s+)?$", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:was|were|had|went|met|held|began|came|took|won|gave|\w{3,}ed)\b", re.IGNORECASE
)
_AHEAD = re.compile(
    r"\b(?:will|shall|going to|plan(?:s|ned)?|expect(?:s|ed)?|due|intend\w*|ready|begins?|starts?"
    r"|by|until|from|scheduled|proposes?|is to|are to|next|coming|comes?|readiness)\b",
    re.IGNORECASE,
)
_WILL = re.compile(
    r"\b(?:will|shall|(?:is|are) (?:due|planned|expected|scheduled)|begins?|starts?|ends?)\b"
    r"(?:[^\w.;]+[\w’'-]+){0,10}?"
    r"[^\w.;]+(?:in|on|from|at|for|by)\s+(?:the\s+)?(?:end of\s+|early\s+|late\s+)?$",
    re.IGNORECASE,
)
_WILL_BE = re.compile(r"\b(?:will|shall|is to|are to)\b", re.IGNORECASE)
_WILL_HAVE = re.compile(r"\b(?:will|shall|to) have\b", re.IGNORECASE)
_WAS = re.compile(r"\b(?:was|were|had|did)\b", re.IGNORECASE)
_TO_BE_DONE = re.compile(r"\b(?:be|have been|have|is|are) \w+(?:ed|n|t)\b", re.IGNORECASE)
_DONE = re.compile(r"\b(?:\w+ed|held|made|given|set|begun|taken|which|that|who)\b", re.IGNORECASE)
_NEAR = 60  # characters before a date that tell how it is meant


@check_sections("narrative", "objectives")
def achievements_are_of_their_year(section: SectionView) -> Iterator[Finding]:
    """What a section tells of last year did not happen before it; "since March 2007" may stand."""
    told = _year_told(section)
    if told is None:
        return
    for wording, dated in _fine_dates_before(section, year_of_plan(told)[0]):
        if wording.path[0] != "notes" and not _SINCE.search(_lead_up(wording.words, dated)):
            sentence = sentence_at(wording.words, dated.start)
            message = (
                f"“{shorten(sentence)}” is dated {dated.text}, before {told}, "
                "of which the section tells."
            )
            yield EARLIER_ACHIEVEMENT.at(
                section.key, wording.path, message, stated=dated.text, computed=told
            )


@check_sections()
def what_is_done_lies_behind(section: SectionView) -> Iterator[Finding]:
    """What went live "on 2 January 2010" cannot be told in a plan of 2008/09, nor what went live
    in 2008/09 among the achievements of the year before."""
    told = _year_told(section)
    year = told or section.facts.year
    ends = year_of_plan(year)[1]
    for wording, dated in section.dates:
        if not wording.rich or isinstance(dated, Misdated) or dated.span not in FINE:
            continue
        if dated.first > ends and _is_told(wording.words, dated, told is not None):
            sentence = shorten(sentence_at(wording.words, dated.start))
            message = f"“{sentence}” is told as done, but {dated.text} is after {year}."
            yield TOLD_AHEAD.at(
                section.key, wording.path, message, stated=dated.text, computed=year
            )


def _is_told(words: str, dated: Dated, among_achievements: bool) -> bool:
    sentence = sentence_at(words, dated.start)
    is_past = among_achievements or _PAST.search(sentence)
    return bool(is_past and _ON.search(_lead_up(words, dated)) and not _AHEAD.search(sentence))


def _fine_dates_before(section: SectionView, day: date) -> Iterator[tuple[Wording, Dated]]:
    """Yield days, months and quarters of rich text that are over before a day."""
    for wording, dated in section.dates:
        if wording.rich and isinstance(dated, Dated) and dated.span in FINE and dated.last < day:
            yield wording, dated


def _year_told(section: SectionView) -> str | None:
    """Return the earlier year whose achievements the section tells; None if it tells of none."""
    own = section.raw["content"].get("year")
    if section.head.kind == "objectives":
        return own if own and own < section.facts.year else None
    if not _ACHIEVED.search(section.head.title):
        return None
    years = read_periods(section.head.title, year=section.facts.year)
    named = next((each for each in years if each.span == "year"), None)
    begins = year_of_plan(section.facts.year)[0]
    if named is None or named.last >= begins or named.first.month != begins.month:
        return None
    return f"{named.first.year}/{(named.first.year + 1) % 100:02}"


@check_sections()
def promises_lie_ahead(section: SectionView) -> Iterator[Finding]:
    """What is to be done "by 31 March 2008", or "will begin in April 2007", is late in 2008/09.

    Where achievements are told, only what "will" be done is to be done.
    """
    year, tells_of_the_past = section.facts.year, _tells_of_the_past(section)
    for wording, dated in _fine_dates_before(section, year_of_plan(year)[0]):
        sentence = sentence_at(wording.words, dated.start)
        if tells_of_the_past and not _WILL_BE.search(sentence):
            continue
        before = sentence[: max(0, sentence.find(dated.text))]
        main = sentence.partition(" that ")[0]  # "Show that the council has …" is still to do
        is_told = _TOLD.search(main) and not _WILL_HAVE.search(main)
        is_late = _BY.search(before) and not is_told
        if is_late or (_is_promised(before) and not _WAS.search(before)):
            message = f"“{shorten(sentence)}” is promised for {dated.text}, before {year} begins."
            yield PAST_PROMISE.at(
                section.key, wording.path, message, stated=dated.text, computed=year
            )


def _is_promised(before: str) -> bool:
    """Whether words that lead up to a date say that something will be then: "will begin in"."""
    match = _WILL.search(before)
    return bool(match) and not _DONE.search(_TO_BE_DONE.sub(" ", match[0]))


def _tells_of_the_past(section: SectionView) -> bool:
    return bool(_year_told(section) or _ACHIEVED.search(section.head.title))


def _lead_up(words: str, dated: Dated) -> str:
    """Return what stands right before a date."""
    return words[max(0, dated.start - _NEAR) : dated.start]
