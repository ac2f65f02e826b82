"""The section kinds of this app, and the council's RAG rules for every plan."""

from __future__ import annotations

from performance.charts import INDICATOR_CHARTS
from performance.content import ActivityContent, IndicatorsContent
from performance.document import build_activity, build_indicators
from performance.figures import activity_figures, indicator_figures
from performance.forms import activity_grid, indicator_grid
from performance.planfile import (
    ACTIVITY_ROWS,
    INDICATOR_ROWS,
    activity_faults,
    council_rag_rules,
    dump_activity,
    dump_indicators,
    empty_activity,
    empty_indicators,
    indicator_faults,
    load_activity,
    load_indicators,
    rules_used,
    set_up_activity,
    set_up_indicators,
)
from performance.services import keep_rules
from plans.registry import SectionKind, register, register_rag_rules

INDICATORS = SectionKind(
    slug="indicators",
    name="Indicators",
    summary="Measures of performance: outturn, comparisons, targets and ratings.",
    schema=IndicatorsContent,
    empty=empty_indicators,
    dump=dump_indicators,
    load=load_indicators,
    faults=indicator_faults,
    build=build_indicators,
    grid=indicator_grid,
    figures=indicator_figures,
    set_up=set_up_indicators,
    stores=(INDICATOR_ROWS,),
    charts=INDICATOR_CHARTS,
    rag_rules=rules_used,
)
ACTIVITY = SectionKind(
    slug="activity",
    name="Activity",
    summary="Numbers by area or measure, with sums and formulas of your own.",
    schema=ActivityContent,
    empty=empty_activity,
    dump=dump_activity,
    load=load_activity,
    faults=activity_faults,
    build=build_activity,
    grid=activity_grid,
    figures=activity_figures,
    set_up=set_up_activity,
    stores=(ACTIVITY_ROWS,),
)

register(INDICATORS)
register(ACTIVITY)
register_rag_rules(council_rag_rules, keep_rules)
