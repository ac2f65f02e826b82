"""The checks of an indicators table, each a function of the table or of one of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from performance.checks import comparisons, scales, targets
from performance.checks.measures import Measure, Measures, read_measures
from plans.checks import Finding, SectionView, check_sections, define

NO_RULE = define(
    "performance.W112",
    "The table is judged by a RAG rule that nobody keeps",
    "Choose one of the rules offered, or none.",
)

CHECKS_OF_TABLES: tuple[Callable[[Measures], Iterator[Finding]], ...] = (
    targets.check_missing_targets,
    targets.check_open_targets,
    comparisons.check_sentences,
)
CHECKS_OF_ROWS: tuple[Callable[[Measures, Measure], Iterator[Finding]], ...] = (
    targets.check_polarity,
    targets.check_target,
    targets.check_floor,
    comparisons.check_comparisons,
    comparisons.check_ratings,
    comparisons.check_rating_and_rag,
    scales.check_units,
    scales.check_values,
)


@check_sections("indicators")
def indicators_agree_with_themselves(section: SectionView) -> Iterator[Finding]:
    table = read_measures(section)
    yield from _check_rule(table)
    for check in CHECKS_OF_TABLES:
        yield from check(table)
    for row in table.rows:
        for look in CHECKS_OF_ROWS:
            yield from look(table, row)


def _check_rule(table: Measures) -> Iterator[Finding]:
    named = table.section.raw["content"].get("rag_rule", "")
    if named and named not in table.section.facts.rag_rules:
        message = f"The indicators are judged by the RAG rule “{named}”, which nobody keeps."
        yield NO_RULE.at(table.section.key, ("content", "rag_rule"), message, stated=named)
