"""What happened to a plan: milestones first, small saves folded by person and section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from plans.access import get_draft
from plans.checks.impact import Mention, Sentence, list_sentences
from plans.folding import Fold, Moment, fold_moments
from plans.models import Event, Plan
from plans.services.effects import ACTION, Turn, compose
from plans.views.happenings import MILESTONES, SORTS, Happening, say_effects, show_events
from plans.views.lists import read_number
from plans.views.plans import plan_context

PAGE = 25
SMALL = frozenset({"save", ACTION})  # what folds with its like
SHOWN_MILESTONES = 30


@dataclass(frozen=True, slots=True)
class EffectsShown:
    """What saves changed elsewhere: in words, and one by one, each with its section's address, ""
    for one that is gone. `saved`: title and address of the sections that were saved."""

    words: str
    saved: tuple[tuple[str, str], ...]
    sentences: tuple[tuple[Sentence, str], ...]
    cover: tuple[Mention, ...]
    findings: tuple[tuple[str, Turn, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log: an event, or a person's saves of one section from `first` on.

    `milestone` is what a marked event is called; `compare_url` shows what the saves changed;
    `effects` is what they changed elsewhere, where the line tells that.
    """

    happening: Happening
    first: Event
    count: int
    milestone: str
    compare_url: str
    effects: EffectsShown | None = None


@require_safe
def plan_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to the plan, newest first; narrowed by what, who and section."""
    plan = get_draft(request, pk)
    chosen: dict[str, Any] = {
        "what": request.GET.get("what", ""),
        "by": read_number(request.GET.get("by", "")),
        "section": read_number(request.GET.get("section", "")),
    }
    page = Paginator(_fold_events(plan, chosen), PAGE).get_page(request.GET.get("page"))
    lines = _show_lines(plan, page.object_list)
    milestones = plan.events.filter(action__in=MILESTONES).select_related("by", "section")
    context = {
        **plan_context(plan, request),
        "page": page,
        "lines": lines,
        "milestones": [
            (MILESTONES[each.event.action], each)
            for each in show_events(milestones[:SHOWN_MILESTONES])
        ],
        "chosen": chosen,
        "sorts": [(key, label) for key, (label, _) in SORTS.items()],
        "writers": User.objects.filter(pk__in=plan.events.order_by().values("by")),
        "sections": plan.sections.only("plan", "key", "title"),
    }
    return render(request, "plans/plan_history.html", context)


def _fold_events(plan: Plan, chosen: Mapping[str, Any]) -> list[Fold]:
    """Return the lines of the events that the filters ask for; an unknown sort filters nothing."""
    events = plan.events.all()
    _, actions = SORTS.get(chosen["what"], ("", ()))
    if actions:
        events = events.filter(action__in=actions)
    wanted = {"by": chosen["by"], "section": chosen["section"]}
    events = events.filter(**{name: pk for name, pk in wanted.items() if pk is not None})
    rows = events.values_list("pk", "action", "by_id", "section_id", "at")
    return fold_moments(
        (
            Moment(pk, (action, by, section), at, action in SMALL, action in MILESTONES)
            for pk, action, by, section, at in rows
        ),
        across_others=True,
    )


def _show_lines(plan: Plan, folds: list[Fold]) -> list[LogLine]:
    """Return a page of folded events in words; all that it shows of them is read at once."""
    ends = {moment.number for fold in folds for moment in (fold.first, fold.last)}
    told = {moment.number for fold in folds if _tells_effects(fold) for moment in fold.moments}
    found = plan.events.filter(pk__in=ends | told).select_related("by", "section")
    events = {event.pk: event for event in found}
    lasts = show_events(events[fold.last.number] for fold in folds)
    titles = _list_titles(plan) if told else {}
    return [
        LogLine(
            happening,
            events[fold.first.number],
            len(fold),
            MILESTONES.get(happening.event.action, ""),
            _compare_url(events[fold.first.number], happening.event),
            _show_effects(fold, events, titles) if _tells_effects(fold) else None,
        )
        for fold, happening in zip(folds, lasts, strict=True)
    ]


def _tells_effects(fold: Fold) -> bool:
    action, _, _ = fold.last.key
    return action == ACTION


def _list_titles(plan: Plan) -> dict[str, tuple[str, str]]:
    """Return the titles and addresses of the present sections by key."""
    present = plan.sections.present().only("plan", "key", "title")
    return {section.key: (str(section), section.get_absolute_url()) for section in present}


def _show_effects(
    fold: Fold, events: Mapping[int, Event], titles: Mapping[str, tuple[str, str]]
) -> EffectsShown:
    details = [events[moment.number].detail for moment in reversed(fold.moments)]
    effects = compose(details)
    turns = [
        *(("New", turn) for turn in effects.appeared),
        *(("Other values", turn) for turn in effects.changed),
        *(("Settled", turn) for turn in effects.settled),
        *(("Waiver lapsed", turn) for turn in effects.lapsed),
    ]
    keys = dict.fromkeys(key for detail in details for key in detail["sections"])

    def address(key: str) -> str:
        return titles[key][1] if key in titles else ""

    return EffectsShown(
        say_effects(effects),
        tuple(titles[key] for key in keys if key in titles),
        tuple((each, address(each.section)) for each in list_sentences(effects.mentions)),
        effects.cover,
        tuple((what, turn, address(turn.section)) for what, turn in turns),
        effects.more,
    )


def _compare_url(first: Event, last: Event) -> str:
    """Return where the saves from `first` to `last` are compared; "" if they are no saves, or of
    a section that was taken out."""
    section = last.section
    if last.action != "save" or section is None or section.removed_at:
        return ""
    page = reverse("plans:section_compare", args=[last.plan_id, section.pk])
    return f"{page}?from={first.detail['revision'] - 1}&to={last.detail['revision']}"
