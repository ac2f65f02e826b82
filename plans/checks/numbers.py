"""Numbers as prose has them: each with its unit, how exactly it is stated, and the words around it.

Years, dates, references, ages, ranges and times are no figures. Knows no plan but the year that
two digits are read by.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from plans.checks.dates import Dated, Misdated, read_dates

LIVE = "\0"
"""Stands for a live figure in the words of a text; no rich text holds it."""

Kind = Literal["money", "percent", "plain"]
Hedge = Literal["", "about", "bound"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    text    as it stands there with its "£", "million" or "%"; nth: which occurrence of it, from 0,
            in the words without live figures
    bare    the same without a unit, and which occurrence that is
    value   in pounds if it is money
    step    what one in its last digit is worth, in the same unit
    hedge   "about" it, or a "bound" of it: more than, up to
    form    how its unit is spelled: "m", "million", "per cent"; "words" of a number in words
    quote   the words around it, to show
    """

    text: str
    nth: int
    bare: str
    bare_nth: int
    value: Decimal
    step: Decimal
    kind: Kind
    hedge: Hedge
    form: str
    quote: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that holds numbers: its words as `tokens`, where "#0" stands for its first
    number, "@2008/09" or "@2007-12-31" for a date, and signs for themselves. `earlier` is the last
    date of its paragraph before it."""

    tokens: tuple[str, ...]
    numbers: tuple[Number, ...]
    earlier: str = ""


# --- finding numbers ------------------------------------------------------------------------------

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen", "twenty"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IN_WORDS = {word: number for number, word in enumerate(_ONES)}
_IN_WORDS |= {ten: (place + 2) * 10 for place, ten in enumerate(_TENS)}
_IN_WORDS |= {
    f"{ten}-{one}": _IN_WORDS[ten] + _IN_WORDS[one] for ten in _TENS for one in _ONES[1:10]
}
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "bn": 9, "billion": 9}

# Without the flag that ignores case, which would make looking for them several times as slow.
_WORD = "|".join(
    f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in sorted(_IN_WORDS, key=len, reverse=True)
)
_BEFORE_NONE = r"(?<![\w£.,/:+&@#'’])"  # what a number never follows
_STARTS = re.compile(rf"£\s?[-\u2212]?[0-9]|{_BEFORE_NONE}[0-9]|\b(?:{_WORD})\b")
_DIGIT = re.compile("[0-9]")
_DASHES = "-\u2212\u2013"
_NUMBER = re.compile(
    rf"""
    {_BEFORE_NONE}(?:
        (?P<sign>[{_DASHES}])?(?P<pound>£\s?)?(?P<minus>[-\u2212])?
        (?P<digits>(?:[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+|[0-9]+)(?:\.[0-9]+)?)
        (?P<unit>\s?%|\s[Pp]er\s?cent\b|\s?(?:bn|mn|[mMkK])\b|\s(?:million|thousand|billion)\b)?
        (?![\w/+%]|[-\u2013][\w£]|[.,:][0-9])
      | (?P<word>{_WORD})
        (?![\w-]|\s(?:hundred|thousand|million|billion|dozen|and\sa\shalf)\b)
    )
    """,
    re.VERBOSE,
)

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
)
# What bears a number instead of being counted.
_NUMBERED = (
    r"(?:section|page|target|stage|level|band|grade|priority|priorities|objective|action|risk"
    r"|table|figure|chart|appendix|annex|chapter|paragraph|para|part|phase|outcome|article|schedule"
    r"|note|step|tier|version|item|question|agreement|option|theme|regulation|clause|room|form"
    r"|group|class|block|type|wave|round|goal|key\sstage|NI|PI|BVPI|KS|Year|[Nn]o\.?|[Nn]umber)s?"
)
_NOT_AFTER = re.compile(
    rf"""(?:
        \b(?i:{_NUMBERED})\s(?:[0-9.]+\s?(?:,|and|to|or|&|-)\s)?
      | \b(?i:aged?|ages|age\sof|aged\sbetween|turn(?:s|ed|ing)?|birth\sto|until\sthey\sare)\s
      | \b(?i:out\sof|in\severy)\s
      | (?<!from)\s(?:[0-9][0-9.,]*|[a-z]+)\s?(?:to|-|\u2013)\s  # the end of a range
      | \b(?:{_MONTH})\s
      | [0-9]\s
    )$""",
    re.VERBOSE,
)
_RANGE_END = re.compile(
    r"(?<!from)\s£?[0-9][0-9.,]*(?:%|[mMkK]|bn|\smillion)?\s(?:to|or|-|\u2013)\s$"
)
_RANGE_GOES_ON = re.compile(r"\s(?:to|or|[-\u2013])\s£?[0-9]")
_NOT_BEFORE = re.compile(
    rf"""
    \s?(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}
  | \s(?:out\sof|in\severy|or\s(?:more|over|under|older|fewer)|and\s(?:under|over|above|older))\b
  | \s?(?:am|pm|o[’']clock)\b
  | \syears?\sold\b
    """,
    re.VERBOSE,
)
_ABOUT = re.compile(
    r"(?i:\b(?:about|around|some|approximately|approx\.?|roughly|nearly|almost|circa|c\.|just over"
    r"|just under|close to|region of))\s?$|~\s?$"
)
_BOUND = re.compile(
    r"(?i:\b(?:more than|over|under|less than|fewer than|at least|at most|up to|above|below|beyond"
    r"|exceeding|exceeds?|minimum of|maximum of|only))\s$"
)
_LOOK = 28  # characters before and after that tell what a number is
_LONGEST = 2_000  # characters of a sentence; what is longer is none
_MOST_DIGITS = 20
_QUOTED = 44  # characters shown on either side


def may_hold_numbers(html: str) -> bool:
    """Say, without reading it, whether rich text may hold numbers outside live figures."""
    return _STARTS.search(html) is not None


def read_sentences(words: str, *, year: str, lead: str = "") -> Iterator[Sentence]:
    """Yield the sentences of a text that hold numbers, `LIVE` in the place of each live figure;
    `lead`: words that go before the first, as the label of a fact does."""
    if not _STARTS.search(words):
        return
    occurrences = _Occurrences(words)
    words = words.replace(LIVE, "…")
    dates = read_dates(words, year=year) if _DIGIT.search(words) else []
    marks = sorted([*_numbers(words, dates), *dates], key=_start_of)
    earlier, at = "", 0
    for start, end in _spans(words):
        first, at = at, bisect_left(marks, end, lo=at, key=_start_of)
        within = marks[first:at]
        matches = [mark for mark in within if isinstance(mark, re.Match)]
        if words[start - 1 : start] == "\n":
            earlier = ""
        if matches and end - start <= _LONGEST:
            opening = _lead_tokens(lead, year) if lead and not start else ()
            tokens = (*opening, *_tokens_between(words, start, end, within))
            yield Sentence(tokens, tuple(_read(each, occurrences) for each in matches), earlier)
        said = [date_mark(mark) for mark in within if isinstance(mark, Dated)]
        earlier = said[-1] if said else earlier


def _spans(words: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends."""
    start = 0
    for gap in _SENTENCE_END.finditer(words):
        yield start, gap.end()
        start = gap.end()
    yield start, len(words)


class _Occurrences:
    """Tells which occurrence of some words one is, as `richtext.nth_of`, for a text that is gone
    through from its beginning. Live figures are not counted, as nobody who looks for words in the
    text counts them."""

    def __init__(self, words: str) -> None:
        self.words = words.replace(LIVE, "")
        self._live = [each.start() for each in re.finditer(LIVE, words)]
        self._seen: dict[str, tuple[int, int]] = {}

    def nth(self, text: str, start: int) -> int:
        start -= bisect_left(self._live, start)
        place, count = self._seen.get(text, (-1, -1))
        while place < start:
            place, count = self.words.index(text, place + 1), count + 1
        self._seen[text] = (place, count)
        return count


def _numbers(words: str, dates: Sequence[Dated | Misdated]) -> Iterator[re.Match[str]]:
    begins = [each.start for each in dates]
    for match in _written(words):
        place = bisect_right(begins, match.start()) - 1
        in_date = place >= 0 and match.start() < dates[place].start + len(dates[place].text)
        if not in_date and _is_figure(words, match):
            yield match


def _written(words: str) -> Iterator[re.Match[str]]:
    """Yield whatever is written as a number, a minus sign before it included."""
    end = 0
    for start in _STARTS.finditer(words):
        at = start.start()
        if at < end:
            continue
        if at and words[at - 1] in _DASHES:
            if at > 1 and words[at - 2] not in " \n(":
                continue
            at -= 1
        if match := _NUMBER.match(words, at):
            end = match.end()
            yield match


def _is_figure(words: str, match: re.Match[str]) -> bool:
    """Say whether a number tells how much or how many, rather than which, when or how old."""
    digits, unit = match["digits"] or "", (match["unit"] or "").strip().lower()
    if not match["pound"] and unit in ("m", "k", "mn", "bn"):
        return False
    if len(digits) > _MOST_DIGITS or re.match("0[0-9]", digits):
        return False
    before = words[max(0, match.start() - _LOOK) : match.start()]
    after = words[match.end() : match.end() + _LOOK]
    if _NOT_BEFORE.match(after) or _RANGE_END.search(before):
        return False
    if _RANGE_GOES_ON.match(after) and not before.endswith("from "):
        return False
    if after[:1] in (".", ")") and before.rpartition("\n")[2].strip() == "" and after[1:2] == " ":
        return False
    is_plain = not match["pound"] and not unit
    return not (is_plain and _NOT_AFTER.search(before))


def _read(match: re.Match[str], occurrences: _Occurrences) -> Number:
    words, start, text = match.string, match.start(), match[0]
    before = words[max(0, start - _LOOK) : start]
    hedge: Hedge = "about" if _ABOUT.search(before) else "bound" if _BOUND.search(before) else ""
    quote = _quote(words, start, match.end())
    nth = occurrences.nth(text, start)
    if match["word"]:
        value = Decimal(_IN_WORDS[text.lower()])
        return Number(text, nth, text, nth, value, Decimal(1), "plain", hedge, "words", quote)
    unit = (match["unit"] or "").strip()
    power = _SCALES.get(unit.lower(), 0)
    bare = text[: len(text) - len(match["unit"] or "")]
    value = Decimal(match["digits"].replace(",", "")).scaleb(power)
    step = Decimal(1).scaleb(power - len(match["digits"].partition(".")[2]))
    kind: Kind = "money" if match["pound"] else "percent" if unit[:1] in ("%", "p") else "plain"
    return Number(
        text,
        nth,
        bare,
        occurrences.nth(bare, start),
        value.copy_negate() if match["sign"] or match["minus"] else value,
        step,
        kind,
        hedge,
        unit,
        quote,
    )


def _quote(words: str, start: int, end: int) -> str:
    """Return a number with the words of its paragraph around it, cut between words."""
    before = words[max(0, start - _QUOTED) : start].rpartition("\n")[2]
    after = words[end : end + _QUOTED].partition("\n")[0]
    if start > _QUOTED and len(before) == _QUOTED:
        before = "…" + before.partition(" ")[2]
    if end + _QUOTED < len(words) and len(after) == _QUOTED:
        after = after.rpartition(" ")[0] + "…"
    return (before + words[start:end] + after).strip()


# --- the words around them ---------------------------------------------------------------------

_Mark = re.Match[str] | Dated | Misdated
_SENTENCE_END = re.compile(r"(?<=[.!?])[”’\"')]?\s+(?=[A-Z0-9£“\"(])|\n")
_TOKEN = re.compile(r"[^\W_][^\W_]*(?:[/+&][^\W_]+)*\+?(?:[’'][a-z]+)?|[,;:()]")


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, without case and plural, and its signs."""
    return tuple(stem(word) for word in _TOKEN.findall(text))


@lru_cache(maxsize=8_192)
def stem(word: str) -> str:
    """Return a word without case, possessive and plural."""
    plain = re.sub(r"[’']s?$", "", word.casefold())
    if len(plain) > 4 and plain.endswith("ies"):
        return plain[:-3] + "y"
    return plain[:-1] if len(plain) > 3 and plain[-1] == "s" and plain[-2] not in "isu" else plain


def _tokens_between(words: str, start: int, end: int, marks: Sequence[_Mark]) -> Iterator[str]:
    at, count = start, 0
    for mark in marks:
        yield from split_words(words[at : _start_of(mark)])
        if isinstance(mark, re.Match):
            yield f"#{count}"
            at, count = mark.end(), count + 1
        else:
            yield f"@{date_mark(mark) if isinstance(mark, Dated) else ''}"
            at = mark.start + len(mark.text)
    yield from split_words(words[at:end])


def _lead_tokens(lead: str, year: str) -> tuple[str, ...]:
    return tuple(_tokens_between(lead, 0, len(lead), read_dates(lead, year=year)))


def _start_of(mark: _Mark) -> int:
    return mark.start() if isinstance(mark, re.Match) else mark.start


def date_mark(dated: Dated) -> str:
    """Return a date as figures' names have it: "2008/09", "2007-12-31", "2008", "2008-01"."""
    first, last = dated.first, dated.last
    if dated.span == "day":
        return first.isoformat()
    if dated.span == "month" and (first.year, first.month) == (last.year, last.month):
        return first.isoformat()[:7]
    if dated.span == "year" and first.month == 4:
        return f"{first.year}/{last.year % 100:02}"
    if dated.span == "year":
        return str(first.year)
    return f"{first.isoformat()}/{last.isoformat()}"
