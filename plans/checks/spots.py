"""A number in its sentence: what stands by it, and how it stands to a figure of the plan.

Knows names and amounts; what a finding is, plans/checks/prose.py says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from documents import values
from documents.values import Status, Value
from plans.checks.amounts import compare
from plans.checks.dates import read_periods
from plans.checks.figure_names import Named, Names, Phrase
from plans.checks.numbers import Number, Sentence, date_mark, split_words
from plans.content import Path
from plans.registry import Figure


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence with numbers where it stands; section "" is the cover, `label` its fact's."""

    section: str
    path: Path
    sentence: Sentence
    label: str = ""


BREAKS = frozenset({",", ";", ":", "while", "whereas", "but", "though", "although"})
_VERBS = frozenset(
    {
        *("is", "are", "was", "were", "be", "been", "come", "came", "amount", "amounted", "stand"),
        *("stood", "total", "totalled", "totalling", "reach", "reached", "rise", "rose", "risen"),
        *("fall", "fell", "fallen", "grow", "grew", "grown", "remain", "remained", "equal"),
    }
)
LINKS = _VERBS | {
    *("of", "at", "to", "a", "an", "the", "set", "will", "has", "have", "now", "currently", "just"),
    *("about", "around", "some", "approximately", "nearly", "almost", "over", "under", "worth"),
    *("fixed", "estimated", "expected", "planned", "forecast", "for", "in", ":", "(", ")", "also"),
    *("only", "this", "year", "up", "down", "budgeted", "over", "more", "than"),
}
_FURTHEST = 9  # words between a name and its number
# Words that make a part, a change or a rate of what they stand by.
_PARTS = frozenset(
    {
        *("increase", "increased", "rise", "reduction", "decrease", "saving", "growth", "cut"),
        *("pressure", "underspend", "overspend", "shortfall", "share", "proportion", "part"),
        *("third", "half", "quarter", "extra", "additional", "further", "another", "variance"),
        *("difference", "change", "average", "last", "previous", "prior", "per", "each", "every"),
        *("by", "less", "fewer", "save", "reduce", "reduced", "vacant", "lost", "new", "other"),
    }
)
COMPARED = frozenset(
    {
        *("more", "less", "higher", "lower", "above", "below", "fewer", "extra", "additional"),
        *("short", "each", "per", "further", "new", "other", "better", "worse", "point", "saving"),
    }
)
SOME_OF = frozenset({"first", "last", "other", "next", "another", "top", "main", "further"})
DURATIONS = frozenset(
    {"year", "month", "week", "day", "hour", "minute", "mile", "time", "quarter", "term", "decade"}
)


@dataclass(frozen=True, slots=True)
class Title:
    """What a section's title names: things, and a date."""

    things: frozenset[Phrase] = frozenset()
    said: str = ""


def read_title(names: Names, title: str, *, year: str) -> Title:
    dates = read_periods(title, year=year)
    said = date_mark(dates[0]) if len(dates) == 1 else ""
    return Title(names.things_in(split_words(title)), said)


@dataclass(frozen=True, slots=True)
class Spot:
    """A number in its sentence: where it stands among the words, and what they name."""

    place: Place
    number: Number
    at: int
    names: Names
    title: Title
    said: str

    @property
    def things(self) -> frozenset[Phrase]:
        """Units, indicators and the like that the sentence or its section's title names."""
        return self.names.things_in(self.tokens) | self.title.things

    @property
    def tokens(self) -> Phrase:
        return self.place.sentence.tokens

    @property
    def quote(self) -> str:
        label = f"{self.place.label}: " if self.place.label else ""
        return f"“{label}{self.number.quote}”"

    @property
    def after(self) -> str:
        return self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""


def spots_in(names: Names, place: Place, title: Title) -> Iterator[Spot]:
    tokens = place.sentence.tokens
    for at, token in enumerate(tokens):
        if token[0] == "#":
            number = place.sentence.numbers[int(token[1:])]
            yield Spot(place, number, at, names, title, _date_by(tokens, at) or title.said)


def _date_by(tokens: Phrase, at: int) -> str:
    """Return the date that goes with the number at a place: just after it, else the last before
    it, else the next."""
    rest = tokens[at + 1 :]
    number = next((i for i, token in enumerate(rest) if token[0] == "#"), len(rest))
    after = next((i for i, token in enumerate(rest[:number]) if token[0] == "@"), None)
    if after is not None and after < 2:
        return rest[after][1:]
    before = next((token[1:] for token in reversed(tokens[:at]) if token[0] == "@"), "")
    return before or (rest[after][1:] if after is not None else "")


def phrases_by(names: Names, spot: Spot) -> list[tuple[Phrase, bool]]:
    """Return the phrases that name a number, the likeliest first, and whether each stands right by
    it rather than around it."""
    tokens, at = spot.tokens, spot.at
    before, after = _phrase_before(names, tokens, at), _phrase_after(names, tokens, at)
    near = [after, before] if before is None or len(before) < 2 else [before, after]
    found = [(phrase, True) for phrase in near if phrase]
    words = frozenset(tokens[max(0, at - 7) : at] + tokens[at + 1 : at + 5])
    return found + [(phrase, False) for phrase in names.around(words)]


