"""RAG: how near a value is to its target, judged by a rule of the council, always with the reason.

A rule is data (the plan file's `rag_rules`). What is good is a range of numbers: from the target up
where higher is better, up to the target where lower is, the band itself where the right value lies
between two. What is near reaches further, down to the indicator's own floor where it has one, else
by the rule's tolerance. Pure; numbers are Decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from documents import values
from documents.values import BLANK, Status, Value
from performance.judgements import (
    Band,
    Standing,
    is_percent,
    read_band,
    read_standings,
    read_unit,
    read_unit_name,
)

Grade: TypeAlias = Literal["on_target", "near", "off_target"]
Colour: TypeAlias = Literal["green", "amber", "red", "blue", "grey"]

SHAPES = {"circle": "●", "triangle": "▲", "square": "■", "diamond": "◆"}
COLOURS: tuple[Colour, ...] = ("green", "amber", "red", "blue", "grey")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a judgement is shown: its word, the name of its shape and that of its colour."""

    word: str
    shape: str
    colour: Colour

    @property
    def sign(self) -> str:
        """The shape as it is written: ●."""
        return SHAPES[self.shape]

    def __str__(self) -> str:
        return f"{self.sign} {self.word}"


@dataclass(frozen=True, slots=True)
class Rule:
    """When a value is on target, near it or off it.

    tolerance  how far past the target is near, in the measure's own unit or per cent of the target
    floor      what is worse than this is never near; None: there is no such limit
    band       how far either side of a target of one number is good, where the right value lies
               between two; None: such a target is not judged
    """

    key: str
    name: str
    units: tuple[str, ...]
    is_default: bool
    tolerance: Decimal
    in_percent: bool
    floor: Decimal | None
    band: Decimal | None
    outcomes: Mapping[Grade, Outcome]

    def reach(self, edge: Decimal) -> Decimal:
        """Return how far past this edge of the target a value is near."""
        return abs(edge) * self.tolerance / 100 if self.in_percent else self.tolerance


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule says of a value; `outcome` and `grade` are None where it says nothing, and
    `why` then says why not."""

    why: str
    grade: Grade | None = None
    outcome: Outcome | None = None


def read_rule(entry: Mapping[str, Any]) -> Rule:
    """Return the rule that an entry of a plan file's `rag_rules` describes."""
    grades: tuple[Grade, ...] = ("on_target", "near", "off_target")
    return Rule(
        key=entry["key"],
        name=entry["name"] or entry["key"],
        units=tuple(entry["units"]),
        is_default=entry["default"],
        tolerance=Decimal(entry["tolerance"] or 0),
        in_percent=entry["tolerance_in"] == "percent",
        floor=_decimal(entry["floor"]),
        band=_decimal(entry["band"]),
        outcomes={grade: Outcome(**entry[grade]) for grade in grades},
    )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def choose_rule(rules: Mapping[str, Mapping[str, Any]], *, named: str, unit: str) -> Rule | None:
    """Return the rule that a table names, else that of the unit, else the default; None: none.

    A table that names a rule which is not kept is judged by none.
    """
    if named:
        return read_rule(rules[named]) if named in rules else None
    read = [read_rule(entry) for entry in rules.values()]
    wanted = read_unit_name(unit)
    fitting = (rule for rule in read if wanted and wanted in map(read_unit_name, rule.units))
    return next(fitting, None) or next((rule for rule in read if rule.is_default), None)


# --- tables --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """An indicator's standing with what its rule says of it; None without a rule or a value."""

    standing: Standing
    unit: str
    rule: Rule | None
    judgement: Judgement | None

    @property
    def outcome(self) -> Outcome | None:
        return self.judgement.outcome if self.judgement else None

    @property
    def year_ahead(self) -> str:
        """The year of the target, if it is another than that of the value; else ""."""
        latest, year = self.standing.latest, self.standing.aim.year
        return year if latest and year != latest.year else ""

    def __str__(self) -> str:
        """The outcome in words: "● Green, on target"; with its year if the target is of another."""
        if self.outcome is None:
            return ""
        return f"For {self.year_ahead}: {self.outcome}" if self.year_ahead else str(self.outcome)


