"""Checks on a plan's content, in the manner of django.core.checks.

An app defines its sorts of finding and registers small functions in its `checks.py`. An error stops
submission; a warning and advice are shown and may stand; a rounding is shown grey.
"""

from plans.checks import (
    completeness,
    disagreements,
    headings,
    names,
    notes,
    placeholders,
    plan,
    prose,
    references,
    tenses,
    timing,
    twins,
)
from plans.checks.findings import Binding, Check, Finding, Level
from plans.checks.registry import check_plans, check_sections, checks, define, extract, get_check
from plans.checks.running import (
    PlanView,
    SectionReading,
    SectionView,
    Text,
    judge_plan,
    read_section,
    run_checks,
    view_plan,
)

__all__ = [
    "Binding",
    "Check",
    "Finding",
    "Level",
    "PlanView",
    "SectionReading",
    "SectionView",
    "Text",
    "check_plans",
    "check_sections",
    "checks",
    "completeness",
    "define",
    "disagreements",
    "extract",
    "get_check",
    "headings",
    "judge_plan",
    "names",
    "notes",
    "placeholders",
    "plan",
    "prose",
    "read_section",
    "references",
    "run_checks",
    "tenses",
    "timing",
    "twins",
    "view_plan",
]
