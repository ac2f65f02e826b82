"""Checks on a plan's content, in the manner of django.core.checks.

An app defines its sorts of finding and registers small functions in its `checks.py`. An error stops
submission; a warning and advice are shown and may stand; a rounding is shown grey.
"""

from plans.checks import plan
from plans.checks.findings import Check, Finding, Level
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
    "define",
    "extract",
    "get_check",
    "judge_plan",
    "plan",
    "read_section",
    "run_checks",
    "view_plan",
]
