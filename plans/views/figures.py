"""The figures that a plan's prose can quote: a list of them, and where each is used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from plans.access import get_draft, person
from plans.editor import field_name, find_place, name_rows, section_grid
from plans.figures import (
    fitting_styles,
    in_style,
    make_resolver,
    plan_figures,
    prose_style,
    show_figure,
)
from plans.grid import Grid
from plans.models import Plan, Section
from plans.numbering import number_sections
from plans.permissions import can_write, is_open
from plans.planfile import PlanData, read_plan
from plans.quotes import Quote, find_quotes
from plans.registry import Figure
from plans.services import format_rules
from plans.views.plans import plan_context, reading_address


@dataclass(frozen=True, slots=True)
class Use:
    """One place that quotes a figure: in words, its sentence, and the address to go to."""

    title: str
    place: str
    quote: Quote
    url: str
    may_write: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as the list shows it: its full name, what it is, its value, and who quotes it."""

    name: str
    label: str
    value: str
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one section."""

    section: Section
    number: str
    lines: tuple[Line, ...]


class _Reading:
    """A plan read once: its figures, and who quotes them."""

    def __init__(self, plan: Plan, request: HttpRequest) -> None:
        self.plan, self.request = plan, request
        rows = list(plan.sections.present().select_related("parent"))
        self.rows = {section.key: section for section in rows}
        self.data: PlanData = read_plan(plan, rows)
        self.figures = plan_figures(self.data)
        self._grids: dict[str, tuple[dict[str, Any], Grid]] = {}
        heads = [section.head for section in self.data.sections]
        self.numbers = number_sections(heads, format_rules(plan).numbering)

    def quotes(self) -> dict[str, list[Quote]]:
        return find_quotes(self.data, make_resolver(self.data))

    def show(self, name: str, style: str = "plain") -> str:
        return show_figure(self.figures, name, style, money_unit=self.plan.money_unit)

    def uses(self, quotes: Iterable[Quote]) -> tuple[Use, ...]:
        return tuple(self._use(quote) for quote in quotes)

    def _use(self, quote: Quote) -> Use:
        section = self.rows[quote.section]
        section.plan = self.plan
        value, grid = self._drawn(quote.section)
        place = find_place(quote.path, grid, (value,))
        may_write = can_write(person(self.request), section) and is_open(self.plan)
        named = name_rows(quote.path, value)
        url = reading_address(section, named=named, counted=quote.path)
        if may_write:
            edit = reverse("plans:section_edit", args=[self.plan.pk, section.pk])
            at = urlencode({"at": field_name(named)})
            url = f"{edit}?{at}#id_{field_name(quote.path)}"
        return Use(str(section), str(place), quote, url, may_write)

    def _drawn(self, key: str) -> tuple[dict[str, Any], Grid]:
        """Return a section's object and its grid, made once however often it quotes."""
        if key not in self._grids:
            value = next(s for s in self.data.sections if s.head.key == key).as_dict()
            self._grids[key] = (value, section_grid(value, self.data.facts))
        return self._grids[key]


def style_previews(figure: Figure, money_unit: str) -> dict[str, str]:
    """Return how a figure prints in each style that fits it and differs, plain first."""
    shown = {
        style: in_style(figure, style, money_unit=money_unit) for style in fitting_styles(figure)
    }
    plain = shown.pop("plain")
    return {"plain": plain} | {style: text for style, text in shown.items() if text != plain}


@require_safe
def figure_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every figure of the plan by section, what it is now, and which sections quote it."""
    plan = get_draft(request, pk)
    reading = _Reading(plan, request)
    if request.GET.get("format") == "json":
        return JsonResponse(_for_the_editor(reading))
    words = request.GET.get("q", "").strip()
    groups = _grouped(reading, words)
    context = {
        **plan_context(plan, request),
        "groups": groups,
        "words": words,
        "shown": sum(len(group.lines) for group in groups),
        "total": len(reading.figures),
        "broken": _broken(reading),
    }
    return render(request, "plans/figure_list.html", context)


def _for_the_editor(reading: _Reading) -> dict[str, Any]:
    """Return what the editor offers: figures with their texts in each style and the style that
    is chosen at first, and sections."""
    figures = [
        {
            "name": name,
            "label": figure.label,
            "section": str(reading.rows[name.partition(".")[0]]),
            **_show_styles(figure, reading.plan.money_unit),
        }
        for name, figure in reading.figures.items()
    ]
    sections = [
        {"key": key, "title": str(section), "number": reading.numbers.get(key, "")}
        for key, section in reading.rows.items()
    ]
    return {"figures": figures, "sections": sections}


def _show_styles(figure: Figure, money_unit: str) -> dict[str, Any]:
    styles = style_previews(figure, money_unit)
    prose = prose_style(figure, money_unit=money_unit)
    return {"styles": styles, "prose": prose if prose in styles else "plain"}


def _grouped(reading: _Reading, words: str) -> list[Group]:
    quotes = reading.quotes()
    groups = []
    for key, section in reading.rows.items():
        lines = tuple(
            Line(name, figure.label, reading.show(name), reading.uses(quotes.get(name, ())))
            for name, figure in reading.figures.items()
            if name.partition(".")[0] == key and _fits(words, section, name, figure)
        )
        if lines:
            groups.append(Group(section, reading.numbers.get(key, ""), lines))
    return groups


def _fits(words: str, section: Section, name: str, figure: Figure) -> bool:
    """Whether each of the words is somewhere in what is known of the figure."""
    text = f"{section} {name} {figure.label} {figure.value.text}".lower()
    return all(word in text for word in words.lower().split())


def _broken(reading: _Reading) -> list[Line]:
    """Return what prose quotes and the plan has not, each with its uses."""
    return [
        Line(name, "", reading.show(name), reading.uses(quotes))
        for name, quotes in reading.quotes().items()
        if name not in reading.figures
    ]


@require_safe
def figure_detail(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show one figure: what it is now, and each sentence that quotes it."""
    plan = get_draft(request, pk)
    reading = _Reading(plan, request)
    quotes = reading.quotes().get(name, [])
    figure = reading.figures.get(name)
    if figure is None and not quotes:
        raise Http404
    context = {
        **plan_context(plan, request),
        "line": Line(
            name, figure.label if figure else "", reading.show(name), reading.uses(quotes)
        ),
        "figure": figure,
        "styles": style_previews(figure, plan.money_unit) if figure else {},
        "home": reading.rows.get(name.partition(".")[0]),
        "in_summary": [fact for fact in plan.summary if fact.get("figure") == name],
    }
    return render(request, "plans/figure_detail.html", context)
