"""How the council's documents look: the settings of its planning officers, with a sample."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from accounts.access import get_council_to_brand
from accounts.forms import BrandingForm
from accounts.models import Branding, OrganisationUnit
from documents.blocks import Cover
from documents.cover_samples import draw_cover_sample
from plans.access import person
from plans.models import PlanYear
from plans.services.branding import NewLogo, save_branding
from plans.services.imprints import printed_branding
from plans.services.pictures import NotAPicture
from plans.views.lists import form_status

TYPED = ("colour", "cover", "logo_alt", "statement", "contact")


@require_http_methods(["GET", "HEAD", "POST"])
def council_look(request: HttpRequest) -> HttpResponse:
    """Show how documents look and take a change; “Show” draws the sample and stores nothing."""
    council = get_council_to_brand(person(request))
    branding = Branding.objects.filter(council=council).first() or Branding(council=council)
    initial = {name: getattr(branding, name) for name in TYPED}
    form = BrandingForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        has_logo=bool(branding.logo),
    )
    if request.method == "POST":
        is_valid = form.is_valid()
        if request.POST.get("do") == "show":
            return _show(request, council, _as_typed(branding, form), form, status=200)
        if is_valid and _is_saved(request, council, form):
            messages.success(request, "Saved. What is printed from now on looks like this.")
            return redirect("plans:council")
    return _show(request, council, _as_typed(branding, form), form, status=form_status(form))


def _is_saved(request: HttpRequest, council: OrganisationUnit, form: BrandingForm) -> bool:
    values = dict(form.cleaned_data)
    file = values.pop("logo", None)
    logo = NewLogo(file.name, file.read()) if file else None
    try:
        save_branding(council, **values, logo=logo, by=person(request), at=timezone.now())
    except NotAPicture as refused:
        form.add_error("logo", f"{refused}.")
        return False
    return True


def _as_typed(branding: Branding, form: BrandingForm) -> Branding:
    """Return the look with what was typed and can be used, for the sample."""
    cleaned = getattr(form, "cleaned_data", {})
    typed = {name: cleaned.get(name, getattr(branding, name)) for name in TYPED}
    has_logo = cleaned.get("logo") or (branding.logo and not cleaned.get("removes_logo"))
    return Branding(council=branding.council, logo="new" if has_logo else "", **typed)


def _show(
    request: HttpRequest,
    council: OrganisationUnit,
    branding: Branding,
    form: BrandingForm,
    *,
    status: int,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "unit": council, "sample": _draw(branding)}
    return render(request, "plans/council.html", context, status=status)


def _draw(branding: Branding) -> SafeString:
    year = PlanYear.objects.first()
    cover = Cover(branding.council.name, "", "", year.year if year else "2008/09")
    sample = draw_cover_sample(cover, "Annual Operating Plan", printed_branding(branding))
    return mark_safe(sample.markup)  # noqa: S308 the drawing escapes its words
