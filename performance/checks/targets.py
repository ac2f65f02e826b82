"""The checks of an indicators table: which way is better, and what its targets ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from documents import values
from documents.values import Status, Value
from performance.checks.measures import Measure, Measured, Measures
from performance.judgements import is_better
from plans.checks import Finding, define
from plans.checks.wording import Wording

NO_POLARITY = define(
    "performance.W101",
    "An indicator has a target, but nobody says which way is better",
    "Say whether higher or lower is better, or that it lies between two values.",
)
WRONG_WAY = define(
    "performance.W102",
    "What is called better is not where the indicator is meant to go",
    "Put “Better is” right, or the targets.",
)
ASKS_LESS = define(
    "performance.W103",
    "A target asks for less than was reached already",
    "Set a target that is at least what was reached, or say in a note why it is lower.",
)
BELOW_FLOOR = define(
    "performance.W104",
    "A target is worse than its floor",
    "Put the target or the floor right.",
)
NO_TARGET = define(
    "performance.W107",
    "An indicator has no target where others have",
    "Type its target, “to be set”, or NA if it has none.",
)
OPEN_TARGET = define(
    "performance.W108",
    "Targets are to be set, and nothing says by when",
    "Say by when in a note: “Targets are set in May”.",
)
TARGET_MET = define(
    "performance.A101",
    "A target is met already by the last outturn",
    "Think whether the target still asks for something.",
)
NO_TARGETS = define(
    "performance.A102",
    "No indicator has a target for the plan's year",
    "Add a column of targets for the year, or say in the introduction why there are none.",
)

_UPWARDS = re.compile(r"(increase|raise|improve|maximise|more)\b", re.IGNORECASE)
_DOWNWARDS = re.compile(r"(reduce|decrease|cut|lower|minimise|fewer)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(jan(uary)?|feb(ruary)?|mar(ch)?|april?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?"
    r"|nov(ember)?|dec(ember)?|spring|summer|autumn|winter|quarter|q[1-4]|year[- ]end"
    r"|[0-9]{1,2}/[0-9]{1,2}|20[0-9]{2})\b",
    re.IGNORECASE,
)
_TO_BE_SET = re.compile(r"\b(to be|tbc|awaiting|not yet)\b", re.IGNORECASE)
FEW = 2  # measured indicators above which a table without targets says something
POINTS, SHARE = Decimal(2), Decimal("0.1")  # what differs by chance where no rule says


def check_polarity(table: Measures, row: Measure) -> Iterator[Finding]:
    """An indicator with a target says which way is better, and its targets go that way."""
    targets = table.numbers(row, "target")
    if row.polarity == "none" and targets:
        column, value = targets[-1]
        name = f"{row.name} has a target of {values.show(value)} ({column.name})"
        message = f"{name}, but nobody says whether higher or lower is better."
        yield NO_POLARITY.at(table.section.key, (*row.path, "polarity"), message, stated="none")
    reason = _find_contradiction(table, row)
    if reason:
        message = f"{row.name} is better {row.polarity}, but {reason}."
        path = (*row.path, "polarity")
        computed = "lower" if row.polarity == "higher" else "higher"
        yield WRONG_WAY.at(table.section.key, path, message, stated=row.polarity, computed=computed)


def _find_contradiction(table: Measures, row: Measure) -> str:
    """Return what speaks against the polarity, "" if nothing does."""
    if row.polarity not in ("higher", "lower"):
        return ""
    against = _DOWNWARDS if row.polarity == "higher" else _UPWARDS
    if said := against.match(row.title):
        return f"it begins “{said[0]}”"
    return _tell_targets(table, row) if _targets_go_wrong(table, row) else ""


def _targets_go_wrong(table: Measures, row: Measure) -> bool:
    """Whether targets of several years get worse from year to year, and from the last outturn."""
    latest = row.judged.standing.latest
    dated = sorted(table.numbers(row, "target"), key=lambda each: each[0].year)
    if latest is None or len({column.year for column, _ in dated}) < 2:
        return False
    steps = pairwise([latest.value, *(value for _, value in dated)])
    return all(is_better(before, after, row.polarity) for before, after in steps)


def _tell_targets(table: Measures, row: Measure) -> str:
    dated = sorted(table.numbers(row, "target"), key=lambda each: each[0].year)
    numbers = ", ".join(values.show(value) for _, value in dated)
    way = "fall" if row.polarity == "higher" else "rise"
    latest = row.judged.standing.latest
    was = f" from {values.show(latest.value)}" if latest else ""
    return f"its targets {way}{was}: {numbers}"


# --- targets -----------------------------------------------------------------------------------


def check_target(table: Measures, row: Measure) -> Iterator[Finding]:
    """A target of a year to come asks for more than the last outturn reached."""
    latest = row.judged.standing.latest
    if latest is None or _targets_go_wrong(table, row):
        return
    for column, value in table.numbers(row, "target"):
        better = is_better(latest.value, value, row.polarity)
        if better is None or (column.year and column.year <= latest.year):
            continue
        if not better and latest.number != value.number:
            continue
        reached = f"{values.show(latest.value)} was reached in {latest.year}".removesuffix(" in ")
        asked = f"{row.name}, {column.name}: the target is {values.show(value)}, but {reached}"
        if _differs_much(row, value, latest.value):
            message = f"{asked}, which is better."
            yield table.at(ASKS_LESS, row, column, message, computed=values.show(latest.value))
        else:
            message = f"{asked} already."
            yield table.at(TARGET_MET, row, column, message, computed=values.show(latest.value))


def _differs_much(row: Measure, target: Value, reached: Value) -> bool:
    """Whether two numbers differ by more than the rule's tolerance; without one, than chance."""
    one, other = target.number or Decimal(0), reached.number or Decimal(0)
    rule = row.judged.rule
    if rule and rule.tolerance:
        return abs(one - other) > rule.reach(one)
    return abs(one - other) > (POINTS if row.unit == "%" else abs(other) * SHARE)


