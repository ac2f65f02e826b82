"""The summary box of the cover as it reads: facts with the present values of live figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from documents.values import Status
from plans.editor import field_name
from plans.figures import in_style
from plans.models import Plan
from plans.registry import Figure


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact of the summary box: its text, or what it lacks and where that can be mended.

    `url` leads to the field of the form that takes facts, or to the figure that is empty; "" for
    those who may not go there.
    """

    label: str
    text: str
    lack: str = ""
    url: str = ""


def show_summary(
    plan: Plan,
    facts: Iterable[Mapping[str, str]],
    figures: Mapping[str, Figure],
    *,
    may_manage: bool,
) -> list[ShownFact]:
    """Return facts, each with label, figure, style and text, as the cover prints them.

    `figures`: those of the plan, by full name.
    """
    form = reverse("plans:facts", args=[plan.pk]) if may_manage else ""
    shown = []
    for index, fact in enumerate(facts):
        field = field_name(("summary", index, "figure" if fact["figure"] else "text"))
        place = f"{form}#id_{field}" if form else ""
        shown.append(_show_fact(plan, fact, figures, place))
    return shown


def _show_fact(
    plan: Plan, fact: Mapping[str, str], figures: Mapping[str, Figure], place: str
) -> ShownFact:
    """Return one fact; `place`: the address of its field, "" for who may not fill it in."""
    label, name, text = fact["label"], fact["figure"], fact["text"]
    if not name:
        return ShownFact(label, text) if text else ShownFact(label, "", "Nothing is said", place)
    figure = figures.get(name)
    if figure is None:
        return ShownFact(label, "", f"No figure is called “{name}”", place)
    text = in_style(figure, fact["style"], money_unit=plan.money_unit)
    if figure.value.status is not Status.BLANK:
        return ShownFact(label, text)
    return ShownFact(label, "", text, reverse("plans:figure", args=[plan.pk, name]))
