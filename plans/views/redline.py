"""Any two states of a plan as one document with what changed: on screen, as a page, as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST, require_safe

from documents.blocks import Picture
from documents.formats import FORMATS, PrintFailed, fragment
from plans.access import get_draft, get_plan, person
from plans.models import Plan
from plans.services.exporting import export_comparison
from plans.services.redlining import (
    Side,
    compare_sides,
    describe_job,
    kinds_by_key,
    list_sides,
    pick_sides,
    tell_summary,
)
from plans.views.downloads import start_print
from plans.views.plans import file_response, file_stem, plan_context

ALL = "all"


@dataclass(frozen=True, slots=True)
class Picked:
    """What an address compares: two sides, whole or only what changed, of all `sides`."""

    old: Side
    new: Side
    whole: bool
    sides: Sequence[Side]

    @property
    def query(self) -> str:
        """The same as an address's query."""
        show = {"show": ALL} if self.whole else {}
        return urlencode({"from": self.old.value, "to": self.new.value, **show})

    @property
    def file_stem(self) -> str:
        sides = slugify(f"{self.old.value} to {self.new.value}")
        return f"{file_stem(self.new.plan)}-changes-{sides}"


def read_picked(request: HttpRequest, plan: Plan, asked: Mapping[str, str]) -> Picked:
    """Return what is to be compared, of what the person may read.

    :raises Http404: if there is nothing that they may, or not what the address names.
    """
    sides = list_sides(plan, by=person(request))
    if not sides:
        raise Http404
    usual = pick_sides(plan, sides)
    by_value = {side.value: side for side in sides}
    old, new = (
        by_value.get(asked.get(name) or side.value)
        for name, side in zip(("from", "to"), usual, strict=True)
    )
    if old is None or new is None:
        raise Http404
    return Picked(old, new, asked.get("show") == ALL, sides)


@require_safe
def plan_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed from one state of the plan to another, with the choice of both."""
    plan = get_plan(request, pk)
    picked = read_picked(request, plan, request.GET)
    found = compare_sides(picked.old, picked.new, only_changes=not picked.whole)
    show_picture = address_pictures(picked.old.plan, picked.new.plan)
    context: dict[str, Any] = {
        **plan_context(plan, request),
        "picked": picked,
        "own": [side for side in picked.sides if not side.year],
        "others": [side for side in picked.sides if side.year],
        "summary": found.summary,
        "told": tell_summary(found.summary, kinds_by_key([picked.old.plan, picked.new.plan])),
        "document": fragment(found.document, first_level=2, show_picture=show_picture),
    }
    return render(request, "plans/redline.html", context)


def address_pictures(old: Plan, new: Plan) -> Callable[[Picture], str | None]:
    """Return a function that gives the address of a picture at the plan that shows it."""
    known = set(new.pictures.values_list("digest", flat=True))

    def address(picture: Picture) -> str | None:
        if not picture.digest:
            return None
        plan = new if picture.digest in known else old
        return reverse("plans:picture", args=[plan.pk, picture.digest])

    return address


@require_safe
def compare_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a web page that needs no other file."""
    plan = get_plan(request, pk)
    picked = read_picked(request, plan, request.GET)
    try:
        content = export_comparison(
            picked.old, picked.new, "html", at=timezone.now(), only_changes=not picked.whole
        )
    except PrintFailed as failed:
        messages.error(request, str(failed))
        return redirect(f"{reverse('plans:compare', args=[pk])}?{picked.query}")
    form = FORMATS["html"]
    return file_response(content, form.content_type, f"{picked.file_stem}{form.suffix}")


@require_POST
def compare_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the same as a PDF, and go to the page that shows how far it is."""
    plan = get_draft(request, pk)
    picked = read_picked(request, plan, request.POST)
    stored = describe_job(picked.old, picked.new, only_changes=not picked.whole)
    stored["file"] = picked.file_stem
    return start_print(request, plan, fmt="pdf", instead={"compare": stored})
