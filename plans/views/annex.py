"""The annex of findings and waivers: of the working copy, and of each version that was frozen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents.formats import FORMATS, fragment
from plans.access import get_draft, get_version
from plans.services.annex import build_annex, describe_annex, dump_record, export_annex
from plans.services.records import Record, record_of_draft, record_of_version
from plans.views.downloads import start_print
from plans.views.editions import form_name
from plans.views.plans import file_response, file_stem, plan_context

AT_ONCE = ("docx", "xlsx", "csv", "html")
"""The formats that are made while one waits; a PDF is a job, as of any document."""
DATA = "json"
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def plan_annex(request: HttpRequest, pk: int) -> HttpResponse:
    """What the checks find in the working copy and who waived what, for the record."""
    plan = get_draft(request, pk)
    if request.method == "POST":
        return start_print(request, plan, instead={"annex": describe_annex(plan)})
    return _show(request, record_of_draft(plan, at=timezone.now()))


@require_http_methods(METHODS)
def version_findings(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was found in a version when it was submitted, and who had waived what."""
    version = get_version(request, pk, number)
    if request.method == "POST":
        described = describe_annex(version.plan, version)
        return start_print(request, version.plan, version, instead={"annex": described})
    return _show(request, record_of_version(version))


def _show(request: HttpRequest, record: Record) -> HttpResponse:
    wanted = request.GET.get("format", "")
    if wanted == DATA:
        return file_response(dump_record(record), "application/json", f"{_stem(record)}.json")
    if wanted in AT_ONCE:
        content_type = FORMATS[wanted].content_type
        name = form_name(_stem(record), wanted)
        return file_response(export_annex(record, wanted), content_type, name)
    if wanted:
        return render(request, "400.html", status=400)
    return _show_page(request, record)


def _stem(record: Record) -> str:
    state = f"version-{record.version.number}" if record.version else "draft"
    return f"{file_stem(record.plan)}-{state}-findings"


def _show_page(request: HttpRequest, record: Record) -> HttpResponse:
    context: dict[str, Any] = {
        **plan_context(record.plan, request),
        "record": record,
        "version": record.version,
        "document": fragment(build_annex(record), first_level=2),
        "forms": [(fmt, FORMATS[fmt].name) for fmt in AT_ONCE],
    }
    return render(request, "plans/annex.html", context)
