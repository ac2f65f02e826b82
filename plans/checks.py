"""Checks on a plan's content, in the manner of django.core.checks.

A check is a small function from a plan as data to findings, registered by an app in its
`checks.py`. An error stops submission; a warning is shown and may stand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from documents import richtext, values
from plans.content import Path, shorten
from plans.figures import fitting_styles, plan_figures
from plans.planfile import PlanData, SectionData
from plans.registry import Figure, get_kind


class Level(IntEnum):
    ADVICE = 10
    WARNING = 20
    ERROR = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check noticed: where (a section's key, "" for the plan), and a sentence."""

    id: str
    level: Level
    section: str
    message: str
    path: Path = ()


Check = Callable[[PlanData], Iterable[Finding]]
_checks: list[Check] = []


def register(check: Check) -> Check:
    """Let `check` look at every plan from now on; usable as a decorator."""
    _checks.append(check)
    return check


def run_checks(plan: PlanData) -> list[Finding]:
    """Return what every check finds, the gravest first, then in the plan's order."""
    order = {section.head.key: index for index, section in enumerate(plan.sections)}
    found = [finding for check in _checks for finding in check(plan)]
    return sorted(found, key=lambda f: (-f.level, order.get(f.section, -1), f.id))


def rich_texts(section: SectionData) -> Iterator[tuple[Path, str]]:
    """Yield every rich text of the section with its path."""
    waiting: list[tuple[Path, object]] = [((), section.as_dict())]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            if richtext.is_clean(value):
                yield path, value
        elif isinstance(value, dict):
            waiting.extend(((*path, key), item) for key, item in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, index), item) for index, item in enumerate(value))


@register
def plan_has_sections(plan: PlanData) -> Iterator[Finding]:
    if not plan.sections:
        yield Finding("plans.E001", Level.ERROR, "", "The plan has no sections yet.")


@register
def live_figures_exist(plan: PlanData) -> Iterator[Finding]:
    """A live figure that nothing publishes would print a hole in a sentence."""
    uses = [
        (section.head.key, path, name)
        for section in plan.sections
        for path, text in rich_texts(section)
        for name, _ in richtext.figure_names(text)
    ]
    wanted = {name for _, _, name in uses} | {f.figure for f in plan.head.summary if f.figure}
    known = plan_figures(plan) if wanted else {}
    for key, path, name in uses:
        if name not in known:
            message = f"The live figure “{name}” names nothing in this plan; choose another."
            yield Finding("plans.E002", Level.ERROR, key, message, path)
    for fact in plan.head.summary:
        if fact.figure and fact.figure not in known:
            message = f"The cover's “{fact.label}” shows “{fact.figure}”, which names nothing."
            yield Finding("plans.E002", Level.ERROR, "", message)


@register
def live_figures_fit_their_style(plan: PlanData) -> Iterator[Finding]:
    """A percentage or a count cannot be printed as pounds, nor money in words."""
    uses = [
        (section.head.key, path, name, style)
        for section in plan.sections
        for path, text in rich_texts(section)
        for name, style in richtext.figure_names(text)
        if style != "plain"
    ]
    known = plan_figures(plan) if uses else {}
    for key, path, name, style in uses:
        figure = known.get(name)
        if figure and style not in fitting_styles(figure):
            yield Finding("plans.E003", Level.ERROR, key, say_unfit(figure, name, style), path)


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


@register
def pictures_are_stored(plan: PlanData) -> Iterator[Finding]:
    """A picture that is named and not stored would print as a box that says so."""
    if plan.pictures is None:
        return
    for section in plan.sections:
        if get_kind(section.head.kind).pictures:
            for path, message in missing_pictures(section.as_dict(), plan.pictures):
                yield Finding("plans.E004", Level.ERROR, section.head.key, message, path)


def missing_pictures(
    section: Mapping[str, Any], stored: Collection[str]
) -> Iterator[tuple[Path, str]]:
    """Yield path and a sentence for each picture of a section object that is not stored."""
    find = get_kind(section["kind"]).pictures
    for path, name in find(section["content"]) if find else ():
        if name and name not in stored:
            message = (
                f"The picture “{shorten(name)}” is not stored with this plan: store it under "
                "Pictures, or choose another here."
            )
            yield ("content", *path), message


@register
def section_links_lead_somewhere(plan: PlanData) -> Iterator[Finding]:
    keys = {section.head.key for section in plan.sections}
    for section in plan.sections:
        for path, text in rich_texts(section):
            for target in richtext.section_links(text):
                if target.removeprefix("#") not in keys:
                    message = f"A link leads to the section “{target}”, which the plan lacks."
                    yield Finding("plans.W001", Level.WARNING, section.head.key, message, path)
