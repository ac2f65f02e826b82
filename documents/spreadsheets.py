"""A cell as a spreadsheet's: numbers with the format that shows them as written, text that no
spreadsheet runs, names that sheets may have.

What is written here is read here, so that a table that went out comes back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from documents import values
from documents.values import Status

TOO_LONG = "[too long for a cell of a workbook: left as it is in the plan]"
LONGEST_NAME = 31  # characters of a sheet's name
LONGEST = 32_000  # characters; a workbook's cell holds 32,767


def name_sheet(title: str, taken: Iterable[str]) -> str:
    """Return a sheet's name: 31 characters without those that none may have, told from others."""
    legal = re.sub(r"[\x00-\x1f\[\]:*?/\\]", " ", title)
    stem = " ".join(legal.split()).strip("' ") or "Sheet"
    name, number = stem[:LONGEST_NAME].strip("' "), 2
    lower = {"history", *(each.casefold() for each in taken)}  # a name that Excel keeps to itself
    while name.casefold() in lower:
        ending = f" ({number})"
        name, number = stem[: LONGEST_NAME - len(ending)].strip("' ") + ending, number + 1
    return name


# --- formulas that are none ----------------------------------------------------------------------

_PLAIN_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?")
_LIKE_FORMULA = re.compile(r"'*\s*[=+\-@]|'*[\t\r]")


def guard(text: str) -> str:
    """Return the text so that no spreadsheet runs it as a formula when it opens a CSV file."""
    if _LIKE_FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguard(text: str) -> str:
    """Return the text that `guard` made this of."""
    return text[1:] if text.startswith("'") and _LIKE_FORMULA.match(text) else text


# --- numbers and their formats -------------------------------------------------------------------