def judge_table(content: Mapping[str, Any], rules: Mapping[str, Mapping[str, Any]]) -> list[Judged]:
    """Return what the rules say of each row of an indicators section's content."""
    named = content.get("rag_rule") or ""
    standings = read_standings(content)
    return [
        _judge_row(row, standing, rules, named)
        for row, standing in zip(content.get("rows") or (), standings, strict=True)
    ]


def _judge_row(
    row: Mapping[str, Any],
    standing: Standing,
    rules: Mapping[str, Mapping[str, Any]],
    named: str,
) -> Judged:
    unit = read_unit(row)
    rule = choose_rule(rules, named=named, unit=unit)
    if rule is None or standing.latest is None:
        return Judged(standing, unit, rule, None)
    value, aim = standing.latest.value, standing.aim
    polarity = row.get("polarity") or ""
    judgement = judge(value, aim.target, polarity, rule, floor=aim.floor, unit=unit)
    return Judged(standing, unit, rule, judgement)


# --- judging -------------------------------------------------------------------------------


def judge(
    value: Value,
    target: Value,
    polarity: str,
    rule: Rule,
    *,
    floor: Value = BLANK,
    unit: str = "",
) -> Judgement:
    """Return what `rule` says of a value; `unit`: what a number without one of its own counts in.

    `floor` is the indicator's own, BLANK if it has none.
    """
    obstacle = _find_obstacle(value, target, polarity, rule)
    if obstacle or value.number is None:
        return Judgement(obstacle)
    case = _Case(value, value.number, target, polarity, rule, floor, unit or value.unit)
    return case.judge()


def _find_obstacle(value: Value, target: Value, polarity: str, rule: Rule) -> str:
    """Return why nothing can be said of a value, "" where something can."""
    if polarity not in ("higher", "lower", "band"):
        return "Nothing is judged: nobody has said which way is better."
    if value.number is None:
        return f"Nothing is judged: the value is {_tell_status(value)}."
    if polarity == "band":
        if read_target_band(target, rule) is None:
            return f"Nothing is judged: the target is {_tell_status(target)}, not a range."
    elif target.number is None:
        return f"Nothing is judged: the target is {_tell_status(target)}."
    if value.unit and target.unit and value.unit != target.unit:
        counted = f"the value counts in {value.unit} and the target in {target.unit}"
        return f"Nothing is judged: {counted}."
    return ""


def _tell_status(value: Value) -> str:
    words = {
        Status.BLANK: "empty",
        Status.NIL: "nil",
        Status.NOT_APPLICABLE: "not applicable",
        Status.TO_BE_SET: "to be set",
        Status.SEE_NOTE: "in a note",
    }
    return words.get(value.status) or f"“{values.show(value)}”"


def read_target_band(target: Value, rule: Rule) -> Band | None:
    """Return the range to be in: as it is written, or the rule's band around one number."""
    if target.number is not None and rule.band is not None:
        return Band(target.number - rule.band, target.number + rule.band)
    return read_band(values.show(target))


