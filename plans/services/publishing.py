"""Printing: an edition from its frozen version, once; a draft for reading on paper."""

from __future__ import annotations

import hashlib
from functools import partial
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from documents import codec
from documents.blocks import Document, Imprint
from documents.formats import FORMATS
from plans.models import Edition, EditionFile, Event, Job, Plan, Version
from plans.planfile import read_plan, write_plan_file
from plans.services.annex import annex_imprint, build_annex
from plans.services.imprints import draft_imprint, version_imprint
from plans.services.jobs import finish_job, show_progress
from plans.services.printing import render_form, render_forms
from plans.services.prints import keep_print
from plans.services.records import read_record
from plans.services.redlining import comparison_imprint, document_of_job
from plans.services.versions import printable, version_document


def print_edition(job: Job) -> Edition:
    """Print the job's version and store it as an edition; the plan is published by that.

    Called for the job that `workflow.perform` made. Printing happens outside any transaction;
    edition, state, event and the job's end are one.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    :raises Fenced: if another worker took the job up meanwhile.
    """
    version = Version.objects.select_related("plan").get(pk=job.version_id)
    imprint = codec.load_imprint(job.detail["imprint"])
    plan_file = version.plan_file.encode()
    forms = render_forms(
        version_document(version),
        imprint,
        plan_file=plan_file,
        progress=partial(show_progress, job),
    )
    pdf = forms.pop("pdf")
    digest = hashlib.sha256(pdf).hexdigest()
    pages = count_pages(pdf)
    at = timezone.now()
    with transaction.atomic():
        finish_job(job, at=at, digest=digest)
        edition = Edition(
            plan=version.plan,
            version=version,
            number=imprint.edition,
            correction=version.correction,
            reason=job.detail["reason"],
            imprint=job.detail["imprint"],
            pdf_digest=digest,
            pdf_bytes=len(pdf),
            plan_file_digest=hashlib.sha256(plan_file).hexdigest(),
            plan_file_bytes=len(plan_file),
            pages=pages,
            published_by=job.by,
            published_at=job.created_at,
        )
        edition.pdf.save(f"edition-{imprint.edition}.pdf", ContentFile(pdf), save=False)
        edition.save(force_insert=True)
        for fmt, content in forms.items():
            _store_form(edition, fmt, content)
        Plan.objects.filter(pk=version.plan_id).update(state=Plan.State.PUBLISHED, changed_at=at)
        detail = {"edition": edition.number, "version": version.number, "digest": digest}
        Event.objects.create(plan=version.plan, action="published", detail=detail, by=job.by, at=at)
    return edition


def _store_form(edition: Edition, fmt: str, content: bytes) -> None:
    """Store one form of an edition, which never changes from then on."""
    digest = hashlib.sha256(content).hexdigest()
    form = EditionFile(edition=edition, format=fmt, digest=digest, bytes=len(content))
    name = f"edition-{edition.number}-{fmt}{FORMATS[fmt].suffix}"
    form.file.save(name, ContentFile(content), save=False)
    form.save(force_insert=True)


def print_draft(job: Job) -> str:
    """Make one form of the working copy, or of a version, and return where the file is kept."""
    fmt: str = job.detail.get("format", "pdf")
    document, imprint, plan_file = _read_job(job)
    progress = partial(show_progress, job)
    content = render_form(document, fmt, imprint, plan_file=plan_file, progress=progress)
    name = keep_print(job, content, suffix=FORMATS[fmt].suffix)
    finish_job(job, at=timezone.now(), file=name, bytes=len(content))
    return name


def _read_job(job: Job) -> tuple[Document, Imprint, bytes | None]:
    """Return what a printing prints, a comparison, an annex, a version or the working copy, and
    the plan file that goes with it."""
    if "annex" in job.detail:
        record = read_record(job)
        return build_annex(record), annex_imprint(record), None
    if "compare" in job.detail:
        imprint = comparison_imprint(job.plan, at=job.created_at)
        return document_of_job(job.detail["compare"]), imprint, None
    if job.version_id:
        version = Version.objects.select_related("plan").get(pk=job.version_id)
        return version_document(version), version_imprint(version), version.plan_file.encode()
    data = read_plan(job.plan)
    imprint = draft_imprint(job.plan, at=job.created_at)
    return printable(job.plan, data), imprint, write_plan_file(data)


def count_pages(pdf: bytes) -> int:
    """Return how many pages the file has."""
    with pikepdf.open(BytesIO(pdf)) as file:
        return len(file.pages)
