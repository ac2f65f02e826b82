"""A section as its printed pages, beside its editor and as a page of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from documents.formats import PrintFailed
from plans.access import get_section
from plans.services.previews import preview_page, preview_section
from plans.views.pictures import as_picture
from plans.views.sections import section_context


@require_safe
def section_printed(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """The pages of one section as it stands now."""
    section = get_section(request, pk, section_pk)
    context = section_context(section, request)
    try:
        context["preview"] = preview_section(section, at=timezone.now())
    except PrintFailed as failed:
        context["failed"] = str(failed)
    return render(request, "plans/section_printed.html", context)


@require_safe
@cache_control(private=True, max_age=3600, immutable=True)
def section_printed_page(
    request: HttpRequest, pk: str, section_pk: str, digest: str, number: str
) -> HttpResponse:
    """The picture of one of those pages."""
    section = get_section(request, int(pk), int(section_pk))
    picture = preview_page(section, digest, int(number))
    if picture is None:
        raise Http404
    return as_picture(HttpResponse(picture, content_type="image/png"))