@dataclass(frozen=True, slots=True)
class _Case:
    """One value that can be judged, and all that is said of it."""

    value: Value
    number: Decimal
    target: Value
    polarity: str
    rule: Rule
    floor: Value
    unit: str

    def judge(self) -> Judgement:
        good = self._find_good()
        if good.low is not None and self.number < good.low:
            return self._judge_miss(good.low)
        if good.high is not None and self.number > good.high:
            return self._judge_miss(good.high)
        return self._conclude("on_target", self._tell_met(good))

    def _judge_miss(self, edge: Decimal) -> Judgement:
        """Return what is said of a value past this edge of what is good."""
        missed = self._tell_missed(edge)
        limit = self.rule.floor
        if limit is not None and self._is_past(limit):
            words = f"{missed}, past the rule's floor of {self._write(limit)}"
            return self._conclude("off_target", words)
        return self._judge_by_floor(missed) or self._judge_by_tolerance(edge, missed)

    def _conclude(self, grade: Grade, why: str) -> Judgement:
        return Judgement(f"{why}.", grade, self.rule.outcomes[grade])

    def _find_good(self) -> Band:
        if self.polarity == "band":
            return read_target_band(self.target, self.rule) or Band(None, None)
        above = self.polarity == "higher"
        return Band(self.target.number if above else None, None if above else self.target.number)

    def _is_past(self, limit: Decimal) -> bool:
        """Whether the value is worse than a limit; a band has its own edges, and no limit."""
        if self.polarity == "band":
            return False
        return self.number < limit if self.polarity == "higher" else self.number > limit

    def _judge_by_floor(self, missed: str) -> Judgement | None:
        """Return what the indicator's own floor says; None where it has none that can be read."""
        floor = self._read_floor()
        if floor is None:
            return None
        told = values.show(self.floor)
        near = floor.holds(self.number)
        words = "not past" if near else "past"
        return self._conclude(
            "near" if near else "off_target", f"{missed}, {words} the floor of {told}"
        )

    def _read_floor(self) -> Band | None:
        if self.polarity == "band":
            return read_band(values.show(self.floor))
        number = self.floor.number
        if number is None or (self.floor.unit and self.unit and self.floor.unit != self.unit):
            return None
        return Band(number, None) if self.polarity == "higher" else Band(None, number)

    def _judge_by_tolerance(self, edge: Decimal, missed: str) -> Judgement:
        if not self.rule.tolerance:
            return self._conclude("off_target", missed)
        near = abs(self.number - edge) <= self.rule.reach(edge)
        told = f"{'within' if near else 'beyond'} the tolerance of {self._tell_tolerance()}"
        return self._conclude("near" if near else "off_target", f"{missed}, {told}")

    # --- in words ------------------------------------------------------------------------------

    def _tell_met(self, good: Band) -> str:
        name = self._name_value()
        if self.polarity == "band":
            return f"{name} is {self._tell_band(good)}, as it should be"
        target = self.target.number or Decimal(0)
        if target == self.number:
            return f"{name} is the target"
        return (
            f"{name} is {self._tell_gap(target)} the target of {self._write(target, self.target)}"
        )

    def _tell_missed(self, edge: Decimal) -> str:
        gap = self._tell_gap(edge)
        if self.polarity == "band":
            where = "begins" if self.number < edge else "ends"
            return f"{self._name_value()} is {gap} {self._write(edge)}, where the target {where}"
        return f"{self._name_value()} is {gap} the target of {self._write(edge, self.target)}"

    def _tell_band(self, good: Band) -> str:
        edges = [self._write(edge) for edge in (good.low, good.high) if edge is not None]
        if len(edges) == 2:
            return f"between {edges[0]} and {edges[1]}"
        return f"{'no more than' if good.low is None else 'no less than'} {edges[0]}"

    def _tell_gap(self, edge: Decimal) -> str:
        """Return the distance with its direction: "1.6 points below"."""
        gap = abs(self.number - edge)
        unit = self._count(gap)
        return f"{_plain(gap)}{unit} {'below' if self.number < edge else 'above'}"

    def _count(self, amount: Decimal) -> str:
        if is_percent(self.unit):
            return " point" if amount == 1 else " points"
        return f" {self.unit}" if self.unit else ""

    def _tell_tolerance(self) -> str:
        amount = self.rule.tolerance
        return (
            f"{_plain(amount)}%"
            if self.rule.in_percent
            else f"{_plain(amount)}{self._count(amount)}"
        )

    def _name_value(self) -> str:
        return self._write(self.number, self.value)

    def _write(self, number: Decimal, typed: Value = BLANK) -> str:
        """Return a number with its unit, as it was typed where it was."""
        if typed.number is not None and (typed.unit or not self.unit):
            return values.show(typed)
        words = values.show(typed) if typed.number is not None else _plain(number)
        return f"{words}%" if is_percent(self.unit) else f"{words} {self.unit}".strip()


def _plain(number: Decimal) -> str:
    """Return a number with commas at thousands, without noughts at the end."""
    digits = f"{number:,f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
