"""Live figures: the named values of a plan, and what prose prints in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from documents import values
from plans.planfile import PlanData
from plans.registry import Figure, get_kind

Resolver = Callable[[str, str], str]
_PARTING = re.compile(r"[;|]")  # what parts a figure's name


def plan_figures(plan: PlanData) -> dict[str, Figure]:
    """Return every figure of the plan by its full name: `<section key>.<path>`."""
    facts = plan.facts
    return {
        f"{section.head.key}.{figure.path}": figure
        for section in plan.sections
        for figure in get_kind(section.head.kind).figures(section.content, facts)
    }


def show_figure(figures: Mapping[str, Figure], name: str, style: str, *, money_unit: str) -> str:
    """Return what a live figure prints; a name that the plan lacks is said in brackets."""
    figure = figures.get(name)
    if figure is None:
        return f"[no figure {name}]"
    return in_style(figure, style, money_unit=money_unit)


def in_style(figure: Figure, style: str, *, money_unit: str) -> str:
    """Return what a figure prints; as in its table if the style does not fit it."""
    fitting = style if style in fitting_styles(figure) else "plain"
    unit = figure.unit if values.is_money_unit(figure.unit) else money_unit
    return values.in_style(figure.value, fitting, unit)


def fitting_styles(figure: Figure) -> tuple[str, ...]:
    """Return the styles in which a figure can be printed: pounds for money, words for counts."""
    value = figure.value
    if value.unit or value.word:
        return ("plain",)
    if value.pound or values.is_money_unit(figure.unit):
        return ("plain", *values.MONEY_STYLES)
    return ("plain",) if figure.unit else ("plain", "words")


def prose_style(figure: Figure, *, money_unit: str) -> str:
    """Return the style that reads right in a sentence: money as millions, below one as pounds."""
    if "£m" not in fitting_styles(figure) or figure.value.pound:
        return "plain"
    unit = figure.unit if values.is_money_unit(figure.unit) else money_unit
    pounds = values.in_pounds(figure.value, unit)
    return "£" if pounds is not None and abs(pounds) < 1_000_000 else "£m"


def either(*phrases: str) -> str:
    """Return phrases as a part of a figure's name, any of which will do: "Asylum|SUASC"."""
    return "|".join(_PARTING.sub(" ", phrase) for phrase in phrases if phrase.strip())


def make_resolver(plan: PlanData) -> Resolver:
    """Return a function from a figure's name and style to its text; figures are computed once."""
    return lazy_resolver(lambda: plan)


def lazy_resolver(read: Callable[[], PlanData]) -> Resolver:
    """Return a resolver that reads the plan when the first figure is asked for, and only once."""

    @cache
    def known() -> tuple[dict[str, Figure], str]:
        plan = read()
        return plan_figures(plan), plan.head.money_unit

    def resolve(name: str, style: str) -> str:
        figures, money_unit = known()
        return show_figure(figures, name, style, money_unit=money_unit)

    return resolve