def check_floor(table: Measures, row: Measure) -> Iterator[Finding]:
    """A target is no worse than the floor of its year, nor than that of its rule."""
    for column, value in table.numbers(row, "target"):
        for floor_column, floor in table.numbers(row, "floor"):
            same = not (column.year and floor_column.year) or column.year == floor_column.year
            if same and is_better(floor, value, row.polarity):
                told = f"its floor of {values.show(floor)}"
                yield _at_floor(table, row, column, told, values.show(floor))
        limit = row.judged.rule.floor if row.judged.rule else None
        if limit is not None and is_better(_like(value, limit), value, row.polarity):
            yield _at_floor(table, row, column, f"the RAG rule's floor of {limit}", f"{limit}")


def _at_floor(table: Measures, row: Measure, column: Measured, told: str, computed: str) -> Finding:
    shown = values.show(row.cells[column.key])
    message = f"{row.name}, {column.name}: the target of {shown} is worse than {told}."
    return table.at(BELOW_FLOOR, row, column, message, computed=f"at least {computed}")


def _like(value: Value, number: Decimal) -> Value:
    return values.Value(str(number), Status.NUMBER, number, unit=value.unit, word=value.word)


def check_missing_targets(table: Measures) -> Iterator[Finding]:
    """Targets of the plan's year and later: all there, or none and said so."""
    coming = [c for c in table.of_role("target") if not c.year or c.year >= table.year]
    measured = [row for row in table.rows if row.judged.standing.latest]
    given = [c for c in coming if any(row.cells[c.key].text for row in table.rows)]
    if len(measured) > FEW and not given and not _says_of_targets(table):
        message = (
            f"None of the {len(table.rows)} indicators has a target for {table.year} or later."
        )
        yield NO_TARGETS.at(table.section.key, ("content", "columns"), message)
    for column in given:
        empty = [row for row in table.rows if row.cells[column.key].status is Status.BLANK]
        if 2 * len(empty) < len(table.rows):
            for row in empty:
                message = f"{row.name} has no target in {column.name}, where others have one."
                yield table.at(NO_TARGET, row, column, message)


def _says_of_targets(table: Measures) -> bool:
    return any("target" in each.words.casefold() for each in table.texts_around())


def check_open_targets(table: Measures) -> Iterator[Finding]:
    """A target that is still to be set says by when, in its cell, its note or the text around."""
    told = any(_says_when(table, each) for each in table.texts_around())
    for column in table.of_role("target"):
        open_ = [row for row in table.rows if _is_open(table, row.cells[column.key])]
        open_ = [row for row in open_ if not _is_dated(table, row.cells[column.key])]
        if open_ and not told:
            rest = f" and {len(open_) - 1} more have" if len(open_) > 1 else " has"
            where = f"a target to be set in {column.name}"
            message = f"{open_[0].name}{rest} {where}, and nothing says by when."
            yield table.at(OPEN_TARGET, open_[0], column, message)


def _says_when(table: Measures, wording: Wording) -> bool:
    return any(
        "target" in line.casefold() and _WHEN.search(line) is not None for line in wording.lines
    )


def _is_open(table: Measures, value: Value) -> bool:
    if value.status is Status.SEE_NOTE:
        return any(_TO_BE_SET.search(table.notes.get(mark, "")) for mark in value.notes)
    is_text = value.status is Status.TEXT and _TO_BE_SET.search(value.text) is not None
    return value.status is Status.TO_BE_SET or is_text


def _is_dated(table: Measures, value: Value) -> bool:
    said = [values.show(value), *(table.notes.get(mark, "") for mark in value.notes)]
    return any(_WHEN.search(words) for words in said)
