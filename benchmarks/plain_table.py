"""The site with one page more: a plain Django formset of the rows of a section, to measure beside.

Run by benchmarks/grid.py. Same rows, same fields, widgets by Django's own templates, no script.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from django.conf import settings

settings.ROOT_URLCONF = __name__

from django import forms  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import include, path  # noqa: E402

from config.wsgi import application  # noqa: E402, F401 what the server runs

PAGE = """<!doctype html><title>Plain</title><form method="post">
<input type="hidden" name="csrfmiddlewaretoken" value="{token}">{management}
<table>{rows}</table><button>Save</button></form>"""


def edit_plainly(request: HttpRequest, section_pk: int) -> HttpResponse:
    """Show the rows as a formset, and store what comes back in one transaction."""
    rows = list(_rows(section_pk))
    fields = {name: forms.CharField(required=False) for name in ("label", *rows[0].cells)}
    row_form = type("RowForm", (forms.Form,), fields)
    formset_class = forms.formset_factory(row_form, extra=0, absolute_max=3000, max_num=3000)
    if request.method == "POST":
        formset = formset_class(request.POST)
        if formset.is_valid():
            _store(rows, [form.cleaned_data for form in formset])
    initial = [{"label": row.label, **row.cells} for row in _rows(section_pk)]
    formset = formset_class(initial=initial)
    body = "".join(f"<tr>{form.as_table()}</tr>" for form in formset)
    page = PAGE.format(token=get_token(request), management=formset.management_form, rows=body)
    return HttpResponse(page)


def _rows(section_pk: int) -> Any:
    from performance.models import ActivityRow

    return ActivityRow.objects.filter(section_id=section_pk).order_by("position")


def _store(rows: list[Any], typed: list[dict[str, str]]) -> None:
    for row, values in zip(rows, typed, strict=True):
        row.label = values.pop("label")
        row.cells = values
    type(rows[0]).objects.bulk_update(rows, ["label", "cells"], batch_size=200)


urlpatterns = [path("plain/<int:section_pk>/", edit_plainly), path("", include("config.urls"))]
