"""The cell value: a number with its decimals and unit, or a status such as "to be set".

A cell is a string as a person wrote it and is kept as written; its meaning is read from it here
and nowhere else. Knows nothing of sections, tables or formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache


class Status(StrEnum):
    NUMBER = "number"
    BLANK = "blank"
    NIL = "nil"
    NOT_APPLICABLE = "not_applicable"
    TO_BE_SET = "to_be_set"
    SEE_NOTE = "see_note"
    TEXT = "text"


class NotAnAmount(ValueError):
    """A cell of money or posts is neither a number nor a status; `readings`: what may be meant."""

    def __init__(self, text: str, readings: tuple[str, ...], fault: str) -> None:
        self.text = text
        self.readings = readings
        question = f"; did you mean {' or '.join(readings)}?" if readings else ""
        super().__init__(f'"{_shortened(text)}" {fault}{question}')


class UnknownStyle(ValueError):
    """A live figure asks for a style that does not exist."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell means. `text` is as written, note marker included; a computed value carries its
    printed form there and its unrounded `number`. `number` is None unless status is NUMBER."""

    text: str
    status: Status
    number: Decimal | None = None
    decimals: int = 0
    unit: str = ""  # "%", "days"
    word: str = ""  # "Level", "Band", "Grade", "Stage"
    pound: bool = False
    remark: str = ""  # "2003" of "48% (2003)"
    notes: tuple[str, ...] = ()  # the marks cited: "1" of "12.5 [note 1]"
    computed: bool = False


BLANK = Value("", Status.BLANK)
TO_BE_SET = Value("to be set", Status.TO_BE_SET)

# Decimal's usual context rounds to 28 digits; money is exact.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_UP)

# --- reading -------------------------------------------------------------------------------

_STATUSES = {
    "": Status.BLANK,
    "-": Status.NIL,
    "~": Status.NIL,
    "nil": Status.NIL,
    "na": Status.NOT_APPLICABLE,
    "n/a": Status.NOT_APPLICABLE,
    "to be set": Status.TO_BE_SET,
    "tbc": Status.TO_BE_SET,
    "to be provided": Status.TO_BE_SET,
    "to be established": Status.TO_BE_SET,
}

# Word processors turn a typed hyphen into one of these.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))

_NUMBER = re.compile(
    r"""
    (?:(?P<word>(?i:level|band|grade|stage))\ )?
    (?:(?P<open>£?\(£?)|(?P<sign>[-+]£?|£[-+]?)?)
    (?P<digits>(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)
    (?(open)(?P<inner>%)?\))
    (?:\ ?(?P<unit>%|[a-z]+))?
    (?:\ ?\((?P<remark>[^()]+)\))?
    """,
    re.VERBOSE,
)
_NOTE = re.compile(r"note\s+([^\s\[\]]+)\s*", re.IGNORECASE)
_SEE_NOTE = re.compile(r"see note ([^\s\[\]]+)", re.IGNORECASE)

# Lower-case words that follow a number without measuring it: months and the ends of ordinals.
_NEVER_UNITS = frozenset(
    {
        *("january", "february", "march", "april", "may", "june", "july", "august"),
        *("september", "october", "november", "december", "jan", "feb", "mar", "apr", "jun"),
        *("jul", "aug", "sep", "sept", "oct", "nov", "dec", "st", "nd", "rd", "th"),
    }
)


def parse(text: str) -> Value:
    """Read a cell. Never fails: what is neither a number nor a status is text."""
    return _read_short(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Value:
    words, notes = split_notes(text)
    plain = _with_hyphens(words)
    status = _STATUSES.get(plain.lower())
    if status is not None:
        return Value(text, status, notes=notes)
    if seen := _SEE_NOTE.fullmatch(plain):
        return Value(text, Status.SEE_NOTE, notes=(seen[1], *notes))
    if (match := _NUMBER.fullmatch(plain)) and _is_number(match):
        return _read_number(text, match, notes)
    return Value(text, Status.TEXT, notes=notes)


_SHORT = 40  # characters of a cell that is likely to be read again as it is
_read_short = lru_cache(maxsize=8_192)(_read)


def plainly(text: str) -> str:
    """Return a cell's words without notes, dashes as hyphens, white space as single spaces."""
    return _with_hyphens(split_notes(text)[0])


def _with_hyphens(words: str) -> str:
    return " ".join(words.translate(_DASHES).split())


def split_notes(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text without the note markers it ends in, and their marks in order of writing."""
    end = len(text.rstrip())
    marks: list[str] = []
    while end and text[end - 1] == "]":
        start = text.rfind("[", 0, end)
        match = _NOTE.fullmatch(text, start + 1, end - 1) if start >= 0 else None
        if match is None:
            break
        marks.append(match[1])
        end = len(text[:start].rstrip())
    return (text[:end] if marks else text), tuple(reversed(marks))


def _is_number(match: re.Match[str]) -> bool:
    twice = match["inner"] and match["unit"]
    return not twice and match["unit"] not in _NEVER_UNITS


def _read_number(text: str, match: re.Match[str], notes: tuple[str, ...]) -> Value:
    digits = match["digits"]
    negative = match["open"] is not None or "-" in (match["sign"] or "")
    number = Decimal(digits.replace(",", ""))
    return Value(
        text,
        Status.NUMBER,
        number=number.copy_negate() if negative and number else number,
        decimals=len(digits.partition(".")[2]),
        unit=match["inner"] or match["unit"] or "",
        word=(match["word"] or "").capitalize(),
        pound="£" in (match["open"] or match["sign"] or ""),
        remark=(match["remark"] or "").strip(),
        notes=notes,
    )


def parse_amount(text: str, money_unit: str = "£000") -> Value:
    """Read a cell of money or posts: a number without a unit, or a status; £ is the plan's unit.

    :raises NotAnAmount: if it is anything else, with the readings that may be meant.
    """
    value = parse(text)
    if value.status is Status.TEXT:
        raise NotAnAmount(text, propose(text, money_unit), "is not a number")
    if value.unit or value.word:
        fault = f'has "{value.unit or value.word}", which does not belong here'
        raise NotAnAmount(text, propose(text, money_unit), fault)
    return value


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


# --- computing and printing ------------------------------------------------------------------


def round_half_up(number: Decimal, decimals: int) -> Decimal:
    """Return the number at so many decimals; a half goes away from zero."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)


def computed(number: Decimal | None, decimals: int, unit: str = "") -> Value:
    """Return a derived value, printed with thousands commas at so many decimals.

    None, the result of something not known yet, is TO_BE_SET.
    """
    if number is None:
        return TO_BE_SET
    text = _with_commas(number, decimals) + _printed_unit(unit)
    return Value(text, Status.NUMBER, number, decimals, unit, computed=True)


def _with_commas(number: Decimal, decimals: int) -> str:
    rounded = round_half_up(number, decimals)
    return f"{rounded if rounded else abs(rounded):,f}"


def _printed_unit(unit: str) -> str:
    return f" {unit}" if unit and unit != "%" else unit


def show(value: Value) -> str:
    """Return how the value prints: as typed, without note markers."""
    return split_notes(value.text)[0].strip()


_COUNTS_AS_NOTHING = frozenset({Status.BLANK, Status.NIL, Status.NOT_APPLICABLE})
_SCALE_WORDS = {"k": 3, "m": 6, "bn": 9}


def total(values: Iterable[Value]) -> Value:
    """Add values exactly, at the most decimals written; the order does not matter.

    Nil, blank and not applicable count as 0, all blank stays blank; anything else, and numbers
    of different units, make the sum TO_BE_SET, never 0.
    """
    amount, decimals, is_blank, is_open = Decimal(0), 0, True, False
    units: set[str] = set()
    for value in values:
        if value.status in _COUNTS_AS_NOTHING:
            is_blank = is_blank and value.status is Status.BLANK
            continue
        is_blank = False
        units.add(value.unit)
        if value.decimals > decimals:
            decimals = value.decimals
        if value.number is None:
            is_open = True
        else:
            amount = _EXACT.add(amount, value.number)
    if is_blank:
        return BLANK
    if is_open or not _can_be_added(units):
        return TO_BE_SET
    return computed(amount, decimals, max(units, default=""))


def total_of_pounds(values: Iterable[Value]) -> Value:
    """Return the total, with a £ where every number added is written with one."""
    added = tuple(values)
    whole = total(added)
    if whole.number is None or not any(value.pound for value in added):
        return whole
    if not all(value.pound for value in added if value.number is not None):
        return whole
    sign = "-" if whole.text.startswith("-") else ""
    return replace(whole, text=f"{sign}£{whole.text.removeprefix('-')}", pound=True)


def _can_be_added(units: set[str]) -> bool:
    """Say whether units agree: one unit or none, and no "5" beside a "1.2m"."""
    named = units - {""}
    return len(named) <= 1 and not (len(units) > 1 and named & _SCALE_WORDS.keys())


# --- styles of live figures --------------------------------------------------------------------

_MONEY_UNITS = {"£": 0, "£000": 3, "£k": 3, "£m": 6}  # powers of ten
_COUNTS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen", "twenty"),
)
_STATUS_WORDS = {
    Status.BLANK: "not given",
    Status.NIL: "nil",
    Status.NOT_APPLICABLE: "not applicable",
    Status.TO_BE_SET: "to be set",
}


def in_style(value: Value, style: str, money_unit: str = "£000") -> str:
    """Return how a live figure prints in a sentence: `£148.3m`, `£6,883.4k`, `-£2.0m`, `twelve`.

    `money_unit` is what the number counts in. A number that is no money in a known unit prints
    as in its table; what is no number prints its word.

    :raises UnknownStyle: if the style is not in STYLES.
    """
    printed = _STYLES.get(style)
    if printed is None:
        raise UnknownStyle(f'"{style}" is no style; the styles are {", ".join(STYLES)}')
    if value.number is None:
        return _STATUS_WORDS.get(value.status) or show(value)
    return printed(value, value.number, money_unit)


def in_pounds(value: Value, money_unit: str) -> Decimal | None:
    """Return a number that counts in `money_unit` as pounds; None if that is no unit of money."""
    power = _MONEY_UNITS.get(money_unit)
    if power is None or value.number is None:
        return None
    return value.number.scaleb(power, _EXACT)


def _plain(value: Value, number: Decimal, money_unit: str) -> str:
    return show(value)


def _in_words(value: Value, number: Decimal, money_unit: str) -> str:
    if value.unit or value.word or number not in range(len(_COUNTS)):
        return show(value)
    return _COUNTS[int(number)]


def _money(suffix: str, power: int, decimals: int | None) -> Callable[[Value, Decimal, str], str]:
    """Return a style that prints pounds in 10^power; decimals None: as many as there are."""

    def printed(value: Value, number: Decimal, money_unit: str) -> str:
        counted_in = _MONEY_UNITS.get(money_unit)
        if counted_in is None or value.unit or value.word:
            return show(value)
        shift = power - counted_in
        places = decimals
        if places is None:
            places = max(0, min(value.decimals + shift, max(value.decimals, 1)))
        amount = _with_commas(number.scaleb(-shift, _EXACT), places)
        sign = "-" if amount.startswith("-") else ""
        return f"{sign}£{amount.removeprefix('-')}{suffix}"

    return printed


_STYLES: dict[str, Callable[[Value, Decimal, str], str]] = {
    "£m": _money("m", 6, 1),
    "£000": _money("k", 3, None),
    "£": _money("", 0, None),
    "plain": _plain,
    "words": _in_words,
}
STYLES: tuple[str, ...] = tuple(_STYLES)
MONEY_STYLES = ("£m", "£000", "£")


def is_money_unit(unit: str) -> bool:
    """Say whether numbers of this unit are pounds, or thousands or millions of them."""
    return unit in _MONEY_UNITS


# --- the number guard --------------------------------------------------------------------------

_LONGEST_GUESS = 60
_WIDE = {0xFEE0 + code: code for code in range(0x21, 0x7F)}  # as some keyboards of Asia type
# Letters typed for digits, within a number: O.5, 1l.
_LETTERS_FOR_DIGITS = str.maketrans("OoIl", "0011")
_WITH_LETTERS = re.compile(r"(?<![A-Za-z])[0-9OoIl.,']*[0-9][0-9OoIl.,']*(?![A-Za-z])")
_NEARLY = re.compile(
    r"""
    (?P<before>[^0-9]*?)
    (?P<digits>[.,]?[0-9](?:[0-9.,'\ ]*[0-9])?)
    (?P<after>[^0-9]*)
    """,
    re.VERBOSE,
)
_POINTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_SCALE_NAMES = _SCALE_WORDS | {"thousand": 3, "million": 6, "mn": 6, "billion": 9, "b": 9}
_STATUS_NAMES = {
    "to be confirmed": "tbc",
    "to be agreed": "to be set",
    "tba": "tbc",
    "not applicable": "N/A",
    "none": "nil",
}


def propose(text: str, money_unit: str = "£000") -> tuple[str, ...]:
    """Return what a cell that is no plain number may mean, likeliest first; () if it is one
    already or there is nothing to guess. Scale words are brought to the money unit.

    "12,48.0" gives "1,248.0" and "12,480.0"; "(-)55,079" gives "-55,079"; "£1.2m" gives "1,200".
    """
    plain = plainly(text)
    cleared = _with_digits(plain) if len(plain) <= _LONGEST_GUESS else plain
    meant = () if cleared == plain else _guess(cleared, money_unit) or _as_printed(cleared)
    return tuple(dict.fromkeys([*meant, *_guess(plain, money_unit)]))


def _with_digits(plain: str) -> str:
    """Return the text with digits where letters, or signs of another keyboard, stand for them."""
    narrow = plain.translate(_WIDE)
    return _WITH_LETTERS.sub(lambda run: run[0].translate(_LETTERS_FOR_DIGITS), narrow)


def _as_printed(plain: str) -> tuple[str, ...]:
    value = parse(plain)
    return () if value.number is None else (_with_commas(value.number, value.decimals),)


def _guess(plain: str, money_unit: str) -> tuple[str, ...]:
    value = parse(plain)
    if value.number is not None:
        return _without_unit(value, value.number, money_unit)
    if value.status is not Status.TEXT or len(plain) > _LONGEST_GUESS:
        return ()
    if plain.lower() in _STATUS_NAMES:
        return (_STATUS_NAMES[plain.lower()],)
    match = _NEARLY.fullmatch(plain)
    return _readings(match, money_unit) if match else ()


def _without_unit(value: Value, number: Decimal, money_unit: str) -> tuple[str, ...]:
    if not (value.unit or value.word):
        return ()
    return (_scaled(number, value.decimals, value.unit, money_unit),)


def _readings(match: re.Match[str], money_unit: str) -> tuple[str, ...]:
    before, digits, after = match["before"], match["digits"].strip(), match["after"]
    negative = "-" in before or after.strip().startswith("-") or ("(" in before and ")" in after)
    half_open = not negative and (_opens(before) or _closes(after))  # "(12": the other is missing
    scale = next(iter(after.lower().strip(" -().").split()), "")
    readings: list[str] = []
    for reading in _digit_readings(digits):
        number = Decimal(reading)
        decimals = len(reading.partition(".")[2])
        signs = (True, False) if half_open else (negative,)
        readings += [
            _scaled(number.copy_negate() if sign else number, decimals, scale, money_unit)
            for sign in signs
        ]
    return tuple(dict.fromkeys(readings))


def _opens(before: str) -> bool:
    return before.count("(") > before.count(")")


def _closes(after: str) -> bool:
    return after.count(")") > after.count("(")


def _scaled(number: Decimal, decimals: int, scale: str, money_unit: str) -> str:
    power = _SCALE_NAMES.get(scale)
    if power is None:
        return _with_commas(number, decimals)
    shift = power - _MONEY_UNITS.get(money_unit, 0)
    amount = _with_commas(number.scaleb(shift, _EXACT), max(0, decimals - shift))
    return amount.rstrip("0").rstrip(".") if "." in amount else amount


def _digit_readings(digits: str) -> list[str]:
    """Return digits with stray separators as plain decimals, every way they can be read."""
    joined = digits.replace(" ", "").replace("'", "")
    if 0 <= joined.find(".") < joined.rfind(","):  # 1.234,5: the comma is the decimal point
        whole, _, fraction = joined.rpartition(",")
        return [f"{_digits_of(whole)}.{_digits_of(fraction)}"]
    if _POINTED.fullmatch(joined):  # 1.234.567: points part thousands
        return [_digits_of(joined)]
    whole, point, fraction = joined.rpartition(".") if "." in joined else (joined, "", "")
    first, *groups = whole.split(",")
    wholes = [_digits_of(whole) or "0"]
    if groups and all(0 < len(group) <= 3 for group in groups):
        wholes.append(_digits_of(first + "".join(group.ljust(3, "0") for group in groups)))
    readings = [each + point + fraction for each in wholes]
    if len(groups) == 1 and not point and (len(groups[0]) != 3 or first in ("", "0")):
        readings.append(f"{first or 0}.{groups[0]}")
    return readings


def _digits_of(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")
