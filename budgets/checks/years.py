"""The years that the tables of budgets and staffing are of, against the plan's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from plans.checks import Finding, SectionView, check_sections, define

OTHER_PRIOR_YEAR = define(
    "budgets.W017",
    "A budget is held against another year than the one before",
    "Correct the year that the budget's amounts of the year before are of.",
)
OTHER_YEARS = define(
    "budgets.W018",
    "Posts are told of years that do not follow each other up to the plan's own",
    "Correct the years of the staffing table.",
)


@check_sections("budget")
def prior_year_is_the_one_before(section: SectionView) -> Iterator[Finding]:
    stated, computed = section.raw["content"]["prior_year"], _shift(section.facts.year, -1)
    if stated and stated != computed:
        message = f"The budget is held against {stated}; the year before the plan's is {computed}."
        path = ("content", "prior_year")
        yield OTHER_PRIOR_YEAR.at(section.key, path, message, stated=stated, computed=computed)


@check_sections("staffing")
def years_of_posts_are_the_plans(section: SectionView) -> Iterator[Finding]:
    """Years after the plan's own may follow it."""
    years, own = section.raw["content"]["years"], section.facts.year
    in_a_row = all(_shift(one, 1) == other for one, other in pairwise(years))
    if years and not (in_a_row and own in years):
        said = ", ".join(years)
        message = f"Posts are told of {said}, which do not lead up to {own} year by year."
        path = ("content", "years")
        yield OTHER_YEARS.at(section.key, path, message, stated=said, computed=own)


def _shift(year: str, by: int) -> str:
    """Return the financial year so many years after one such as 2008/09."""
    begins = int(year[:4]) + by
    return f"{begins}/{(begins + 1) % 100:02}"
