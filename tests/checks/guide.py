"""docs/checks.md: every sort of finding, with the sentence of its first case."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from plans.checks import Check, checks
from tests.checks.cases import Case

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
OPENING = """# Checks

Every sort of finding, by the app that looks for it. An error stops submission until it is put
right or a planning officer lets it stand; a warning and advice may stand; a rounding is only
shown. What is said to be “before approval” is natural while a plan is written: until it is
submitted it is shown as advice. `WRITE_GUIDE=1 bin/test tests/checks` writes this page from the
checks and the tests' cases; how checks work is told in [checking](checking.md).
"""
APPS = {
    "plans": "Text, references and the plan as a whole",
    "actions": "Objectives and actions",
    "budgets": "Budgets and staffing",
    "performance": "Indicators and activity",
    "risks": "Risks",
}


def write_guide(cases: Sequence[Case]) -> str:
    """Return the page as the sorts of finding and their cases make it."""
    examples = {each.check: each.read(failing=True)[1][0].message for each in reversed(cases)}
    lines = [OPENING]
    for app, sorts in groupby(checks(), key=lambda check: check.id.partition(".")[0]):
        lines += [f"## {APPS[app]}", "", "| id | level | what is found | what to do | example |"]
        lines += ["|---|---|---|---|---|"]
        lines += [
            f"| `{c.id}` | {_level(c)} | {c.title} | {c.advice} | {_cell(examples[c.id])} |"
            for c in sorts
        ]
        lines.append("")
    return "\n".join(lines)


def _level(check: Check) -> str:
    return f"{check.level.word}, before approval" if check.at_approval else check.level.word


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
