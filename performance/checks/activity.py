"""The checks of an activity table: its totals, its worked-out columns and its cells."""

from __future__ import annotations

from collections.abc import Iterator

from performance.checks import cells, changes, sums
from performance.checks.tables import read_table
from plans.checks import Finding, SectionView, check_sections

CHECKS = (
    sums.check_sums,
    sums.check_undeclared_totals,
    sums.check_shares,
    sums.check_parts,
    changes.check_formulas,
    changes.check_undeclared_changes,
    changes.check_parts_of_years,
    cells.check_units,
    cells.check_signs,
    cells.check_repeats,
)


@check_sections("activity")
def activity_agrees_with_itself(section: SectionView) -> Iterator[Finding]:
    table = read_table(section)
    for check in CHECKS:
        yield from check(table)
