"""Cases of the core's own checks."""

from collections.abc import Iterator

from plans.checks import Finding, SectionView, check_sections
from tests.checks.cases import PlanValue, case, section

BREAKS = "A check breaks on this"


@case("plans.E001")
def no_sections(plan: PlanValue) -> None:
    plan["sections"] = []


@case("plans.E002")
def a_figure_of_nothing(plan: PlanValue) -> None:
    figure = '<span data-figure="budget.nothing" data-style="plain"></span>'
    section(plan, "narrative")["intro"] = f"<p>We spend {figure}.</p>"


@case("plans.E003")
def a_count_in_pounds(plan: PlanValue) -> None:
    figure = '<span data-figure="risks.count" data-style="£m"></span>'
    section(plan, "narrative")["intro"] = f"<p>There are {figure} risks.</p>"


@case("plans.W001")
def a_link_to_nowhere(plan: PlanValue) -> None:
    section(plan, "narrative")["intro"] = '<p>See <a href="#nowhere">there</a>.</p>'


@check_sections()
def names_are_good(view: SectionView) -> Iterator[Finding]:
    """Fail, as no check of the product should, on one section."""
    if view.head.title == BREAKS:
        raise ZeroDivisionError
    yield from ()


@case("plans.W002")
def a_section_on_which_a_check_fails(plan: PlanValue) -> None:
    section(plan, "narrative")["title"] = BREAKS
