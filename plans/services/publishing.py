"""Printing: an edition from its frozen version, once; a draft for reading on paper."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from documents import codec
from documents.blocks import Approval, Correction, Document, Imprint
from documents.formats import FORMATS, Supplies, render
from plans.models import Decision, Edition, EditionFile, Event, Job, Plan, Version
from plans.services.jobs import finish_job, show_progress
from plans.services.pictures import read_pictures
from plans.services.versions import plan_document, version_document


def make_imprint(version: Version, *, at: datetime, reason: str) -> Imprint:
    """Return what the next edition of the plan says about itself, from its decisions."""
    plan = version.plan
    approvals = version.decisions.filter(outcome=Decision.Outcome.APPROVED).order_by("step", "pk")
    earlier = plan.editions.filter(correction__gt=0).order_by("number")
    corrections = [Correction(e.correction, local_day(e.published_at), e.reason) for e in earlier]
    if version.correction:
        corrections.append(Correction(version.correction, local_day(at), reason))
    last = plan.editions.first()
    return Imprint(
        state="Published",
        version=version.number,
        printed_on=local_day(at),
        digest=version.digest,
        edition=last.number + 1 if last else 1,
        approvals=tuple(
            Approval(d.step_title, d.person, d.post, d.at, d.reference) for d in approvals
        ),
        corrections=tuple(corrections),
    )


def local_day(at: datetime) -> date:
    """Return the day of `at` in the council's time."""
    return timezone.localtime(at).date()


def draft_imprint(plan: Plan, *, at: datetime) -> Imprint:
    """Return the imprint of a printing that is not an edition; its watermark says so."""
    last = plan.versions.first()
    return Imprint(state="Draft", version=last.number + 1 if last else 1, printed_on=local_day(at))


def version_imprint(version: Version) -> Imprint:
    """Return the imprint of a version that is not published."""
    day = local_day(version.submitted_at)
    return Imprint(state="Draft", version=version.number, printed_on=day, digest=version.digest)


def print_edition(job: Job) -> Edition:
    """Print the job's version and store it as an edition; the plan is published by that.

    Called for the job that `workflow.perform` made. Printing happens outside any transaction;
    edition, state, event and the job's end are one.

    :raises PrintFailed: with a sentence, if the document cannot be printed.
    :raises Fenced: if another worker took the job up meanwhile.
    """
    version = Version.objects.select_related("plan").get(pk=job.version_id)
    imprint = codec.load_imprint(job.detail["imprint"])
    forms = _render_forms(job, version_document(version), imprint)
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
    if job.version_id:
        version = Version.objects.select_related("plan").get(pk=job.version_id)
        document, imprint = version_document(version), version_imprint(version)
    else:
        document = plan_document(job.plan)
        imprint = draft_imprint(job.plan, at=job.created_at)
    content = _render(job, document, fmt, imprint)
    suffix = FORMATS[fmt].suffix
    name = default_storage.save(f"prints/{job.plan_id}/{job.pk}{suffix}", ContentFile(content))
    finish_job(job, at=timezone.now(), file=name, bytes=len(content))
    return name


def _render_forms(job: Job, document: Document, imprint: Imprint) -> dict[str, bytes]:
    """Return the document in every format, the PDF first: its steps are most of the work."""
    others = [fmt for fmt in FORMATS if fmt != "pdf"]
    steps = [0]

    def progress(done: int, of: int) -> None:
        steps[0] = of
        show_progress(job, done, of + len(others))

    pictures = read_pictures(document)
    forms = {"pdf": render(document, "pdf", imprint, Supplies(pictures, progress=progress))}
    for number, fmt in enumerate(others, 1):
        forms[fmt] = render(document, fmt, imprint, Supplies(pictures))
        show_progress(job, steps[0] + number, steps[0] + len(others))
    return forms


def _render(job: Job, document: Document, fmt: str, imprint: Imprint) -> bytes:
    def progress(done: int, of: int) -> None:
        show_progress(job, done, of)

    pictures = read_pictures(document)
    return render(document, fmt, imprint, Supplies(pictures=pictures, progress=progress))


def count_pages(pdf: bytes) -> int:
    """Return how many pages the file has."""
    with pikepdf.open(BytesIO(pdf)) as file:
        return len(file.pages)
