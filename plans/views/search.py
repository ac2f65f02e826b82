"""Finding words in one plan: its sections, its figures, what people say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents import values
from plans.access import get_draft
from plans.content import Path
from plans.editor import field_name, name_rows, section_grid
from plans.figures import plan_figures
from plans.models import Comment, Plan, Section
from plans.planfile import PlanData, read_plan
from plans.search import Hit, Snippet, Term, find_in_section, mark, matches, read_terms
from plans.views.plans import Entry, list_entries, plan_context, reading_address

LONGEST_QUERY = 200
SHOWN_HITS = 20
SHOWN_FIGURES = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the words were found, and the address of that place."""

    url: str
    place: str
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class SectionFindings:
    """What was found in one section; `more` counts what is not shown."""

    entry: Entry
    findings: tuple[Finding, ...]
    more: int


@require_safe
def plan_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Where in the plan some words stand, by section, each linked to the very place."""
    plan = get_draft(request, pk)
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST_QUERY]
    terms = read_terms(query)
    entries = list_entries(plan, request)
    found = search_plan(plan, terms, entries) if terms else []
    context = {
        **plan_context(plan, request, entries=entries),
        "query": query,
        "terms": terms,
        "found": found,
        "total": sum(len(each.findings) + each.more for each in found),
    }
    return render(request, "plans/plan_search.html", context)


def search_plan(
    plan: Plan, terms: Sequence[Term], entries: Sequence[Entry]
) -> list[SectionFindings]:
    """Return what is found in each section that has any, in the plan's order."""
    data = read_plan(plan, [entry.section for entry in entries])
    figures = _find_figures(plan, data, terms)
    comments = _find_comments(plan, terms)
    found = []
    for entry, held in zip(entries, data.sections, strict=True):
        section, value = entry.section, held.as_dict()
        grid_of = partial(section_grid, value, data.facts)
        hits = [_link(entry, hit, value) for hit in find_in_section(value, terms, grid_of)]
        hits += _fold_figures(section, figures.get(section.key, ()), terms)
        hits += comments.get(section.pk, ())
        if hits:
            shown = tuple(hits[:SHOWN_HITS])
            found.append(SectionFindings(entry, shown, len(hits) - len(shown)))
    return found


def _link(entry: Entry, hit: Hit, value: Mapping[str, Any]) -> Finding:
    return Finding(place_address(entry, hit.path, value), hit.place, hit.snippets)


def place_address(entry: Entry, path: Path, value: Mapping[str, Any]) -> str:
    """Return where a place of a section is written, or where the section is read by those who may
    not write it. `path` names rows by index; the address by their ids too, which stay."""
    named = name_rows(path, value)
    if not (entry.may_write and entry.section.plan.state == Plan.State.DRAFT):
        return reading_address(entry.section, named=named, counted=path)
    if path == ("title",):
        return reverse("plans:section_rename", args=[entry.section.plan_id, entry.section.pk])
    page = reverse("plans:section_edit", args=[entry.section.plan_id, entry.section.pk])
    at = urlencode({"at": field_name(named)})
    return f"{page}?{at}#id_{field_name(path)}"


def _find_figures(plan: Plan, data: PlanData, terms: Sequence[Term]) -> Mapping[str, list[Finding]]:
    """Return live figures whose labels hold every term, by the key of their section."""
    found: dict[str, list[Finding]] = {}
    for name, figure in plan_figures(data).items():
        if matches(figure.label, terms):
            label = f"Live figure {name} ({values.show(figure.value)})"
            url = reverse("plans:figure", args=[plan.pk, name])
            snippet = Snippet(label, mark(figure.label, terms))
            found.setdefault(name.partition(".")[0], []).append(Finding(url, "", (snippet,)))
    return found


def _fold_figures(
    section: Section, figures: Sequence[Finding], terms: Sequence[Term]
) -> Sequence[Finding]:
    """Return many figures as one line that leads to the list of them; few as they are."""
    if len(figures) <= SHOWN_FIGURES:
        return figures
    words = " ".join([*(term.text for term in terms), str(section)])
    url = f"{reverse('plans:figures', args=[section.plan_id])}?{urlencode({'q': words})}"
    label = f"{len(figures)} live figures"
    return [Finding(url, label, (figures[0].snippets[0],))]


def _find_comments(plan: Plan, terms: Sequence[Term]) -> Mapping[int, list[Finding]]:
    """Return comments that hold every term, by the primary key of their section."""
    comments: Any = Comment.objects.filter(section__plan=plan, removed_at__isnull=True)
    found: dict[int, list[Finding]] = {}
    for comment in comments.select_related("by"):
        if matches(comment.text, terms):
            url = reverse("plans:comment", args=[plan.pk, comment.pk])
            snippet = Snippet(f"Comment by {comment.by}", mark(comment.text, terms))
            found.setdefault(comment.section_id, []).append(Finding(url, "", (snippet,)))
    return found
