"""Words and colours of the plan screens; decides nothing and asks the database nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from documents import richtext
from plans.content import identified_rows
from plans.models import FormatSection, Plan, Section
from plans.planfile import SectionData
from plans.registry import get_kind
from plans.services.storing import fill_years
from plans.workflow import Action

register = template.Library()

STATE_COLOURS = {
    Plan.State.DRAFT: "blue",
    Plan.State.IN_REVIEW: "yellow",
    Plan.State.APPROVED: "teal",
    Plan.State.PUBLISHED: "green",
    Plan.State.SUPERSEDED: "grey",
    Plan.State.ARCHIVED: "grey",
}
STATUS_COLOURS = {
    Section.Status.NOT_STARTED: "grey",
    Section.Status.IN_PROGRESS: "blue",
    Section.Status.READY: "green",
}

LATENESS = ((730, "year", 365), (60, "month", 30), (1, "day", 1))  # from so many days on
STATUS_SIGNS = {
    Section.Status.NOT_STARTED: "○",
    Section.Status.IN_PROGRESS: "◐",
    Section.Status.READY: "●",
}


@register.filter
def state_tag(plan: Plan) -> str:
    """Return the classes of the tag that names a plan's state."""
    return f"govuk-tag govuk-tag--{STATE_COLOURS[Plan.State(plan.state)]}"


@register.filter
def status_tag(section: Section) -> str:
    """Return the classes of the tag that names a section's status."""
    return f"govuk-tag govuk-tag--{STATUS_COLOURS[Section.Status(section.status)]}"


@register.filter
def status_sign(status: str) -> str:
    """Return the sign of a section's status where its words do not fit."""
    return STATUS_SIGNS[Section.Status(status)]


@register.filter
def lateness(day: date) -> str:
    """Return how far today is past `day`: "2 days late", "3 months late"; "" if it is not."""
    days = (timezone.localdate() - day).days
    if days <= 0:
        return ""
    _, word, length = next(scale for scale in LATENESS if days >= scale[0])
    count = days // length
    return f"{count} {word}{'' if count == 1 else 's'} late"


@register.filter
def as_of(at: datetime) -> str:
    """Return of when something is: "as of 10:12" of today, "as of 3 March 2008" of earlier."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return f"as of {date_format(local, 'H:i' if is_today else 'j F Y')}"


@register.filter
def kind_name(slug: str) -> str:
    """Return what a section kind is called."""
    return get_kind(slug).name


@register.filter
def row_count(section: SectionData) -> int:
    """Return how many rows a section brings with it, those inside rows counted too."""
    return sum(1 for _ in identified_rows(section.content.model_dump(by_alias=True)))


@register.filter
def lookup(mapping: Mapping[str, Any], key: str) -> Any:
    """Return what stands under `key`; None if nothing does."""
    return mapping.get(key)


@register.filter
def guidance_for(section: FormatSection, year: str) -> SafeString:
    """Return a format's guidance with its years filled in, cleaned once more."""
    return mark_safe(richtext.clean(fill_years(section.guidance, year)))  # noqa: S308 cleaned


@register.filter
def example_for(section: FormatSection, year: str) -> SafeString:
    """Return a format's example with its years filled in, cleaned once more."""
    return mark_safe(richtext.clean(fill_years(section.example, year)))  # noqa: S308 cleaned


@dataclass(frozen=True, slots=True)
class NextAction:
    """The one thing that the plan waits for the person to do, and where it is done."""

    words: str
    url: str


@register.simple_tag
def next_action(plan: Plan, actions: Sequence[Action]) -> NextAction | None:
    """Return what the bar under the header offers; None if the plan waits for somebody else."""
    if Action.APPROVE in actions:
        return NextAction("Approve or return", reverse("plans:review", args=[plan.pk]))
    for action in (Action.SUBMIT, Action.PUBLISH):
        if action in actions:
            url = reverse("plans:action", args=[plan.pk, action.value])
            return NextAction(action.label, url)
    return None
