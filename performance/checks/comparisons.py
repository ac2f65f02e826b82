"""The checks of an indicators table: what is said of how it compares, and its ratings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from documents import values
from documents.values import Status, Value
from performance.checks.measures import Measure, Measured, Measures
from performance.judgements import is_better
from plans.checks import Finding, define

NOT_SO = define(
    "performance.W105",
    "A comparison in words is not what the figures say",
    "Put the words or the figures right.",
)
RATED_WORSE = define(
    "performance.W106",
    "A better value is rated lower",
    "Put the rating or the value right.",
)
RATED_OTHERWISE = define(
    "performance.A103",
    "A rating and the RAG say opposite things",
    "Look whether the rating, the target or the RAG rule is meant so.",
)

_COMPARED = re.compile(
    r"\b(?P<how>better|worse|higher|lower|above|below)\b(?: than)?"
    r"(?: (?:the|our|its|both|either|average|averages|of|for|all|group|national|and)){0,6}?"
    r" (?P<whom>both|national|england|comparators?|statistical neighbours?|peers?)\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(not|never|no longer|nor|except|but|apart|unless|was|were|had|should|will|would|aims?"
    r"|to be)\b|n['’]t\b",
    re.IGNORECASE,
)


# --- comparisons in words ----------------------------------------------------------------------


def check_comparisons(table: Measures, row: Measure) -> Iterator[Finding]:
    """A cell that says how an indicator compares with others says what the figures do."""
    for column in table.columns:
        value = row.cells[column.key]
        if value.status is Status.TEXT:
            for message, computed in _contradict(table, row, values.show(value)):
                yield table.at(NOT_SO, row, column, message, computed=computed)


def check_sentences(table: Measures) -> Iterator[Finding]:
    """So does a sentence around the table that names indicators by their references."""
    refs = {row.ref: row for row in table.rows if len(row.ref) > 1}
    for wording in table.texts_around():
        for sentence in re.split(r"(?<=[.;!?])\s+|\n", wording.words):
            named = [
                row for ref, row in refs.items() if re.search(rf"\b{re.escape(ref)}\b", sentence)
            ]
            for row in named:
                for message, computed in _contradict(table, row, sentence):
                    yield NOT_SO.at(
                        table.section.key,
                        wording.path,
                        message,
                        stated=sentence.strip(),
                        computed=computed,
                        causes=((table.section.key, row.path),),
                    )


def _contradict(table: Measures, row: Measure, said: str) -> Iterator[tuple[str, str]]:
    """Yield a sentence and the figures where what is said of a row is not so."""
    found = list(_COMPARED.finditer(said))
    latest = row.judged.standing.latest
    if len(found) != 1 or _UNSURE.search(said) or latest is None:
        return
    how, whom = found[0]["how"].casefold(), found[0]["whom"].casefold()
    for column, other in _others(table, row, whom):
        if _holds(how, latest.value, other, row.polarity) is False:
            figures = f"{values.show(latest.value)} against {values.show(other)} ({column.name})"
            yield f"{row.name} is said to be {how}, but it is {figures}.", figures


def _others(table: Measures, row: Measure, whom: str) -> list[tuple[Measured, Value]]:
    """Return the last national and comparator number that words mean."""
    roles = {
        "both": ("national", "comparator"),
        "national": ("national",),
        "england": ("national",),
    }
    wanted = roles.get(whom, ("comparator",))
    return [found[-1] for role in wanted if (found := table.numbers(row, role))]


def _holds(how: str, value: Value, other: Value, polarity: str) -> bool | None:
    """Say whether a comparison in words is so; None where nobody can say."""
    if how in ("better", "worse"):
        pair = (value, other) if how == "better" else (other, value)
        return is_better(*pair, polarity)
    return is_better(value, other, "higher" if how in ("higher", "above") else "lower")


# --- ratings -----------------------------------------------------------------------------------


def check_ratings(table: Measures, row: Measure) -> Iterator[Finding]:
    """In one row a better value is never rated lower, nor the same value in two ways."""
    words = _words_of_scale(table)
    rated = [
        (column, row.cells[column.key], row.ratings[column.key])
        for column in table.columns
        if column.key in row.ratings
    ]
    for one, other in combinations(sorted(rated, key=lambda each: each[2]), 2):
        (low, value, level), (high, above, above_level) = one, other
        better = is_better(value, above, row.polarity)
        if level == above_level or better is None or is_better(above, value, row.polarity):
            continue
        how = "better than" if better else "the same as"
        message = (
            f"{row.name}: {values.show(value)} ({low.name}) is rated “{words[level]}”, though it "
            f"is {how} the {values.show(above)} ({high.name}) rated “{words[above_level]}”."
        )
        path = (*row.path, "ratings", low.key)
        yield RATED_WORSE.at(
            table.section.key, path, message, stated=words[level], computed=words[above_level]
        )
        return


def _words_of_scale(table: Measures) -> dict[int, str]:
    scale = table.section.raw["content"]["scale"]
    return {entry["level"]: entry["word"] or str(entry["level"]) for entry in scale}


def check_rating_and_rag(table: Measures, row: Measure) -> Iterator[Finding]:
    """The best rating beside a value off its target, or the worst beside one on it."""
    standing, judgement = row.judged.standing, row.judged.judgement
    words = _words_of_scale(table)
    if standing.latest is None or judgement is None or judgement.outcome is None or len(words) < 2:
        return
    column = standing.latest.column["key"]
    level, odd = row.ratings.get(column), {"off_target": max(words), "on_target": min(words)}
    if standing.aim.year != standing.latest.year or level is None:
        return
    if odd.get(judgement.grade or "") == level:
        said, word = words[level], judgement.outcome.word
        message = f"{row.name} is rated “{said}”, but is “{word}”: {judgement.why}"
        path = (*row.path, "ratings", column)
        yield RATED_OTHERWISE.at(table.section.key, path, message, stated=said, computed=word)
