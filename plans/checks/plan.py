"""The core's own checks: what no kind knows alone."""

from __future__ import annotations

from collections.abc import Iterator

from documents import values
from plans.checks.findings import Finding
from plans.checks.registry import check_plans, define
from plans.checks.running import PlanView
from plans.figures import fitting_styles
from plans.registry import Figure

NO_SECTIONS = define("plans.E001", "The plan has no sections", "Add the plan's first section.")
NO_FIGURE = define(
    "plans.E002",
    "A live figure names nothing",
    "Choose another figure, or bring back the row that it came from.",
)
UNFIT_STYLE = define(
    "plans.E003",
    "A live figure cannot be printed in its style",
    "Choose the figure anew, or give its row or column the unit that it counts in.",
)
NO_SECTION = define(
    "plans.W001",
    "A link leads to a section that is not there",
    "Link to another section, or take the link out.",
)


@check_plans
def plan_has_sections(plan: PlanView) -> Iterator[Finding]:
    if not plan.heads:
        yield NO_SECTIONS.at("", (), "The plan has no sections yet.")


@check_plans
def live_figures_exist(plan: PlanView) -> Iterator[Finding]:
    """A live figure that nothing publishes would print a hole in a sentence."""
    unread = _sections_without_figures(plan)
    for key, uses in plan.extracted("figure_uses"):
        for path, name, *_ in uses:
            if name not in plan.figures and _section_of(name) not in unread:
                message = f"The live figure “{name}” names nothing in this plan; choose another."
                yield NO_FIGURE.at(key, tuple(path), message, stated=name)
    for fact in plan.head.summary:
        name = fact.figure
        if name and name not in plan.figures and _section_of(name) not in unread:
            message = f"The cover's “{fact.label}” shows “{name}”, which names nothing."
            yield NO_FIGURE.at("", (), message, stated=name)


def _sections_without_figures(plan: PlanView) -> frozenset[str]:
    """Return the sections whose figures could not be read, which is a finding of its own: nobody
    knows what they publish."""
    return frozenset(plan.readings).difference(key for key, _ in plan.extracted("figures"))


def _section_of(name: str) -> str:
    return name.partition(".")[0]


@check_plans
def live_figures_fit_their_style(plan: PlanView) -> Iterator[Finding]:
    """A percentage or a count cannot be printed as pounds, nor money in words."""
    for key, uses in plan.extracted("figure_uses"):
        for path, name, style, *_ in uses:
            figure = plan.figures.get(name) if style != "plain" else None
            if figure and style not in fitting_styles(figure):
                yield UNFIT_STYLE.at(key, tuple(path), say_unfit(figure, name, style))


def say_unfit(figure: Figure, name: str, style: str) -> str:
    """Return in a sentence why a figure cannot be printed in a style, and what to do."""
    shown = values.show(figure.value) or "empty"
    if style in values.MONEY_STYLES:
        return (
            f"The live figure “{name}” ({shown}) is not money, so it cannot be printed in pounds; "
            "choose it anew, or give its row or column the unit of money that it counts in."
        )
    return (
        f"The live figure “{name}” ({shown}) is not a plain count, so it cannot be printed in "
        "words; choose it anew."
    )


@check_plans
def section_links_lead_somewhere(plan: PlanView) -> Iterator[Finding]:
    keys = {head.key for head in plan.heads}
    for key, links in plan.extracted("section_links"):
        for path, target in links:
            if target not in keys:
                message = f"A link leads to the section “{target}”, which the plan lacks."
                yield NO_SECTION.at(key, tuple(path), message, stated=target)