GENERAL = "General"
_LARGEST = 308  # the power of ten beyond which a spreadsheet has no numbers


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One part of a number format: words, digits, words; `shown`: whether it has digits at all."""

    before: str
    shown: bool
    decimals: int
    commas: bool
    percent: bool
    after: str


def as_number(text: str) -> tuple[float, str] | None:
    """Return the number that a cell's text is, and a number format that shows just this text.

    None where no number would show it: a status, a note, a leading zero.
    """
    value = values.parse(text)
    if value.status is not Status.NUMBER or value.number is None or value.notes or value.remark:
        return None
    scaled = value.number / 100 if "%" in text else value.number
    number = float(scaled)
    for number_format in _formats_for(text, value.decimals):
        if show_number(repr(number), number_format) == text:
            return number, number_format
    return None


def _formats_for(text: str, decimals: int) -> list[str]:
    digits = ("#,##0" if "," in text else "0") + ("." + "0" * decimals if decimals else "")
    match = re.fullmatch(r"([^0-9]*)[0-9][0-9.,]*(.*)", text)
    if not match:
        return []
    before, after = match[1], match[2]
    quoted = f"{_quote(before)}{digits}{_quote(after)}"
    if before.startswith(("(", "-", "£(", "£-")):
        return [digits, f"{digits};{quoted}"]
    return [digits, quoted, f"{quoted};-{quoted}"]


def _quote(words: str) -> str:
    parts = re.split(r"(%)", words)
    return "".join(part if part == "%" else f'"{part}"' for part in parts if part)


def add_words(number_format: str, words: str) -> str:
    """Return the format with words behind the number, whatever its sign."""
    quoted = words.replace('"', "'")
    sections = _split_sections(number_format)
    return ";".join([f'{section}"{quoted}"' for section in sections]) if words else number_format


def show_number(raw: str, number_format: str) -> str:
    """Return how a spreadsheet shows the number that its file spells `raw`.

    Formats of digits, separators, percent and words are followed; any other number shows in full.

    :raises ValueError: if `raw` is no finite number.
    """
    number = Decimal(raw)
    if not number.is_finite() or number.adjusted() > _LARGEST:
        raise ValueError(f"{raw} is no number that a spreadsheet has")
    pattern, with_sign = _choose_pattern(number_format, number)
    if pattern is None:
        return _show_general(number)
    if not pattern.shown:
        return pattern.before
    amount = abs(number) * (100 if pattern.percent else 1)
    amount = _to_fifteen_digits(amount)
    rounded = amount.quantize(Decimal(1).scaleb(-pattern.decimals), ROUND_HALF_UP)
    sign = "-" if with_sign and rounded else ""
    digits = f"{rounded:,f}" if pattern.commas else f"{rounded:f}"
    return f"{sign}{pattern.before}{digits}{pattern.after}"


def _to_fifteen_digits(number: Decimal) -> Decimal:
    """Return the number as a spreadsheet takes it: no further than fifteen digits."""
    return Decimal(f"{number:.15g}") if abs(number) < Decimal("1e15") else number


def _show_general(number: Decimal) -> str:
    text = f"{_to_fifteen_digits(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _choose_pattern(number_format: str, number: Decimal) -> tuple[_Pattern | None, bool]:
    """Return the part of the format for this number, and whether it needs a sign before it."""
    parts = _split_sections(number_format)
    if number < 0 and len(parts) > 1:
        return _read_pattern(parts[1]), False
    if number == 0 and len(parts) > 2:
        return _read_pattern(parts[2]), False
    return _read_pattern(parts[0]), number < 0


def _split_sections(number_format: str) -> list[str]:
    return re.findall(r'(?:"[^"]*"|\\.|[^;"\\])+', number_format) or [GENERAL]


_FORMAT_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)"
    | \\(?P<escaped>.)
    | [_*]. | \[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\ ?[0-9]+)\]
    | \[\$(?P<currency>[^\-\]]*)(?:-[0-9A-Fa-f]+)?\]
    | (?P<digits>[0#?][0#?,]*(?:\.[0#?]+)?)
    | (?P<percent>%)
    | (?P<plain>[-+()£$€\ :!^&'~{}<>=])
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _read_pattern(part: str) -> _Pattern | None:
    """Return one part of a format; None for dates, fractions, scales and whatever else there is."""
    sides, digits, percent, at = ["", ""], "", False, 0
    while at < len(part):
        token = _FORMAT_TOKEN.match(part, at)
        if not token or (token["digits"] and digits):
            return None
        at = token.end()
        digits = digits or token["digits"] or ""
        percent = percent or bool(token["percent"])
        words = next(
            (token[n] for n in ("quoted", "escaped", "currency", "percent", "plain") if token[n]),
            "",
        )
        sides[bool(digits)] += words
    whole, _, fraction = digits.partition(".")
    if digits.endswith(",") or set(fraction) - {"0"} or not (digits or sides[0]):
        return None
    shown = bool(set(whole + fraction) - {"?"})
    before = sides[0] if shown else sides[0].strip()
    return _Pattern(before, shown, len(fraction), "," in whole, percent, sides[1])


# --- dates ---------------------------------------------------------------------------------------

_DATE_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})


def is_date_format(format_id: int, number_format: str) -> bool:
    """Whether a number in this format is a day or a time."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', "", number_format.split(";")[0])
    return format_id in _DATE_IDS or (
        number_format != GENERAL and bool(re.search(r"[dmyhs]", bare, re.IGNORECASE))
    )


def show_date(raw: str, *, since_1904: bool) -> str:
    """Return a day as 30/09/2018, with its time if it has one.

    :raises ValueError: if the number is no day that a calendar has.
    """
    days = float(raw)
    if not 0 <= days < 2_958_466:
        raise ValueError(f"{raw} is no day")
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    moment = start + timedelta(seconds=round(days * 86_400))
    if days < 1:
        return f"{moment:%H:%M}"
    return f"{moment:%d/%m/%Y}" if moment.hour == moment.minute == 0 else f"{moment:%d/%m/%Y %H:%M}"