def _phrase_before(names: Names, tokens: Phrase, at: int) -> Phrase | None:
    """Return the phrase before a number: "gross budget" of "gross budget of the unit is £5m"."""
    has_verb, linked = False, True
    for place in range(at - 1, max(-1, at - 1 - _FURTHEST), -1):
        word = tokens[place]
        phrase = names.ending(tokens, place)
        if phrase and (linked or tokens[place + 1] in ("of", "for", "in", "to")):
            is_part = _PARTS.intersection(tokens[max(0, place - len(phrase) - 4) : place])
            return None if is_part else phrase
        if word.startswith("#") or (word in BREAKS and word != ":"):
            return None
        if linked and word not in LINKS and word[0] != "@":
            linked = False
            if not has_verb:
                return None
        has_verb = has_verb or (linked and word in _VERBS)
    return None


def _phrase_after(names: Names, tokens: Phrase, at: int) -> Phrase | None:
    """Return the phrase after a number: "gross" of "£5m gross", "FTE" of "(12 FTE)"."""
    if _PARTS.intersection(tokens[max(0, at - 3) : at]):
        return None
    for place in range(at + 1, min(len(tokens), at + 4)):
        if phrase := names.beginning(tokens, place):
            return phrase
        if tokens[place] not in ("of", "in", "for", "the", "(", "a", "year"):
            return None
    return None


# --- how a number stands to a figure -------------------------------------------------------------


def is_held(alternatives: tuple[Phrase, ...], things: frozenset[Phrase]) -> bool:
    return not things.isdisjoint(alternatives)


def is_about(named: Named, spot: Spot) -> bool:
    things = spot.things
    return all(is_held(alternatives, things) for alternatives in named.about)


@lru_cache(maxsize=1_024)
def _days(mark: str) -> tuple[str, str]:
    """Return the first and last day of a date as `date_mark` writes it."""
    if len(mark) == 7 and mark[4] == "/":
        return f"{mark[:4]}-04-01", f"{int(mark[:4]) + 1}-03-31"
    if "/" in mark:
        first, _, last = mark.partition("/")
        return first, last
    return (mark, mark) if len(mark) == 10 else (f"{mark}-00", f"{mark}-99")


def is_time_of(named: Named, spot: Spot, year: str) -> bool | None:
    """Say whether a sentence speaks of the figure's time; None if that is not plain."""
    wanted = named.when or year
    said = spot.said or year
    if said == wanted:
        return True
    (first, last), (begins, ends) = _days(said), _days(wanted)
    return None if not spot.said or (first <= ends and begins <= last) else False


def is_of_another_time(spot: Spot, year: str) -> bool:
    """Say whether the paragraph has come to speak of a time outside the plan's year."""
    earlier = spot.place.sentence.earlier
    if spot.said or not earlier:
        return False
    (first, last), (begins, ends) = _days(earlier), _days(year)
    return last < begins or first > ends


def how_well(each: tuple[Named, Decimal, bool | None]) -> tuple[bool, int, bool]:
    """Return how well a figure is meant, to choose among equal ones: its time is said, more of
    what it is about, and it is of a year rather than of the plan."""
    named, _, is_time = each
    return is_time is True, len(named.about), bool(named.when)


def _is_share(figure: Figure) -> bool:
    unit = figure.value.unit or figure.unit
    return unit == "%" or (not unit and "ercentage" in figure.label)


def amount_in(figure: Figure, number: Number, spot: Spot, money_unit: str) -> Decimal | None:
    """Return the figure in what the number counts in; None if one is not what the other is."""
    value = figure.value
    if value.number is None:
        return None
    is_money = value.pound or values.is_money_unit(figure.unit)
    if number.kind == "money":
        unit = figure.unit if values.is_money_unit(figure.unit) else money_unit
        return values.in_pounds(value, unit) if is_money else None
    if number.kind == "percent":
        return value.number if _is_share(figure) else None
    unit = value.unit or figure.unit
    counts_time = spot.after in DURATIONS
    if is_money or value.word or _is_share(figure) or counts_time != bool(unit):
        return None
    return value.number if not unit or split_words(unit) == (spot.after,) else None


def _as_value(number: Number, amount: Decimal) -> Value:
    return Value(number.text, Status.NUMBER, amount, -number.step.adjusted())


def equals(number: Number, amount: Decimal) -> bool:
    computed = Value("", Status.NUMBER, amount)
    return compare(_as_value(number, number.value), computed) in ("same", "rounding")


def is_off(number: Number, amount: Decimal, figure: Figure) -> bool:
    """Say whether a number is more than rounding, its own or the figure's, away from an amount."""
    off = abs(abs(number.value) - abs(amount))
    digits = figure.value.number or Decimal(1)
    scale = abs(amount / digits) if digits else Decimal(1)
    finest = Decimal(1).scaleb(-figure.value.decimals) * scale / 2
    return off > max(number.step / 2, finest, _roundness(number))


def _roundness(number: Number) -> Decimal:
    """Return how far off a number may be that says "about", or ends in zeros."""
    value = abs(number.value)
    if number.hedge == "about":
        return value / 10
    whole = number.bare.rstrip("0,")
    zeros = sum(character == "0" for character in number.bare[len(whole) :])
    if number.form == "words" or "." in number.bare or not zeros:
        return Decimal(0)
    return min(number.step.scaleb(zeros) / 2, value / 20)


def count_digits(number: Number) -> int:
    """Return how many digits of a number say something: 3 of "£93.7m", 2 of "1,500"."""
    return len(number.value.normalize().as_tuple().digits)
